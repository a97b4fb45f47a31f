"""The library: all probes, one probe, one suite."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from starlette.requests import Request

from app.pages.library import library_page, probe_page, suite_page
from app.web.routes import suites
from app.web.routes.shared import SessionDep, SettingsDep, show

router = APIRouter(include_in_schema=False)
# Their fixed addresses, such as /suites/new, come before those that take any name.
router.include_router(suites.router)

Search = Annotated[str, Query(max_length=200)]


@router.get("/probes", response_class=HTMLResponse)
def show_library(request: Request, session: SessionDep, settings: SettingsDep, q: Search = "") -> HTMLResponse:
    """Every suite and every probe, or those that match a search."""
    return show(request, "probes/index.html", library_page(session, settings.suites_dir, q.strip()))


@router.get("/probes/{slug}", response_class=HTMLResponse)
def show_probe(request: Request, slug: str, session: SessionDep, settings: SettingsDep) -> HTMLResponse:
    """One probe with everything its answers are judged by."""
    return show(request, "probes/show.html", probe_page(session, settings.suites_dir, slug))


@router.get("/suites/{name}", response_class=HTMLResponse)
def show_suite(
    *,
    request: Request,
    name: str,
    session: SessionDep,
    settings: SettingsDep,
    q: Search = "",
    version: Annotated[int | None, Query(ge=1)] = None,
    page: Annotated[int, Query(ge=1)] = 1,
) -> HTMLResponse:
    """One suite and its probes."""
    shown = suite_page(session, settings.suites_dir, name, q.strip(), version=version, page=page)
    return show(request, "suites/show.html", shown)
