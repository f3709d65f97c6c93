"""Which deployments read capabilities of which others.

Revision ID: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision: str | None = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, and fill it from the plans that are stored."""
    op.create_table(
        "deployment_dependency",
        sa.Column("dependent_id", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["dependent_id"], ["deployment.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("dependent_id", "source_id"),
    )
    op.create_index("deployment_dependency_source", "deployment_dependency", ["source_id"], unique=False)
    op.execute(
        """INSERT INTO deployment_dependency (dependent_id, source_id)
SELECT DISTINCT deployment.id, json_extract(call.value, '$[0]')
FROM deployment, json_tree(CASE WHEN json_valid("plan") THEN "plan" ELSE 'null' END) AS call
WHERE instr("plan", '"get_capability"') AND call.key = 'get_capability' AND call.type = 'array'
AND json_array_length(call.value) > 1 AND json_type(call.value, '$[0]') = 'text'
AND call.fullkey NOT LIKE '$.inputs.%' AND call.fullkey NOT LIKE '$.data#_types.%' ESCAPE '#'
AND json_extract(call.value, '$[0]') <> deployment.id"""
    )
