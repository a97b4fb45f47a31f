"""A session for commands that only look: they leave no database behind where there was none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.cli.database import opened
from app.config import Settings
from app.store.session import Session

_SQLITE = "sqlite:///"


@contextmanager
def reading(settings: Settings) -> Iterator[Session | None]:
    """A session for reading; None where the database is a file that has not been made yet."""
    url = settings.database_url
    if url.startswith(_SQLITE) and not Path(url.removeprefix(_SQLITE).partition("?")[0]).is_file():
        yield None
        return
    with opened(settings) as database, database.read() as session:
        yield session
