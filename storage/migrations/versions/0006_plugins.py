"""Uploaded plugins.

Revision ID: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision: str | None = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of plugins."""
    op.create_table(
        "plugin",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("package_name", sa.String(), nullable=False),
        sa.Column("package_version", sa.String(), nullable=False),
        sa.Column("distribution", sa.String(), nullable=True),
        sa.Column("archive_name", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("files", sa.String(), nullable=False),
        sa.Column("labels", sa.String(), nullable=False),
        sa.Column("packages", sa.String(), nullable=False),
        sa.Column("uploaded_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_plugin_package_name", "plugin", ["package_name"], unique=False)
