"""What holds for every test: no socket leaves the machine, no setting or file of the person who runs the tests is used.

Fixtures for all: `missing(what)` for a test that cannot run here, `shared(name)` for the folders of stand-in servers,
`mediawiki` for a real MediaWiki with known pages, `database` for an empty one in the test's own folder.
"""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest

from app.store.session import Database
from tests.factories import make_database

_STAND_INS = "CUEPROBE_TEST_SHARED"


@pytest.fixture(scope="session")
def missing() -> Callable[[str], NoReturn]:
    """`missing("PostgreSQL")` skips the test; under CI=true, where everything has to be there, it fails it."""

    def stop(what: str) -> NoReturn:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{what} is missing, and nothing may be left out here (CI=true)")
        pytest.skip(f"{what} is missing on this machine")

    return stop


@pytest.fixture(scope="session")
def shared(missing: Callable[[str], NoReturn]) -> Callable[[str], Path]:
    """`shared("mediawiki")` is that folder of the stand-in servers; CUEPROBE_TEST_SHARED says where they are."""

    def folder(name: str) -> Path:
        parent = os.environ.get(_STAND_INS)
        if not parent:
            missing(f"the folder of stand-in servers ({_STAND_INS})")
        path = Path(parent) / name
        if not path.is_dir():
            missing(f"{name} in {_STAND_INS}")
        return path

    return folder


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated SQLite database."""
    database = make_database(tmp_path)
    yield database
    database.close()


@pytest.fixture(scope="session", autouse=True)
def _nobodys_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("CUEPROBE_") and name != _STAND_INS:
                patch.delenv(name)
        patch.setenv("CUEPROBE_DATA", str(tmp_path_factory.mktemp("data")))
        yield


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


@pytest.fixture(scope="session")
def mediawiki_server(shared: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[MediaWiki]:
    """A wiki on loopback, started once: `start.sh` in the folder mediawiki/ of the stand-in servers."""
    folder = tmp_path_factory.mktemp("mediawiki")
    log = folder / "start.log"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [shared("mediawiki") / "start.sh", "--port", str(port), "--dir", folder, "--strict-user-agent"]
    with (
        log.open("wb") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as server,
    ):
        try:
            ready = next((line for line in server.stdout or () if line.startswith("READY ")), None)
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


def _refuse_to_leave_the_machine(event: str, arguments: tuple[Any, ...]) -> None:
    """Fail a test that connects, or asks for the address of, anything but this machine.

    pytest.fail raises a BaseException: the program's own handlers cannot take it for a server that does not answer.
    """
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # a Unix socket's address is a path
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if isinstance(host, bytes):
        host = host.decode()
    if host and not _is_this_machine(host):
        pytest.fail(f"a test wants to reach {host}")


def _is_this_machine(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host == "localhost"
    return address.is_loopback or address.is_unspecified


sys.addaudithook(_refuse_to_leave_the_machine)
