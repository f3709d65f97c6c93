"""The shape of the database: tables, indexes and the guards that hold even if Python code is wrong."""

from sqlalchemy import DDL, CheckConstraint, ForeignKeyConstraint, Index, event, text
from sqlmodel import Field, SQLModel

ACTIVE = "('pending', 'started', 'cancelling', 'force_cancelling', 'kill_cancelling')"
FINAL = "('terminated', 'failed', 'cancelled')"
STATUSES = f"{ACTIVE[:-1]}, 'queued', {FINAL[1:]}"
STEPS = (
    "('queued pending', 'queued cancelled', 'queued failed', "
    "'pending started', 'pending cancelled', 'pending failed', "
    "'started terminated', 'started failed', 'started cancelled', "
    "'started cancelling', 'started force_cancelling', 'started kill_cancelling', "
    "'cancelling terminated', 'cancelling failed', 'cancelling cancelled', "
    "'cancelling force_cancelling', 'cancelling kill_cancelling', "
    "'force_cancelling cancelled', 'force_cancelling kill_cancelling', 'kill_cancelling cancelled')"
)
UPLOAD_STATES = (
    "('pending', 'uploading', 'extracting', 'parsing', "
    "'failed_uploading', 'failed_extracting', 'failed_parsing', 'invalid')"
)
OPERATION_STATES = "('pending', 'started', 'succeeded', 'failed', 'rescheduled')"


class BlueprintTable(SQLModel, table=True):
    """Uploaded blueprints; `content` names a folder, `plan` is JSON."""

    __tablename__ = "blueprint"

    id: str = Field(primary_key=True)
    description: str
    main_file: str
    content: str
    plan: str
    created_at: str


class BlueprintUploadTable(SQLModel, table=True):
    """Uploads under way or failed; one that succeeds becomes a blueprint in the same transaction."""

    __tablename__ = "blueprint_upload"
    __table_args__ = (CheckConstraint(f"state IN {UPLOAD_STATES}", name="blueprint_upload_state"),)

    id: str = Field(primary_key=True)
    state: str
    error: str
    source: str
    scratch: str
    created_at: str
    changed_at: str


class DeploymentTable(SQLModel, table=True):
    """Deployments; `plan` and `inputs` are JSON."""

    __tablename__ = "deployment"

    id: str = Field(primary_key=True)
    blueprint_id: str = Field(foreign_key="blueprint.id", index=True)
    plan: str
    inputs: str
    created_at: str


class NodeInstanceTable(SQLModel, table=True):
    """Node instances; relationships, properties and scaling groups are JSON."""

    __tablename__ = "node_instance"

    deployment_id: str = Field(primary_key=True, foreign_key="deployment.id", ondelete="CASCADE")
    id: str = Field(primary_key=True)
    node_id: str
    position: int
    state: str
    version: int
    host_id: str | None = None
    runtime_properties: str
    relationships: str
    scaling_groups: str
    system_properties: str


class ExecutionTable(SQLModel, table=True):
    """Executions; `parameters` is JSON. `number` is the order of arrival, `attempt` the fence."""

    __tablename__ = "execution"
    __table_args__ = (
        CheckConstraint(f"status IN {STATUSES}", name="execution_status"),
        Index(
            "execution_one_active_per_deployment",
            "deployment_id",
            unique=True,
            sqlite_where=text(f"status IN {ACTIVE} AND force = 0"),
        ),
        Index("execution_live", "status", sqlite_where=text(f"status NOT IN {FINAL}")),
        Index("execution_live_near", "deployment_id", sqlite_where=text(f"status NOT IN {FINAL}")),
        Index("execution_of_deployment", "deployment_id", "number"),
        Index("execution_ended", "ended_at"),
        {"sqlite_autoincrement": True},
    )

    number: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    workflow_id: str
    deployment_id: str | None = Field(default=None, foreign_key="deployment.id", ondelete="CASCADE")
    blueprint_id: str | None = None
    status: str
    parameters: str
    force: bool
    dry_run: bool
    allow_custom_parameters: bool
    wait_after_fail: int
    origin: str
    error: str
    attempt: int
    created_at: str
    started_at: str | None = None
    ended_at: str | None = None
    total_operations: int | None = None
    finished_operations: int | None = None
    is_resumed: bool


