"""One fact as one run asked it."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.requests import Request

from app.pages.asked_probe import AskedProbePage, asked_probe_page
from app.web.figures import PosteriorRow, beta_density, posterior_figure
from app.web.routes.shared import SessionDep, renderer_of, show

router = APIRouter(include_in_schema=False)


@router.get("/runs/{run_id:int}/probes/{slug}", response_class=HTMLResponse)
def show_asked_probe(request: Request, run_id: int, slug: str, session: SessionDep) -> HTMLResponse:
    """The verdict on a fact, every answer, and what the model was given."""
    page = asked_probe_page(session, run_id, slug)
    rows = posterior_rows(page)
    drawing = renderer_of(request).draw(posterior_figure(rows)) if rows else None
    return show(request, "runs/probe.html", page, posteriors=rows, drawing=drawing)


def posterior_rows(page: AskedProbePage) -> list[PosteriorRow]:
    """The arms of a fact as rows of its posterior figure."""
    return [
        PosteriorRow(each.arm, each.correct, each.graded, beta_density(each.correct, each.graded), each.low, each.high)
        for each in page.posteriors
    ]
