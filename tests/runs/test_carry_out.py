"""Carrying a run out: every draw asked once and stored once, whatever the server says and whenever the run ends."""

from __future__ import annotations

import asyncio
import itertools
import threading

import pytest
from sqlalchemy import event, func, select

from app.errors import DatabaseUnreachable, RunBusy, Unreachable
from app.runs.lock import run_lock
from app.runs.start import prepare_run, start_run
from app.store.tables import GradeRow, ResponseRow, RunRow, TrialRow
from tests.model_server import Said, dropped, malformed, model_server, refused, server_error, too_many_requests

TRIALS, K = 6, 2
DRAWS = K + 1


@pytest.fixture
def agreed(database):
    """The run's row, after checking that its counters are the true counts of the tables."""

    def check(run_id=1):
        with database.read() as session:
            run = session.get(RunRow, run_id)
            trials = dict(
                session.execute(
                    select(TrialRow.status, func.count()).where(TrialRow.run_id == run_id).group_by(TrialRow.status)
                ).all()
            )
            answers = session.execute(
                select(ResponseRow.trial_id, ResponseRow.draw).where(ResponseRow.run_id == run_id)
            ).all()
            grades = session.scalars(select(GradeRow.response_id)).all()
        assert (run.trials_done, run.trials_failed) == (trials.get("done", 0), trials.get("failed", 0))
        assert run.responses_stored == len(answers) == len(set(answers)) == len(set(grades)) == len(grades)
        return run

    return check


@pytest.fixture
def texts(database):
    def read():
        with database.read() as session:
            return session.scalars(select(ResponseRow.text).order_by(ResponseRow.id)).all()

    return read


def is_trial(request) -> bool:
    """Whether a request is part of a run; the others ask what the server can do."""
    return request.messages[0]["role"] == "system"


def trials_of(server) -> list:
    return [request for request in server.requests if is_trial(request)]


def test_each_trial_is_asked_its_draws_at_once_and_once_its_greedy_answer(start, order, agreed):
    with model_server() as server:
        start(order(server.url, temperature=0.7, max_tokens=99))
        asked = [(r.messages[-1]["content"], r.body["temperature"], r.body.get("n", 1)) for r in trials_of(server)]
        assert {r.body["max_tokens"] for r in trials_of(server)} == {99}
    assert len(asked) == len(set(asked)) == 2 * TRIALS
    assert {(temperature, n) for _, temperature, n in asked} == {(0.7, K), (0.0, 1)}
    assert agreed().responses_stored == TRIALS * DRAWS


def test_no_two_draws_of_a_run_have_the_same_seed(start, order):
    with model_server(takes_n=False) as server:
        start(order(server.url))
        sampled = [request.body["seed"] for request in trials_of(server) if request.body["temperature"] > 0]
    assert len(sampled) == len(set(sampled)) == TRIALS * K


def test_no_more_trials_are_in_flight_than_asked_for(start, order):
    with model_server() as server:
        start(order(server.url, concurrency=3), on_planned=server.clear)
        assert server.most_in_flight <= 3


def test_one_trial_at_a_time_is_asked_its_draws_and_then_the_greedy_answer(start, order):
    with model_server() as server:
        start(order(server.url, concurrency=1))
        asked = trials_of(server)
    for draws, greedy in zip(asked[::2], asked[1::2], strict=True):
        assert draws.messages == greedy.messages
        assert (draws.body["n"], greedy.body["temperature"]) == (K, 0.0)


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("a\x00b", "a\ufffdb"),
        ("a\ud800b", "a\ufffdb"),
        ("\x1b]0;owned\x07\x1b[2J", "\x1b]0;owned\x07\x1b[2J"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("", ""),
        (None, ""),
        ("日本語 🪶\u2028", "日本語 🪶\u2028"),
    ],
    ids=ascii,
)
def test_any_answer_is_stored_as_it_was_said(start, order, texts, agreed, said, stored):
    with model_server(lambda messages, draw, seed: Said(said)) as server:
        start(order(server.url))
    assert set(texts()) == {stored}
    assert agreed().status == "done"


