"""The embedded engine, for real: it answers, keeps its key, and never outlives the program that started it."""

from __future__ import annotations

import asyncio
import logging
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from app.errors import EngineFailed
from app.inference.capabilities import ask_capabilities
from app.inference.client import ModelClient
from app.inference.embedded import BUNDLED_NAME, bundled_model, embedded_engine
from app.inference.records import Decoding, FinishReason
from app.prompts import Message

TOP = Path(__file__).resolve().parents[2]
QUESTION = (Message(role="user", content="Did George Orwell attend a university?"),)
START_AND_WAIT = """
import sys, threading
from pathlib import Path
from app.inference.embedded import embedded_engine
with embedded_engine(slots=1, context_tokens=256, log_path=Path(sys.argv[1])) as engine:
    print(engine.pid, flush=True)
    threading.Event().wait()
"""


@pytest.fixture
def program(tmp_path):
    """Another program with an engine, and the pid of that."""
    with subprocess.Popen(
        [sys.executable, "-c", START_AND_WAIT, str(tmp_path / "engine.log")],
        cwd=TOP,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


def has_ended(pidfd):
    """Wait for the end of the process behind a pidfd, for at most a minute."""
    try:
        return select.select([pidfd], [], [], 60.0)[0] == [pidfd]
    finally:
        os.close(pidfd)


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_draws_different_answers_to_one_prompt(engine):
    async def draw():
        capabilities = await ask_capabilities(engine.base_url, engine.served_name, engine.api_key)
        async with ModelClient(
            engine.base_url, engine.served_name, api_key=engine.api_key, capabilities=capabilities
        ) as client:
            return await client.complete(QUESTION, Decoding(n=4, temperature=1.0, max_tokens=12, seed=5))

    completion = asyncio.run(draw())
    assert len({answer.text for answer in completion.answers}) > 1
    assert all(answer.finish_reason in {FinishReason.STOP, FinishReason.LENGTH} for answer in completion.answers)
    assert completion.model_answered == BUNDLED_NAME
    assert completion.prompt_tokens > 10
    assert completion.completion_tokens is None


def test_more_draws_than_slots_are_split_into_several_requests(engine):
    async def draw():
        capabilities = await ask_capabilities(engine.base_url, engine.served_name, engine.api_key)
        async with ModelClient(
            engine.base_url, engine.served_name, api_key=engine.api_key, capabilities=capabilities
        ) as client:
            return await client.complete(QUESTION, Decoding(n=6, temperature=1.0, max_tokens=8, seed=5))

    assert len(asyncio.run(draw()).answers) == 6


def test_it_listens_on_loopback_and_answers_to_its_own_key_only(engine):
    assert engine.base_url.startswith("http://127.0.0.1:")
    assert engine.base_url.endswith("/v1")
    for headers in ({}, {"Authorization": "Bearer guess"}):
        assert httpx.get(f"{engine.base_url}/models", headers=headers).status_code == 401
    good = {"Authorization": f"Bearer {engine.api_key}"}
    assert httpx.get(f"{engine.base_url}/models", headers=good).status_code == 200


def test_its_key_is_on_no_command_line_in_no_environment_log_or_repr(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    log_path = tmp_path / "new folder" / "engine.log"
    with embedded_engine(slots=1, context_tokens=256, log_path=log_path) as engine:
        places = [Path(f"/proc/{engine.pid}/{name}").read_text("utf-8", "replace") for name in ("cmdline", "environ")]
        asyncio.run(ask_capabilities(engine.base_url, None, engine.api_key))
        places.append(repr(engine))
    assert not [place for place in [*places, log_path.read_text(), caplog.text] if engine.api_key in place]


def test_it_ends_with_its_block_also_when_that_fails(tmp_path):
    with (
        pytest.raises(ZeroDivisionError),
        embedded_engine(slots=1, context_tokens=256, log_path=tmp_path / "log") as engine,
    ):
        raise ZeroDivisionError
    assert not is_running(engine.pid)


def test_a_file_of_ones_own_is_served_under_its_stem(tmp_path):
    mine = tmp_path / "my-model.v2.gguf"
    mine.symlink_to(bundled_model())
    with embedded_engine(mine, slots=1, context_tokens=256, log_path=tmp_path / "log") as engine:
        can = asyncio.run(ask_capabilities(engine.base_url, None, engine.api_key))
    assert (engine.served_name, can.served_name) == ("my-model.v2", "my-model.v2")


def test_a_model_that_does_not_load_fails_with_the_engines_last_words(tmp_path):
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(100))
    log_path = tmp_path / "engine.log"
    with pytest.raises(EngineFailed) as told, embedded_engine(broken, log_path=log_path):
        pass
    said = str(told.value)
    assert said.startswith("the embedded engine did not start: ")
    assert said.endswith(f"(its log is {log_path})")
    assert "said nothing" not in said
    assert "\n" not in said


@pytest.mark.skipif(sys.platform != "linux", reason="waits for a process that is not a child, through a pidfd")
def test_a_killed_program_leaves_no_engine_behind(program):
    process, engine_pid = program
    engine = os.pidfd_open(engine_pid)
    process.kill()
    process.wait()
    assert has_ended(engine)


@pytest.mark.skipif(sys.platform != "linux", reason="waits for a process that is not a child, through a pidfd")
def test_ctrl_c_reaches_the_whole_group_and_the_program_stops_its_engine(program):
    process, engine_pid = program
    engine = os.pidfd_open(engine_pid)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait() != 0
    assert has_ended(engine)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT for another process")
def test_ctrl_c_alone_does_not_end_the_engine(tmp_path):
    with embedded_engine(slots=1, context_tokens=256, log_path=tmp_path / "log") as engine:
        os.kill(engine.pid, signal.SIGINT)
        assert httpx.get(f"{engine.base_url.removesuffix('/v1')}/health").status_code == 200
