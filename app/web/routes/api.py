"""The pages as JSON, under /api/v1: each answers with the record its page is made from."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from app.pages.asked_probe import AskedProbePage, asked_probe_page
from app.pages.library import LibraryPage, ProbePage, SuitePage, library_page, probe_page, suite_page
from app.pages.models import ModelsPage, models_page
from app.pages.overview import OverviewPage, overview_page
from app.pages.report import RunSummary, run_report
from app.pages.run import RunPage, run_page
from app.pages.runs import RunsPage, runs_page
from app.web.routes.filters import FilterDep
from app.web.routes.probe_filters import ProbeFilterDep
from app.web.routes.shared import SessionDep, SettingsDep

router = APIRouter(prefix="/api/v1", tags=["results"])

PageNumber = Annotated[int, Query(ge=1, description="Counts from 1.")]


@router.get("/overview")
def read_overview(session: SessionDep, model: int | None = None) -> OverviewPage:
    """What the newest run of a model shows; without `model`, of the one used last."""
    return overview_page(session, model)


@router.get("/runs")
def read_runs(session: SessionDep, page: PageNumber = 1) -> RunsPage:
    """Runs, newest first, 25 a page."""
    return runs_page(session, page)


@router.get("/runs/{run_id}")
def read_run(run_id: int, session: SessionDep, wanted: FilterDep) -> RunPage:
    """One run with its facts by arm, 200 a page, filtered as its page filters them."""
    return run_page(session, run_id, wanted)


@router.get("/runs/{run_id}/summary")
def read_run_summary(run_id: int, session: SessionDep) -> RunSummary:
    """The numbers of a run, as `cueprobe run --json` ends with them."""
    return run_report(session, run_id).summary


@router.get("/runs/{run_id}/probes/{slug}")
def read_asked_probe(run_id: int, slug: str, session: SessionDep) -> AskedProbePage:
    """One fact as a run asked it: verdict, answers, cues and prompts."""
    return asked_probe_page(session, run_id, slug)


@router.get("/probes")
def read_library(session: SessionDep, settings: SettingsDep, wanted: ProbeFilterDep) -> LibraryPage:
    """Every suite, and the probes that a filter lets through, 50 a page."""
    return library_page(session, settings.suites_dir, wanted)


@router.get("/probes/{slug}")
def read_probe(slug: str, session: SessionDep, settings: SettingsDep) -> ProbePage:
    """One probe with everything its answers are judged by, and what runs found."""
    return probe_page(session, settings.suites_dir, slug)


@router.get("/suites/{name}")
def read_suite(name: str, session: SessionDep, settings: SettingsDep, wanted: ProbeFilterDep) -> SuitePage:
    """One suite, and its probes that a filter lets through, 50 a page."""
    return suite_page(session, settings.suites_dir, name, wanted)


@router.get("/models")
def read_models(session: SessionDep) -> ModelsPage:
    """Every model met, what its server can do, and what its newest run found."""
    return models_page(session)
