"""The client against a server that fails in every way a server can, over real sockets."""

from __future__ import annotations

import asyncio
import logging
import socket
from dataclasses import replace

import pytest

from app.errors import RequestFailed, ServerUnreachable
from app.inference.client import ModelClient
from app.inference.records import Decoding, FinishReason
from app.prompts import Message
from tests.model_server import (
    Said,
    dropped,
    hanging,
    malformed,
    model_server,
    refused,
    server_error,
    too_many_requests,
)

KEY = "sk-do-not-show-me"
MESSAGES = (Message(role="system", content="Be brief."), Message(role="user", content="Where was Orwell at school?"))
FOUR = Decoding(n=4, temperature=1.0, max_tokens=56, seed=7)
ONE = replace(FOUR, n=1)


def numbered(messages, draw, seed):
    return f"draw {draw} seed {seed}"


@pytest.fixture
def ask(capabilities):
    """`ask(url)` asks once with a client of its own; keywords `decoding` and `can` besides those of the client."""

    def ask(url, *, decoding=ONE, can=None, **settings):
        async def run():
            async with ModelClient(url, "test-model", capabilities=can or capabilities, **settings) as client:
                return await client.complete(MESSAGES, decoding)

        return asyncio.run(run())

    return ask


@pytest.fixture
def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_one_request_draws_all_answers_in_order(ask):
    with model_server(numbered) as server:
        completion = ask(server.url, decoding=FOUR)
    assert [answer.text for answer in completion.answers] == [f"draw {draw} seed 7" for draw in range(4)]
    assert completion.attempts == 1
    assert completion.model_answered == "test-model"
    assert completion.latency_ms > 0
    (request,) = server.requests
    assert request.body == {
        "model": "test-model",
        "messages": [dict(message) for message in MESSAGES],
        "n": 4,
        "temperature": 1.0,
        "max_tokens": 56,
        "seed": 7,
    }


@pytest.mark.parametrize("n", [False, None])
def test_a_server_without_n_gets_one_request_for_each_draw_with_seeds_that_count_up(ask, capabilities, n):
    with model_server(numbered, takes_n=False) as server:
        completion = ask(server.url, decoding=FOUR, can=replace(capabilities, n=n))
    assert [answer.text for answer in completion.answers] == [f"draw 0 seed {seed}" for seed in (7, 8, 9, 10)]
    assert len(server.requests) == 4
    assert [answer.completion_tokens for answer in completion.answers] == [4, 4, 4, 4]
    assert completion.completion_tokens == 16


def test_a_server_that_limits_n_gets_as_few_requests_as_it_allows(ask, capabilities):
    with model_server(numbered) as server:
        completion = ask(server.url, decoding=replace(FOUR, n=5), can=replace(capabilities, max_n=2))
    assert sorted(request.body.get("n", 1) for request in server.requests) == [1, 2, 2]
    assert [answer.text for answer in completion.answers] == [
        "draw 0 seed 7",
        "draw 1 seed 7",
        "draw 0 seed 9",
        "draw 1 seed 9",
        "draw 0 seed 11",
    ]


@pytest.mark.parametrize(("counts_all", "counted"), [(True, 16), (False, None), (None, None)])
def test_a_sum_of_tokens_is_believed_only_of_servers_known_to_add_up(ask, capabilities, counts_all, counted):
    with model_server(numbered) as server:
        completion = ask(server.url, decoding=FOUR, can=replace(capabilities, usage_counts_all=counts_all))
    assert completion.completion_tokens == counted
    assert completion.prompt_tokens == 7


def test_thinking_and_cut_answers_are_told_apart_from_whole_ones(ask):
    with model_server(lambda *_: Said("<think>Eton or", "length")) as server:
        (answer,) = ask(server.url).answers
    assert (answer.text, answer.reasoning, answer.finish_reason) == ("", "Eton or", FinishReason.LENGTH)


