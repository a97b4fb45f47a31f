"""What the review desk reads: which answers need a person, which a reviewer has graded, and one answer to show.

Each function is one statement. `ReviewLedger` keeps what people have said, and where graders differ, in step with the
grades as they are added, so that the next answer costs no look at all of them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from threading import Lock
from typing import NamedTuple, TypeVar

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.grading.effective import MATCHER, PERSON, Given, effective, standing
from app.grading.records import Label
from app.store.tables import GREEDY_DRAW, GradeRow, ProbeVersionRow, ResponseRow, RunRow, TrialRow
from app.store.writes import chunks

_T = TypeVar("_T")

ORDER_MODULUS = 2_147_483_647
"""Prime, above any id: products of two numbers below it fit into 64 bits."""

_OVERLAP = 2_000
"""Grades looked at again where several connections write: a grade may be seen before one with a smaller id."""


_FRAMES_KEPT = 8


class Scope(NamedTuple):
    """Which answers are looked at: those of some runs, of a suite, of some probes; all where a part is None or ""."""

    run_ids: frozenset[int] | None = None
    suite: str = ""
    probe_version_ids: frozenset[int] | None = None

    @property
    def needs_trials(self) -> bool:
        """Whether only its trial says whether an answer belongs to it."""
        return bool(self.suite) or self.probe_version_ids is not None


class Draw(NamedTuple):
    """A response and the place it was drawn at."""

    response_id: int
    trial_id: int
    draw: int


class RunChoice(NamedTuple):
    """A run that can be chosen; its model is left out, since a reviewer must not learn it."""

    id: int
    suites: Sequence[str]
    arms: Sequence[str]


class ProbeWords(NamedTuple):
    """What a search looks at in a version of a probe."""

    id: int
    slug: str
    question: str | None
    answer: str | None
    work: str | None


class AskedAnswer(NamedTuple):
    """An answer and how it was asked for; nothing here says by which model, in which run, under which arm."""

    text: str
    finish_reason: str
    answer_format: str
    direction: str
    variant: str
    content: dict[str, object]


class GradedAnswer(NamedTuple):
    """A grade of a reviewer with the answer it was given to."""

    response_id: int
    text: str
    content: dict[str, object]
    answer_format: str
    direction: str
    variant: str
    label: str | None
    reason: str
    flags: Sequence[str]
    evidence_start: int | None
    evidence_end: int | None


@dataclass(frozen=True, slots=True)
class Order:
    """A reviewer's own order of all answers: a number for each id, the same whenever it is worked out.

    A polynomial over the remainders of a prime, since every database can compute it.
    """

    factor: int
    shift: int
    twist: int

    def of(self, id_: int) -> int:
        """The place of an id."""
        turned = (id_ * self.factor + self.shift) % ORDER_MODULUS
        return (turned * turned % ORDER_MODULUS + turned * self.twist) % ORDER_MODULUS


@dataclass(frozen=True, slots=True)
class PersonsGrade:
    """A person's grade that stands: its row, and which draw of which trial it was given to."""

    grade_id: int
    label: str
    reason: str
    trial_id: int
    draw: int


@dataclass(frozen=True, slots=True)
class Frame:
    """The places answers are drawn at: `draws` for each of the trials. Not every place has an answer."""

    trials: Sequence[int]
    members: Container[int]
    draws: int


class PutOff(NamedTuple):
    """Responses that a reviewer put off or, with `is_back`, let come again.

    `after` is the newest grade of his that stood then, 0 without any: it tells which of the two he did last.
    """

    response_ids: frozenset[int]
    is_back: bool
    after: int


