"""The page of the API: the OpenAPI document in the look of the other pages, with nothing loaded from outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; `place` is path, query, header or body."""

    name: str
    place: str
    type: str
    is_required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address; `answers` are status codes with what they mean."""

    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    answers: tuple[str, ...]


def docs_routes(app: FastAPI, templates: Jinja2Templates) -> APIRouter:
    """/api/docs."""
    router = APIRouter(include_in_schema=False)

    @router.get("/api/docs")
    def show_docs(request: Request) -> Response:
        """Every operation with its parameters."""
        document = app.openapi()
        context = {"description": document["info"].get("description", ""), "groups": grouped_operations(document)}
        return templates.TemplateResponse(request, "api_docs.html", context)

    return router


def grouped_operations(document: dict[str, Any]) -> list[tuple[str, list[Operation]]]:
    """The operations of an OpenAPI document under their first tag, in the order of the document."""
    groups: dict[str, list[Operation]] = {}
    for path, item in document.get("paths", {}).items():
        for method in _METHODS:
            if method in item:
                entry = item[method]
                tag = next(iter(entry.get("tags", ())), "Operations")
                groups.setdefault(tag, []).append(_operation(document, path, method, entry))
    return list(groups.items())


def _operation(document: dict[str, Any], path: str, method: str, entry: dict[str, Any]) -> Operation:
    return Operation(
        method=method.upper(),
        path=path,
        summary=entry.get("summary", ""),
        description=entry.get("description", ""),
        parameters=(*_parameters(document, entry), *_body_fields(document, entry)),
        answers=tuple(
            f"{status} {answer.get('description', '')}".strip() for status, answer in entry["responses"].items()
        ),
    )


def _parameters(document: dict[str, Any], entry: dict[str, Any]) -> Iterator[Parameter]:
    for one in entry.get("parameters", ()):
        shown = _shown_type(document, one.get("schema", {}))
        yield Parameter(one["name"], one["in"], shown, one.get("required", False), one.get("description", ""))


def _body_fields(document: dict[str, Any], entry: dict[str, Any]) -> Iterator[Parameter]:
    for content in entry.get("requestBody", {}).get("content", {}).values():
        schema = _resolved(document, content.get("schema", {}))
        for name, field in schema.get("properties", {}).items():
            is_required = name in schema.get("required", ())
            yield Parameter(name, "body", _shown_type(document, field), is_required, field.get("description", ""))


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The schema itself, or the one its $ref names."""
    reference: str = schema.get("$ref", "")
    found: dict[str, Any] = document if reference else schema
    for part in reference.removeprefix("#/").split("/") if reference else ():
        found = found[part]
    return found


def _shown_type(document: dict[str, Any], schema: dict[str, Any]) -> str:
    """A schema's type in words: `integer`, `string or null`, `list of string`, `one of a, b`."""
    options = schema.get("anyOf") or schema.get("oneOf")
    if options:
        return " or ".join(_shown_type(document, option) for option in options)
    schema = _resolved(document, schema)
    if "enum" in schema:
        return "one of " + ", ".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_shown_type(document, schema.get('items', {}))}"
    return str(schema.get("type", "any"))
