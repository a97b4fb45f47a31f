"""The first page: what the newest free run of one model shows, what the model made up, and the newest runs of all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from app.pages.answers import Span, answer_spans
from app.pages.findings import findings_of
from app.pages.matrix import FactFilter, diagnosis_urls
from app.pages.measures import ArmReport, HeadlineNumber
from app.pages.records import LiveHead, fact_url, live_head, run_url
from app.pages.run_lines import RunLine, form_of
from app.pages.runs import run_lines
from app.store import queries, results
from app.store.results import MadeUp
from app.store.session import Session
from app.store.tables import RunRow

_RECENT = 6
_MADE_UP = 4
_MADE_UP_LOOKED_AT = 60


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model that has runs, for the picker."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class MadeUpLine:
    """An unaided answer that is not true, with the truth; `url` leads to it among the fact's answers."""

    url: str
    question: str
    spans: tuple[Span, ...]
    truth: str
    when: datetime


@dataclass(frozen=True, slots=True)
class OverviewRun:
    """The newest run of the chosen model that has begun, one in another form only where none is free and direct.

    `complete` of `facts` can be diagnosed; `form` is that of `form_of`.
    """

    id: int
    url: str
    model: str
    engine: str
    engine_version: str
    context_tokens: int | None
    prompt_logprobs: bool | None
    suites: tuple[str, ...]
    form: str
    k: int
    when: datetime
    head: LiveHead
    facts: int
    complete: int
    finding: tuple[str, ...]
    caveats: tuple[str, ...]
    arms: tuple[ArmReport, ...]
    diagnoses: Mapping[str, int]
    diagnosis_urls: Mapping[str, str]
    headline: tuple[HeadlineNumber, ...]
    tests_unlocked: bool


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """The overview. `run` is None, and everything else empty, before the first run has begun."""

    models: tuple[ModelChoice, ...]
    chosen: int | None
    run: OverviewRun | None
    made_up: tuple[MadeUpLine, ...]
    made_up_url: str | None
    recent: tuple[RunLine, ...]
    total_runs: int


def overview_page(session: Session, model_id: int | None = None, *, now: datetime | None = None) -> OverviewPage:
    """The overview of a model, or of the one used last; an unknown model gives that one too."""
    moment = now or datetime.now(UTC)
    used = [use.model for use in results.models_by_use(session) if use.runs]
    chosen = next((model for model in used if model.id == model_id), used[0] if used else None)
    rows = results.runs_of_model(session, chosen.id, limit=1) if chosen else ()
    run = rows[0] if rows else None
    return OverviewPage(
        models=tuple(ModelChoice(model.id, model.served_name) for model in used),
        chosen=chosen.id if chosen else None,
        run=_overview_run(session, run, moment) if run else None,
        made_up=_made_up(session, run) if run else (),
        made_up_url=f"{run_url(run.id)}{FactFilter(arm='none', label='incorrect').query()}#facts" if run else None,
        recent=run_lines(session, queries.runs_newest_first(session, limit=_RECENT), now=moment),
        total_runs=results.run_count(session),
    )


def _overview_run(session: Session, run: RunRow, now: datetime) -> OverviewRun:
    findings = findings_of(session, run)
    able = run.model.capabilities
    return OverviewRun(
        id=run.id,
        url=run_url(run.id),
        model=run.model.served_name,
        engine=run.model.engine,
        engine_version=run.model.engine_version,
        context_tokens=able.get("context_tokens"),
        prompt_logprobs=able.get("prompt_logprobs"),
        suites=tuple(run.suites),
        form=form_of(run),
        k=run.k,
        when=run.finished_at_utc or run.started_at_utc or run.created_at_utc,
        head=live_head(run, now=now),
        facts=len(findings.facts),
        complete=findings.complete,
        finding=findings.finding,
        caveats=findings.caveats,
        arms=findings.arms,
        diagnoses=findings.counts,
        diagnosis_urls=diagnosis_urls(run.id),
        headline=findings.headline,
        tests_unlocked=findings.tests_unlocked,
    )


def _made_up(session: Session, run: RunRow) -> tuple[MadeUpLine, ...]:
    """The newest made-up unaided answers, each of another probe."""
    newest: dict[str, MadeUp] = {}
    for line in results.newest_made_up(session, run, _MADE_UP_LOOKED_AT):
        newest.setdefault(line.slug, line)
    lines = list(newest.values())[:_MADE_UP]
    grades = {grade.response_id: grade for grade in results.grades_of(session, [each.response.id for each in lines])}
    return tuple(
        MadeUpLine(
            url=f"{fact_url(run.id, each.slug)}#none",
            question=each.question,
            spans=answer_spans(each.response.text, grades.get(each.response.id)),
            truth=each.answer,
            when=each.response.received_at_utc,
        )
        for each in lines
    )