@dataclass(slots=True)
class ReviewLedger:
    """What people have said so far, by name and response, and the responses whose graders differ (with their trial).

    It is filled at the first look and follows the grades by their ids. `skipped` are the responses that a reviewer has
    put off, `put_off` how this came about, the newest last; the database does not hold these, so they come back when
    the program is started again.
    """

    given: dict[str, dict[int, PersonsGrade]] = field(default_factory=dict)
    differing: dict[int, int] = field(default_factory=dict)
    skipped: dict[str, set[int]] = field(default_factory=dict)
    put_off: dict[str, list[PutOff]] = field(default_factory=dict)
    _frames: OrderedDict[tuple[Scope, int], Frame] = field(default_factory=OrderedDict)
    _seen: int = 0
    _lock: Lock = field(default_factory=Lock)

    def look(self, session: Session) -> tuple[dict[str, dict[int, PersonsGrade]], dict[int, int]]:
        """Copies of what people have said and of where graders differ, with all grades that the session sees."""
        with self._lock:
            self._catch_up(session)
            return {name: dict(theirs) for name, theirs in self.given.items()}, dict(self.differing)

    def _catch_up(self, session: Session) -> None:
        newest = session.scalar(select(func.max(GradeRow.id))) or 0
        is_single_writer = session.get_bind().dialect.name == "sqlite"
        if newest == self._seen and is_single_writer:
            return
        # A session that began before the last look sees less, and taking a grade in once more changes nothing.
        after = min(newest, self._seen) if is_single_writer else max(0, self._seen - _OVERLAP)
        for row in session.execute(_given_by_people(after)):
            theirs = self.given.setdefault(row.graded_by or "", {})
            if row.label is None:
                theirs.pop(row.response_id, None)
            else:
                theirs[row.response_id] = PersonsGrade(row.id, row.label, row.reason, row.trial_id, row.draw)
        for chunk in chunks(sorted(self._suspects(session, after))):
            self._compare(session, chunk)
        self._seen = newest

    def frame(self, session: Session, scope: Scope) -> Frame:
        """The trials of a scope; those of the last few scopes are kept until there are new trials."""
        newest = newest_trial_id(session)
        draws = most_draws(session)
        if scope == Scope():
            every = range(1, newest + 1)
            return Frame(every, every, draws)
        with self._lock:
            kept = self._frames.get((scope, newest))
            if kept is None:
                trials = trial_ids(session, scope)
                kept = self._frames[scope, newest] = Frame(trials, frozenset(trials), draws)
                while len(self._frames) > _FRAMES_KEPT:
                    self._frames.popitem(last=False)
            return kept

    def _suspects(self, session: Session, after: int) -> set[int]:
        """Responses whose graders may have come to differ, or to agree, through a grade behind `after`."""
        if not after:
            return set(session.scalars(_apart())) | self.differing.keys()
        graded = set(session.scalars(_graded_again(after)))
        suspects = self.differing.keys() & graded
        for chunk in chunks(sorted(graded)):
            suspects.update(session.scalars(_apart().where(GradeRow.response_id.in_(chunk))))
        return suspects

    def _compare(self, session: Session, response_ids: Sequence[int]) -> None:
        rows = session.execute(_grades_in_order(response_ids)).all()
        for response_id, grades in groupby(rows, key=lambda row: row.response_id):
            of_response = list(grades)
            if needs_a_person(of_response):
                self.differing[response_id] = of_response[0].trial_id
            else:
                self.differing.pop(response_id, None)


_ledgers: dict[str, ReviewLedger] = {}
_ledgers_lock = Lock()


def ledger_of(session: Session) -> ReviewLedger:
    """The ledger of the session's database."""
    with _ledgers_lock:
        return _ledgers.setdefault(session.get_bind().engine.url.render_as_string(), ReviewLedger())


def needs_a_person(grades: Iterable[Given]) -> bool:
    """Whether graders that stand differ and no person has settled it; people who are split evenly have not.

    A verdict of a judge that could not be read is none.
    """
    given = list(grades)
    stand = standing(given)
    if any(grade.grader == PERSON for grade in stand):
        return effective(given)[0] == Label.DISPUTED
    return len({grade.label for grade in stand} - {None, Label.GRADER_ERROR.value}) > 1


def run_choices(session: Session, limit: int) -> list[RunChoice]:
    """The newest runs that have answers, newest first."""
    rows = session.execute(
        select(RunRow.id, RunRow.suites, RunRow.arms)
        .where(RunRow.responses_stored > 0)
        .order_by(RunRow.id.desc())
        .limit(limit)
    )
    return [RunChoice(*row) for row in rows]


def newest_trial_id(session: Session) -> int:
    """The newest trial; 0 before any."""
    return session.scalar(select(func.max(TrialRow.id))) or 0


def most_draws(session: Session) -> int:
    """The most sampled draws that any run asks for."""
    return session.scalar(select(func.max(RunRow.k))) or 0


def trial_ids(session: Session, scope: Scope) -> list[int]:
    """The trials of a scope, by id."""
    return list(session.scalars(_within(select(TrialRow.id), scope, TrialRow.run_id).order_by(TrialRow.id)))


def probe_words(session: Session) -> list[ProbeWords]:
    """Slug, question, answer and work of every version of every probe."""
    content = ProbeVersionRow.content
    columns = (content[name].as_string() for name in ("question", "answer", "work"))
    rows = session.execute(select(ProbeVersionRow.id, ProbeVersionRow.slug, *columns).order_by(ProbeVersionRow.id))
    return [ProbeWords(*row) for row in rows]


