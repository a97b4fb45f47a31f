"""What is found out by asking: the embedded engine, the fake server, and things that are no model server."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from app.errors import ModelNotServed, ModelSpecError, ServerUnreachable, SettingError
from app.inference.capabilities import ask_capabilities
from app.inference.embedded import BUNDLED_NAME
from tests.model_server import Said, dropped, model_server, refused, server_error, too_many_requests


def found(url, served_name=None, api_key=None):
    return asyncio.run(ask_capabilities(url, served_name, api_key))


@contextmanager
def web_server(page, status=200):
    """Something else that listens: every GET is answered with this page."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_):
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()
        thread.join()


def test_the_embedded_engine_can_all_but_prompt_logprobs(engine):
    can = found(engine.base_url, None, engine.api_key)
    assert (can.engine, can.served_name) == ("llama.cpp", BUNDLED_NAME)
    assert (can.n, can.max_n, can.usage_counts_all) == (True, 4, False)
    assert (can.logprobs, can.prompt_logprobs, can.json_schema, can.tokenize) == (True, False, True, True)
    assert can.context_tokens == 4096


def test_another_server_is_asked_the_same_and_not_known_by_its_name():
    ten_words = Said("one two three four five six seven eight nine ten", "length")
    with model_server(lambda *_: ten_words, names=["llama.cpp"]) as server:
        can = found(server.url)
    assert (can.engine, can.engine_version, can.served_name) == ("vLLM", "0.0.0", "llama.cpp")
    assert (can.n, can.max_n) == (True, None)
    assert (can.logprobs, can.prompt_logprobs, can.json_schema, can.tokenize) == (False, False, False, True)
    assert can.context_tokens == 4096
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    ("text", "finish_reason", "counts_all"),
    [
        ("Numbers count", "length", True),
        ("Hi", "length", False),
        ("Numbers count", "stop", None),
        ("a b c", "length", None),
    ],
)
def test_a_sum_of_tokens_tells_how_the_server_counts_only_when_no_answer_ended_early(text, finish_reason, counts_all):
    with model_server(lambda *_: Said(text, finish_reason)) as server:
        assert found(server.url).usage_counts_all is counts_all


def test_a_server_that_refuses_n_has_none_and_one_in_trouble_is_not_judged():
    with model_server(takes_n=False) as server:
        assert found(server.url).n is False
    with model_server(fault=lambda request: server_error() if "n" in request.body else None) as server:
        assert found(server.url).n is None


def test_passing_faults_do_not_hide_what_a_server_can_do():
    with model_server() as server:
        server.fail_next(too_many_requests(), server_error(), dropped(), server_error())
        assert found(server.url).n is True


def test_a_schema_counts_only_where_it_was_obeyed():
    with model_server(lambda *_: '{"counted": true}') as server:
        assert found(server.url).json_schema is True
    with model_server(lambda *_: Said("<think>I should count", "length")) as server:
        assert found(server.url).json_schema is None


def test_the_only_model_served_needs_no_name():
    with model_server(names=["only"]) as server:
        assert found(server.url).served_name == "only"
        assert found(server.url, "only").served_name == "only"


def test_a_model_that_is_not_served_is_an_error_that_lists_those_that_are():
    with model_server(names=["one", "two"]) as server, pytest.raises(ModelNotServed) as told:
        found(server.url, "three")
    assert str(told.value) == f"{server.url} does not serve 'three'; it serves one, two"


def test_several_models_and_no_name_is_an_error_that_says_how_to_name_one():
    with model_server(names=["one", "two"]) as server, pytest.raises(ModelSpecError) as told:
        found(server.url)
    assert f"serves 2 models (one, two); add the one you mean to the address, as in {server.url}#one" in str(told.value)


def test_a_long_list_of_models_is_cut():
    with model_server(names=[f"m{number}" for number in range(500)]) as server, pytest.raises(ModelNotServed) as told:
        found(server.url, "other")
    assert str(told.value).endswith("m10, m11, and 488 more")


@pytest.mark.parametrize(
    ("page", "status"),
    [("<html>Welcome</html>", 200), ("<html>not here</html>", 404), ('{"status": "ok"}', 200), ("[]", 200), ("", 200)],
)
def test_what_is_no_model_server_is_told_in_one_line(page, status):
    with web_server(page, status) as url, pytest.raises(ServerUnreachable) as told:
        found(url)
    assert str(told.value).startswith(f"no model server answers at {url} (GET /models")
    assert "\n" not in str(told.value)


def test_a_closed_port_is_told_at_once():
    with web_server("") as url:
        pass
    with pytest.raises(ServerUnreachable, match="connection refused"):
        found(url)


def test_a_key_that_is_missing_or_wrong_names_the_setting():
    with model_server(api_key="right") as server:
        with pytest.raises(SettingError, match=r"wants an API key .*CUEPROBE_API_KEY_127_0_0_1"):
            found(server.url)
        with pytest.raises(SettingError, match=r"refuses this API key .*CUEPROBE_API_KEY_127_0_0_1") as told:
            found(server.url, None, "wrong-key")
        assert found(server.url, None, "right").n is True
    assert "wrong-key" not in str(told.value)


def test_a_key_that_opens_only_the_list_of_models_is_told_as_well():
    no_chats = replace(refused("this key may only read"), status=403)
    with model_server(fault=lambda request: no_chats) as server, pytest.raises(SettingError, match="may only read"):
        found(server.url, None, "reader")
