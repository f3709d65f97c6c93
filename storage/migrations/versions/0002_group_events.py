"""Events of execution groups, and a guard of the steps from status to status within an attempt.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels = None
depends_on = None

STEPS = (
    "('queued pending', 'queued cancelled', 'queued failed', "
    "'pending started', 'pending cancelled', 'pending failed', "
    "'started terminated', 'started failed', 'started cancelled', "
    "'started cancelling', 'started force_cancelling', 'started kill_cancelling', "
    "'cancelling terminated', 'cancelling failed', 'cancelling cancelled', "
    "'cancelling force_cancelling', 'cancelling kill_cancelling', "
    "'force_cancelling cancelled', 'force_cancelling kill_cancelling', 'kill_cancelling cancelled')"
)


def upgrade() -> None:
    """Add the column, the index by which a group's events are found, and the guard."""
    op.add_column("event", sa.Column("execution_group_id", sa.String(), nullable=True))
    op.create_index(
        "event_of_group",
        "event",
        ["execution_group_id", "id"],
        sqlite_where=sa.text("execution_group_id IS NOT NULL"),
    )
    op.execute(
        f"""CREATE TRIGGER execution_steps BEFORE UPDATE OF status ON execution
WHEN NEW.status <> OLD.status AND NEW.attempt = OLD.attempt AND OLD.status NOT IN ('terminated', 'failed', 'cancelled')
AND OLD.status || ' ' || NEW.status NOT IN {STEPS}
BEGIN SELECT RAISE(ABORT, 'no execution goes from this status to that one'); END"""
    )
