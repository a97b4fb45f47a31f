"""The child process of the embedded engine: llama.cpp's own server on loopback, for as long as its parent lives.

It is run by its path and knows nothing of the rest of the program. Its settings come as one line of JSON on standard
input, the API key among them, because a command line can be read by every user of the machine. When the server answers,
one line of JSON with its address goes to standard output. After that standard input stays open and silent: its end
means that the parent is gone or wants the child to stop.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from typing import Any

import xllamacpp

_WARNINGS_AND_ERRORS = 2
"""The log level: one more, and every request writes ten lines."""


def main() -> None:
    """Serve until standard input ends or the parent is another process than the one that asked."""
    # Ctrl-C in a terminal reaches the whole process group; the parent decides when the engine stops.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # llama.cpp may print to standard output as well, which is the parent's line: from here on it goes to the log.
    ready_line = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    settings = json.loads(sys.stdin.readline())
    ended = threading.Event()
    threading.Thread(target=_wait_for_the_end_of_input, args=(ended,), daemon=True).start()
    server = start_server(settings)
    _wait_until_healthy(server.listening_address, ended)
    ready_line.write(json.dumps({"address": server.listening_address}) + "\n")
    ready_line.close()
    # A process that the parent started later may hold a copy of the pipe's other end, so that it never ends here.
    while not ended.wait(1.0) and os.getppid() == settings["parent_pid"]:
        pass
    # llama.cpp would first finish the answers it is working on, and nobody is left to read them.
    os._exit(0)


def start_server(settings: dict[str, Any]) -> xllamacpp.Server:
    """llama.cpp's server on a free loopback port. It may return before the model is loaded.

    `settings`: `model` (path), `served_name`, `api_key`, `slots` (answers drawn at once), `context_tokens` (of each
    slot), `threads`.
    """
    params = xllamacpp.CommonParams()
    params.model.path = settings["model"]
    params.model_alias = {settings["served_name"]}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [settings["api_key"]]
    params.n_parallel = settings["slots"]
    params.n_ctx = settings["slots"] * settings["context_tokens"]
    params.cpuparams.n_threads = settings["threads"]
    params.cpuparams_batch.n_threads = settings["threads"]
    # One cache for all slots: the draws of one prompt share what it takes, which is measured a tenth faster, and a long
    # prompt may use what the others leave.
    params.kv_unified = True
    params.warmup = False
    params.ui = False
    params.verbosity = _WARNINGS_AND_ERRORS
    return xllamacpp.Server(params)


def _wait_until_healthy(address: str, ended: threading.Event) -> None:
    """Return once /health says so. The parent holds the deadline: it kills a child that never gets there."""
    while not ended.is_set():
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5):  # noqa: S310 - our own loopback address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)


def _wait_for_the_end_of_input(ended: threading.Event) -> None:
    while sys.stdin.readline():
        pass
    ended.set()


if __name__ == "__main__":
    main()
