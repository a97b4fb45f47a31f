"""The suites and notes that come with the program, read once and again only when a file of theirs has changed.

A suite may name probes of the files beside it, so a folder is read as a whole: reading all of it takes a fifth of a
second, looking whether anything changed a tenth of a millisecond.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from app.errors import NotFound, SuiteError
from app.probes import files
from app.probes.records import Note, Suite

_Read = TypeVar("_Read")
_State = tuple[tuple[str, int, int], ...]


def built_in_suites(folder: Path) -> tuple[list[Suite], list[str]]:
    """The suite files of a folder that can be read, and what is wrong with the rest."""
    read = _SUITES.of(folder)
    suites = [each for each in read.values() if isinstance(each, Suite)]
    return suites, [str(each) for each in read.values() if isinstance(each, SuiteError)]


def built_in_suite(folder: Path, name: str) -> Suite:
    """The suite in folder/NAME.yaml; raises NotFound, and SuiteError for a file that is broken."""
    read = _SUITES.of(folder).get(name)
    if read is None:
        raise NotFound(f"there is no built-in suite {name!r}; /probes lists those there are")
    if isinstance(read, SuiteError):
        raise read.with_traceback(None)  # else it would grow with each time it is raised
    return read


def built_in_notes(folder: Path) -> dict[str, Note]:
    """The notes of a folder by title; raises SuiteError for the first that is broken."""
    return dict(_NOTES.of(folder))


def _read_suites(folder: Path) -> dict[str, Suite | SuiteError]:
    read: dict[str, Suite | SuiteError] = {}
    for path in files.list_suites(folder):
        try:
            read[path.stem] = files.load_suite(path)
        except SuiteError as error:
            read[path.stem] = error
    return read


def _state(folder: Path) -> _State:
    """Name, time of change and size of every file of a folder."""
    found = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            about = path.stat()
        except OSError:  # gone since it was listed: what is read now will say so
            continue
        found.append((path.name, about.st_mtime_ns, about.st_size))
    return tuple(found)


@dataclass(slots=True)
class _Kept(Generic[_Read]):
    """What was read of folders, with the state they were in."""

    read: Callable[[Path], _Read]
    inner: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)
    kept: dict[Path, tuple[_State, _Read]] = field(default_factory=dict)

    def of(self, folder: Path) -> _Read:
        """What stands in a folder now."""
        state = _state(folder / self.inner)
        with self.lock:  # whoever comes second waits: reading twice at once takes twice as long
            known = self.kept.get(folder)
            if known is None or known[0] != state:
                known = (state, self.read(folder))
                self.kept[folder] = known
            return known[1]


_SUITES = _Kept(_read_suites)
_NOTES = _Kept(files.load_notes, "notes")
