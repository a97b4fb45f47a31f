"""A real MediaWiki for the tests of the Wikipedia client, started once for a session.

Its folder is the `mediawiki/` in the folder that CUEPROBE_TEST_SHARED names; `start.sh` there serves a wiki with known
pages on loopback. Without that variable the tests that need the wiki are skipped, except in continuous integration.
"""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class MediaWiki:
    """A running wiki. It refuses a User-Agent without a contact, and can be told to be in trouble."""

    api_url: str
    folder: Path

    @property
    def fault(self) -> Path:
        """While this file exists every request is answered with the status and Retry-After it holds ("429 2")."""
        return self.folder / "fault"

    @property
    def lag(self) -> Path:
        """While this file exists the wiki reports as many seconds of replication lag as it holds."""
        return self.folder / "lag"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def mediawiki_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MediaWiki]:
    shared = os.environ.get("CUEPROBE_TEST_SHARED")
    if not shared:
        reason = "CUEPROBE_TEST_SHARED is unset: it names the folder that holds mediawiki/start.sh"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("mediawiki")
    log = folder / "start.log"
    script = Path(shared) / "mediawiki" / "start.sh"
    command = [script, "--port", str(_free_port()), "--dir", folder, "--strict-user-agent"]
    with (
        log.open("wb") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as server,
    ):
        try:
            ready = next((line for line in server.stdout if line.startswith("READY ")), None)
            assert ready, f"the wiki did not start:\n{log.read_text()[-2000:]}"
            yield MediaWiki(ready.split()[1], folder)
        finally:
            server.send_signal(signal.SIGTERM)


@pytest.fixture
def mediawiki(mediawiki_server: MediaWiki) -> Iterator[MediaWiki]:
    """The wiki, free of trouble before and after the test."""
    yield mediawiki_server
    mediawiki_server.fault.unlink(missing_ok=True)
    mediawiki_server.lag.unlink(missing_ok=True)
