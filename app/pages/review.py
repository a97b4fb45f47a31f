"""The review desk: one answer at a time for a person to grade, blind, and what a reviewer does with it.

A reviewer sees question, gold answer and the words of the answer; never the model, the run, the arm, the cue, the draw
or what any grader said. Answers whose graders differ come first, then those without a label, then a random sample of
the rest, each in an order of the reviewer's own, so that neighbours tell nothing.
"""

from __future__ import annotations

import hashlib
import random
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from app.cues.arms import Arm
from app.errors import InputError, NotFound
from app.grading.effective import JUDGE, MATCHER, PERSON
from app.grading.records import LABEL_SHOWN, Flag, Grade, Label
from app.pages.answers import EVIDENCE, FABRICATED, Span
from app.probes.forms import LETTERS, AnswerFormat, Direction, as_asked
from app.probes.records import Probe
from app.store import review
from app.store.grades import add_grades
from app.store.review import Draw, Order, PersonsGrade, PutOff, Scope
from app.store.session import Session

PERSON_VERSION = "1"
SAMPLE_GOAL = 100
"""Answers of the random sample that a reviewer is asked for; more are given to who wants them."""

GIVEN_BY_PEOPLE = (Label.CORRECT, Label.INCORRECT, Label.NOT_ATTEMPTED, Label.TRUNCATED, Label.EMPTY)
UNGRADED = "ungraded"

DIFFERED, NOT_GRADED, SAMPLED, CHOSEN, SECOND_READ = (
    "graders differed",
    "not graded",
    "random sample",
    "chosen",
    "second read",
)
"""Why an answer came to a reviewer: the reason of his grade begins with it, and `came_by` reads it back.

Only SAMPLED grades are a random sample of the answers (of a run or suite, where the reviewer chose one): a correction
of another grader must leave the others out, or take those that came for another reason as a stratum of their own.
"""

TAKES: Mapping[str, str] = {
    "": "open ones, then a random sample",
    "differ": "graders differ",
    "ungraded": "not graded",
    "sample": "random sample",
    "second": "second reads",
}

SKIP, BRINGING_BACK = "skip", "skipped"
"""What can be taken back beside a grade, as an address names it; a grade is named by its label."""

_WITHOUT_LABEL = (None, Label.GRADER_ERROR.value)
_JUST_GRADED = 5
_LONGEST_NAME = 60
_LONGEST_NOTE = 2_000
_LONGEST_SEARCH = 200
_AT_ONCE = 64
_TRIES = 4
_RUNS_OFFERED = 1_000
_ITEM_DIGITS = 12


class WordsNotFound(InputError):
    """The words that a reviewer marked do not stand in the answer."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which answers a reviewer wants: of a run or a suite, to probes with some words, with a label, and of what kind.

    None and "" let everything through; `label` is the effective one, or `ungraded`.
    """

    run: int | None = None
    suite: str = ""
    q: str = ""
    label: str = ""
    take: str = ""

    @classmethod
    def from_fields(cls, fields: Mapping[str, str]) -> Chosen:
        """The choice that a form or an address carries; raises InputError for a value that cannot be chosen."""
        run, label, take = (fields.get(name, "").strip() for name in ("run", "label", "take"))
        if run and not (run.isdecimal() and run.isascii() and len(run) < 10):
            raise InputError(f"run: {run!r} is no number of a run; leave it out for all runs")
        if label not in {"", UNGRADED, *Label}:
            raise InputError(f"label: {label!r} is none of {UNGRADED}, {', '.join(Label)}")
        if take not in TAKES:
            raise InputError(f"take: {take!r} is none of {', '.join(filter(None, TAKES))}")
        words = fields.get("q", "").strip()[:_LONGEST_SEARCH]
        return cls(int(run) if run else None, fields.get("suite", "").strip(), words, label, take)

    def fields(self) -> dict[str, str]:
        """The parts that were chosen, as a form or an address carries them."""
        return {name: str(value) for name, value in asdict(self).items() if value not in {None, ""}}

    @property
    def words(self) -> str:
        """What is taken, in words."""
        is_narrowed = self.run or self.suite or self.q or self.label
        return f"{TAKES[self.take]}{', filtered' if is_narrowed else ''}"

    def address(self, **more: str) -> str:
        """The desk with this choice."""
        query = urlencode({**self.fields(), **more})
        return f"/review?{query}" if query else "/review"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a reviewer says of an answer, as his form carries it: `words` of the answer that the label rests on, and
    where they begin, -1 when he typed them.
    """

    item: str
    label: str
    hedged: bool = False
    words: str = ""
    start: int = -1
    note: str = ""

    @classmethod
    def from_fields(cls, fields: Mapping[str, str]) -> Judgement:
        """What a form carries; a place that is no number is as good as none."""
        start = fields.get("start", "")
        return cls(
            item=fields.get("item", ""),
            label=fields.get("grade", ""),
            hedged=bool(fields.get("hedged")),
            words=fields.get("words", ""),
            start=int(start) if start.isdecimal() and start.isascii() and len(start) < 10 else -1,
            note=fields.get("note", ""),
        )


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What was taken back: SKIP, BRINGING_BACK or the label of a grade; `item` is its answer, None for several."""

    act: str
    item: str | None


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One answer to grade. `token` names it without saying when it came; `given` is the reviewer's own label."""

    token: str
    question: str
    gold: str
    aliases: tuple[str, ...]
    known_wrong: tuple[str, ...]
    options: tuple[tuple[str, str], ...]
    plot_points: tuple[str, ...]
    text: str
    reached_limit: bool
    given: str | None


