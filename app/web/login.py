"""The form that takes the token and gives a browser its cookie."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from app.web.forms import read_form
from app.web.security import COOKIE, COOKIE_SECONDS, cookie_value, local_path, same_secret


def login_routes(templates: Jinja2Templates, token: str | None) -> APIRouter:
    """/login; without a configured token it leads straight on."""
    router = APIRouter(include_in_schema=False)

    @router.get("/login")
    def show_login(request: Request, onward: Annotated[str, Query(alias="next")] = "/") -> Response:
        """The form."""
        onward = local_path(onward)
        if token is None:
            return RedirectResponse(onward, 303)
        return templates.TemplateResponse(request, "login.html", {"onward": onward, "failed": False})

    @router.post("/login")
    async def log_in(request: Request) -> Response:
        """The cookie and the page that was asked for, or the form again with 401."""
        form = await read_form(request)
        given, onward = form.get("token", ""), local_path(form.get("next", "/"))
        if token is None:
            return RedirectResponse(onward, 303)
        if not same_secret(given.strip(), token):
            context = {"onward": onward, "failed": True}
            return templates.TemplateResponse(request, "login.html", context, status_code=401)
        answer = RedirectResponse(onward, 303)
        answer.set_cookie(
            COOKIE,
            cookie_value(token),
            max_age=COOKIE_SECONDS,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return answer

    return router