class OperationTable(SQLModel, table=True):
    """Operations of an execution's task graph."""

    __tablename__ = "operation"
    __table_args__ = (
        CheckConstraint(f"state IN {OPERATION_STATES}", name="operation_state"),
        Index("operation_of_execution", "execution_id", "position"),
    )

    position: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    execution_id: str = Field(foreign_key="execution.id", ondelete="CASCADE")
    name: str
    node_instance_id: str | None = None
    target_instance_id: str | None = None
    state: str
    retry: int
    max_retries: int
    created_at: str | None = None
    started_at: str | None = None
    ended_at: str | None = None
    error: str
    place: str
    result: str | None = None
    is_interrupted: bool
    waits_for: str | None = None


class PassageTable(SQLModel, table=True):
    """Steps of a workflow that only record something and have done so; `places` is a JSON list."""

    __tablename__ = "passage"

    position: int | None = Field(default=None, primary_key=True)
    execution_id: str = Field(foreign_key="execution.id", ondelete="CASCADE", index=True)
    places: str


class ModificationTable(SQLModel, table=True):
    """Changes of the number of node instances; ids and the instances before are JSON."""

    __tablename__ = "modification"
    __table_args__ = (
        CheckConstraint("status IN ('started', 'finished', 'rolledback')", name="modification_status"),
        Index(
            "modification_one_started_per_deployment",
            "deployment_id",
            unique=True,
            sqlite_where=text("status = 'started'"),
        ),
    )

    id: str = Field(primary_key=True)
    deployment_id: str = Field(foreign_key="deployment.id", ondelete="CASCADE")
    execution_id: str | None = Field(default=None, foreign_key="execution.id", ondelete="SET NULL", index=True)
    status: str
    added: str
    removed: str
    before: str
    created_at: str
    ended_at: str | None = None


class DeploymentUpdateTable(SQLModel, table=True):
    """Updates of deployments, by the ids of their executions; inputs, steps and the work are JSON."""

    __tablename__ = "deployment_update"
    __table_args__ = (
        CheckConstraint("stage IN ('accepted', 'begun', 'switched', 'finished')", name="deployment_update_stage"),
        Index("deployment_update_of_deployment", "deployment_id", "created_at"),
    )

    id: str = Field(primary_key=True)
    deployment_id: str = Field(foreign_key="deployment.id", ondelete="CASCADE")
    stage: str
    old_blueprint_id: str
    new_blueprint_id: str
    old_inputs: str
    new_inputs: str
    steps: str
    work: str
    created_at: str
    switched_at: str | None = None
    ended_at: str | None = None


class SecretTable(SQLModel, table=True):
    """Secrets; `sealed` is the encrypted value, `key_id` tells with which key."""

    __tablename__ = "secret"

    key: str = Field(primary_key=True)
    sealed: str
    key_id: str
    is_hidden: bool
    created_at: str
    updated_at: str


class PluginTable(SQLModel, table=True):
    """Uploaded plugins; `content` names a folder; files, labels and packages are JSON."""

    __tablename__ = "plugin"

    id: str = Field(primary_key=True)
    package_name: str = Field(index=True)
    package_version: str
    distribution: str | None = None
    archive_name: str
    content: str
    files: str
    labels: str
    packages: str
    uploaded_at: str


