"""One process per run: a lock on a file in the data folder, which the system lets go when the process dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from app.errors import RunBusy


@contextmanager
def run_lock(data_dir: Path, run_id: int) -> Iterator[None]:
    """Hold the run while it is carried out; raises RunBusy at once when another process holds it."""
    folder = data_dir / "locks"
    folder.mkdir(exist_ok=True)
    try:
        with FileLock(folder / f"run-{run_id}.lock", timeout=0):
            yield
    except Timeout:
        raise RunBusy(run_id) from None
