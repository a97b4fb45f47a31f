"""The page of all runs, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.pages.findings import digests_of
from app.pages.run_lines import RunLine, run_line
from app.store import queries, results
from app.store.session import Session
from app.store.tables import RunRow

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class RunsPage:
    """One page of the list of runs; `page` counts from 1."""

    runs: tuple[RunLine, ...]
    total: int
    page: int
    pages: int
    previous_url: str | None
    next_url: str | None


def runs_page(session: Session, page: int = 1, *, now: datetime | None = None) -> RunsPage:
    """A page of runs, newest first; a page past the last is the last."""
    total = results.run_count(session)
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(page, 1), pages)
    rows = queries.runs_newest_first(session, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    return RunsPage(
        runs=run_lines(session, rows, now=now),
        total=total,
        page=page,
        pages=pages,
        previous_url=f"/runs?page={page - 1}" if page > 1 else None,
        next_url=f"/runs?page={page + 1}" if page < pages else None,
    )


def run_lines(session: Session, runs: Sequence[RunRow], *, now: datetime | None = None) -> tuple[RunLine, ...]:
    """Runs as lines of a list, finished ones with their net cue effect."""
    moment = now or datetime.now(UTC)
    digests = digests_of(session, [run for run in runs if run.status == "done"])
    return tuple(run_line(run, digests.get(run.id), moment) for run in runs)
