"""Tables of executions, their operations, events and groups, and the guards of their statuses."""

from sqlalchemy import DDL, CheckConstraint, Index, event, text
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

OPERATION_STATES = "('pending', 'started', 'succeeded', 'failed', 'rescheduled')"


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
