"""Opening the database for one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.config import Settings, ready_data_folder
from app.store.session import Database, open_database


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database of the settings, migrated, while the context lasts; a folder that refuses is found out first."""
    ready_data_folder(settings)
    database = open_database(settings.database_url, settings.resources / "migrations")
    try:
        yield database
    finally:
        database.close()
