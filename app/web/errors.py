"""What a person or a program sees when something goes wrong: the error tree as HTTP status and page or JSON."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import cast

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.templating import Jinja2Templates
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import CueprobeError
from app.web.negotiation import wants_json

_logger = logging.getLogger(__name__)

_TITLES = {
    400: "That cannot be done",
    404: "Not found",
    405: "That cannot be done here",
    409: "Busy",
    422: "That address cannot be read",
    500: "Something broke",
    503: "Something does not answer",
}
_HINTS = {
    500: "The cause is in the log of the program; nothing that was stored is lost.",
    503: "What was done so far is kept and can be resumed.",
}


def handle_errors(app: FastAPI) -> None:
    """Answer errors of our tree, of the framework and of validation in one form."""
    app.add_exception_handler(CueprobeError, _show_ours)
    app.add_exception_handler(HTTPException, _show_http)
    app.add_exception_handler(RequestValidationError, _show_validation)


class LastResort:
    """Answers an unforeseen error with the 500 page and logs its traceback.

    Starlette's own handler stands outside all middleware, where its answer would go out without the security headers.
    """

    def __init__(self, app: ASGIApp, templates: Jinja2Templates) -> None:
        self.app = app
        self._templates = templates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and answer what escapes."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception:
            _logger.exception("unforeseen error in %s %s", scope["method"], scope["path"])
            if started:
                raise
            request = Request(scope, receive)
            answer = error_answer(request, self._templates, 500, "The program met an error it did not foresee.")
            await answer(scope, receive, send)


def error_answer(
    request: Request,
    templates: Jinja2Templates,
    status: int,
    message: str,
    *,
    details: object = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """The error as JSON {"error", "details"?} or as a page in the look, by what the request wants."""
    if wants_json(request.scope):
        body = {"error": message} if details is None else {"error": message, "details": details}
        return JSONResponse(body, status, headers=headers)
    title = _TITLES.get(status) or HTTPStatus(status).phrase
    context = {"status": status, "title": title, "message": message, "hint": _HINTS.get(status)}
    return templates.TemplateResponse(request, "error.html", context, status_code=status, headers=headers)


def _templates_of(request: Request) -> Jinja2Templates:
    return cast("Jinja2Templates", request.app.state.templates)


def _show_ours(request: Request, error: Exception) -> Response:
    status = error.http_status if isinstance(error, CueprobeError) else 500
    if status >= 500:
        _logger.error("%s %s: %s", request.method, request.url.path, error)
    return error_answer(request, _templates_of(request), status, str(error))


def _show_http(request: Request, error: Exception) -> Response:
    status, detail, headers = 500, "", None
    if isinstance(error, HTTPException):
        status, detail, headers = error.status_code, str(error.detail), error.headers
    if status < 400 or status in {204, 304}:
        return Response(None, status, dict(headers or {}))
    if status == 404 and detail == HTTPStatus.NOT_FOUND.phrase:
        detail = f"There is no page at {request.url.path}."
    return error_answer(request, _templates_of(request), status, detail, headers=dict(headers) if headers else None)


def _show_validation(request: Request, error: Exception) -> Response:
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    found = [{"where": ".".join(str(part) for part in one["loc"]), "what": one["msg"]} for one in problems]
    message = "; ".join(f"{one['where']}: {one['what']}" for one in found) or "the request cannot be read"
    return error_answer(request, _templates_of(request), 422, message, details=found)
