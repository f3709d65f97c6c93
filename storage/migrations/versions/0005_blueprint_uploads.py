"""Uploads of blueprints.

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of uploads that are under way or have failed."""
    op.create_table(
        "blueprint_upload",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("scratch", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("changed_at", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'uploading', 'extracting', 'parsing', "
            "'failed_uploading', 'failed_extracting', 'failed_parsing', 'invalid')",
            name="blueprint_upload_state",
        ),
        sa.PrimaryKeyConstraint("id"),
    )
