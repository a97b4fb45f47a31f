"""Answers to continuation probes, for the measures that are taken of them when they are shown."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.probes.records import ProbeKind
from app.store.tables import GREEDY_DRAW, ProbeVersionRow, ResponseRow, RunRow, TrialRow


class ContinuedAnswer(NamedTuple):
    """One sampled answer, and which version of which probe it goes on with."""

    probe_version_id: int
    arm: str
    text: str


def continuation_probes(session: Session, run: RunRow) -> list[ProbeVersionRow]:
    """The continuation probes that a run asks, by their slug; none in most runs."""
    asked = select(TrialRow.probe_version_id).where(TrialRow.run_id == run.id).distinct()
    return list(
        session.scalars(
            select(ProbeVersionRow)
            .where(
                ProbeVersionRow.id.in_(asked),
                ProbeVersionRow.content["kind"].as_string() == ProbeKind.CONTINUATION.value,
            )
            .order_by(ProbeVersionRow.slug)
        )
    )


def continued_answers(session: Session, run: RunRow, probe_version_ids: list[int]) -> list[ContinuedAnswer]:
    """Sampled answers to these probes in a run, by trial and draw."""
    rows = session.execute(
        select(TrialRow.probe_version_id, ResponseRow.arm, ResponseRow.text)
        .join(TrialRow, TrialRow.id == ResponseRow.trial_id)
        .where(
            ResponseRow.run_id == run.id,
            TrialRow.probe_version_id.in_(probe_version_ids),
            ResponseRow.draw != GREEDY_DRAW,
        )
        .order_by(ResponseRow.trial_id, ResponseRow.draw)
    )
    return [ContinuedAnswer(*row) for row in rows]