@dataclass(frozen=True, slots=True)
class JustGraded:
    """One of the reviewer's own grades, and where it can be changed."""

    question: str
    spans: tuple[Span, ...]
    label: str
    remarks: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What each part of the choice can be, as (value, words); the first lets everything through."""

    take: tuple[tuple[str, str], ...]
    run: tuple[tuple[str, str], ...]
    suite: tuple[tuple[str, str], ...]
    label: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """The desk. Without `reviewer` it asks for a name; without `item` there is nothing left, and `skipped` says how
    many were put off. `draft` is what stands in the form after a `problem`, `name` in the form that asks for one.
    `undone` says what was just taken back; `can_undo` whether there is anything to take back.
    """

    reviewer: str | None
    reviewers: tuple[str, ...]
    chosen: Chosen
    choices: Choices
    graded: int
    left: int
    skipped: int
    has_answers: bool
    item: ShownItem | None
    just_graded: tuple[JustGraded, ...]
    problem: str | None
    draft: Judgement | None
    name: str
    undone: str | None
    can_undo: bool


def reviewer_named(session: Session, text: str) -> str | None:
    """The reviewer of that name, spelled as he first spelled it; None for a text that is no name of a person."""
    name = _tidied(text)
    if name_problem(name):
        return None
    known, _ = review.ledger_of(session).look(session)
    return next((other for other in known if other.casefold() == name.casefold()), name)


def name_problem(text: str) -> str | None:
    """Why a text cannot be a reviewer's name, in words; None when it can."""
    name = _tidied(text)
    if not name or len(name) > _LONGEST_NAME:
        return f"Give a name of 1 to {_LONGEST_NAME} letters; your grades are stored under it."
    alike = unicodedata.normalize("NFKC", name).casefold()
    if alike in {MATCHER, PERSON} or alike.startswith(JUDGE):
        return f"The name “{name}” would read as a grader that is no person; give a name of your own."
    return None


