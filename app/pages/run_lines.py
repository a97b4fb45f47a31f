"""A run as a line of a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.analysis.records import Estimate
from app.pages.findings import Digest
from app.pages.records import run_status, run_url
from app.probes.forms import AnswerFormat, Direction
from app.store.tables import RunRow

_FORMATS = {AnswerFormat.FREE: "", AnswerFormat.CHOICE: "choice", AnswerFormat.YES_NO: "yes or no"}


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run in a list; `form` is that of `form_of`.

    `effect` is the net cue effect of a finished run, None where there is none or `is_counted` is False: then it is
    still to be worked out, as it is when the run's page is opened.
    """

    id: int
    url: str
    status: str
    model: str
    model_id: int
    suites: tuple[str, ...]
    form: str
    arms: tuple[str, ...]
    k: int
    share_done: float
    planned_trials: int
    trials_over: int
    trials_failed: int
    responses: int
    effect: Estimate | None
    is_counted: bool
    when: datetime


def form_of(run: RunRow) -> str:
    """The form a run asks in, in a word for lists: choice, yes or no, reverse; "" for free and direct."""
    if run.direction == Direction.REVERSE:
        return "reverse"
    return _FORMATS[AnswerFormat(run.answer_format)]


def run_line(run: RunRow, digest: Digest | None, now: datetime) -> RunLine:
    """A run as a line of a list."""
    over = run.trials_over
    return RunLine(
        id=run.id,
        url=run_url(run.id),
        status=run_status(run, now),
        model=run.model.served_name,
        model_id=run.model_id,
        suites=tuple(run.suites),
        form=form_of(run),
        arms=tuple(run.arms),
        k=run.k,
        share_done=over / run.planned_trials if run.planned_trials else 0.0,
        planned_trials=run.planned_trials,
        trials_over=over,
        trials_failed=run.trials_failed,
        responses=run.responses_stored,
        effect=digest.net_cue_effect if digest else None,
        is_counted=digest is not None,
        when=run.started_at_utc or run.created_at_utc,
    )