@pytest.mark.parametrize(
    "fault",
    [
        too_many_requests(),
        too_many_requests(None),
        too_many_requests("Wed, 21 Oct 2015 07:28:00 GMT"),
        server_error(500),
        server_error(503),
        dropped(),
        malformed(),
        malformed('{"choices": []}'),
        malformed('{"choices": [{"index": 0, "message": {"content": 7}}]}'),
    ],
    ids=str,
)
def test_a_passing_fault_costs_an_attempt_and_no_answer(ask, fault):
    with model_server(numbered) as server:
        server.fail_next(fault)
        completion = ask(server.url)
    assert completion.attempts == 2
    assert [answer.text for answer in completion.answers] == ["draw 0 seed 7"]
    assert len(server.requests) == 2


def test_a_kept_alive_connection_that_the_server_closed_is_replaced(capabilities):
    async def run(url):
        async with ModelClient(url, "test-model", capabilities=capabilities, connections=1) as client:
            first = await client.complete(MESSAGES, ONE)
            server.fail_next(dropped())
            return first.attempts, (await client.complete(MESSAGES, ONE)).attempts

    with model_server() as server:
        assert asyncio.run(run(server.url)) == (1, 2)


def test_a_server_that_hangs_is_left_at_the_deadline(ask):
    with model_server(numbered) as server:
        server.fail_next(hanging())
        completion = ask(server.url, deadline_s=0.3)
    assert completion.attempts == 2


@pytest.mark.parametrize(
    ("fault", "reason", "status"),
    [
        (too_many_requests(), "HTTP 429: slow down", 429),
        (server_error(500, "out of\nmemory"), "HTTP 500: out of memory", 500),
        (malformed(), "the reply is not JSON", None),
        (dropped(), "the server closed the connection without an answer", None),
        (hanging(), "no answer within 0.2 s", None),
    ],
    ids=str,
)
def test_a_fault_that_does_not_pass_ends_in_the_servers_own_words(ask, fault, reason, status):
    with model_server(fault=lambda request: fault) as server, pytest.raises(RequestFailed) as failure:
        ask(server.url, deadline_s=0.2, patience_s=0.5)
    assert (failure.value.reason, failure.value.status) == (reason, status)
    assert failure.value.attempts == len(server.requests) >= 1


@pytest.mark.parametrize("status", [400, 401, 404, 422])
def test_a_refusal_is_final_and_keeps_the_servers_words(ask, status):
    with model_server() as server:
        server.fail_next(server_error(), refused("the context is\n too long", status))
        with pytest.raises(RequestFailed) as failure:
            ask(server.url)
    assert failure.value.reason == f"HTTP {status}: the context is too long"
    assert (failure.value.status, failure.value.attempts) == (status, 2)


def test_a_page_instead_of_an_answer_is_cut_to_one_short_line(ask):
    page = "<html>\n<body>" + "<p>busy</p>\n" * 500
    with model_server() as server:
        server.fail_next(replace(refused(""), status=403, body=page))
        with pytest.raises(RequestFailed) as failure:
            ask(server.url)
    assert len(failure.value.reason) < 320
    assert "\n" not in failure.value.reason


def test_one_refused_draw_fails_the_whole_trial(ask, capabilities):
    def only_even_seeds(request):
        return refused("odd") if request.body["seed"] % 2 else None

    with model_server(fault=only_even_seeds) as server, pytest.raises(RequestFailed, match="HTTP 400: odd"):
        ask(server.url, decoding=FOUR, can=replace(capabilities, n=False))


