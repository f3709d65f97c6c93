"""Events of execution groups: what happened to the group, beside what happened to its executions.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and the index by which a group's events are found."""
    op.add_column("event", sa.Column("execution_group_id", sa.String(), nullable=True))
    op.create_index(
        "event_of_group",
        "event",
        ["execution_group_id", "id"],
        sqlite_where=sa.text("execution_group_id IS NOT NULL"),
    )
