"""What an execution is and which status may follow which.

Two rules: whatever affects transitions stands in this file, and the file does not know who asks.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from engine.domain.errors import IllegalTransition
from engine.domain.json import Json, JsonObject


class Status(StrEnum):
    """Where an execution is in its life (semantics §1.2)."""

    PENDING = "pending"
    """Accepted, about to be given to a worker."""
    STARTED = "started"
    CANCELLING = "cancelling"
    FORCE_CANCELLING = "force_cancelling"
    KILL_CANCELLING = "kill_cancelling"
    QUEUED = "queued"
    """Held back by the rules of admission."""
    SCHEDULED = "scheduled"
    """Only in the answers to clients that use the deprecated start time; never stored."""
    TERMINATED = "terminated"
    """Ended well; shown as `completed`."""
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def display(self) -> str:
        """Return the word that users see."""
        return "completed" if self is Status.TERMINATED else self.value

    @property
    def is_final(self) -> bool:
        return self in FINAL

    @property
    def is_active(self) -> bool:
        return self in ACTIVE


FINAL = frozenset({Status.TERMINATED, Status.FAILED, Status.CANCELLED})
ACTIVE = frozenset({Status.PENDING, Status.STARTED, Status.CANCELLING, Status.FORCE_CANCELLING, Status.KILL_CANCELLING})
WAITING = frozenset({Status.QUEUED, Status.SCHEDULED})

TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.QUEUED: frozenset({Status.PENDING, Status.CANCELLED, Status.FAILED}),
    Status.SCHEDULED: frozenset({Status.PENDING, Status.QUEUED, Status.CANCELLED, Status.FAILED}),
    Status.PENDING: frozenset({Status.STARTED, Status.CANCELLED, Status.FAILED}),
    Status.STARTED: frozenset(
        {
            Status.TERMINATED,
            Status.FAILED,
            Status.CANCELLED,
            Status.CANCELLING,
            Status.FORCE_CANCELLING,
            Status.KILL_CANCELLING,
        }
    ),
    Status.CANCELLING: frozenset(
        {
            Status.CANCELLED,
            Status.FAILED,
            Status.TERMINATED,
            Status.FORCE_CANCELLING,
            Status.KILL_CANCELLING,
        }
    ),
    Status.FORCE_CANCELLING: frozenset({Status.CANCELLED, Status.KILL_CANCELLING}),
    Status.KILL_CANCELLING: frozenset({Status.CANCELLED}),
    Status.TERMINATED: frozenset(),
    Status.FAILED: frozenset({Status.PENDING, Status.QUEUED}),
    Status.CANCELLED: frozenset({Status.PENDING, Status.QUEUED}),
}
"""Final statuses are left by a resume alone, which begins a new attempt; the database guards the same table."""


def transition(source: Status, target: Status) -> Status:
    """Return `target`, the next status of the same attempt.

    Raises:
        IllegalTransition: the table has no such step, or it begins a new attempt.
    """
    if source.is_final or target not in TRANSITIONS[source]:
        raise IllegalTransition(source, target)
    return target


class CancelKind(StrEnum):
    """How hard an execution is stopped (semantics §1.5)."""

    CANCEL = "cancel"
    """Start no further operation; let the running ones end."""
    FORCE = "force-cancel"
    """Stop waiting for the workflow; leave running operations alone."""
    KILL = "kill"
    """End every process of the execution, grandchildren included."""

    @property
    def status(self) -> Status:
        """Return the status that the request leads to while a worker lives."""
        return _CANCEL_STATUS[self]


_CANCEL_STATUS = {
    CancelKind.CANCEL: Status.CANCELLING,
    CancelKind.FORCE: Status.FORCE_CANCELLING,
    CancelKind.KILL: Status.KILL_CANCELLING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRequest:
    """Everything that a start is asked with; all of it is stored and survives the queue."""

    workflow_id: str
    deployment_id: str | None
    """None for a system-wide execution."""
    parameters: JsonObject = field(default_factory=dict)
    force: bool = False
    queue: bool = False
    dry_run: bool = False
    allow_custom_parameters: bool = False
    wait_after_fail: int = 600
    """Seconds that running operations get after the first failure."""
    origin: str = "user"
    """Who asked: `user`, `schedule:<id>`, `system`."""

    @property
    def is_system_wide(self) -> bool:
        return self.deployment_id is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """One run of a workflow on a deployment."""

    id: str
    number: int
    """Order of arrival over all executions, from 1; the queue is served by it."""
    workflow_id: str
    deployment_id: str | None
    blueprint_id: str | None
    status: Status
    parameters: JsonObject = field(default_factory=dict)
    force: bool = False
    dry_run: bool = False
    allow_custom_parameters: bool = False
    wait_after_fail: int = 600
    origin: str = "user"
    error: str = ""
    attempt: int = 1
    """The fence: every write of a worker names the attempt that it belongs to."""
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    total_operations: int | None = None
    """None until the workflow has stored its task graph."""
    finished_operations: int | None = None
    is_resumed: bool = False
    """Whether the attempt goes on where an earlier one stopped."""

    @property
    def is_system_wide(self) -> bool:
        return self.deployment_id is None

    @property
    def is_final(self) -> bool:
        return self.status.is_final

    @property
    def is_active(self) -> bool:
        return self.status.is_active


class OperationState(StrEnum):
    """Where one operation of an execution is (semantics §1.8)."""

    PENDING = "pending"
    STARTED = "started"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    RESCHEDULED = "rescheduled"
    """This try ended; a later try of the same operation follows."""

    @property
    def is_final(self) -> bool:
        return self in _FINISHED


_FINISHED = frozenset({OperationState.SUCCEEDED, OperationState.FAILED, OperationState.RESCHEDULED})


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRecord:
    """One operation of an execution's task graph, as it is stored."""

    id: str
    execution_id: str
    name: str
    """The operation's full name, such as `cloudify.interfaces.lifecycle.create`, or the task's name."""
    node_instance_id: str | None = None
    target_instance_id: str | None = None
    """The other end, for an operation of a relationship."""
    state: OperationState = OperationState.PENDING
    retry: int = 0
    """0 for the first try."""
    max_retries: int = -1
    """-1 retries for ever."""
    created_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    error: str = ""
    place: str = ""
    """Where it stands in its workflow; every try of it, in every attempt, has the same place."""
    result: Json = None
    """What it returned, as far as JSON can hold it."""
    is_interrupted: bool = False
    """It was cut off while it ran, and nobody knows how far it came."""
    waits_for: tuple[str, ...] = ()
    """Ids of the operations that it starts after; the first of them where they are very many."""
