"""Keep who gave a grade, a judge's own words and what it was asked, and how often a run was graded again.

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-22 14:56:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table("grades") as grades:
        grades.add_column(sa.Column("graded_by", sa.Text(), nullable=True))
        grades.add_column(sa.Column("raw", sa.Text(), nullable=True))
        grades.add_column(sa.Column("prompt_sha256", sa.String(length=64), nullable=True))
        grades.create_index("ix_grades_prompt_sha256", ["prompt_sha256"], unique=False)
    with op.batch_alter_table("runs") as runs:
        runs.add_column(sa.Column("regrades", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("runs") as runs:
        runs.alter_column("regrades", server_default=None)


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("runs") as runs:
        runs.drop_column("regrades")
    with op.batch_alter_table("grades") as grades:
        grades.drop_index("ix_grades_prompt_sha256")
        grades.drop_column("prompt_sha256")
        grades.drop_column("raw")
        grades.drop_column("graded_by")