def _tidied(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", text)).split())


def came_by(reason: str) -> tuple[str, str]:
    """(why the answer came to the reviewer, his note) of the reason of a person's grade; "" for what is not there."""
    why, _, note = reason.partition(": ")
    return (why, note) if why in {DIFFERED, NOT_GRADED, SAMPLED, CHOSEN, SECOND_READ} else ("", reason)


def review_page(
    session: Session,
    reviewer: str | None,
    chosen: Chosen,
    *,
    item: str = "",
    problem: str | None = None,
    draft: Judgement | None = None,
    name: str = "",
    undone: str = "",
) -> ReviewPage:
    """The desk of a reviewer; `item` names an answer that he wants instead of the next, such as one he took back.

    `undone` is the act he took back, as `TakenBack` names it; `name` is what he gave for a name when that was none.

    Raises NotFound for an item that is not there.
    """
    runs = review.run_choices(session, _RUNS_OFFERED)
    desk = _Desk(session, reviewer or "", chosen, runs)
    response_id = (_unsealed(session, item, reviewer) if item else desk.next()) if reviewer else None
    answer = review.find_asked_answer(session, response_id) if response_id is not None else None
    graded, left = desk.progress() if reviewer else (0, 0)
    return ReviewPage(
        reviewer=reviewer,
        reviewers=tuple(sorted(desk.given, key=str.casefold)),
        chosen=chosen,
        choices=_choices(runs),
        graded=graded,
        left=left,
        skipped=len(desk.skipped),
        has_answers=bool(runs),
        item=_shown(answer, response_id, desk) if answer and response_id is not None else None,
        just_graded=tuple(_just_graded(session, desk)) if reviewer else (),
        problem=problem,
        draft=draft,
        name=_tidied(name),
        undone=_undone_words(undone) if reviewer else None,
        can_undo=bool(desk.mine or desk.ledger.put_off.get(desk.reviewer)),
    )


def judged(session: Session, reviewer: str, chosen: Chosen, judgement: Judgement) -> tuple[int, Grade]:
    """The response that a reviewer graded and the grade to add to it. Stores nothing.

    Raises NotFound for an item that is not there, InputError for a label no person gives, WordsNotFound for words that
    do not stand in the answer.
    """
    if judgement.label not in GIVEN_BY_PEOPLE:
        raise InputError(f"grade: {judgement.label!r} is none a person gives; give one of {', '.join(GIVEN_BY_PEOPLE)}")
    response_id = _unsealed(session, judgement.item, reviewer)
    answer = review.find_asked_answer(session, response_id)
    if answer is None:
        raise NotFound("this answer is not there any more; open the review again for the next one")
    desk = _Desk(session, reviewer, chosen, review.run_choices(session, _RUNS_OFFERED))
    why, note = desk.why(response_id), judgement.note.strip()[:_LONGEST_NOTE]
    grade = Grade(
        label=Label(judgement.label),
        grader=PERSON,
        version=PERSON_VERSION,
        reason=f"{why}: {note}" if note else why,
        evidence=_range_of(judgement, answer.text),
        flags=frozenset({Flag.HEDGED} if judgement.hedged else ()),
        graded_by=reviewer,
    )
    desk.skipped.discard(response_id)
    return response_id, grade


def take_back(session: Session, reviewer: str) -> TakenBack | None:
    """Take back the last thing a reviewer did, a grade or a skip; None when there is nothing to take back.

    A grade that he gave before he skipped an answer stands, and is the next to be taken back.
    """
    ledger = review.ledger_of(session)
    given = ledger.look(session)[0].get(reviewer, {})
    put_off = ledger.put_off.get(reviewer)
    if put_off and put_off[-1].after >= _newest_grade(given):
        return _taken_back(ledger, reviewer, put_off.pop())
    if not given:
        return None
    response_id = max(given, key=lambda id_: given[id_].grade_id)
    add_grades(session, [(response_id, Grade(None, PERSON, PERSON_VERSION, "taken back", graded_by=reviewer))])
    return TakenBack(given[response_id].label, _sealed(response_id, reviewer))


def skip(session: Session, reviewer: str, item: str) -> None:
    """Put an item off until the reviewer asks for those he skipped."""
    response_id = _unsealed(session, item, reviewer)
    skipped = review.ledger_of(session).skipped.setdefault(reviewer, set())
    if response_id not in skipped:
        skipped.add(response_id)
        _note(session, reviewer, {response_id}, is_back=False)


def bring_back_skipped(session: Session, reviewer: str) -> None:
    """Let the items come again that a reviewer has put off."""
    skipped = review.ledger_of(session).skipped.pop(reviewer, None)
    if skipped:
        _note(session, reviewer, skipped, is_back=True)


def _note(session: Session, reviewer: str, response_ids: Iterable[int], *, is_back: bool) -> None:
    """Keep in mind what a reviewer did beside grading, and after which of his grades."""
    ledger = review.ledger_of(session)
    after = _newest_grade(ledger.look(session)[0].get(reviewer, {}))
    ledger.put_off.setdefault(reviewer, []).append(PutOff(frozenset(response_ids), is_back, after))


def _newest_grade(given: Mapping[int, PersonsGrade]) -> int:
    return max((grade.grade_id for grade in given.values()), default=0)


def _taken_back(ledger: review.ReviewLedger, reviewer: str, act: PutOff) -> TakenBack:
    skipped = ledger.skipped.setdefault(reviewer, set())
    if act.is_back:
        skipped |= act.response_ids
        return TakenBack(BRINGING_BACK, None)
    skipped -= act.response_ids
    (response_id,) = act.response_ids
    return TakenBack(SKIP, _sealed(response_id, reviewer))


def _undone_words(act: str) -> str | None:
    """What was taken back, for the reviewer; None for an act there is not."""
    if act == SKIP:
        return "Taken back: your skip. The answer is before you again; your grades stand."
    if act == BRINGING_BACK:
        return "Taken back: the answers you had let come again are put off as before; your grades stand."
    if act in GIVEN_BY_PEOPLE:
        return f"Taken back: your grade “{LABEL_SHOWN[Label(act)]}”. The answer is before you again, ungraded by you."
    return None


class _Desk:
    """What lies before a reviewer who has made a choice."""

    def __init__(self, session: Session, reviewer: str, chosen: Chosen, runs: Sequence[review.RunChoice]) -> None:
        self.session, self.reviewer, self.chosen = session, reviewer, chosen
        self.ledger = ledger = review.ledger_of(session)
        self.given, self.differing = ledger.look(session)
        self.mine: Mapping[int, PersonsGrade] = self.given.get(reviewer, {})
        self.skipped = ledger.skipped.setdefault(reviewer, set()) if reviewer else set()
        self.scope = _scope_of(session, chosen, runs)
        self.frame = ledger.frame(session, self.scope)
        self.order = _order_of(reviewer)
        self.arms = frozenset(arm for run in runs for arm in run.arms) or frozenset(arm.value for arm in Arm)

    def next(self) -> int | None:
        """The next answer for the reviewer; None when there is none left."""
        ways: dict[str, Sequence[Callable[[], int | None]]] = {
            "": (self._differing, self._ungraded, self._any),
            "differ": (self._differing,),
            "ungraded": (self._ungraded,),
            "sample": (self._any,),
            "second": (self._second,),
        }
        return next((found for way in ways[self.chosen.take] if (found := way()) is not None), None)

    def why(self, response_id: int) -> str:
        """Why an answer comes to the reviewer; once it has come, that stays the reason."""
        earlier = review.find_earlier_reason(self.session, response_id, self.reviewer)
        if earlier is not None and came_by(earlier)[0]:
            return came_by(earlier)[0]
        if self.chosen.take == "second":
            return SECOND_READ
        if self.chosen.take != "sample":
            if response_id in self.differing:
                return DIFFERED
            if review.labels_of(self.session, [response_id]).get(response_id) in _WITHOUT_LABEL:
                return NOT_GRADED
        is_narrowed = bool(self.chosen.q or self.chosen.label)
        return SAMPLED if not is_narrowed and self._any() == response_id else CHOSEN

    def progress(self) -> tuple[int, int]:
        """How many of the chosen answers the reviewer has graded, and how many he is still asked for."""
        members = self.frame.members
        mine = [given for given in self.mine.values() if given.trial_id in members]
        match self.chosen.take:
            case "differ":
                left = len(self._open(self.differing))
            case "ungraded":
                left = self._count_ungraded()
            case "second":
                left = len(self._open(self._graded_by_others()))
            case _ if self._labels:
                of_mine = self._labels_of([id_ for id_, given in self.mine.items() if given.trial_id in members])
                left = self._count_labelled(self._labels) - sum(each in self._labels for each in of_mine.values())
            case take:
                sampled = sum(came_by(given.reason)[0] == SAMPLED for given in mine)
                left = max(0, SAMPLE_GOAL - sampled)
                if not take:
                    left += len(self._open(self.differing)) + self._count_ungraded()
                left = min(left, review.count_up_to(self.session, self.scope, len(mine) + left) - len(mine))
        return len(mine), max(0, left)

    @property
    def _labels(self) -> tuple[str | None, ...]:
        """The labels that were chosen; none when all were."""
        if not self.chosen.label:
            return ()
        return _WITHOUT_LABEL if self.chosen.label == UNGRADED else (self.chosen.label,)

    def _differing(self) -> int | None:
        return self._first(self._open(self.differing))

    def _second(self) -> int | None:
        return self._first(self._open(self._graded_by_others()))

    def _graded_by_others(self) -> dict[int, int]:
        """Trials by response."""
        return {
            response_id: given.trial_id
            for name, theirs in self.given.items()
            if name != self.reviewer
            for response_id, given in theirs.items()
        }

    def _open(self, trials: Mapping[int, int]) -> list[int]:
        """Of responses with their trials those of the choice that the reviewer has not graded."""
        members, mine = self.frame.members, self.mine
        return [id_ for id_, trial in trials.items() if trial in members and id_ not in mine]

    def _first(self, response_ids: Sequence[int]) -> int | None:
        """The first of some responses in the reviewer's order that has the label he chose and was not put off."""
        left = [id_ for id_ in response_ids if id_ not in self.skipped]
        if not self._labels:
            return min(left, key=self.order.of, default=None)
        in_order = iter(sorted(left, key=self.order.of))
        while some := list(islice(in_order, _AT_ONCE)):
            labels = self._labels_of(some)
            if found := [id_ for id_ in some if labels.get(id_, "") in self._labels]:
                return found[0]
        return None

    def _labels_of(self, response_ids: Sequence[int]) -> dict[int, str | None]:
        labels: dict[int, str | None] = {}
        for start in range(0, len(response_ids), 500):
            labels |= review.labels_of(self.session, response_ids[start : start + 500])
        return labels

    def _ungraded(self) -> int | None:
        labels = tuple(label for label in _WITHOUT_LABEL if not self._labels or label in self._labels)
        return self._at_random(labels) if labels else None

    def _count_ungraded(self) -> int:
        return self._count_labelled(_WITHOUT_LABEL)

    def _count_labelled(self, labels: Sequence[str | None]) -> int:
        return sum(review.count_labelled(self.session, each, self.scope, arms=self.arms) for each in labels)

    def _any(self) -> int | None:
        """The next of all answers at random, or of those with the label that was chosen."""
        return self._at_random(self._labels)

    def _at_random(self, labels: tuple[str | None, ...]) -> int | None:
        """An answer drawn from those with one of some labels, any where there are none."""
        seen = {(given.trial_id, given.draw) for given in self.mine.values()}
        places = (place for place in self._places() if place not in seen)
        for _ in range(_TRIES):
            some = list(islice(places, _AT_ONCE))
            there = review.responses_of_draws(self.session, some)
            for place in some:
                response_id, label = there.get(place, (0, None))
                if response_id and response_id not in self.skipped and (not labels or label in labels):
                    return response_id
            if len(some) < _AT_ONCE:
                return None
        # There are few of them: look at these instead.
        most = len(self.mine) + len(self.skipped) + 1
        draws: list[Draw] = []
        for label in labels:
            draws += review.responses_labelled(self.session, self.order, label, self.scope, arms=self.arms, limit=most)
        if not labels:
            draws = review.responses_in_order(self.session, self.order, self.scope, limit=most)
        unseen = (draw.response_id for draw in draws if not self._is_seen(draw.response_id))
        return min(unseen, key=self.order.of, default=None)

    def _is_seen(self, response_id: int) -> bool:
        return response_id in self.mine or response_id in self.skipped

    def _places(self) -> Iterator[tuple[int, int]]:
        """Every place an answer may be drawn at, (trial, draw), in an order drawn for the reviewer."""
        trials, draws = self.frame.trials, self.frame.draws
        for at in _shuffled(len(trials) * draws, random.Random(f"review of {self.reviewer}")):
            yield trials[at // draws], at % draws + 1


def _choices(runs: Sequence[review.RunChoice]) -> Choices:
    suites = sorted({suite for run in runs for suite in run.suites})
    labels = ((label.value, LABEL_SHOWN[label]) for label in Label if label is not Label.TRANSPORT_ERROR)
    return Choices(
        take=tuple(TAKES.items()),
        run=(("", "all runs"), *((str(run.id), f"run {run.id}") for run in runs)),
        suite=(("", "all suites"), *((suite, suite) for suite in suites)),
        label=(("", "any label"), (UNGRADED, "not graded"), *labels),
    )


def _shuffled(n: int, rng: random.Random) -> Iterator[int]:
    """0 to n - 1 in random order, worked out only as far as it is read (Fisher and Yates, moved places kept alone)."""
    moved: dict[int, int] = {}
    for at in range(n):
        drawn = rng.randrange(at, n)
        yield moved.get(drawn, drawn)
        moved[drawn] = moved.pop(at, at)


def _order_of(reviewer: str) -> Order:
    drawn = random.Random(f"order of {reviewer}")
    return Order(*(drawn.randrange(1, review.ORDER_MODULUS) for _ in range(3)))


def _sealed(response_id: int, reviewer: str) -> str:
    """A response's id as a reviewer sees it. Ids count on from draw to draw, arm to arm and run to run, and would tell
    which answers belong together; these do not, and are others for every reviewer.
    """
    left, right = response_id >> 24, response_id & 0xFFFFFF
    for turn in range(4):
        left, right = right, left ^ _mixed(right, turn, reviewer)
    return f"{left << 24 | right:012x}"


def _unsealed(session: Session, item: str, reviewer: str) -> int:
    """The response that an item stands for; raises NotFound where it is no item of the reviewer's."""
    unknown = NotFound(f"there is no answer {item!r} to review; open the review again for the next one")
    if len(item) != _ITEM_DIGITS or not set(item) <= set("0123456789abcdef"):
        raise unknown
    number = int(item, 16)
    left, right = number >> 24, number & 0xFFFFFF
    for turn in reversed(range(4)):
        left, right = right ^ _mixed(left, turn, reviewer), left
    response_id = left << 24 | right
    if response_id >= review.ORDER_MODULUS or not review.labels_of(session, [response_id]):
        raise unknown
    return response_id


def _mixed(half: int, turn: int, reviewer: str) -> int:
    text = f"{turn} {half} {reviewer}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=3, person=b"review").digest())


def _scope_of(session: Session, chosen: Chosen, runs: Sequence[review.RunChoice]) -> Scope:
    """The choice as the store takes it; a suite by its runs where these ask nothing else, which is found faster."""
    run_ids = None if chosen.run is None else frozenset({chosen.run})
    suite = chosen.suite
    of_suite = [run for run in runs if suite in run.suites] if suite else []
    if of_suite and len(runs) < _RUNS_OFFERED and all(list(run.suites) == [suite] for run in of_suite):
        ids = frozenset(run.id for run in of_suite)
        run_ids, suite = ids if run_ids is None else ids & run_ids, ""
    return Scope(run_ids, suite, _probes_with(session, chosen.q) if chosen.q else None)


def _probes_with(session: Session, words: str) -> frozenset[int]:
    """Versions of probes in whose question, answer, work or slug all words occur."""
    wanted = words.casefold().split()
    found = []
    for probe in review.probe_words(session):
        text = f"{probe.question}\n{probe.answer}\n{probe.work or ''}\n{probe.slug}".casefold()
        if all(word in text for word in wanted):
            found.append(probe.id)
    return frozenset(found)


def _asked(content: Mapping[str, Any], answer_format: str, direction: str, variant: str) -> Probe:
    return as_asked(Probe.model_validate(content), AnswerFormat(answer_format), Direction(direction), variant)


def _shown(answer: review.AskedAnswer, response_id: int, desk: _Desk) -> ShownItem:
    probe = _asked(answer.content, answer.answer_format, answer.direction, answer.variant)
    has_options = answer.answer_format == AnswerFormat.CHOICE
    mine = desk.mine.get(response_id)
    return ShownItem(
        token=_sealed(response_id, desk.reviewer),
        question=probe.question,
        gold=probe.answer,
        aliases=tuple(alias for alias in probe.aliases if alias.casefold() != probe.answer.casefold()),
        known_wrong=probe.must_not,
        options=tuple(zip(LETTERS, probe.choices, strict=False)) if has_options else (),
        plot_points=tuple(point.event for point in probe.plot_points or ()),
        text=answer.text,
        reached_limit=answer.finish_reason == "length",
        given=mine.label if mine else None,
    )


def _just_graded(session: Session, desk: _Desk) -> Iterator[JustGraded]:
    newest = sorted((given.grade_id for given in desk.mine.values()), reverse=True)[:_JUST_GRADED]
    for graded in review.graded_answers(session, newest):
        note = came_by(graded.reason)[1]
        hedged = ("hedged",) if Flag.HEDGED in graded.flags else ()
        yield JustGraded(
            question=_asked(graded.content, graded.answer_format, graded.direction, graded.variant).question,
            spans=_spans(graded),
            label=graded.label or UNGRADED,
            remarks=(*hedged, *((note,) if note else ())),
            url=desk.chosen.address(item=_sealed(graded.response_id, desk.reviewer)),
        )


def _spans(graded: review.GradedAnswer) -> tuple[Span, ...]:
    start, end = graded.evidence_start, graded.evidence_end
    if start is None or end is None:
        return (Span(graded.text, None),) if graded.text else ()
    mark = FABRICATED if graded.label == Label.INCORRECT else EVIDENCE
    pieces = (Span(graded.text[:start], None), Span(graded.text[start:end], mark), Span(graded.text[end:], None))
    return tuple(piece for piece in pieces if piece.text)


def _range_of(judgement: Judgement, text: str) -> tuple[int, int] | None:
    """Where the marked words stand in an answer; runs of white space are alike, since a form may change them."""
    words = judgement.words.split()
    if not words:
        return None
    pattern = re.compile(r"\s+".join(re.escape(word) for word in words))
    found = (pattern.match(text, judgement.start) if judgement.start >= 0 else None) or pattern.search(text)
    if found is None:
        raise WordsNotFound("marked words: they do not stand in the answer; copy them from it, letter by letter")
    return found.span()
