"""What a user asks of a schedule, as written, and the schedule that it makes."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from engine.domain import english, ruleset
from engine.domain.daylight import Gap, Repeat
from engine.domain.errors import InvalidSchedule
from engine.domain.json import JsonObject
from engine.domain.naming import check_id
from engine.domain.recurrence import Rule, make_rule
from engine.domain.schedule import ExecutionArguments, Schedule
from engine.domain.schedulepolicy import CatchUp, Overlap, Policies, check_policies, check_slip
from engine.domain.timetext import moment

_ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When something is to run, as written (semantics §3.3, §3.4)."""

    since: str | None = None
    """None takes the rule's own DTSTART, or what `when` says, or now where `when` names times of its own."""
    until: str | None = None
    timezone: str | None = None
    """None takes the zone of this machine."""
    recurrence: str | None = None
    weekdays: tuple[str, ...] = ()
    count: int | None = None
    rrule: str | None = None
    when: str | None = None
    """The recurrence in plain English."""
    excluded: tuple[str, ...] = ()
    gap: Gap = Gap.NEXT
    repeat: Repeat = Repeat.FIRST


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
    policies: Policies | None = None
    """None takes the usual, and what `when` says of overlaps."""
    enabled: bool = True


def rule_of(timing: Timing, *, now: datetime, default_zone: str) -> Rule:
    """Return the checked rule.

    Raises:
        InvalidSchedule: a time or the rule does not fit.
    """
    timing = plain_timing(timing, now=now, default_zone=default_zone)
    zone = timing.timezone or default_zone
    return make_rule(
        moment(timing.since or "", now=now, zone=zone),
        until=moment(timing.until, now=now, zone=zone) if timing.until else None,
        recurrence=timing.recurrence,
        weekdays=timing.weekdays,
        count=timing.count,
        rrule=timing.rrule,
        zone=zone,
        excluded=timing.excluded,
        gap=timing.gap,
        repeat=timing.repeat,
    )


def plain_timing(timing: Timing, *, now: datetime, default_zone: str) -> Timing:
    """Return the timing with its English and its DTSTART told by the other fields; `since` is given then.

    Raises:
        InvalidSchedule: something is told twice, or was not understood, or the beginning is missing.
    """
    if timing.when:
        timing = _spoken(timing, now, timing.timezone or default_zone)
    start = ruleset.split_start(timing.rrule)[0] if timing.rrule else None
    if start is not None:
        zone = timing.timezone or (start.zone if start.zone != "UTC" else None) or default_zone
        since = timing.since or start.instant(zone).isoformat()
        return replace(timing, since=since, timezone=zone)
    if not timing.since:
        raise InvalidSchedule("since is missing: say when it begins, such as +1h or 2026-12-31 22:00")
    return timing


def _spoken(timing: Timing, now: datetime, zone: str) -> Timing:
    if timing.recurrence or timing.rrule or timing.weekdays:
        raise InvalidSchedule("plain English cannot be provided together with recurrence, weekdays or rrule")
    spoken = english.read(timing.when or "", now=now, zone=zone)
    if spoken.zone and not timing.timezone:
        return _spoken(replace(timing, timezone=spoken.zone), now, spoken.zone)  # its dates are days of that zone
    for name, told, given in (
        ("since", spoken.since, timing.since),
        ("until", spoken.until, timing.until),
        ("the time zone", spoken.zone, timing.timezone if timing.timezone != spoken.zone else None),
        ("the count", "COUNT=" in spoken.rrule, timing.count is not None),
    ):
        if told and given:
            raise InvalidSchedule(f"{name} is told twice, in plain English and beside it")
    if not (spoken.has_time or timing.since):
        raise InvalidSchedule(f"`{timing.when}` does not say at what time; add it, such as `at 7:30`, or give since")
    count = f";COUNT={timing.count}" if timing.count is not None else ""
    return replace(
        timing,
        when=None,
        rrule=spoken.rrule + count,
        count=None,
        since=timing.since or spoken.since or now.replace(second=0, microsecond=0).isoformat(),
        until=timing.until or spoken.until,
    )


def schedule_of(request: ScheduleRequest, *, now: datetime, default_zone: str) -> Schedule:
    """Return the new schedule.

    Raises:
        InvalidValue: a part of it does not fit.
    """
    rule = rule_of(request.timing, now=now, default_zone=default_zone)
    policies = request.policies or policies_of(
        overlap=None, catch_up=None, jitter=None, calendars=(), when=request.timing.when
    )
    return Schedule(
        id=check_id("schedule", request.id or request.workflow_id),
        deployment_id=request.deployment_id,
        workflow_id=request.workflow_id,
        parameters=request.parameters,
        arguments=request.arguments,
        rule=rule,
        slip=check_slip(request.slip),
        stop_on_fail=request.stop_on_fail,
        policies=check_policies(policies),
        enabled=request.enabled,
        next_occurrence=rule.after(now),
        created_at=now,
    )


def policies_of(
    *,
    overlap: Overlap | None,
    catch_up: CatchUp | None,
    jitter: int | None,
    calendars: tuple[str, ...],
    when: str | None = None,
) -> Policies:
    """Return the policies that are asked for; None takes the usual, and for overlaps what plain English says."""
    return Policies(
        overlap=overlap or spoken_overlap(when) or Overlap.SKIP,
        catch_up=catch_up or CatchUp.ONCE,
        jitter=jitter or 0,
        calendars=calendars,
    )


def spoken_overlap(when: str | None) -> Overlap | None:
    """Return what plain English says of overlaps."""
    return english.read(when, now=_ANY_DAY, zone="UTC").overlap if when else None