def test_a_cancelled_request_frees_its_connection(capabilities):
    async def run(url):
        async with ModelClient(url, "test-model", capabilities=capabilities, connections=1) as client:
            hung = asyncio.create_task(client.complete(MESSAGES, ONE))
            await arrived.wait()
            hung.cancel()
            await asyncio.wait([hung])
            return await client.complete(MESSAGES, ONE), hung.cancelled()

    arrived = asyncio.Event()

    def hang_once(request):
        loop.call_soon_threadsafe(arrived.set)
        return hanging() if request.number == 1 else None

    with model_server(numbered, fault=hang_once) as server, asyncio.Runner() as runner:
        loop = runner.get_loop()
        completion, was_cancelled = runner.run(run(server.url))
    assert was_cancelled
    assert completion.answers[0].text == "draw 0 seed 7"


def test_a_closed_port_is_an_unreachable_server(ask, closed_port):
    with pytest.raises(ServerUnreachable, match="connection refused"):
        ask(f"http://127.0.0.1:{closed_port}/v1", patience_s=0.5)


def test_a_closed_port_on_a_host_with_two_addresses_reads_the_same(ask, closed_port):
    with pytest.raises(ServerUnreachable, match="connection refused"):
        ask(f"http://localhost:{closed_port}/v1", patience_s=0.5)


def test_no_more_requests_are_in_flight_than_there_are_connections(capabilities):
    async def run(url):
        async with ModelClient(url, "test-model", capabilities=capabilities, connections=3) as client:
            return await asyncio.gather(*(client.complete(MESSAGES, replace(ONE, seed=seed)) for seed in range(40)))

    with model_server(numbered) as server:
        completions = asyncio.run(run(server.url))
    assert [completion.answers[0].text for completion in completions] == [f"draw 0 seed {seed}" for seed in range(40)]
    assert len(server.requests) == 40
    assert 1 <= server.most_in_flight <= 3


def test_every_trial_is_answered_once_although_one_request_in_four_fails(capabilities):
    faults = [too_many_requests(), server_error(), dropped(), malformed()]

    def one_in_four(request):
        return faults[request.number // 4 % 4] if request.number % 4 == 0 else None

    async def run(url):
        async with ModelClient(url, "test-model", capabilities=capabilities) as client:
            return await asyncio.gather(*(client.complete(MESSAGES, replace(FOUR, seed=seed)) for seed in range(200)))

    with model_server(numbered, fault=one_in_four) as server:
        completions = asyncio.run(run(server.url))
    assert [completion.answers[3].text for completion in completions] == [f"draw 3 seed {seed}" for seed in range(200)]
    assert sum(completion.attempts for completion in completions) == len(server.requests)


def test_each_request_writes_one_line_with_method_address_status_and_time(ask, caplog):
    caplog.set_level(logging.INFO, "app")
    with model_server() as server:
        server.fail_next(too_many_requests(), dropped())
        ask(server.url)
    address = f"POST {server.url}/chat/completions"
    limited, closed, answered = [record.message for record in caplog.records]
    assert limited.startswith(f"{address} 429 ")
    assert closed == f"{address} failed: the server closed the connection without an answer"
    assert answered.startswith(f"{address} 200 ")
    assert answered.endswith(" ms")


def test_the_key_is_sent_and_shown_nowhere(ask, capabilities, caplog):
    caplog.set_level(logging.DEBUG)
    with model_server(api_key=KEY) as server:
        ask(server.url, api_key=KEY)
        server.fail_next(refused(f"bad key {KEY}"), server_error())
        with pytest.raises(RequestFailed) as failure:
            ask(server.url, api_key=KEY)
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert "[API key]" in str(failure.value)
    client = ModelClient(server.url, "test-model", api_key=KEY, capabilities=capabilities)
    shown = [str(failure.value), repr(failure.value), repr(failure.value.__context__), repr(client), repr(vars(client))]
    assert not [text for text in [*shown, caplog.text] if KEY in text]


def test_prompts_and_answers_are_not_logged(ask, caplog):
    caplog.set_level(logging.DEBUG)
    with model_server(lambda *_: "At Eton.") as server:
        ask(server.url)
    assert "Orwell" not in caplog.text
    assert "Eton" not in caplog.text
