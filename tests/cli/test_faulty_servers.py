"""Runs against servers that misbehave: what comes back is stored once, what fails is told, what is left can go on."""

from __future__ import annotations

import json
import threading
from urllib.parse import urlsplit

import pytest

from tests.model_server import Said as Answer
from tests.model_server import dropped, hanging, malformed, model_server, refused, server_error, too_many_requests

K = 2
DRAWS = K + 1
TRIALS = 6
KEY = "sk-very-secret"


@pytest.fixture
def asked(cueprobe, suite):
    """`asked(server.url)` is a run of three probes under two arms, with its result as JSON."""

    def run(model, *more):
        return cueprobe("run", "--suite", suite, "--arms", "none,intro", "--model", model, "--k", K, "--json", *more)

    return run


@pytest.fixture
def counted(rows):
    """The counters of run 1 beside what the tables hold, each answer counted once."""

    def counters():
        (run,) = rows("select * from runs where id = 1")
        (truth,) = rows(
            "select (select count(*) from responses where run_id = 1) responses_stored,"
            " (select count(distinct trial_id || '/' || draw) from responses where run_id = 1) distinct_answers,"
            " (select count(*) from grades) grades,"
            " sum(status = 'done') trials_done, sum(status = 'failed') trials_failed from trials where run_id = 1"
        )
        assert truth.pop("distinct_answers") == truth.pop("grades") == truth["responses_stored"]
        assert {name: run[name] for name in truth} == truth
        return run

    return counters


def is_trial(request) -> bool:
    """Whether a request is part of a run; the others ask what the server can do."""
    return request.messages[0]["role"] == "system"


def is_about(request, words) -> bool:
    return is_trial(request) and words in request.messages[-1]["content"]


def test_a_server_that_dies_pauses_the_run_and_resume_completes_it(cueprobe, asked, counted):
    with model_server() as server:

        def die(request):
            count = sum(map(is_trial, server.requests))
            if count == 9:
                threading.Thread(target=server.stop).start()
            return hanging() if count >= 9 else None

        server.fault = die
        said = asked(server.url, "--concurrency", 4)
    assert said.code == 3
    assert f"no model server answers at {server.url}" in said.err
    assert "Go on with: cueprobe run --resume 1" in said.err
    assert said.out == ""
    run = counted()
    assert run["status"] == "paused"
    assert 0 < run["trials_done"] < TRIALS

    with model_server(port=urlsplit(server.url).port):
        resumed = cueprobe("run", "--resume", 1, "--json")
    assert resumed.code == 0, resumed.err
    assert json.loads(resumed.out)["responses"] == TRIALS * DRAWS
    assert counted()["status"] == "done"


def test_a_paused_run_goes_on_with_the_number_of_trials_in_flight_given_beside_resume(cueprobe, asked, rows):
    with model_server() as server:
        server.fault = lambda request: refused("no key", 401) if is_trial(request) else None
        assert asked(server.url, "--concurrency", 4).code == 3
        server.fault = None
        server.clear()
        assert cueprobe("run", "--resume", 1, "--concurrency", 1).code == 0
        assert server.most_in_flight == 1
    assert rows("select concurrency, status from runs") == [{"concurrency": 1, "status": "done"}]
    assert cueprobe("run", "--resume", 1, "--concurrency", 8).code == 0
    assert rows("select concurrency from runs") == [{"concurrency": 1}]


def test_a_refused_prompt_fails_its_trial_in_the_servers_words_and_no_other(asked, counted, rows):
    words = "This prompt is <b>not</b> allowed."
    with model_server(fault=lambda request: refused(words) if is_about(request, "Sergeant Troy") else None) as server:
        said = asked(server.url)
    assert said.code == 1, said.err
    result = json.loads(said.out)
    assert (result["planned"], result["failed"]) == (TRIALS * DRAWS, 2)
    assert result["responses"] == (TRIALS - 2) * DRAWS
    assert {arm: summary["other"] for arm, summary in result["by_arm"].items()} == {"none": K, "intro": K}
    assert {row["error"] for row in rows("select error from trials where status = 'failed'")} == {f"HTTP 400: {words}"}
    assert counted()["status"] == "done"


def test_a_finished_run_is_shown_again_and_nothing_is_asked(cueprobe, asked):
    with model_server(fault=lambda request: refused("no") if is_about(request, "Sergeant Troy") else None) as server:
        first = asked(server.url)
        server.clear()
        again = cueprobe("run", "--resume", 1, "--json")
        assert server.requests == []
    assert (again.code, again.out) == (first.code, first.out) == (1, first.out)


