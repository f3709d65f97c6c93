"""Tables of schedules, what became of each occurrence, and calendars of closed times."""

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlmodel import Field, SQLModel


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