def test_counters_are_true_after_faults_of_every_kind(start, order, agreed):
    kinds = itertools.cycle([too_many_requests(), None, server_error(), None, malformed(), None, dropped(), None])
    with model_server() as server:
        server.fault = lambda request: next(kinds) if is_trial(request) else None
        seen = start(order(server.url))
        made = len(trials_of(server))
    run = agreed()
    assert run.responses_stored == TRIALS * DRAWS
    assert run.retries == made - 2 * TRIALS > 0
    last = seen.steps[-1]
    assert (last.trials_done, last.responses, last.retries) == (TRIALS, TRIALS * DRAWS, run.retries)


def test_a_trial_refused_after_its_draws_keeps_them_and_has_failed(start, order, agreed, database):
    with model_server() as server:
        server.fault = lambda r: refused("no greed") if is_trial(r) and r.body["temperature"] == 0 else None
        start(order(server.url))
    run = agreed()
    assert (run.status, run.trials_failed, run.responses_stored) == ("done", TRIALS, TRIALS * K)
    with database.read() as session:
        assert set(session.scalars(select(TrialRow.error))) == {"HTTP 400: no greed"}


@pytest.mark.parametrize("status", [401, 402, 404])
def test_a_refusal_that_is_not_about_the_prompt_pauses_the_run(start, resume, order, agreed, status):
    with model_server() as server:

        def fault(request):
            return refused("not any more", status) if is_trial(request) and len(trials_of(server)) > 5 else None

        server.fault = fault
        with pytest.raises(Unreachable, match=f"serves this run no more .HTTP {status}: not any more"):
            start(order(server.url))
        run = agreed()
        assert (run.status, run.trials_failed) == ("paused", 0)
        assert "not any more" in run.status_reason
        server.fault = None
        resume(1)
    assert agreed().responses_stored == TRIALS * DRAWS


@pytest.fixture
def cancelled(settings, database):
    """`cancelled(order, when)` starts a run and cancels it once `when(progress)` holds."""

    def run(asked, when):
        async def main():
            class Impatient:
                def planned(self, run):
                    """Nothing to do yet."""

                def progress(self, now):
                    if not carrying.cancelling() and when(now):
                        carrying.cancel()

            carrying = asyncio.ensure_future(
                start_run(asked, prepare_run(asked, settings, database), settings, database, Impatient())
            )
            await carrying

        with pytest.raises(asyncio.CancelledError):
            asyncio.run(main())

    return run


def test_a_run_that_is_cancelled_is_paused_and_goes_on(order, cancelled, agreed, resume):
    is_seen = threading.Event()

    def answer(messages, draw, seed):
        if len(trials_of(server)) > 6:
            is_seen.wait(30)
        return "I do not know."

    def when(now):
        if now.trials_over:
            is_seen.set()
        return is_seen.is_set()

    with model_server(answer) as server:
        cancelled(order(server.url, concurrency=1), when)
        run = agreed()
        assert (run.status, run.status_reason) == ("paused", "interrupted")
        assert 0 < run.trials_done < TRIALS
        seen = resume(1)
    assert agreed().status == "done"
    assert seen.runs[0].trials_done == run.trials_done


def test_a_run_cancelled_while_its_last_answers_are_written_keeps_them(order, cancelled, agreed, resume):
    with model_server() as server:
        cancelled(order(server.url), lambda now: now.trials_over == TRIALS)
        run = agreed()
        assert (run.status, run.responses_stored) == ("paused", TRIALS * DRAWS)
        server.clear()
        resume(1)
        assert trials_of(server) == []
    assert agreed().status == "done"


def test_a_full_database_ends_the_run_and_what_was_stored_goes_on(order, start, resume, database, agreed):
    with database.read() as session:
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar()

    def keep_small(connection, _record):
        connection.execute(f"PRAGMA max_page_count={pages + 40}")

    database.writer.dispose()
    event.listen(database.writer, "connect", keep_small)
    with model_server(lambda messages, draw, seed: "x" * 40_000) as server:
        with pytest.raises(DatabaseUnreachable, match="database or disk is full"):
            start(order(server.url, concurrency=1))
        event.remove(database.writer, "connect", keep_small)
        database.writer.dispose()
        run = agreed()
        assert run.status == "running"
        resume(1)
    assert agreed().responses_stored == TRIALS * DRAWS


def test_a_run_held_by_another_process_is_not_carried_out_twice(order, start, settings):
    with model_server() as server, run_lock(settings.data_dir, 1):
        with pytest.raises(RunBusy, match="run 1 is being carried out by another process"):
            start(order(server.url))
        assert trials_of(server) == []
