"""Tables of the engine itself: its seat, settings, maintenance, snapshots and hooks."""

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel


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


class PollTable(SQLModel, table=True):
    """The newest polls of the schedules; `late` and `took` are milliseconds."""

    __tablename__ = "poll"

    number: int | None = Field(default=None, primary_key=True)
    polled_at: str
    late: int
    took: int
    started: int
    skipped: int
    failed: int


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
