"""The migrations: each goes up and down, and together they build the tables the program declares."""

from __future__ import annotations

import alembic.command
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, make_url, text

from app.config import RESOURCES
from app.store.session import is_migrated, open_database

MIGRATIONS = RESOURCES / "migrations"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """Address of an empty database, once for each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'cueprobe.db'}"
    return request.getfixturevalue("postgres_url")


@pytest.fixture
def connection(url):
    address = make_url(url)
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    engine = create_engine(address)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def alembic_config(connection):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def tables(connection):
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def test_the_migrations_build_the_tables_the_program_declares(alembic_config):
    alembic.command.upgrade(alembic_config, "head")
    alembic.command.check(alembic_config)  # raises with the differences


def test_every_migration_goes_up_down_and_up_again(alembic_config, connection):
    for revision in reversed(list(ScriptDirectory.from_config(alembic_config).walk_revisions())):
        before = tables(connection)
        alembic.command.upgrade(alembic_config, revision.revision)
        after = tables(connection)
        alembic.command.downgrade(alembic_config, revision.down_revision or "base")
        assert tables(connection) == before
        alembic.command.upgrade(alembic_config, revision.revision)
        assert tables(connection) == after
    alembic.command.downgrade(alembic_config, "base")
    assert tables(connection) == set()


def test_a_new_database_is_brought_up_to_date_and_keeps_its_rows_when_opened_again(url):
    database = open_database(url, MIGRATIONS)
    assert is_migrated(database, MIGRATIONS)
    with database.write() as session:
        session.execute(
            text("INSERT INTO prompts (sha256, template_version, messages) VALUES ('0', '1', '[]')"),
        )
    database.close()
    reopened = open_database(url, MIGRATIONS)
    with reopened.read() as session:
        assert session.scalar(text("SELECT count(*) FROM prompts")) == 1
    reopened.close()
