"""The first shape of the database.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels = None
depends_on = None

ACTIVE = "('pending', 'started', 'cancelling', 'force_cancelling', 'kill_cancelling')"
FINAL = "('terminated', 'failed', 'cancelled')"
STATUSES = f"{ACTIVE[:-1]}, 'queued', {FINAL[1:]}"


def upgrade() -> None:
    """Create every table, index and guard."""
    op.create_table(
        "blueprint",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("main_file", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "engine",
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("process_start", sa.Integer(), nullable=False),
        sa.Column("boot_id", sa.String(), nullable=False),
        sa.Column("is_on_demand", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.String(), nullable=False),
        sa.Column("stopped_at", sa.String(), nullable=True),
        sa.Column("last_poll_at", sa.String(), nullable=True),
        sa.Column("next_poll_at", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("epoch"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "hook",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("events", sa.String(), nullable=False),
        sa.Column("command", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.CheckConstraint("(command IS NULL) <> (url IS NULL)", name="hook_target"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "maintenance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.String(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("activated_at", sa.String(), nullable=True),
        sa.CheckConstraint("id = 1", name="maintenance_is_one"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "deployment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("blueprint_id", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("inputs", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["blueprint_id"],
            ["blueprint.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_deployment_blueprint_id"), "deployment", ["blueprint_id"], unique=False)
    op.create_table(
        "deployment_group",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("default_blueprint_id", sa.String(), nullable=True),
        sa.Column("default_inputs", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["default_blueprint_id"], ["blueprint.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "deployment_group_member",
        sa.Column("group_id", sa.String(), nullable=False),
        sa.Column("deployment_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployment.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["group_id"], ["deployment_group.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("group_id", "deployment_id"),
    )
    op.create_index("deployment_group_member_deployment", "deployment_group_member", ["deployment_id"], unique=False)
    op.create_table(
        "execution",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workflow_id", sa.String(), nullable=False),
        sa.Column("deployment_id", sa.String(), nullable=True),
        sa.Column("blueprint_id", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("parameters", sa.String(), nullable=False),
        sa.Column("force", sa.Boolean(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("allow_custom_parameters", sa.Boolean(), nullable=False),
        sa.Column("wait_after_fail", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("started_at", sa.String(), nullable=True),
        sa.Column("ended_at", sa.String(), nullable=True),
        sa.Column("total_operations", sa.Integer(), nullable=True),
        sa.Column("finished_operations", sa.Integer(), nullable=True),
        sa.Column("is_resumed", sa.Boolean(), nullable=False),
        sa.CheckConstraint(f"status IN {STATUSES}", name="execution_status"),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployment.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("execution_ended", "execution", ["ended_at"], unique=False)
    op.create_index(
        "execution_live", "execution", ["status"], unique=False, sqlite_where=sa.text(f"status NOT IN {FINAL}")
    )
    op.create_index(
        "execution_live_near",
        "execution",
        ["deployment_id"],
        unique=False,
        sqlite_where=sa.text(f"status NOT IN {FINAL}"),
    )
    op.create_index("execution_of_deployment", "execution", ["deployment_id", "number"], unique=False)
    op.create_index(
        "execution_one_active_per_deployment",
        "execution",
        ["deployment_id"],
        unique=True,
        sqlite_where=sa.text(f"status IN {ACTIVE} AND force = 0"),
    )
    op.create_table(
        "execution_group",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workflow_id", sa.String(), nullable=False),
        sa.Column("deployment_group_id", sa.String(), nullable=True),
        sa.Column("concurrency", sa.Integer(), nullable=False),
        sa.Column("success_group_id", sa.String(), nullable=True),
        sa.Column("failed_group_id", sa.String(), nullable=True),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.CheckConstraint("concurrency >= 0", name="execution_group_concurrency"),
        sa.ForeignKeyConstraint(["deployment_group_id"], ["deployment_group.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["failed_group_id"], ["deployment_group.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["success_group_id"], ["deployment_group.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "node_instance",
        sa.Column("deployment_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("node_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.String(), nullable=True),
        sa.Column("runtime_properties", sa.String(), nullable=False),
        sa.Column("relationships", sa.String(), nullable=False),
        sa.Column("scaling_groups", sa.String(), nullable=False),
        sa.Column("system_properties", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployment.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("deployment_id", "id"),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("timestamp", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("execution_id", sa.String(), nullable=True),
        sa.Column("deployment_id", sa.String(), nullable=True),
        sa.Column("workflow_id", sa.String(), nullable=True),
        sa.Column("node_instance_id", sa.String(), nullable=True),
        sa.Column("target_instance_id", sa.String(), nullable=True),
        sa.Column("operation", sa.String(), nullable=True),
        sa.Column("operation_id", sa.String(), nullable=True),
        sa.Column("error_causes", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["execution_id"], ["execution.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("event_of_deployment", "event", ["deployment_id", "id"], unique=False)
    op.create_index("event_of_execution", "event", ["execution_id", "id"], unique=False)
    op.create_table(
        "execution_group_member",
        sa.Column("group_id", sa.String(), nullable=False),
        sa.Column("execution_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["execution_id"], ["execution.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["group_id"], ["execution_group.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("group_id", "execution_id"),
    )
    op.create_index("execution_group_member_execution", "execution_group_member", ["execution_id"], unique=False)
    op.create_table(
        "operation",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("execution_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("node_instance_id", sa.String(), nullable=True),
        sa.Column("target_instance_id", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("retry", sa.Integer(), nullable=False),
        sa.Column("max_retries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=True),
        sa.Column("started_at", sa.String(), nullable=True),
        sa.Column("ended_at", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("is_interrupted", sa.Boolean(), nullable=False),
        sa.Column("waits_for", sa.String(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'started', 'succeeded', 'failed', 'rescheduled')", name="operation_state"
        ),
        sa.ForeignKeyConstraint(["execution_id"], ["execution.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("operation_of_execution", "operation", ["execution_id", "position"], unique=False)
    op.create_table(
        "passage",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("execution_id", sa.String(), nullable=False),
        sa.Column("places", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["execution_id"], ["execution.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_index(op.f("ix_passage_execution_id"), "passage", ["execution_id"], unique=False)
    op.create_table(
        "modification",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("deployment_id", sa.String(), nullable=False),
        sa.Column("execution_id", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("added", sa.String(), nullable=False),
        sa.Column("removed", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("ended_at", sa.String(), nullable=True),
        sa.CheckConstraint("status IN ('started', 'finished', 'rolledback')", name="modification_status"),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployment.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["execution_id"], ["execution.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_modification_execution_id"), "modification", ["execution_id"], unique=False)
    op.create_index(
        "modification_one_started_per_deployment",
        "modification",
        ["deployment_id"],
        unique=True,
        sqlite_where=sa.text("status = 'started'"),
    )
    op.create_table(
        "calendar",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("windows", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "schedule",
        sa.Column("deployment_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=True),
        sa.Column("workflow_id", sa.String(), nullable=False),
        sa.Column("parameters", sa.String(), nullable=False),
        sa.Column("execution_arguments", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("slip", sa.Integer(), nullable=False),
        sa.Column("stop_on_fail", sa.Boolean(), nullable=False),
        sa.Column("policies", sa.String(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("pause_reason", sa.String(), nullable=False),
        sa.Column("next_occurrence", sa.String(), nullable=True),
        sa.Column("due_at", sa.String(), nullable=True),
        sa.Column("latest_execution_id", sa.String(), nullable=True),
        sa.Column("is_failure_latched", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["deployment.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["latest_execution_id"], ["execution.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("deployment_id", "id"),
    )
    op.create_index("schedule_due", "schedule", ["due_at"], unique=False, sqlite_where=sa.text("enabled = 1"))
    op.create_index("schedule_latest", "schedule", ["latest_execution_id"], unique=False)
    op.create_index("schedule_owner", "schedule", ["owner_id"], unique=False)
    op.create_table(
        "snapshot",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("execution_id", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.CheckConstraint("status IN ('creating', 'created', 'failed')", name="snapshot_status"),
        sa.ForeignKeyConstraint(["execution_id"], ["execution.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "hook_delivery",
        sa.Column("hook_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.CheckConstraint("state IN ('pending', 'delivered', 'failed')", name="hook_delivery_state"),
        sa.ForeignKeyConstraint(["hook_id"], ["hook.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("hook_id", "event_id"),
    )
    op.create_index(
        "hook_delivery_due",
        "hook_delivery",
        ["hook_id", "next_try_at"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "occurrence",
        sa.Column("deployment_id", sa.String(), nullable=False),
        sa.Column("schedule_id", sa.String(), nullable=False),
        sa.Column("occurrence", sa.String(), nullable=False),
        sa.Column("disposition", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("execution_id", sa.String(), nullable=True),
        sa.Column("decided_at", sa.String(), nullable=False),
        sa.Column("covered", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id", "schedule_id"], ["schedule.deployment_id", "schedule.id"], ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["execution_id"], ["execution.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("deployment_id", "schedule_id", "occurrence"),
    )
    op.create_index("occurrence_execution", "occurrence", ["execution_id"], unique=False)
    op.execute(
        f"""CREATE TRIGGER execution_final_is_final BEFORE UPDATE OF status ON execution
WHEN OLD.status IN {FINAL} AND NEW.status <> OLD.status AND NEW.attempt <= OLD.attempt
BEGIN SELECT RAISE(ABORT, 'a final status is left by a new attempt only'); END"""
    )
