"""Keep in which form a trial asks its probe, and how many draws are its own.

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-22 14:55:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BEFORE = "uq_trials_run_id_model_id_probe_version_id_arm_answer_format"
_NOW = "uq_trials_asked_once"
_ONCE = ["run_id", "model_id", "probe_version_id", "arm", "answer_format"]


def upgrade() -> None:
    """Apply the change. Every trial so far asked its probe directly, with all of its run's draws."""
    with op.batch_alter_table("runs") as runs:
        runs.add_column(sa.Column("direction", sa.String(length=10), nullable=False, server_default="direct"))
    with op.batch_alter_table("runs") as runs:
        runs.alter_column("direction", server_default=None)
    with op.batch_alter_table("trials") as trials:
        trials.add_column(sa.Column("direction", sa.String(length=10), nullable=False, server_default="direct"))
        trials.add_column(sa.Column("variant", sa.String(length=20), nullable=False, server_default=""))
        trials.add_column(sa.Column("draws", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE trials SET draws = (SELECT k FROM runs WHERE runs.id = trials.run_id)")
    with op.batch_alter_table("trials") as trials:
        trials.alter_column("direction", server_default=None)
        trials.alter_column("variant", server_default=None)
        trials.alter_column("draws", server_default=None)
        trials.drop_constraint(_BEFORE, type_="unique")
        trials.create_unique_constraint(_NOW, [*_ONCE, "direction", "variant"])


def downgrade() -> None:
    """Take the change back; runs in a form that the older program does not know go with it."""
    other = "SELECT DISTINCT run_id FROM trials WHERE variant <> '' OR direction <> 'direct'"
    op.execute(
        "DELETE FROM grades WHERE response_id IN (SELECT id FROM responses WHERE run_id IN (" + other + "))"  # noqa: S608 - no value of a user's is in it
    )
    op.execute("DELETE FROM responses WHERE run_id IN (" + other + ")")  # noqa: S608
    op.execute("CREATE TABLE forms_dropped AS " + other)
    op.execute("DELETE FROM trials WHERE run_id IN (SELECT run_id FROM forms_dropped)")
    op.execute("DELETE FROM runs WHERE id IN (SELECT run_id FROM forms_dropped)")
    op.execute("DROP TABLE forms_dropped")
    with op.batch_alter_table("trials") as trials:
        trials.drop_constraint(_NOW, type_="unique")
        trials.create_unique_constraint(_BEFORE, _ONCE)
        trials.drop_column("draws")
        trials.drop_column("variant")
        trials.drop_column("direction")
    with op.batch_alter_table("runs") as runs:
        runs.drop_column("direction")
