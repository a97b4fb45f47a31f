"""The command line as a person uses it: arguments in, an exit code and two texts out.

`cueprobe(...)` runs the entry point in this process, where the seconds that SciPy takes to import are paid once; what
only a process of its own can show (pipes, signals, a server) uses `process(...)`.
"""

from __future__ import annotations

import contextlib
import io
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.__main__ import main
from tests.factories import write_suite

PROBES = ("orwell-university", "madding-troy-death", "savile-victim")


@dataclass(frozen=True)
class Said:
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def line(self) -> str:
        """The one line a refused command says; fails when it says more, or anything on standard output."""
        assert self.out == ""
        assert self.err.startswith("cueprobe: ")
        assert self.err.count("\n") == 1
        return self.err.removeprefix("cueprobe: ").rstrip("\n")


class Terminal(io.TextIOWrapper):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of the test's commands, not made yet."""
    monkeypatch.setenv("CUEPROBE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CUEPROBE_WIKIPEDIA", "off")
    return tmp_path / "data"


@pytest.fixture
def cueprobe(data: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    """`cueprobe("runs", "--json")` runs the command; `terminal=True` lets its streams be terminals."""

    def run(*arguments: object, terminal: bool = False, encoding: str = "utf-8") -> Said:
        wrapper = Terminal if terminal else io.TextIOWrapper
        out, err = (wrapper(io.BytesIO(), encoding=encoding, newline="", write_through=True) for _ in range(2))
        monkeypatch.setattr(sys, "argv", ["cueprobe", *map(str, arguments)])
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code
        assert isinstance(code, int)
        return Said(code, *(stream.buffer.getvalue().decode(stream.encoding) for stream in (out, err)))

    return run


@pytest.fixture
def process(data: Path) -> Callable[..., subprocess.Popen[str]]:
    """`process("serve")` starts the command as a program of its own."""

    def start(*arguments: object, **options: Any) -> subprocess.Popen[str]:
        streams: Mapping[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        command = [sys.executable, "-m", "app", *map(str, arguments)]
        return subprocess.Popen(command, env=dict(os.environ), **{**streams, **options})

    return start


@pytest.fixture(scope="session")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three probes of the built-in suite, as a file of the user's own."""
    return write_suite(tmp_path_factory.mktemp("suite"), "own", PROBES)


@pytest.fixture
def rows(data: Path) -> Callable[[str], list[dict[str, Any]]]:
    """`rows("select ...")` reads the database of the data folder."""

    def read(statement: str) -> list[dict[str, Any]]:
        with contextlib.closing(sqlite3.connect(data / "cueprobe.db")) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(statement)]

    return read


@pytest.fixture
def nothing_written(data: Path) -> Callable[[], bool]:
    """Whether no row of anything is in the database, if there is one."""

    def check() -> bool:
        if not (data / "cueprobe.db").exists():
            return True
        with contextlib.closing(sqlite3.connect(data / "cueprobe.db")) as connection:
            names = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
            counts = {name: connection.execute(f'select count(*) from "{name}"').fetchone()[0] for name in names}  # noqa: S608 - names of our own tables
        return {name for name, count in counts.items() if count} == {"alembic_version"}

    return check