def responses_of_draws(
    session: Session, places: Collection[tuple[int, int]]
) -> dict[tuple[int, int], tuple[int, str | None]]:
    """(response, label) by (trial, draw), of those that there are; places beside those asked for may be among them."""
    rows = session.execute(
        select(ResponseRow.trial_id, ResponseRow.draw, ResponseRow.id, ResponseRow.label)
        .where(
            ResponseRow.trial_id.in_({trial_id for trial_id, _ in places}),
            ResponseRow.draw.in_({draw for _, draw in places}),
        )
        .order_by(ResponseRow.id)
    )
    return {(row.trial_id, row.draw): (row.id, row.label) for row in rows}


def labels_of(session: Session, response_ids: Collection[int]) -> dict[int, str | None]:
    """Effective labels by response."""
    rows = session.execute(
        select(ResponseRow.id, ResponseRow.label)
        .where(ResponseRow.id.in_(sorted(response_ids)))
        .order_by(ResponseRow.id)
    )
    return {row.id: row.label for row in rows}


def responses_labelled(
    session: Session, order: Order, label: str | None, scope: Scope, *, arms: Collection[str], limit: int
) -> list[Draw]:
    """Sampled draws with a label, None for ungraded, of a scope: those first in a reviewer's order.

    `arms` are all that there may be: the index over labels begins with run, model and arm.
    """
    found = _labelled(select(ResponseRow.id), label, scope, arms).order_by(_turned(order), ResponseRow.id)
    return _draws(session, order, found.limit(limit))


def count_labelled(session: Session, label: str | None, scope: Scope, *, arms: Collection[str]) -> int:
    """How many sampled draws of a scope have a label, None for ungraded."""
    return session.scalar(_labelled(select(func.count(ResponseRow.id)), label, scope, arms)) or 0


def responses_in_order(session: Session, order: Order, scope: Scope, *, limit: int) -> list[Draw]:
    """Sampled draws of a scope with any label: those first in a reviewer's order. Looks at every answer there is."""
    found = _of_scope(select(ResponseRow.id), scope).order_by(_turned(order), ResponseRow.id)
    return _draws(session, order, found.limit(limit))


def count_up_to(session: Session, scope: Scope, limit: int) -> int:
    """How many sampled draws a scope has, counted no further than `limit`."""
    some = _of_scope(select(ResponseRow.id), scope).limit(limit).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def find_asked_answer(session: Session, response_id: int) -> AskedAnswer | None:
    """An answer with the version of the probe it was given to; None where there is no such answer."""
    row = session.execute(
        select(
            ResponseRow.text,
            ResponseRow.finish_reason,
            TrialRow.answer_format,
            TrialRow.direction,
            TrialRow.variant,
            ProbeVersionRow.content,
        )
        .join(TrialRow, TrialRow.id == ResponseRow.trial_id)
        .join(ProbeVersionRow, ProbeVersionRow.id == TrialRow.probe_version_id)
        .where(ResponseRow.id == response_id)
    ).one_or_none()
    return AskedAnswer(*row) if row else None


def graded_answers(session: Session, grade_ids: Collection[int]) -> list[GradedAnswer]:
    """Grades with the answers they were given to, the newest first."""
    rows = session.execute(
        select(
            GradeRow.response_id,
            ResponseRow.text,
            ProbeVersionRow.content,
            TrialRow.answer_format,
            TrialRow.direction,
            TrialRow.variant,
            GradeRow.label,
            GradeRow.reason,
            GradeRow.flags,
            GradeRow.evidence_start,
            GradeRow.evidence_end,
        )
        .join(ResponseRow, ResponseRow.id == GradeRow.response_id)
        .join(TrialRow, TrialRow.id == ResponseRow.trial_id)
        .join(ProbeVersionRow, ProbeVersionRow.id == TrialRow.probe_version_id)
        .where(GradeRow.id.in_(sorted(grade_ids)))
        .order_by(GradeRow.id.desc())
    )
    return [GradedAnswer(*row) for row in rows]


def find_earlier_reason(session: Session, response_id: int, reviewer: str) -> str | None:
    """The reason of a reviewer's newest grade of an answer, taken back or not; None where he gave none."""
    return session.scalar(
        select(GradeRow.reason)
        .where(
            GradeRow.response_id == response_id,
            GradeRow.grader == PERSON,
            GradeRow.graded_by == reviewer,
            GradeRow.label.is_not(None),
        )
        .order_by(GradeRow.id.desc())
        .limit(1)
    )


