"""About the instrument."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.requests import Request

from app.pages.about import about_page
from app.web.routes.shared import SettingsDep, show

router = APIRouter(include_in_schema=False)


@router.get("/about", response_class=HTMLResponse)
def show_about(request: Request, settings: SettingsDep) -> HTMLResponse:
    """The method in plain words, versions, licences and settings."""
    return show(request, "about.html", about_page(settings))
