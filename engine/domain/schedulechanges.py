"""What a user asks to change about a schedule, and the schedule that comes of it."""

from dataclasses import dataclass, replace
from datetime import datetime

from engine.domain import english, ruleset, ruletext
from engine.domain.daylight import Gap, Repeat
from engine.domain.errors import InvalidSchedule
from engine.domain.json import JsonObject
from engine.domain.recurrence import Rule, make_rule
from engine.domain.schedule import ExecutionArguments, Schedule
from engine.domain.schedulepolicy import CatchUp, Overlap, Policies, check_policies, check_slip
from engine.domain.schedulerequest import Timing, plain_timing, spoken_overlap
from engine.domain.timetext import moment

CLEARABLE = frozenset({"until", "count", "weekdays", "excluded", "calendars"})


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
    when: str | None = None
    excluded: tuple[str, ...] | None = None
    gap: Gap | None = None
    repeat: Repeat | None = None
    clear: frozenset[str] = frozenset()
    """Of `CLEARABLE`: what is to have no value any more."""
    parameters: JsonObject | None = None
    arguments: ExecutionArguments | None = None
    force: bool | None = None
    dry_run: bool | None = None
    allow_custom_parameters: bool | None = None
    wait_after_fail: int | None = None
    slip: int | None = None
    stop_on_fail: bool | None = None
    overlap: Overlap | None = None
    catch_up: CatchUp | None = None
    jitter: int | None = None
    calendars: tuple[str, ...] | None = None


def changed(schedule: Schedule, changes: ScheduleChanges, *, now: datetime) -> Schedule:
    """Return the schedule with the changes; it is due next after `now`.

    Raises:
        InvalidValue: the changed schedule would not fit.
    """
    unknown = sorted(changes.clear - CLEARABLE)
    if unknown:
        raise InvalidSchedule(f"{', '.join(unknown)} cannot be cleared; only {', '.join(sorted(CLEARABLE))} can")
    rule = _changed_rule(schedule.rule, changes, now)
    is_same = rule == schedule.rule
    return replace(
        schedule,
        workflow_id=changes.workflow_id or schedule.workflow_id,
        parameters=schedule.parameters if changes.parameters is None else changes.parameters,
        arguments=_changed_arguments(schedule.arguments, changes),
        rule=rule,
        slip=schedule.slip if changes.slip is None else check_slip(changes.slip),
        stop_on_fail=schedule.stop_on_fail if changes.stop_on_fail is None else changes.stop_on_fail,
        policies=_changed_policies(schedule.policies, changes),
        next_occurrence=schedule.next_occurrence if is_same else rule.after(now),
    )


def _changed_arguments(arguments: ExecutionArguments, changes: ScheduleChanges) -> ExecutionArguments:
    old = changes.arguments or arguments
    return ExecutionArguments(
        force=old.force if changes.force is None else changes.force,
        dry_run=old.dry_run if changes.dry_run is None else changes.dry_run,
        allow_custom_parameters=(
            old.allow_custom_parameters if changes.allow_custom_parameters is None else changes.allow_custom_parameters
        ),
        wait_after_fail=old.wait_after_fail if changes.wait_after_fail is None else changes.wait_after_fail,
    )


def _changed_policies(policies: Policies, changes: ScheduleChanges) -> Policies:
    kept = replace(policies, calendars=()) if "calendars" in changes.clear else policies
    changed = Policies(
        overlap=changes.overlap or spoken_overlap(changes.when) or kept.overlap,
        catch_up=changes.catch_up or kept.catch_up,
        jitter=kept.jitter if changes.jitter is None else changes.jitter,
        calendars=kept.calendars if changes.calendars is None else changes.calendars,
    )
    return check_policies(changed)


def _changed_rule(rule: Rule, changes: ScheduleChanges, now: datetime) -> Rule:
    asked = Timing(
        since=changes.since or rule.since.isoformat(),
        until=changes.until,
        timezone=changes.timezone,
        recurrence=changes.recurrence,
        weekdays=changes.weekdays or (),
        count=changes.count,
        rrule=changes.rrule,
        when=changes.when,
    )
    if changes.when or changes.rrule:
        asked = plain_timing(replace(asked, since=_own_since(asked, changes, rule)), now=now, default_zone=rule.zone)
    zone = asked.timezone or rule.zone
    changes = replace(changes, rrule=asked.rrule, count=asked.count)
    if _counts_anew(rule, changes):
        asked = replace(asked, rrule=ruletext.with_count(rule.rrule or "", changes.count), count=None)
    kept = _kept(rule, replace(changes, rrule=asked.rrule, count=asked.count))
    return make_rule(
        moment(asked.since, now=now, zone=zone) if asked.since else rule.since,
        until=moment(asked.until, now=now, zone=zone) if asked.until else kept.until,
        recurrence=asked.recurrence or kept.recurrence,
        weekdays=kept.weekdays if changes.weekdays is None else changes.weekdays,
        count=kept.count if asked.count is None else asked.count,
        rrule=asked.rrule or kept.rrule,
        zone=zone,
        excluded=kept.excluded if changes.excluded is None else changes.excluded,
        gap=changes.gap or rule.gap,
        repeat=changes.repeat or rule.repeat,
    )


def _counts_anew(rule: Rule, changes: ScheduleChanges) -> bool:
    """Say whether the count that the rule carries in its own text is to change, and nothing else of the rule."""
    is_asked = changes.count is not None or "count" in changes.clear
    is_kept = rule.rrule is not None and not (changes.rrule or changes.recurrence or changes.weekdays)
    if is_asked and is_kept and ruleset.is_set(rule.rrule or ""):
        raise InvalidSchedule("a set of rules has no count of its own; give it anew, with COUNT in its RRULE lines")
    return is_asked and is_kept


def _own_since(asked: Timing, changes: ScheduleChanges, rule: Rule) -> str | None:
    """Return the beginning to go on with, unless the new rule brings one of its own."""
    if changes.since:
        return changes.since
    if asked.rrule and ruleset.split_start(asked.rrule)[0] is not None:
        return None
    says_since = asked.when and english.read(asked.when, now=rule.since, zone=rule.zone).since
    return None if says_since else rule.since.isoformat()


def _kept(rule: Rule, changes: ScheduleChanges) -> Rule:
    """Return what is left of the old rule: one way of telling a recurrence replaces the other."""
    kept = replace(
        rule,
        until=None if "until" in changes.clear else rule.until,
        count=None if "count" in changes.clear else rule.count,
        weekdays=() if "weekdays" in changes.clear else rule.weekdays,
        excluded=() if "excluded" in changes.clear else rule.excluded,
    )
    if changes.rrule:
        return replace(kept, recurrence=None, weekdays=(), count=None)
    if changes.recurrence or changes.weekdays or changes.count is not None:
        return replace(kept, rrule=None)
    return kept
