"""What becomes of the occurrences of a schedule that are due.

`plan` decides and advances at once: whoever acts on it stores the next occurrence as well, so nothing fires twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.domain.blackout import Calendar, Closure, closure
from engine.domain.errors import InvalidSchedule
from engine.domain.execution import Status
from engine.domain.schedule import GRACE, Disposition, Schedule
from engine.domain.schedulepolicy import CatchUp, Overlap
from engine.domain.zones import INSTANT


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
    """How many newer ones share this decision."""

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
    calendars: Sequence[Calendar] = (),
) -> Decision:
    """Decide about a due schedule (semantics §3.7, §3.8): at most one start, for the oldest occurrence that is in time.

    Where all are to be caught up, or a calendar closes some, what is left is due again at once: ask once more.

    Raises:
        InvalidSchedule: the stored rule is damaged, or nothing is due.
    """
    oldest = schedule.next_occurrence
    if oldest is None or schedule.start_of(oldest) > now:
        raise InvalidSchedule(f"schedule `{schedule.id}` of deployment `{schedule.deployment_id}` is not due")
    horizon = _horizon(schedule, oldest, now)
    if (verdict := _hindrance(schedule, latest_status, maintenance)) is not None:
        return _decision(schedule, *verdict, oldest, horizon)
    timely = _oldest_in_time(schedule, oldest, horizon, now - schedule.allowed_lateness - grace)
    if timely is None:
        return _decision(schedule, Disposition.SKIPPED_LATE, _late(schedule, oldest, now), oldest, horizon)
    if (closed := _closed(calendars, timely, now)) is not None:
        return _decision(schedule, Disposition.SKIPPED_BLACKOUT, closed.sentence, timely, _shut(closed, horizon))
    last = timely if schedule.policies.catch_up is CatchUp.ALL else horizon
    return _decision(schedule, Disposition.FIRED, "", timely, last)


def _decision(
    schedule: Schedule, disposition: Disposition, reason: str, occurrence: datetime, last: datetime
) -> Decision:
    """Return the decision about an occurrence that those up to `last` share."""
    rule, oldest = schedule.rule, schedule.next_occurrence or occurrence
    passed, following = 0, rule.after(occurrence)
    if following is not None and following <= last:
        passed, following = rule.count_between(occurrence, last), rule.after(last)
    return Decision(
        disposition=disposition,
        reason=reason,
        occurrence=occurrence,
        next_occurrence=following,
        missed=rule.count_between(oldest - INSTANT, occurrence - INSTANT) if oldest < occurrence else 0,
        passed=passed,
    )


def _hindrance(schedule: Schedule, latest: Status | None, maintenance: bool) -> tuple[Disposition, str] | None:
    """Return why nothing may start now, however timely."""
    name = schedule.latest_execution_id
    if maintenance:
        return Disposition.SKIPPED_MAINTENANCE, "maintenance mode is on"
    if latest is not None and not latest.is_final and _refuses_overlap(schedule, latest):
        return Disposition.SKIPPED_OVERLAP, f"its execution {name} is still {latest.display}"
    if schedule.stop_on_fail and schedule.is_failure_latched and latest is Status.FAILED:
        return Disposition.DISABLED, f"its execution {name} failed, and it stops on failure"
    return None


def _refuses_overlap(schedule: Schedule, latest: Status) -> bool:
    policies = schedule.policies
    if policies.overlap is Overlap.QUEUE:
        return latest is Status.QUEUED and policies.catch_up is not CatchUp.ALL
    return policies.overlap is Overlap.SKIP


def _horizon(schedule: Schedule, oldest: datetime, now: datetime) -> datetime:
    """Return the moment up to which occurrences are due: without jitter that is now."""
    if not schedule.policies.jitter:
        return now
    last = max(oldest, now - timedelta(seconds=schedule.policies.jitter))
    while (later := schedule.rule.after(last)) is not None and schedule.start_of(later) <= now:
        last = later
    return last


def _oldest_in_time(schedule: Schedule, oldest: datetime, horizon: datetime, limit: datetime) -> datetime | None:
    if schedule.start_of(oldest) >= limit:
        return oldest
    earliest = max(limit - timedelta(seconds=schedule.policies.jitter), oldest)
    found = schedule.rule.after(earliest - INSTANT)
    while found is not None and found <= horizon and schedule.start_of(found) < limit:
        found = schedule.rule.after(found)
    return found if found is not None and found <= horizon else None


def _late(schedule: Schedule, oldest: datetime, now: datetime) -> str:
    late = int((now - schedule.start_of(oldest)).total_seconds()) // 60
    allowed = int(schedule.allowed_lateness.total_seconds()) // 60
    return f"{late} min late, {allowed} min and the time of a poll are allowed"


def _closed(calendars: Sequence[Calendar], occurrence: datetime, now: datetime) -> Closure | None:
    """Return the closure of the occurrence or, where that is late, of now."""
    return closure(calendars, occurrence) or closure(calendars, now)


def _shut(closed: Closure, horizon: datetime) -> datetime:
    """Return the last moment that a closure keeps from starting."""
    return min(closed.until - INSTANT, horizon)
