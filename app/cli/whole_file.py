"""Writing a file that somebody asked for: it is there when it is complete, or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from app.errors import DataFolderError


@contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """A file that takes its name when it is complete; nothing half-written is left behind.

    What is no plain file, such as a pipe or /dev/null, is written to and never replaced.
    """
    target = path.resolve()
    part = target.with_name(f".{target.name}.{os.getpid()}") if target.is_file() or not target.exists() else target
    try:
        with part.open("w", encoding="utf-8", newline="") as stream:
            yield stream
        if part != target:
            part.replace(target)
    except OSError as error:
        raise DataFolderError(f"{path} cannot be written ({error.strerror})") from error
    finally:
        if part != target:
            with contextlib.suppress(OSError):  # there is none when all went well, or when it could not be opened
                part.unlink()
