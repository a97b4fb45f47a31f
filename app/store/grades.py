"""Grades given after the answers came: by a newer matcher, a judge or a person. Adds rows and derives labels anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Result, Row, func, insert, select, update
from sqlalchemy.orm import Session

from app.grading.effective import JUDGE, effective
from app.grading.records import DeclineKind, Flag, Grade, Label
from app.store.tables import CueRow, GradeRow, ResponseRow, RunRow, TrialRow
from app.store.writes import chunks, grade_values

Moves = Counter[tuple[str | None, str | None]]
"""How many responses went from one effective label to another; None is ungraded."""


class GivenGrade(NamedTuple):
    """Of a grade, what decides which one counts and whether there is a newer grader."""

    response_id: int
    grader: str
    version: str
    graded_by: str | None
    label: str | None


def add_grades(session: Session, grades: Sequence[tuple[int, Grade]]) -> Moves:
    """Store grades by response id, in the order given, and bring the responses' effective labels up to date.

    Every run whose responses are graded counts one regrade more, so that what was worked out before is known to be old.
    Returned are the labels that changed.
    """
    if not grades:
        return Counter()
    session.execute(insert(GradeRow), [grade_values(response_id, grade) for response_id, grade in grades])
    return derive_labels(session, list(dict.fromkeys(response_id for response_id, _ in grades)))


def derive_labels(session: Session, response_ids: Sequence[int]) -> Moves:
    """Set the effective label of responses from all of their grades; the labels that changed."""
    runs: set[int] = set()
    moves: Moves = Counter()
    for chunk in chunks(response_ids):
        before = session.execute(
            select(ResponseRow.id, ResponseRow.run_id, ResponseRow.label).where(ResponseRow.id.in_(chunk))
        ).all()
        runs.update(row.run_id for row in before)
        labels = labels_by_grades(session, chunk)
        changed = [row for row in before if row.id in labels and labels[row.id] != row.label]
        moves.update((row.label, labels[row.id]) for row in changed)
        if changed:
            session.execute(update(ResponseRow), [{"id": row.id, "label": labels[row.id]} for row in changed])
    session.execute(update(RunRow).where(RunRow.id.in_(runs)).values(regrades=RunRow.regrades + 1))
    return moves


def labels_by_grades(session: Session, response_ids: Sequence[int]) -> Mapping[int, str | None]:
    """The effective label of each response as its grades say it."""
    rows = session.scalars(
        select(GradeRow).where(GradeRow.response_id.in_(response_ids)).order_by(GradeRow.response_id, GradeRow.id)
    )
    return {id_: effective(given)[0] for id_, given in groupby(rows, key=lambda row: row.response_id)}


def label_totals(session: Session, run_id: int) -> dict[str | None, int]:
    """How many responses of a run have each effective label, the greedy ones included; None is ungraded."""
    rows = session.execute(
        select(ResponseRow.label, func.count())
        .where(ResponseRow.run_id == run_id)
        .group_by(ResponseRow.label)
        .order_by(ResponseRow.label)
    )
    return {label: count for label, count in rows}  # noqa: C416 - rows are no pairs to the type checker


def responses_to_grade(session: Session, run_id: int, *, after: int, limit: int) -> Sequence[Row[Any]]:
    """The next responses of a run with all that graders go by, by id, those behind `after`.

    Columns: id, text, finish_reason, cue_text, probe_version_id, answer_format, direction, variant.
    """
    rows: Result[Any] = session.execute(
        select(
            ResponseRow.id,
            ResponseRow.text,
            ResponseRow.finish_reason,
            CueRow.text.label("cue_text"),
            TrialRow.probe_version_id,
            TrialRow.answer_format,
            TrialRow.direction,
            TrialRow.variant,
        )
        .join(TrialRow, TrialRow.id == ResponseRow.trial_id)
        .outerjoin(CueRow, CueRow.id == TrialRow.cue_id)
        .where(ResponseRow.run_id == run_id, ResponseRow.id > after)
        .order_by(ResponseRow.id)
        .limit(limit)
    )
    return rows.all()


def given_grades(session: Session, response_ids: Sequence[int]) -> dict[int, list[GivenGrade]]:
    """The grades of responses by their ids, oldest first."""
    rows = session.execute(
        select(GradeRow.response_id, GradeRow.grader, GradeRow.version, GradeRow.graded_by, GradeRow.label)
        .where(GradeRow.response_id.in_(response_ids))
        .order_by(GradeRow.response_id, GradeRow.id)
    )
    grades: dict[int, list[GivenGrade]] = {}
    for row in rows:
        grades.setdefault(row.response_id, []).append(GivenGrade(*row))
    return grades


def known_verdicts(session: Session, prompts: Sequence[str], graded_by: str, version: str) -> dict[str, Grade]:
    """The verdicts a judge gave in any run when it was asked these prompts, by their hashes; the newest of each.

    What could not be read is none: a server that has been put right since may be asked again.
    """
    verdicts: dict[str, Grade] = {}
    for chunk in chunks(prompts):
        rows = session.scalars(
            select(GradeRow)
            .where(
                GradeRow.prompt_sha256.in_(chunk),
                GradeRow.grader == JUDGE,
                GradeRow.graded_by == graded_by,
                GradeRow.version == version,
                GradeRow.label != Label.GRADER_ERROR.value,
            )
            .order_by(GradeRow.id)
        )
        verdicts.update({row.prompt_sha256: _grade(row) for row in rows if row.prompt_sha256 is not None})
    return verdicts


def _grade(row: GradeRow) -> Grade:
    has_evidence = row.evidence_start is not None and row.evidence_end is not None
    return Grade(
        label=Label(row.label) if row.label is not None else None,
        grader=row.grader,
        version=row.version,
        reason=row.reason,
        score=row.score,
        evidence=(row.evidence_start or 0, row.evidence_end or 0) if has_evidence else None,
        answer=row.answer,
        flags=frozenset(Flag(flag) for flag in row.flags),
        decline_kind=DeclineKind(row.decline_kind) if row.decline_kind is not None else None,
        graded_by=row.graded_by,
        raw=row.raw,
        prompt_sha256=row.prompt_sha256,
    )
