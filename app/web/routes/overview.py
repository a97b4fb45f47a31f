"""The first page."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.requests import Request

from app.pages.overview import overview_page
from app.web.routes.shared import SessionDep, show

router = APIRouter(include_in_schema=False)


@router.get("/", response_class=HTMLResponse)
def show_overview(request: Request, session: SessionDep, model: int | None = None) -> HTMLResponse:
    """What the newest run of a model shows."""
    return show(request, "overview.html", overview_page(session, model))