class EventTable(SQLModel, table=True):
    """Events and log lines in one sequence; written in the transaction of the fact that they tell.

    An event is told of an execution or of an execution group, never of both.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("event_of_execution", "execution_id", "id"),
        Index("event_of_deployment", "deployment_id", "id"),
        Index("event_of_group", "execution_group_id", "id", sqlite_where=text("execution_group_id IS NOT NULL")),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    type: str
    message: str
    timestamp: str
    level: str
    execution_id: str | None = Field(default=None, foreign_key="execution.id", ondelete="CASCADE")
    deployment_id: str | None = None
    workflow_id: str | None = None
    node_instance_id: str | None = None
    target_instance_id: str | None = None
    operation: str | None = None
    operation_id: str | None = None
    error_causes: str
    execution_group_id: str | None = None


class ScheduleTable(SQLModel, table=True):
    """Schedules; rule, parameters, execution arguments and policies are JSON.

    `owner_id` is the deployment's, or NULL for a schedule of the system, whose `deployment_id` is `-`.
    """

    __tablename__ = "schedule"
    __table_args__ = (
        Index("schedule_due", "due_at", sqlite_where=text("enabled = 1")),
        Index("schedule_owner", "owner_id"),
        Index("schedule_latest", "latest_execution_id"),
    )

    deployment_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    owner_id: str | None = Field(default=None, foreign_key="deployment.id", ondelete="CASCADE")
    workflow_id: str
    parameters: str
    execution_arguments: str
    rule: str
    slip: int
    stop_on_fail: bool
    policies: str
    enabled: bool
    pause_reason: str
    next_occurrence: str | None = None
    due_at: str | None = None
    latest_execution_id: str | None = Field(default=None, foreign_key="execution.id", ondelete="SET NULL")
    is_failure_latched: bool
    origin: str
    created_at: str


class OccurrenceTable(SQLModel, table=True):
    """What was decided about each occurrence of a schedule: once, and for good."""

    __tablename__ = "occurrence"
    __table_args__ = (
        ForeignKeyConstraint(
            ["deployment_id", "schedule_id"], ["schedule.deployment_id", "schedule.id"], ondelete="CASCADE"
        ),
        Index("occurrence_execution", "execution_id"),
    )

    deployment_id: str = Field(primary_key=True)
    schedule_id: str = Field(primary_key=True)
    occurrence: str = Field(primary_key=True)
    disposition: str
    reason: str
    execution_id: str | None = Field(default=None, foreign_key="execution.id", ondelete="SET NULL")
    decided_at: str
    covered: int


class CalendarTable(SQLModel, table=True):
    """Calendars of windows in which schedules start nothing; `windows` is JSON."""

    __tablename__ = "calendar"

    id: str = Field(primary_key=True)
    description: str
    windows: str
    created_at: str


class EngineTable(SQLModel, table=True):
    """Engines that have led this database; the highest epoch leads."""

    __tablename__ = "engine"
    __table_args__ = ({"sqlite_autoincrement": True},)

    epoch: int | None = Field(default=None, primary_key=True)
    pid: int
    process_start: int
    boot_id: str
    is_on_demand: bool
    started_at: str
    stopped_at: str | None = None
    last_poll_at: str | None = None
    next_poll_at: str | None = None


class SettingTable(SQLModel, table=True):
    """Settings of the engine that differ from their defaults; `value` is JSON."""

    __tablename__ = "setting"

    key: str = Field(primary_key=True)
    value: str


class MaintenanceTable(SQLModel, table=True):
    """One row while maintenance mode is asked for or on."""

    __tablename__ = "maintenance"
    __table_args__ = (CheckConstraint("id = 1", name="maintenance_is_one"),)

    id: int = Field(primary_key=True)
    requested_at: str
    requested_by: str
    activated_at: str | None = None


class SnapshotTable(SQLModel, table=True):
    """Snapshots of the whole state; the archive lies in the folder `snapshots` under its id."""

    __tablename__ = "snapshot"
    __table_args__ = (CheckConstraint("status IN ('creating', 'created', 'failed')", name="snapshot_status"),)

    id: str = Field(primary_key=True)
    status: str
    created_at: str
    execution_id: str | None = Field(default=None, foreign_key="execution.id", ondelete="SET NULL")
    error: str
    size: int
    """Bytes."""
    digest: str


class DeploymentGroupTable(SQLModel, table=True):
    """Named sets of deployments; `default_inputs` is JSON."""

    __tablename__ = "deployment_group"

    id: str = Field(primary_key=True)
    description: str
    default_blueprint_id: str | None = Field(default=None, foreign_key="blueprint.id", ondelete="SET NULL")
    default_inputs: str
    created_at: str


class DeploymentGroupMemberTable(SQLModel, table=True):
    """Which deployments are in which group."""

    __tablename__ = "deployment_group_member"
    __table_args__ = (Index("deployment_group_member_deployment", "deployment_id"),)

    group_id: str = Field(primary_key=True, foreign_key="deployment_group.id", ondelete="CASCADE")
    deployment_id: str = Field(primary_key=True, foreign_key="deployment.id", ondelete="CASCADE")


class ExecutionGroupTable(SQLModel, table=True):
    """One workflow started on the deployments of a group; `concurrency` 0 is a pause."""

    __tablename__ = "execution_group"
    __table_args__ = (CheckConstraint("concurrency >= 0", name="execution_group_concurrency"),)

    id: str = Field(primary_key=True)
    workflow_id: str
    deployment_group_id: str | None = Field(default=None, foreign_key="deployment_group.id", ondelete="SET NULL")
    concurrency: int
    success_group_id: str | None = Field(default=None, foreign_key="deployment_group.id", ondelete="SET NULL")
    failed_group_id: str | None = Field(default=None, foreign_key="deployment_group.id", ondelete="SET NULL")
    created_at: str


class ExecutionGroupMemberTable(SQLModel, table=True):
    """Which executions are in which group."""

    __tablename__ = "execution_group_member"
    __table_args__ = (Index("execution_group_member_execution", "execution_id"),)

    group_id: str = Field(primary_key=True, foreign_key="execution_group.id", ondelete="CASCADE")
    execution_id: str = Field(primary_key=True, foreign_key="execution.id", ondelete="CASCADE")


class HookTable(SQLModel, table=True):
    """What users want to be told: `events` and `command` are JSON lists; either a command or a URL."""

    __tablename__ = "hook"
    __table_args__ = (CheckConstraint("(command IS NULL) <> (url IS NULL)", name="hook_target"),)

    id: str = Field(primary_key=True)
    events: str
    command: str | None = None
    url: str | None = None
    enabled: bool
    created_at: str


class HookDeliveryTable(SQLModel, table=True):
    """What each hook is still to tell, or has told; `payload` is JSON and outlives the event and its execution."""

    __tablename__ = "hook_delivery"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'delivered', 'failed')", name="hook_delivery_state"),
        Index("hook_delivery_due", "hook_id", "next_try_at", sqlite_where=text("state = 'pending'")),
    )

    hook_id: str = Field(primary_key=True, foreign_key="hook.id", ondelete="CASCADE")
    event_id: int = Field(primary_key=True)
    payload: str
    state: str
    tries: int
    next_try_at: str
    error: str


FINAL_IS_FINAL = DDL(  # type: ignore[no-untyped-call] # SQLAlchemy has not annotated it
    f"""CREATE TRIGGER execution_final_is_final BEFORE UPDATE OF status ON execution
WHEN OLD.status IN {FINAL} AND NEW.status <> OLD.status AND NEW.attempt <= OLD.attempt
BEGIN SELECT RAISE(ABORT, 'a final status is left by a new attempt only'); END"""
)
event.listen(ExecutionTable.__table__, "after_create", FINAL_IS_FINAL)  # type: ignore[attr-defined] # SQLModel sets it

EXECUTION_STEPS = DDL(  # type: ignore[no-untyped-call] # as above
    f"""CREATE TRIGGER execution_steps BEFORE UPDATE OF status ON execution
WHEN NEW.status <> OLD.status AND NEW.attempt = OLD.attempt AND OLD.status NOT IN {FINAL}
AND OLD.status || ' ' || NEW.status NOT IN {STEPS}
BEGIN SELECT RAISE(ABORT, 'no execution goes from this status to that one'); END"""
)
event.listen(ExecutionTable.__table__, "after_create", EXECUTION_STEPS)  # type: ignore[attr-defined] # as above
