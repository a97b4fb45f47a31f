"""Grading again: who is asked about what, what is kept when it ends early, and that nothing is asked twice."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from app.cues.arms import Arm
from app.errors import NotFound, RunBusy, Unreachable
from app.grading.judge import JUDGE_VERSION, SYSTEM
from app.grading.matcher import MATCHER_VERSION
from app.probes.forms import AnswerFormat
from app.runs.lock import run_lock
from app.runs.regrade import GradingProgress, grade_by_judge, grade_by_matcher
from app.store.tables import GradeRow, ResponseRow, RunRow
from tests.factories import AskedFact, make_probe, make_run
from tests.model_server import Said, model_server, refused

PROBE = make_probe(
    kind="short_fact", answer="Eton", aliases=("eton",), must_not=("harrow",), choices=("Eton", "Harrow")
)


@dataclass
class Seen:
    """A watcher that keeps what it is told."""

    begun_with: list[tuple[str, int, tuple[str, ...]]] = field(default_factory=list)
    steps: list[GradingProgress] = field(default_factory=list)

    def begun(self, run, grader, answers, remarks) -> None:
        self.begun_with.append((grader, answers, tuple(remarks)))

    def progress(self, now) -> None:
        self.steps.append(now)


def is_judged(request) -> bool:
    """Whether a request puts an answer to the judge; the others ask what the server can do."""
    return request.messages[0]["content"] == SYSTEM


def answers_asked(server) -> list[str]:
    return [material(request)["answer to grade"] for request in server.requests if is_judged(request)]


def material(request) -> dict:
    return json.JSONDecoder().raw_decode(request.messages[1]["content"])[0]


def verdict(label, fabricated="", reason="So it is.") -> str:
    return json.dumps({"reason": reason, "fabricated": fabricated, "label": label})


@pytest.fixture
def judged(settings, database):
    """`judged(server.url)` lets the model there judge run 1."""

    def run(url, run_id=1, **options):
        seen = Seen()
        result = asyncio.run(grade_by_judge(run_id, url, settings, database, seen, **{"concurrency": 1, **options}))
        return result, seen

    return run


@pytest.fixture
def matched(settings, database):
    def run(run_id=1):
        seen = Seen()
        return asyncio.run(grade_by_matcher(run_id, settings, database, seen)), seen

    return run


@pytest.fixture
def labels(database):
    """`labels()` is the effective label of each response of run 1, in the order stored."""

    def read(run_id=1):
        with database.read() as session:
            return session.scalars(
                select(ResponseRow.label).where(ResponseRow.run_id == run_id).order_by(ResponseRow.id)
            ).all()

    return read


@pytest.fixture
def grades(database):
    """`grades()` is every grade of a judge, in the order stored."""

    def read(grader="judge"):
        with database.read() as session:
            return session.scalars(select(GradeRow).where(GradeRow.grader == grader).order_by(GradeRow.id)).all()

    return read


@pytest.fixture
def unsure(database):
    """`unsure(4)` stores a run of so many different answers that the matcher was not sure of."""

    def make(count, **options):
        facts = [
            AskedFact(make_probe(f"fact-{n}"), {"none": [None]}, texts={"none": f"Perhaps it was {n}."})
            for n in range(count)
        ]
        return make_run(database, facts, greedy=None, **options)

    return make


def test_a_judge_is_asked_about_what_has_no_label_and_nothing_else(database, judged, labels):
    make_run(database, none=["correct", None, "truncated", "empty", "incorrect"], greedy="not_attempted")
    with model_server(lambda *_: verdict("incorrect")) as server:
        result, seen = judged(server.url)
        assert answers_asked(server) == ["Well, it is said that"]
    assert labels() == ["correct", "incorrect", "truncated", "empty", "incorrect", "not_attempted"]
    assert (result.graded, result.asked, result.from_cache, result.changed) == (1, 1, 0, 1)
    assert result.moves == {(None, "incorrect"): 1}
    assert (result.before[None], result.before["incorrect"], result.after["incorrect"]) == (1, 1, 2)
    assert None not in result.after
    assert seen.begun_with[0][:2] == (f"judge test-model, version {JUDGE_VERSION}", 1)
    assert seen.steps[-1].graded == 1


def test_with_all_it_is_asked_about_every_gradable_answer_and_the_matcher_still_counts(
    database, judged, labels, grades
):
    make_run(database, none=["correct", None, "truncated", "empty", "incorrect"], greedy="not_attempted")
    with model_server(lambda *_: verdict("not_attempted")) as server:
        result, _ = judged(server.url, every=True)
        assert len(answers_asked(server)) == 4
    assert labels() == ["correct", "not_attempted", "truncated", "empty", "incorrect", "not_attempted"]
    assert (result.graded, result.changed) == (4, 1)
    assert {grade.label for grade in grades()} == {"not_attempted"}


def test_equal_answers_are_asked_about_once(database, judged, grades):
    make_run(database, none=[None] * 5, intro=[None] * 3, greedy=None)
    with model_server(lambda *_: verdict("incorrect", "it is said")) as server:
        result, _ = judged(server.url, concurrency=4)
        assert len(answers_asked(server)) == 1
    assert (result.graded, result.asked, result.from_cache) == (8, 1, 7)
    assert {(grade.evidence_start, grade.evidence_end) for grade in grades()} == {(6, 16)}


def test_a_verdict_on_the_same_words_is_copied_from_another_run(database, unsure, judged, grades, labels):
    unsure(3)
    unsure(4)
    with model_server(lambda *_: verdict("incorrect", "perhaps")) as server:
        judged(server.url)
        server.clear()
        result, _ = judged(server.url, run_id=2)
        assert answers_asked(server) == ["Perhaps it was 3."]
    assert (result.graded, result.asked, result.from_cache) == (4, 1, 3)
    first, copied = grades()[0], grades()[3]
    assert first.response_id != copied.response_id
    same = ("label", "reason", "raw", "prompt_sha256", "graded_by", "version", "evidence_start", "evidence_end")
    assert [getattr(first, name) for name in same] == [getattr(copied, name) for name in same]
    assert labels(2) == ["incorrect"] * 4


def test_another_judge_is_asked_for_itself_and_the_newest_counts(unsure, judged, labels):
    unsure(2)
    for name, label in (("heron", "correct"), ("egret", "incorrect")):
        with model_server(lambda *_, label=label: verdict(label), names=(name,)) as server:
            assert judged(server.url)[0].asked == 2
    assert labels() == ["incorrect"] * 2


def test_what_is_judged_is_not_judged_again_but_for_what_could_not_be_read(unsure, judged, labels):
    unsure(2)
    said = {"Perhaps it was 0.": verdict("correct")}
    with model_server(lambda messages, *_: said.get(material_of(messages), "Hard to say.")) as server:
        assert judged(server.url)[0].grader_errors == 1
        assert labels() == ["correct", "grader_error"]
        server.clear()
        said["Perhaps it was 1."] = verdict("incorrect")
        again, _ = judged(server.url)
        assert answers_asked(server) == ["Perhaps it was 1."]
        assert again.moves == {("grader_error", "incorrect"): 1}
        server.clear()
        assert judged(server.url)[0].graded == 0
        assert answers_asked(server) == []


def material_of(messages) -> str | None:
    if messages[0]["content"] != SYSTEM:
        return None
    return json.JSONDecoder().raw_decode(messages[1]["content"])[0]["answer to grade"]


def test_an_unreadable_judge_is_an_error_of_the_grader_and_beats_no_label(database, judged, labels, grades):
    make_run(database, none=["correct", None], greedy=None)
    with model_server(lambda *_: "The answer is not correct.") as server:
        result, _ = judged(server.url, every=True)
    assert labels() == ["correct", "grader_error"]
    assert (result.grader_errors, result.changed) == (2, 1)
    assert {grade.raw.count("not correct") for grade in grades()} == {2}


def test_a_judge_that_goes_away_loses_nothing_and_the_next_call_goes_on(unsure, judged, labels, grades):
    unsure(5)
    with model_server(lambda *_: verdict("correct")) as server:
        server.fault = lambda request: (
            refused("the model is gone", 404) if len(answers_asked(server)) > 2 and is_judged(request) else None
        )
        with pytest.raises(Unreachable, match="the model is gone"):
            judged(server.url)
        assert labels().count("correct") == len(grades()) == 2
        server.fault = None
        server.clear()
        result, _ = judged(server.url)
        assert len(answers_asked(server)) == 3
    assert (result.graded, labels()) == (3, ["correct"] * 5)


def test_interrupted_it_keeps_what_came_back(unsure, settings, database, judged, labels):
    unsure(5)
    reached, opened = threading.Event(), threading.Event()

    def answer(messages, *_):
        if material_of(messages) == "Perhaps it was 3.":
            reached.set()
            opened.wait(60)
        return verdict("correct")

    async def interrupted(url):
        work = asyncio.create_task(grade_by_judge(1, url, settings, database, Seen(), concurrency=1))
        await asyncio.to_thread(reached.wait, 60)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    with model_server(answer) as server:
        asyncio.run(interrupted(server.url))
        opened.set()
        assert labels() == ["correct"] * 3 + [None] * 2
        assert judged(server.url)[0].asked == 2
    assert labels() == ["correct"] * 5


def test_an_answer_the_judge_could_not_be_asked_about_is_left_as_it_was_and_asked_about_later(unsure, judged, labels):
    unsure(2)
    with model_server(lambda *_: verdict("correct")) as server:
        server.fault = lambda request: (
            refused("too long for me") if is_judged(request) and len(answers_asked(server)) == 1 else None
        )
        result, _ = judged(server.url)
        assert (result.graded, result.failed, result.failure) == (1, 1, "HTTP 400: too long for me")
        assert labels() == [None, "correct"]
        server.fault = None
        assert judged(server.url)[0].asked == 1
    assert labels() == ["correct"] * 2


def test_the_judge_learns_neither_arm_nor_cue_nor_model_and_the_model_is_not_asked(database, judged):
    make_run(database, none=[None], intro=[None], placebo=[None], oracle=[None], greedy=None, model="ibis-7b")
    with model_server(lambda *_: verdict("correct")) as server:
        judged(server.url)
        (request,) = [request for request in server.requests if is_judged(request)]
        assert all(is_judged(request) for request in server.requests if request.messages[0]["role"] == "system")
    said = json.dumps(request.messages, ensure_ascii=False)
    assert not [word for word in ("ibis", "intro", "placebo", "oracle", "encyclopedia", "Potteries") if word in said]


def test_a_judge_that_grades_its_own_answers_is_named_as_such(unsure, judged):
    unsure(1, model="test-model")
    with model_server(lambda *_: verdict("correct")) as server:
        _, seen = judged(server.url)
    assert "it grades its own answers" in seen.begun_with[0][2][0]


@pytest.mark.parametrize("answer_format", [AnswerFormat.CHOICE, AnswerFormat.YES_NO])
def test_the_judge_sees_the_question_as_it_was_asked(start, order, judged, answer_format):
    def answer(messages, draw, seed):
        return verdict("correct") if messages[0]["content"] == SYSTEM else "Perhaps."

    with model_server(answer) as server:
        start(order(server.url, arms=(Arm.NONE,), k=4, answer_format=answer_format))
        asked = {
            request.messages[-1]["content"] for request in server.requests if request.messages[0]["role"] == "system"
        }
        server.clear()
        judged(server.url, every=True)
        told = [material(request) for request in server.requests if is_judged(request)]
    shown = {"\n".join((f"Question: {one['question']}", *one.get("options", ()))) for one in told}
    assert shown
    assert shown == asked
    if answer_format is AnswerFormat.CHOICE:
        assert {len(one["options"]) for one in told} == {4}


def test_a_newer_matcher_grades_everything_once(database, matched, labels, grades):
    texts = {"none": "He went to Eton.", "intro": "He went to Harrow."}
    make_run(database, [AskedFact(PROBE, {"none": [None], "intro": ["correct"]}, texts=texts)], k=1, greedy=None)
    result, seen = matched()
    assert labels() == ["correct", "incorrect"]
    assert (result.graded, result.asked, result.from_cache) == (2, 0, 0)
    assert result.moves == {(None, "correct"): 1, ("correct", "incorrect"): 1}
    assert [grade.version for grade in grades("matcher")] == ["1", "1", MATCHER_VERSION, MATCHER_VERSION]
    assert seen.begun_with == [(f"matcher {MATCHER_VERSION}", 2, ())]
    assert seen.steps[-1].graded == 2
    again, _ = matched()
    assert (again.graded, again.changed, len(grades("matcher"))) == (0, 0, 4)


def test_a_newer_matcher_that_is_not_sure_leaves_the_word_to_the_judge(database, judged, matched, labels):
    texts = {"none": "Boldwood or some such person did this, one might suppose."}
    probe = make_probe(
        kind="short_fact", answer="Boldwood shoots him", aliases=("boldwood shoots",), must_not=(), choices=()
    )
    make_run(database, [AskedFact(probe, {"none": ["correct"]}, texts=texts)], greedy=None)
    with model_server(lambda *_: verdict("incorrect")) as server:
        judged(server.url, every=True)
    assert labels() == ["correct"]
    matched()
    assert labels() in (["incorrect"], ["not_attempted"])


@pytest.mark.parametrize("by_judge", [True, False])
def test_a_run_that_is_being_carried_out_is_left_alone(unsure, judged, matched, settings, by_judge):
    unsure(1)
    with model_server() as server, run_lock(settings.data_dir, 1), pytest.raises(RunBusy):
        judged(server.url) if by_judge else matched()
    assert server.requests == []


@pytest.mark.parametrize("by_judge", [True, False])
def test_a_run_that_is_not_there_is_said_before_anybody_is_asked(judged, matched, by_judge):
    with model_server() as server, pytest.raises(NotFound, match="no run 7"):
        judged(server.url, run_id=7) if by_judge else matched(7)
    assert server.requests == []


def test_a_run_counts_how_often_it_was_graded_again(unsure, judged, database):
    unsure(1)
    with model_server(lambda *_: Said(verdict("correct"))) as server:
        judged(server.url)
        judged(server.url)
    with database.read() as session:
        assert session.get(RunRow, 1).regrades == 1
