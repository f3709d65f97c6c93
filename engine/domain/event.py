"""What is told about an execution: events of the engine and log lines of operations, in one sequence."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EventType(StrEnum):
    """What kind of fact an event tells (semantics §6.2)."""

    WORKFLOW_QUEUED = "workflow_queued"
    WORKFLOW_STARTED = "workflow_started"
    WORKFLOW_SUCCEEDED = "workflow_succeeded"
    WORKFLOW_FAILED = "workflow_failed"
    WORKFLOW_CANCELLING = "workflow_cancelling"
    WORKFLOW_CANCELLED = "workflow_cancelled"
    WORKFLOW_STAGE = "workflow_stage"
    WORKFLOW_NODE_EVENT = "workflow_node_event"
    TASK_STARTED = "task_started"
    TASK_SUCCEEDED = "task_succeeded"
    TASK_FAILED = "task_failed"
    TASK_RESCHEDULED = "task_rescheduled"
    PLUGIN_EVENT = "plugin_event"
    EXECUTION_STATE_CHANGE = "execution_state_change"
    """Told of an execution group: one of its executions has another status."""
    SCHEDULE_FIRED = "schedule_fired"
    SCHEDULE_SKIPPED = "schedule_skipped"
    ENGINE_EVENT = "engine_event"
    LOG = "log"
    """A log line; its level is in `level`."""


class Level(StrEnum):
    """How grave a line is."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An event that is not stored yet."""

    type: EventType
    message: str
    timestamp: datetime
    level: Level = Level.INFO
    execution_id: str | None = None
    deployment_id: str | None = None
    workflow_id: str | None = None
    node_instance_id: str | None = None
    target_instance_id: str | None = None
    operation: str | None = None
    operation_id: str | None = None
    error_causes: str = ""
    execution_group_id: str | None = None
    """Of what is told of a group; it then names no execution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Draft):
    """An event with its place in the one sequence."""

    id: int
