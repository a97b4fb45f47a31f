"""The library: all probes, one probe, one suite."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from starlette.requests import Request

from app.pages.library import library_page, probe_page, suite_page
from app.web.routes import suites
from app.web.routes.probe_filters import ProbeFilterDep
from app.web.routes.shared import SessionDep, SettingsDep, show

router = APIRouter(include_in_schema=False)
# Their fixed addresses, such as /suites/new, come before those that take any name.
router.include_router(suites.router)


@router.get("/probes", response_class=HTMLResponse)
def show_library(request: Request, session: SessionDep, settings: SettingsDep, wanted: ProbeFilterDep) -> HTMLResponse:
    """Every suite, and a page of the probes that a filter lets through."""
    return show(request, "probes/index.html", library_page(session, settings.suites_dir, wanted))


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
    wanted: ProbeFilterDep,
    version: Annotated[int | None, Query(ge=1, le=1_000_000_000)] = None,
) -> HTMLResponse:
    """One suite and a page of its probes."""
    shown = suite_page(session, settings.suites_dir, name, wanted, version=version)
    return show(request, "suites/show.html", shown)
