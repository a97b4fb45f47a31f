"""Where Alembic gets its connection: from the program, or from CUEPROBE_DATABASE_URL for `alembic` by hand."""

from alembic import context
from sqlalchemy import create_engine

from app.config import load_settings
from app.store.tables import Base, UtcDateTime


def _render(kind, item, _autogen):
    """Write our own column type as the plain one: a migration must not change when the program does."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def _run(connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=_render,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


connection = context.config.attributes.get("connection")
if connection is not None:
    _run(connection)
else:
    with create_engine(load_settings().database_url).connect() as developer_connection:
        _run(developer_connection)
