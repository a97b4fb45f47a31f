"""The web app's server: alone in the foreground, or in a thread beside a demo's run."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn

from app.cli.database import opened
from app.cli.doors import WebApp
from app.cli.terminal import people
from app.config import Settings, load_settings
from app.errors import PortInUse, SettingError
from app.store.session import Database


def serve_forever(web_app: WebApp, host: str, port: int, data: Path | None) -> None:
    """Serve until interrupted."""
    settings = load_settings(data)
    with _listening(host, port) as listener, opened(settings) as database:
        server = _server(web_app(settings, database, host))
        people.print(f"cueprobe serves at {_address(listener)} (Ctrl-C to stop)", style="bold")
        server.run(sockets=[listener])


@contextmanager
def served(web_app: WebApp, settings: Settings, database: Database, port: int) -> Iterator[str]:
    """The web app on loopback in a thread of its own, as long as the context lasts; gives its address."""
    host = "127.0.0.1"
    with _listening(host, port) as listener:
        server = _server(web_app(settings, database, host))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="web", daemon=True)
        thread.start()
        try:
            yield _address(listener)
        finally:
            server.should_exit = True
            thread.join(timeout=5)


def _server(application: Callable[..., Any]) -> uvicorn.Server:
    config = uvicorn.Config(
        application,
        log_level="warning",
        timeout_graceful_shutdown=1,  # open event streams would otherwise hold the program for ever
        server_header=False,
    )
    return uvicorn.Server(config)


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket bound before anything else is done, so that a port in use stops the program with nothing started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            raise SettingError(f"--host {host} is no address of this machine") from error
        if isinstance(error, PermissionError):
            raise SettingError(f"port {port} may not be used by this account; choose one above 1023") from error
        raise PortInUse(host, port) from error
    with listener:
        yield listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
