"""A schedule, of one deployment or of the whole system, and the lines of its history."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from engine.domain.errors import InvalidSchedule
from engine.domain.execution import StartRequest
from engine.domain.json import JsonObject
from engine.domain.recurrence import Rule
from engine.domain.schedulepolicy import CatchUp, Overlap, Policies

GRACE = timedelta(seconds=60)
"""How late an occurrence may be beyond its slip, because polls come once in a while."""
SYSTEM = "-"
"""Stands for the deployment of schedules that belong to none; their executions are system-wide."""


class Origin(StrEnum):
    """Who made a schedule."""

    USER = "user"
    BLUEPRINT = "blueprint"
    """A default schedule of the deployment's blueprint."""


class Disposition(StrEnum):
    """What became of an occurrence."""

    FIRED = "fired"
    QUEUED = "queued"
    """Fired, and the execution waits in the queue."""
    SKIPPED_OVERLAP = "skipped_overlap"
    SKIPPED_LATE = "skipped_late"
    SKIPPED_MAINTENANCE = "skipped_maintenance"
    SKIPPED_BLACKOUT = "skipped_blackout"
    """A calendar that the schedule refers to was closed."""
    DISABLED = "disabled"
    """The schedule was at rest, or stopped because its latest execution had failed."""
    ERROR = "error"
    """The execution could not be started, or the rule could not be read."""

    @property
    def has_fired(self) -> bool:
        return self in (Disposition.FIRED, Disposition.QUEUED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionArguments:
    """How the executions of a schedule are started."""

    force: bool = False
    dry_run: bool = False
    allow_custom_parameters: bool = False
    wait_after_fail: int = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A schedule of one deployment, or of the system (semantics §3.1)."""

    id: str
    """Unique within the deployment."""
    deployment_id: str
    """`SYSTEM` for none."""
    workflow_id: str
    parameters: JsonObject = field(default_factory=dict)
    arguments: ExecutionArguments = field(default_factory=ExecutionArguments)
    rule: Rule
    slip: int = 0
    """Minutes by which a start may be late, beyond a minute."""
    stop_on_fail: bool = False
    policies: Policies = field(default_factory=Policies)
    enabled: bool = True
    pause_reason: str = ""
    """Why it is disabled, as far as anybody said."""
    next_occurrence: datetime | None = None
    """None never fires again."""
    latest_execution_id: str | None = None
    is_failure_latched: bool = False
    """Whether the latest execution counts for `stop_on_fail`; enabling forgives it."""
    origin: Origin = Origin.USER
    created_at: datetime

    @property
    def is_system_wide(self) -> bool:
        return self.deployment_id == SYSTEM

    @property
    def due_at(self) -> datetime | None:
        """When the next occurrence is to start, its jitter included."""
        return self.start_of(self.next_occurrence) if self.next_occurrence else None

    def is_due(self, now: datetime) -> bool:
        due_at = self.due_at
        return self.enabled and due_at is not None and due_at <= now

    def start_of(self, occurrence: datetime) -> datetime:
        """Return when an occurrence is to start: later by a part of the jitter that is always the same.

        It starts before the next occurrence is due, however large the jitter: starts keep the order of occurrences.
        """
        if not self.policies.jitter:
            return occurrence
        following = self.rule.after(occurrence)
        room = self.policies.jitter if following is None else int((following - occurrence).total_seconds()) - 1
        name = f"{self.deployment_id}/{self.id}/{occurrence.isoformat()}"
        drawn = int.from_bytes(sha256(name.encode()).digest()[:8], "big")
        return occurrence + timedelta(seconds=drawn % (min(room, self.policies.jitter) + 1))

    @property
    def allowed_lateness(self) -> timedelta:
        """Return how late a start may be, beyond the time of a poll."""
        return timedelta() if self.policies.catch_up is CatchUp.SKIP else timedelta(minutes=self.slip)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One line of a schedule's history: an occurrence and what became of it."""

    deployment_id: str
    schedule_id: str
    occurrence: datetime
    disposition: Disposition
    reason: str = ""
    execution_id: str | None = None
    decided_at: datetime
    covered: int = 1
    """How many occurrences share the decision, this one and those after it."""


def start_request(schedule: Schedule) -> StartRequest:
    """Return the start that an occurrence asks for; it waits in the queue where it must."""
    arguments = schedule.arguments
    return StartRequest(
        workflow_id=schedule.workflow_id,
        deployment_id=None if schedule.is_system_wide else schedule.deployment_id,
        parameters=schedule.parameters,
        force=arguments.force or schedule.policies.overlap is Overlap.PARALLEL,
        queue=True,
        dry_run=arguments.dry_run,
        allow_custom_parameters=arguments.allow_custom_parameters,
        wait_after_fail=arguments.wait_after_fail,
        origin=f"schedule:{schedule.id}",
    )


def enable(schedule: Schedule, *, now: datetime) -> Schedule:
    """Return the schedule running again from now on; a failure that stopped it is forgiven.

    Raises:
        InvalidSchedule: it is enabled already.
    """
    _require(schedule, is_enabled=False)
    following = schedule.rule.after(now)
    return replace(schedule, enabled=True, pause_reason="", is_failure_latched=False, next_occurrence=following)


def disable(schedule: Schedule, reason: str = "") -> Schedule:
    """Return the schedule at rest.

    Raises:
        InvalidSchedule: it is disabled already.
    """
    _require(schedule, is_enabled=True)
    return replace(schedule, enabled=False, pause_reason=reason)


def _require(schedule: Schedule, *, is_enabled: bool) -> None:
    if schedule.enabled is not is_enabled:
        state = "enabled" if schedule.enabled else "disabled"
        raise InvalidSchedule(f"Schedule `{schedule.id}` on deployment `{schedule.deployment_id}` is already {state}")
