"""Grades given after the answers came: by a newer matcher, a judge or a person. Adds rows and derives labels anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.grading.effective import effective
from app.grading.records import Grade
from app.store.tables import GradeRow, ResponseRow, RunRow
from app.store.writes import chunks, grade_values


def add_grades(session: Session, grades: Sequence[tuple[int, Grade]]) -> None:
    """Store grades by response id, in the order given, and bring the responses' effective labels up to date.

    Every run whose responses are graded counts one regrade more, so that what was worked out before is known to be old.
    """
    if not grades:
        return
    session.execute(insert(GradeRow), [grade_values(response_id, grade) for response_id, grade in grades])
    derive_labels(session, list(dict.fromkeys(response_id for response_id, _ in grades)))


def derive_labels(session: Session, response_ids: Sequence[int]) -> None:
    """Set the effective label of responses from all of their grades."""
    runs: set[int] = set()
    for chunk in chunks(response_ids):
        runs.update(session.scalars(select(ResponseRow.run_id).where(ResponseRow.id.in_(chunk)).distinct()))
        labels = labels_by_grades(session, chunk)
        session.execute(update(ResponseRow), [{"id": id_, "label": label} for id_, label in labels.items()])
    session.execute(update(RunRow).where(RunRow.id.in_(runs)).values(regrades=RunRow.regrades + 1))


def labels_by_grades(session: Session, response_ids: Sequence[int]) -> Mapping[int, str | None]:
    """The effective label of each response as its grades say it."""
    rows = session.scalars(
        select(GradeRow).where(GradeRow.response_id.in_(response_ids)).order_by(GradeRow.response_id, GradeRow.id)
    )
    return {id_: effective(given)[0] for id_, given in groupby(rows, key=lambda row: row.response_id)}