def _turned(order: Order) -> ColumnElement[int]:
    """`Order.of` for the database."""
    turned = (cast(ResponseRow.id, BigInteger) * order.factor + order.shift) % ORDER_MODULUS
    return (turned * turned % ORDER_MODULUS + turned * order.twist) % ORDER_MODULUS


def _within(selected: Select[_T], scope: Scope, run_id: InstrumentedAttribute[int]) -> Select[_T]:
    """What is selected with a condition for each part of the scope; trials must be among its tables for the last two.

    `run_id` is the column of the run in the table that is read first.
    """
    if scope.run_ids is not None:
        selected = selected.where(run_id.in_(sorted(scope.run_ids)))
    if scope.suite:
        selected = selected.where(TrialRow.suite == scope.suite)
    if scope.probe_version_ids is not None:
        selected = selected.where(TrialRow.probe_version_id.in_(sorted(scope.probe_version_ids)))
    return selected


def _of_scope(selected: Select[_T], scope: Scope) -> Select[_T]:
    """What is selected of the sampled draws of a scope, from its trials where only these say what belongs to it."""
    if not scope.needs_trials:
        return _within(selected.where(ResponseRow.draw != GREEDY_DRAW), scope, ResponseRow.run_id)
    # "+ 0" here and below so that SQLite goes from the few to the many: the other way round it reads every answer.
    of_trial = (ResponseRow.run_id == TrialRow.run_id + 0) & (ResponseRow.trial_id == TrialRow.id + 0)
    joined = selected.select_from(TrialRow).join(ResponseRow, of_trial).where(ResponseRow.draw != GREEDY_DRAW)
    return _within(joined, scope, TrialRow.run_id)


def _labelled(selected: Select[_T], label: str | None, scope: Scope, arms: Collection[str]) -> Select[_T]:
    has_label = ResponseRow.label.is_(None) if label is None else ResponseRow.label == label
    if scope.needs_trials:
        return _of_scope(selected, scope).where(has_label)
    of_run = (ResponseRow.run_id == RunRow.id + 0) & (ResponseRow.model_id == RunRow.model_id)
    joined = selected.select_from(RunRow).join(ResponseRow, of_run)
    joined = joined.where(ResponseRow.draw != GREEDY_DRAW, ResponseRow.arm.in_(sorted(arms)), has_label)
    return _within(joined, scope, RunRow.id)


def _draws(session: Session, order: Order, found: Select[int]) -> list[Draw]:
    first = found.subquery()
    rows = session.execute(
        select(ResponseRow.id, ResponseRow.trial_id, ResponseRow.draw).join(first, first.c.id == ResponseRow.id)
    )
    return sorted((Draw(*row) for row in rows), key=lambda draw: order.of(draw.response_id))


def _given_by_people(after: int) -> Select[int, int, str | None, str | None, str, int, int]:
    return (
        select(
            GradeRow.id,
            GradeRow.response_id,
            GradeRow.graded_by,
            GradeRow.label,
            GradeRow.reason,
            ResponseRow.trial_id,
            ResponseRow.draw,
        )
        .join(ResponseRow, ResponseRow.id == GradeRow.response_id)
        .where(GradeRow.id > after, GradeRow.grader == PERSON)
        .order_by(GradeRow.id)
    )


def _graded_again(after: int) -> Select[int]:
    """Responses that had a grade and were given another behind `after`, or one by a judge or a person."""
    earlier = aliased(GradeRow)
    had_one = select(earlier.id).where(earlier.response_id == GradeRow.response_id, earlier.id < GradeRow.id).exists()
    return select(GradeRow.response_id).where(GradeRow.id > after, (GradeRow.grader != MATCHER) | had_one)


def _apart() -> Select[int]:
    """Responses on whose effective label a judge or a person does not agree."""
    return (
        select(GradeRow.response_id)
        .distinct()
        .join(ResponseRow, ResponseRow.id == GradeRow.response_id)
        .where(GradeRow.grader != MATCHER, GradeRow.label != ResponseRow.label, ResponseRow.draw != GREEDY_DRAW)
    )


def _grades_in_order(response_ids: Sequence[int]) -> Select[int, int, str, str | None, str | None]:
    return (
        select(ResponseRow.trial_id, GradeRow.response_id, GradeRow.grader, GradeRow.graded_by, GradeRow.label)
        .join(ResponseRow, ResponseRow.id == GradeRow.response_id)
        .where(GradeRow.response_id.in_(response_ids))
        .order_by(GradeRow.response_id, GradeRow.id)
    )
