"""What the routes have in common: a session for reading, and a page shown through its template."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, cast

from fastapi import Depends
from fastapi.responses import HTMLResponse
from starlette.requests import Request
from starlette.templating import Jinja2Templates

from app.config import Settings
from app.store.session import Database, Session
from app.web.renderer import Renderer


def database_of(request: Request) -> Database:
    """The open database of the app."""
    return cast("Database", request.app.state.database)


def renderer_of(request: Request) -> Renderer:
    """What draws the app's figures."""
    return cast("Renderer", request.app.state.renderer)


def settings_of(request: Request) -> Settings:
    """The app's settings."""
    return cast("Settings", request.app.state.settings)


def reading_session(request: Request) -> Iterator[Session]:
    """A session for reading, as long as the request lasts."""
    with database_of(request).read() as session:
        yield session


SessionDep = Annotated[Session, Depends(reading_session)]
SettingsDep = Annotated[Settings, Depends(settings_of)]


def show(request: Request, template: str, page: object, **extra: Any) -> HTMLResponse:  # noqa: ANN401 - figures drawn
    """A page through its template, which receives it as `page`; `extra` holds what the page record cannot: drawings."""
    templates = cast("Jinja2Templates", request.app.state.templates)
    return cast("HTMLResponse", templates.TemplateResponse(request, template, {"page": page, **extra}))
