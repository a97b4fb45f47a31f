"""`cueprobe grade`: what it prints, how it ends, and that it goes on wherever it was ended."""

from __future__ import annotations

import json
import signal
import threading

import pytest

from app.config import RESOURCES
from app.grading.judge import SYSTEM
from app.runs.lock import run_lock
from app.store.session import open_database
from tests.factories import AskedFact, make_probe, make_run
from tests.model_server import model_server, refused

VERDICT = json.dumps({"reason": "Another man.", "fabricated": "", "label": "incorrect"})


@pytest.fixture
def stored(data):
    """`stored(4)` makes run 1 of so many answers that the matcher was not sure of, and one it called correct."""

    def make(unsure, **options):
        data.mkdir()
        database = open_database(f"sqlite:///{data / 'cueprobe.db'}", RESOURCES / "migrations")
        facts = [
            AskedFact(make_probe(f"fact-{n}"), {"none": [None]}, texts={"none": f"Perhaps it was {n}."})
            for n in range(unsure)
        ]
        make_run(database, [*facts, AskedFact(make_probe("sure"), {"none": ["correct"]})], greedy=None, **options)
        database.close()

    return make


def is_judged(request) -> bool:
    return request.messages[0]["content"] == SYSTEM


def test_json_says_what_was_done_and_how_the_labels_moved(cueprobe, stored):
    stored(3)
    with model_server(lambda *_: VERDICT) as server:
        said = cueprobe("grade", 1, "--judge", server.url, "--json")
    assert said.code == 0, said.err
    assert json.loads(said.out) == {
        "run": 1,
        "graded": 3,
        "asked": 3,
        "from_cache": 0,
        "grader_errors": 0,
        "failed": 0,
        "changed": 3,
        "before": {"ungraded": 3, "correct": 1},
        "after": {"correct": 1, "incorrect": 3},
    }


def test_words_say_how_many_labels_changed_and_in_which_direction(cueprobe, stored):
    stored(3)
    with model_server(lambda *_: VERDICT) as server:
        first = cueprobe("grade", 1, "--judge", server.url)
        again = cueprobe("grade", 1, "--judge", server.url)
    assert "3 of 4 labels changed:\n  3 from ungraded to made up\n" in first.out
    assert "made up 0 -> 3" in first.out
    assert "3/3 answers" in first.err
    assert "judge test-model, version 1 has nothing to grade that it has not graded already" in again.out
    assert "No label of 4 changed." in again.out


def test_without_a_judge_the_matcher_grades_and_says_so_when_it_has_nothing_new_to_say(cueprobe, stored):
    stored(1)
    first = json.loads(cueprobe("grade", 1, "--json").out)
    assert (first["graded"], first["asked"], first["from_cache"]) == (2, 0, 0)
    again = cueprobe("grade", 1)
    assert (again.code, "has nothing to grade" in again.out) == (0, True)


def test_a_terminal_shows_rate_and_answers(cueprobe, stored):
    stored(3)
    with model_server(lambda *_: VERDICT) as server:
        said = cueprobe("grade", 1, "--judge", server.url, terminal=True)
    assert "3/3 answers" in said.err


def test_all_lets_the_judge_grade_what_has_a_label(cueprobe, stored):
    stored(1)
    with model_server(lambda *_: VERDICT) as server:
        said = cueprobe("grade", 1, "--judge", server.url, "--all", "--json", "--concurrency", 2)
    assert (json.loads(said.out)["graded"], json.loads(said.out)["changed"]) == (2, 1)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((1, "--all"), "name one with --judge"),
        ((2,), "there is no run 2"),
        ((2, "--judge", "http://127.0.0.1:9/v1"), "there is no run 2"),
        ((1, "--judge", "localhost:8000/v1"), "did you mean http://localhost:8000/v1 ?"),
        ((1, "--judge", "embedded", "--concurrency", "0"), "--concurrency"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_2(cueprobe, stored, arguments, problem):
    stored(1)
    said = cueprobe("grade", *arguments)
    assert said.code == 2
    assert problem in said.line


def test_a_judge_that_does_not_answer_is_3_and_changes_nothing(cueprobe, stored, rows):
    stored(1)
    said = cueprobe("grade", 1, "--judge", "http://127.0.0.1:9/v1")
    assert said.code == 3
    assert "no model server answers" in said.line
    assert rows("select label from responses where label is null") == [{"label": None}]


def test_a_judge_that_goes_away_is_3_and_the_line_says_how_to_go_on(cueprobe, stored, rows):
    stored(3)
    with model_server(lambda *_: VERDICT) as server:
        server.fault = lambda request: (
            refused("gone", 404) if sum(map(is_judged, server.requests)) > 1 and is_judged(request) else None
        )
        said = cueprobe("grade", 1, "--judge", server.url, "--all", "--concurrency", 1, "--json")
    assert (said.code, said.out) == (3, "")
    assert f"Go on with: cueprobe grade 1 --judge {server.url} --all" in said.err
    assert rows("select count(*) n from grades where grader = 'judge'") == [{"n": 1}]


def test_an_answer_the_judge_cannot_be_asked_about_is_told_and_1(cueprobe, stored):
    stored(1)
    with model_server(lambda *_: VERDICT) as server:
        server.fault = lambda request: refused("too long") if is_judged(request) else None
        said = cueprobe("grade", 1, "--judge", server.url, "--json")
    assert said.code == 1
    assert json.loads(said.out)["failed"] == 1
    assert "1 answer could not be put to the judge (HTTP 400: too long)" in said.err


def test_a_run_that_is_being_carried_out_is_refused(cueprobe, stored, data):
    stored(1)
    with run_lock(data, 1):
        said = cueprobe("grade", 1)
    assert said.code == 2
    assert "run 1 is being carried out by another process" in said.line


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_ended_at_any_moment_it_is_gone_on_with_and_asks_nothing_twice(process, cueprobe, stored, rows, blow):
    stored(6)
    reached, opened = threading.Event(), threading.Event()

    def answer(messages, *_):
        if "Perhaps it was 4." in messages[-1]["content"] and not opened.is_set():
            reached.set()
            opened.wait(60)
        return VERDICT

    with model_server(answer) as server:
        first = process("grade", 1, "--judge", server.url, "--concurrency", 1)
        assert reached.wait(60), first.communicate()[1]
        if blow == signal.SIGKILL:  # what came back before is stored while the next answer is waited for
            while rows("select count(*) n from grades where grader = 'judge'") != [{"n": 4}]:
                threading.Event().wait(0.01)
        first.send_signal(blow)
        _, said = first.communicate(timeout=60)
        opened.set()
        assert first.returncode == (-signal.SIGKILL if blow == signal.SIGKILL else 130), said
        assert "Go on with" in said or blow == signal.SIGKILL
        again = json.loads(cueprobe("grade", 1, "--judge", server.url, "--json").out)
    assert (again["graded"], again["asked"]) == (2, 2)
    assert rows("select count(*) n, count(distinct response_id) d from grades where grader = 'judge'") == [
        {"n": 6, "d": 6}
    ]
    assert rows("select distinct label from responses order by 1") == [{"label": "correct"}, {"label": "incorrect"}]