def test_a_server_without_n_gives_every_draw(asked, counted):
    with model_server(lambda messages, draw, seed: f"I do not know {seed}.", takes_n=False) as server:
        assert asked(server.url).code == 0
    assert counted()["responses_stored"] == TRIALS * DRAWS


def test_passing_faults_are_tried_again_and_every_answer_is_stored_once(asked, counted):
    with model_server(lambda messages, draw, seed: f"It was number {seed + draw}.") as server:
        faults = iter([too_many_requests(), server_error(), malformed(), dropped(), server_error(503)])
        server.fault = lambda request: next(faults, None) if is_trial(request) else None
        said = asked(server.url)
    assert said.code == 0, said.err
    assert counted()["retries"] == 5
    assert "5 retried, 0 failed" in said.err
    assert json.loads(said.out)["responses"] == TRIALS * DRAWS


def test_a_key_that_ends_in_the_middle_pauses_the_run_instead_of_failing_the_rest(cueprobe, asked, counted):
    with model_server() as server:
        ended = [False]

        def fault(request):
            ended[0] = ended[0] or sum(map(is_trial, server.requests)) > 5
            return refused("this key has expired", 401) if ended[0] and is_trial(request) else None

        server.fault = fault
        said = asked(server.url, "--concurrency", 1)
        assert said.code == 3
        assert "serves this run no more (HTTP 401: this key has expired)" in said.err
        assert "cueprobe run --resume 1" in said.err
        run = counted()
        assert (run["status"], run["trials_failed"]) == ("paused", 0)
        assert run["trials_done"] > 0

        server.fault = None
        assert cueprobe("run", "--resume", 1).code == 0
    assert counted()["responses_stored"] == TRIALS * DRAWS


@pytest.mark.parametrize("given", ["wrong-one", None])
def test_a_wrong_key_names_the_setting_and_is_told_nowhere(asked, nothing_written, monkeypatch, data, given):
    if given:
        monkeypatch.setenv("CUEPROBE_API_KEY_DEFAULT", given)
    with model_server(api_key=KEY) as server:
        said = asked(server.url)
    assert said.code == 2
    assert "CUEPROBE_API_KEY_127_0_0_1" in said.line
    assert "wrong-one" not in said.line
    assert nothing_written()
    assert not any(b"wrong-one" in path.read_bytes() for path in data.rglob("*") if path.is_file())


def test_the_right_key_from_the_data_folder_opens_the_server_and_is_kept_nowhere_else(cueprobe, asked, data):
    data.mkdir()
    (data / ".env").write_text(f"CUEPROBE_API_KEY_127_0_0_1={KEY}\n")
    with model_server(api_key=KEY) as server:
        said = asked(server.url)
        assert {request.headers["authorization"] for request in server.requests} == {f"Bearer {KEY}"}
    assert said.code == 0, said.err
    told = [said, cueprobe("doctor"), cueprobe("doctor", "--json"), cueprobe("export", 1), cueprobe("report", 1)]
    assert not any(KEY in one.out + one.err for one in told)
    assert [path.name for path in data.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()] == [".env"]


def test_reasoning_is_kept_apart_from_the_answer(asked, rows):
    said = [Answer("No.", reasoning="Was it Oxford?"), "<think>Or Cambridge?</think>No."]
    with model_server(lambda messages, draw, seed: said[draw]) as server:
        assert asked(server.url).code == 0
    assert {(row["text"], row["reasoning"]) for row in rows("select text, reasoning from responses")} == {
        ("No.", "Was it Oxford?"),
        ("No.", "Or Cambridge?"),
    }


def test_resume_refuses_a_server_that_now_has_another_model(cueprobe, asked, rows):
    with model_server(names=("heron",)) as server:
        server.fault = lambda request: refused("no", 401) if is_trial(request) else None
        assert asked(server.url).code == 3
    # Another server at the same address: requests of the first run that are still on their way cannot reach it.
    with model_server(names=("egret",), port=urlsplit(server.url).port) as other:
        said = cueprobe("run", "--resume", 1)
        assert not any(map(is_trial, other.requests))
    assert said.code == 2
    assert "run 1 was begun with heron" in said.line
    assert "now serves egret" in said.line
    assert rows("select status from runs") == [{"status": "paused"}]
