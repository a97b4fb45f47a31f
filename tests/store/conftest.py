"""A real PostgreSQL for the session, and an empty database for each test that asks for one."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest


@pytest.fixture(scope="session")
def postgres_server(missing) -> Iterator[str]:
    """Address of a PostgreSQL server on loopback, made for this session, without the name of a database."""
    programs = _programs()
    if programs is None:
        missing("PostgreSQL (initdb, postgres and pg_ctl)")
    # PostgreSQL refuses to run as root, and root's own temporary folders cannot be entered by anybody else.
    home = Path(tempfile.mkdtemp(prefix="cueprobe-pg-"))
    options: dict[str, Any] = {"env": {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}, "cwd": home}
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(home, account.pw_uid, account.pw_gid)
        options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    flags = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off"
    control = [programs / "pg_ctl", "-D", home / "data", "-s", "-w"]
    try:
        subprocess.run(
            [programs / "initdb", "-D", home / "data", "-U", "test", "-A", "trust", "-E", "UTF8", "--no-sync"],
            stdout=subprocess.DEVNULL,
            check=True,
            **options,
        )
        subprocess.run([*control, "-l", home / "log", "-o", flags, "start"], check=True, **options)
        yield f"postgresql://test@127.0.0.1:{port}"
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, **options)
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server) -> Iterator[str]:
    """Address of a new, empty PostgreSQL database; it is gone after the test."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield f"{postgres_server}/{name}"
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _programs() -> Path | None:
    """Folder of PostgreSQL's programs; Debian keeps them in a folder for each version, off the path."""
    found = shutil.which("pg_ctl")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    for folder in folders:
        if all((folder / name).exists() for name in ("initdb", "postgres", "pg_ctl")):
            return folder
    return None
