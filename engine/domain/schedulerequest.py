"""What a user asks of a schedule, as written, and the schedule that it makes."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.domain.errors import InvalidSchedule
from engine.domain.json import JsonObject
from engine.domain.naming import check_id
from engine.domain.recurrence import Rule, make_rule
from engine.domain.schedule import ExecutionArguments, Schedule, check_slip
from engine.domain.timetext import moment

CLEARABLE = frozenset({"until", "count", "weekdays"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When something is to run, as written (semantics §3.3, §3.4)."""

    since: str
    until: str | None = None
    timezone: str | None = None
    """None takes the zone of this machine."""
    recurrence: str | None = None
    weekdays: tuple[str, ...] = ()
    count: int | None = None
    rrule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRequest:
    """Everything that a new schedule is asked with."""

    deployment_id: str
    workflow_id: str
    id: str | None = None
    """None takes the workflow's name."""
    timing: Timing
    parameters: JsonObject = field(default_factory=dict)
    arguments: ExecutionArguments = field(default_factory=ExecutionArguments)
    slip: int = 0
    stop_on_fail: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleChanges:
    """What is to change about a schedule; None leaves the old value."""

    workflow_id: str | None = None
    since: str | None = None
    until: str | None = None
    timezone: str | None = None
    recurrence: str | None = None
    weekdays: tuple[str, ...] | None = None
    count: int | None = None
    rrule: str | None = None
    clear: frozenset[str] = frozenset()
    """Of `CLEARABLE`: what is to have no value any more."""
    parameters: JsonObject | None = None
    arguments: ExecutionArguments | None = None
    slip: int | None = None
    stop_on_fail: bool | None = None


def rule_of(timing: Timing, *, now: datetime, default_zone: str) -> Rule:
    """Return the checked rule.

    Raises:
        InvalidSchedule: a time or the rule does not fit.
    """
    zone = timing.timezone or default_zone
    return make_rule(
        moment(timing.since, now=now, zone=zone),
        until=moment(timing.until, now=now, zone=zone) if timing.until else None,
        recurrence=timing.recurrence,
        weekdays=timing.weekdays,
        count=timing.count,
        rrule=timing.rrule,
        zone=zone,
    )


def schedule_of(request: ScheduleRequest, *, now: datetime, default_zone: str) -> Schedule:
    """Return the new schedule.

    Raises:
        InvalidValue: a part of it does not fit.
    """
    rule = rule_of(request.timing, now=now, default_zone=default_zone)
    return Schedule(
        id=check_id("schedule", request.id or request.workflow_id),
        deployment_id=request.deployment_id,
        workflow_id=request.workflow_id,
        parameters=request.parameters,
        arguments=request.arguments,
        rule=rule,
        slip=check_slip(request.slip),
        stop_on_fail=request.stop_on_fail,
        next_occurrence=rule.after(now),
        created_at=now,
    )


def changed(schedule: Schedule, changes: ScheduleChanges, *, now: datetime) -> Schedule:
    """Return the schedule with the changes; it is due next after `now`.

    Raises:
        InvalidValue: the changed schedule would not fit.
    """
    rule = _changed_rule(schedule.rule, changes, now)
    return replace(
        schedule,
        workflow_id=changes.workflow_id or schedule.workflow_id,
        parameters=schedule.parameters if changes.parameters is None else changes.parameters,
        arguments=changes.arguments or schedule.arguments,
        rule=rule,
        slip=schedule.slip if changes.slip is None else check_slip(changes.slip),
        stop_on_fail=schedule.stop_on_fail if changes.stop_on_fail is None else changes.stop_on_fail,
        next_occurrence=rule.after(now),
    )


def _changed_rule(rule: Rule, changes: ScheduleChanges, now: datetime) -> Rule:
    unknown = sorted(changes.clear - CLEARABLE)
    if unknown:
        raise InvalidSchedule(f"{', '.join(unknown)} cannot be cleared; only {', '.join(sorted(CLEARABLE))} can")
    zone = changes.timezone or rule.zone
    kept = _kept(rule, changes)
    since = moment(changes.since, now=now, zone=zone) if changes.since else rule.since
    until = moment(changes.until, now=now, zone=zone) if changes.until else kept.until
    return make_rule(
        since,
        until=until,
        recurrence=changes.recurrence or kept.recurrence,
        weekdays=kept.weekdays if changes.weekdays is None else changes.weekdays,
        count=kept.count if changes.count is None else changes.count,
        rrule=changes.rrule or kept.rrule,
        zone=zone,
    )


def _kept(rule: Rule, changes: ScheduleChanges) -> Rule:
    """Return what is left of the old rule: one way of telling a recurrence replaces the other."""
    kept = replace(
        rule,
        until=None if "until" in changes.clear else rule.until,
        count=None if "count" in changes.clear else rule.count,
        weekdays=() if "weekdays" in changes.clear else rule.weekdays,
    )
    if changes.rrule:
        return replace(kept, recurrence=None, weekdays=(), count=None)
    if changes.recurrence or changes.weekdays or changes.count is not None:
        return replace(kept, rrule=None)
    return kept
