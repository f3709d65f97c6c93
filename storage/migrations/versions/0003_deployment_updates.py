"""Updates of deployments.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of updates."""
    op.create_table(
        "deployment_update",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("deployment_id", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("old_blueprint_id", sa.String(), nullable=False),
        sa.Column("new_blueprint_id", sa.String(), nullable=False),
        sa.Column("old_inputs", sa.String(), nullable=False),
        sa.Column("new_inputs", sa.String(), nullable=False),
        sa.Column("steps", sa.String(), nullable=False),
        sa.Column("work", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("switched_at", sa.String(), nullable=True),
        sa.Column("ended_at", sa.String(), nullable=True),
        sa.CheckConstraint("stage IN ('accepted', 'begun', 'switched', 'finished')", name="deployment_update_stage"),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployment.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "deployment_update_of_deployment", "deployment_update", ["deployment_id", "created_at"], unique=False
    )
