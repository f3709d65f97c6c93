"""A deployment's schedule, and what becomes of an occurrence that is due.

`plan` decides and advances at once: whoever acts on it stores the next occurrence as well, so nothing fires twice.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from engine.domain.errors import InvalidSchedule
from engine.domain.execution import StartRequest, Status
from engine.domain.json import JsonObject
from engine.domain.recurrence import Rule

GRACE = timedelta(seconds=60)
"""How late an occurrence may be beyond its slip, because polls come once in a while."""
LONGEST_SLIP = 366 * 24 * 60


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
    DISABLED = "disabled"
    """The schedule stopped because its latest execution had failed."""
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
    """A schedule of one deployment (semantics §3.1)."""

    id: str
    """Unique within the deployment."""
    deployment_id: str
    workflow_id: str
    parameters: JsonObject = field(default_factory=dict)
    arguments: ExecutionArguments = field(default_factory=ExecutionArguments)
    rule: Rule
    slip: int = 0
    """Minutes by which a start may be late, beyond a minute."""
    stop_on_fail: bool = False
    enabled: bool = True
    next_occurrence: datetime | None = None
    """None never fires again."""
    latest_execution_id: str | None = None
    is_failure_latched: bool = False
    """Whether the latest execution counts for `stop_on_fail`; enabling forgives it."""
    origin: Origin = Origin.USER
    created_at: datetime

    def is_due(self, now: datetime) -> bool:
        return self.enabled and self.next_occurrence is not None and self.next_occurrence <= now


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is to be done about a schedule that is due, and when it is due next."""

    disposition: Disposition
    reason: str
    occurrence: datetime
    """The one that is decided about."""
    next_occurrence: datetime | None
    missed: int = 0
    """How many older ones came too late; the first of them is the schedule's stored next occurrence."""
    passed: int = 0
    """How many newer ones are due as well; they share this decision."""

    @property
    def fires(self) -> bool:
        return self.disposition.has_fired

    @property
    def keeps_enabled(self) -> bool:
        return self.disposition is not Disposition.DISABLED


def plan(
    schedule: Schedule,
    *,
    now: datetime,
    latest_status: Status | None,
    maintenance: bool = False,
    grace: timedelta = GRACE,
) -> Decision:
    """Decide about a due schedule (semantics §3.7, §3.8): at most one start, for the oldest occurrence that is in time.

    Raises:
        InvalidSchedule: the stored rule is damaged, or nothing is due.
    """
    oldest = schedule.next_occurrence
    if oldest is None or oldest > now:
        raise InvalidSchedule(f"schedule `{schedule.id}` of deployment `{schedule.deployment_id}` is not due")
    timely = _oldest_in_time(schedule, oldest, now, grace)
    disposition, reason = _verdict(schedule, now, latest_status, maintenance, late_since=None if timely else oldest)
    occurrence = timely if timely and disposition.has_fired else oldest
    first, chosen, last = (schedule.rule.rank(moment) for moment in (oldest, occurrence, now))
    return Decision(
        disposition=disposition,
        reason=reason,
        occurrence=occurrence,
        next_occurrence=schedule.rule.after(now),
        missed=max(chosen - first, 0),
        passed=max(last - chosen, 0),
    )


def _verdict(
    schedule: Schedule, now: datetime, latest: Status | None, maintenance: bool, *, late_since: datetime | None
) -> tuple[Disposition, str]:
    if maintenance:
        return Disposition.SKIPPED_MAINTENANCE, "maintenance mode is on"
    if latest is not None and not latest.is_final:
        return Disposition.SKIPPED_OVERLAP, f"its execution {schedule.latest_execution_id} is still {latest.display}"
    if schedule.stop_on_fail and schedule.is_failure_latched and latest is Status.FAILED:
        return Disposition.DISABLED, f"its execution {schedule.latest_execution_id} failed, and it stops on failure"
    if late_since is not None:
        late = int((now - late_since).total_seconds()) // 60
        return Disposition.SKIPPED_LATE, f"{late} min late, {schedule.slip} min and the time of a poll are allowed"
    return Disposition.FIRED, ""


def _oldest_in_time(schedule: Schedule, oldest: datetime, now: datetime, grace: timedelta) -> datetime | None:
    limit = now - timedelta(minutes=schedule.slip) - grace
    if oldest >= limit:
        return oldest
    found = schedule.rule.after(limit - timedelta(microseconds=1))
    return found if found is not None and found <= now else None


def start_request(schedule: Schedule) -> StartRequest:
    """Return the start that an occurrence asks for; it waits in the queue where it must."""
    arguments = schedule.arguments
    return StartRequest(
        workflow_id=schedule.workflow_id,
        deployment_id=schedule.deployment_id,
        parameters=schedule.parameters,
        force=arguments.force,
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
    return replace(schedule, enabled=True, is_failure_latched=False, next_occurrence=schedule.rule.after(now))


def disable(schedule: Schedule) -> Schedule:
    """Return the schedule at rest.

    Raises:
        InvalidSchedule: it is disabled already.
    """
    _require(schedule, is_enabled=True)
    return replace(schedule, enabled=False)


def _require(schedule: Schedule, *, is_enabled: bool) -> None:
    if schedule.enabled is not is_enabled:
        state = "enabled" if schedule.enabled else "disabled"
        raise InvalidSchedule(f"Schedule `{schedule.id}` on deployment `{schedule.deployment_id}` is already {state}")


def check_slip(slip: int) -> int:
    """Return the slip.

    Raises:
        InvalidSchedule: it is no number of minutes up to a year.
    """
    if isinstance(slip, bool) or not isinstance(slip, int) or not 0 <= slip <= LONGEST_SLIP:
        raise InvalidSchedule(f"slip is a whole number of minutes from 0 to {LONGEST_SLIP}, not `{slip}`")
    return slip
