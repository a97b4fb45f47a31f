"""Opening the database: one engine for readers, one for the writer, and the migrations that bring it up to date."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import alembic.command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from app.errors import DatabaseUnreachable, SettingError

__all__ = ["Database", "Session", "is_migrated", "open_database"]  # rooms that only pass a session on take it from here

_BUSY_MS = 30_000


@dataclass(frozen=True, slots=True)
class Database:
    """An open, migrated database.

    `read()` gives a session for queries. `write()` gives one that takes the write lock when it begins: under a plain
    BEGIN a reader that turns writer fails with "database is locked" in spite of the busy timeout.
    """

    url: str
    reader: Engine
    writer: Engine

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; nothing it changes is kept."""
        with sessionmaker(self.reader, expire_on_commit=False)() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session in one transaction: committed at the end, rolled back on an error.

        Raises DatabaseUnreachable when the database is gone or full.
        """
        try:
            with sessionmaker(self.writer, expire_on_commit=False).begin() as session:
                yield session
        except OperationalError as error:
            raise DatabaseUnreachable(
                f"the database at {_shown(self.url)} cannot be written ({_cause(error)})"
            ) from error

    def close(self) -> None:
        """Close all connections."""
        self.reader.dispose()
        self.writer.dispose()


def open_database(url: str, migrations: Path) -> Database:
    """Open the database at a SQLAlchemy address and bring it to the newest version.

    Raises SettingError for an address that cannot be understood, DatabaseUnreachable when nothing answers there or when
    a newer version of the program has been at work in it.
    """
    reader, writer = _engine(url, immediate=False), _engine(url, immediate=True)
    try:
        _upgrade(writer, migrations)
    except CommandError as error:
        raise DatabaseUnreachable(
            f"the database at {_shown(url)} was made by another version of cueprobe ({error}); use that version"
        ) from error
    except DatabaseError as error:
        raise DatabaseUnreachable(f"the database at {_shown(url)} cannot be opened ({_cause(error)})") from error
    return Database(url, reader, writer)


def is_migrated(database: Database, migrations: Path) -> bool:
    """Whether the database answers and stands at the newest version; False also when it does not answer."""
    try:
        with database.reader.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    except DatabaseError:
        return False
    return current == ScriptDirectory.from_config(_alembic(migrations)).get_current_head()


def _engine(url: str, *, immediate: bool) -> Engine:
    try:
        address = make_url(url)
        if address.drivername == "postgresql":  # psycopg is the driver cueprobe installs; the plain name means psycopg2
            address = address.set(drivername="postgresql+psycopg")
        is_sqlite = address.get_backend_name() == "sqlite"
        engine = create_engine(address, connect_args={"timeout": _BUSY_MS / 1000} if is_sqlite else {})
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise SettingError(f"CUEPROBE_DATABASE_URL cannot be used ({error})") from error
    except ValueError as error:  # repeats what it took for the port, which is a piece of a password with a slash in it
        raise SettingError("CUEPROBE_DATABASE_URL cannot be used (its port is no number)") from error
    if is_sqlite and address.database in (None, "", ":memory:"):
        raise SettingError(
            "CUEPROBE_DATABASE_URL names no file: a database in memory would be gone with each connection"
        )
    if is_sqlite:
        _tune_sqlite(engine, immediate=immediate)
    return engine


def _tune_sqlite(engine: Engine, *, immediate: bool) -> None:
    """WAL with one fsync per checkpoint, foreign keys on, and transactions that begin when we say so."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # otherwise the driver begins transactions behind SQLAlchemy's back
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={_BUSY_MS}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _alembic(migrations: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    return config


def _upgrade(engine: Engine, migrations: Path) -> None:
    """Run missing migrations, with foreign keys off: rewriting a parent in batch mode would delete its children."""
    config = _alembic(migrations)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("COMMIT")  # the pragma has no effect inside the transaction that has just begun
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "head")
        connection.commit()
    engine.dispose()  # so that no connection with foreign keys off goes back to work


def _shown(url: str) -> str:
    """The address as it may be printed: a query can hold a password as well."""
    address = make_url(url).set(query={})
    return (
        address.database or url
        if address.get_backend_name() == "sqlite"
        else address.render_as_string(hide_password=True)
    )


def _cause(error: DatabaseError) -> str:
    return str(error.orig).strip().replace(os.linesep, " ").splitlines()[0] if error.orig else type(error).__name__
