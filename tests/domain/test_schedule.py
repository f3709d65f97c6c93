"""What becomes of a due occurrence: a table of decisions, and how schedules are asked for and changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.errors import InvalidSchedule, InvalidValue
from engine.domain.execution import Status
from engine.domain.json import JsonObject
from engine.domain.recurrence import make_rule
from engine.domain.schedule import (
    Disposition,
    ExecutionArguments,
    Origin,
    Schedule,
    disable,
    enable,
    start_request,
)
from engine.domain.schedulechanges import ScheduleChanges, changed
from engine.domain.scheduleplan import plan
from engine.domain.schedulerequest import ScheduleRequest, Timing, schedule_of
from engine.domain.schedulesettings import from_settings

NOON = datetime(2026, 10, 13, 12, 0, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-10-13 {text}").replace(tzinfo=UTC)


def a_schedule(**changes: Any) -> Schedule:
    schedule = Schedule(
        id="s1",
        deployment_id="d1",
        workflow_id="install",
        rule=make_rule(at("10:00"), recurrence="10 min"),
        next_occurrence=NOON,
        latest_execution_id="e1",
        is_failure_latched=True,
        created_at=at("09:00"),
    )
    return replace(schedule, **changes)


DECISIONS: dict[str, tuple[Schedule, str, Status | None, bool, Disposition]] = {
    "nothing ran before: fires": (a_schedule(), "12:00", None, False, Disposition.FIRED),
    "the latest ended well: fires": (a_schedule(), "12:00", Status.TERMINATED, False, Disposition.FIRED),
    "the latest failed: fires": (a_schedule(), "12:00", Status.FAILED, False, Disposition.FIRED),
    "a minute late: fires": (a_schedule(), "12:01", None, False, Disposition.FIRED),
    "more than a minute late: skipped": (a_schedule(), "12:01:01", None, False, Disposition.SKIPPED_LATE),
    "late within the slip: fires": (a_schedule(slip=5), "12:06", None, False, Disposition.FIRED),
    "later than the slip: skipped": (a_schedule(slip=5), "12:06:01", None, False, Disposition.SKIPPED_LATE),
    "the latest runs: skipped": (a_schedule(), "12:00", Status.STARTED, False, Disposition.SKIPPED_OVERLAP),
    "the latest waits: skipped": (a_schedule(), "12:00", Status.QUEUED, False, Disposition.SKIPPED_OVERLAP),
    "the latest is stopping: skipped": (a_schedule(), "12:00", Status.CANCELLING, False, Disposition.SKIPPED_OVERLAP),
    "maintenance: skipped": (a_schedule(), "12:00", None, True, Disposition.SKIPPED_MAINTENANCE),
    "stops on failure, failed: disabled": (
        a_schedule(stop_on_fail=True),
        "12:00",
        Status.FAILED,
        False,
        Disposition.DISABLED,
    ),
    "stops on failure, cancelled: fires": (
        a_schedule(stop_on_fail=True),
        "12:00",
        Status.CANCELLED,
        False,
        Disposition.FIRED,
    ),
    "stops on failure, forgiven: fires": (
        a_schedule(stop_on_fail=True, is_failure_latched=False),
        "12:00",
        Status.FAILED,
        False,
        Disposition.FIRED,
    ),
    "overlap goes before lateness": (a_schedule(), "12:05", Status.STARTED, False, Disposition.SKIPPED_OVERLAP),
}


@pytest.mark.parametrize(("schedule", "now", "latest", "maintenance", "expected"), DECISIONS.values(), ids=DECISIONS)
def test_a_due_schedule_is_decided_by_the_table(
    schedule: Schedule, now: str, latest: Status | None, maintenance: bool, expected: Disposition
) -> None:
    decision = plan(schedule, now=at(now), latest_status=latest, maintenance=maintenance)

    assert expected is decision.disposition
    assert at("12:10") == decision.next_occurrence
    assert (expected is not Disposition.DISABLED) is decision.keeps_enabled


def test_after_a_downtime_the_oldest_occurrence_in_time_fires_and_the_older_ones_are_missed() -> None:
    decision = plan(a_schedule(slip=15), now=at("12:42"), latest_status=None)

    assert (Disposition.FIRED, at("12:30")) == (decision.disposition, decision.occurrence)
    assert (3, 1) == (decision.missed, decision.passed)
    assert at("12:50") == decision.next_occurrence


def test_after_a_long_downtime_without_slip_all_that_was_missed_shares_one_skip() -> None:
    decision = plan(a_schedule(), now=at("14:05"), latest_status=None)

    assert (Disposition.SKIPPED_LATE, NOON, 12) == (decision.disposition, decision.occurrence, decision.passed)
    assert at("14:10") == decision.next_occurrence


def test_the_last_occurrence_leaves_nothing_next() -> None:
    decision = plan(a_schedule(rule=make_rule(NOON, count=1)), now=NOON, latest_status=None)

    assert decision.fires
    assert decision.next_occurrence is None


def test_what_is_not_due_is_not_decided() -> None:
    with pytest.raises(InvalidSchedule, match="is not due"):
        plan(a_schedule(), now=at("11:59"), latest_status=None)


@given(late=st.integers(0, 100_000), slip=st.integers(0, 500), minutes=st.integers(1, 500))
def test_every_decision_advances_beyond_now(late: int, slip: int, minutes: int) -> None:
    schedule = a_schedule(rule=make_rule(NOON, recurrence=f"{minutes} min"), slip=slip)
    now = NOON + timedelta(seconds=late)

    decision = plan(schedule, now=now, latest_status=None)

    assert decision.next_occurrence is not None
    assert decision.occurrence <= now < decision.next_occurrence
    due = late // (minutes * 60) + 1
    assert due == decision.missed + 1 + decision.passed
    is_in_time = now - decision.occurrence <= timedelta(minutes=slip, seconds=60)
    assert is_in_time is decision.fires


def test_a_firing_asks_for_a_start_that_may_wait() -> None:
    arguments = ExecutionArguments(force=True, dry_run=True, wait_after_fail=5, allow_custom_parameters=True)

    request = start_request(a_schedule(arguments=arguments, parameters={"a": 1}))

    assert request.queue and request.force and request.dry_run and request.allow_custom_parameters
    assert ("schedule:s1", 5, {"a": 1}) == (request.origin, request.wait_after_fail, request.parameters)


def test_enabling_forgives_the_failure_and_looks_ahead() -> None:
    enabled = enable(a_schedule(enabled=False), now=at("13:05"))

    assert enabled.enabled and not enabled.is_failure_latched
    assert at("13:10") == enabled.next_occurrence


def test_enabling_and_disabling_twice_is_refused() -> None:
    with pytest.raises(InvalidSchedule, match="Schedule `s1` on deployment `d1` is already enabled"):
        enable(a_schedule(), now=NOON)
    with pytest.raises(InvalidSchedule, match="Schedule `s1` on deployment `d1` is already disabled"):
        disable(a_schedule(enabled=False))


def settings(**changes: Any) -> JsonObject:
    return {"workflow": "install", "since": "2026-10-14 10:00", "recurrence": "1 day"} | changes


def made(entry: JsonObject) -> Schedule:
    return from_settings("nightly", entry, deployment_id="d1", now=NOON, default_zone="Europe/Berlin")


def test_a_blueprints_schedule_that_only_begins_runs_once() -> None:
    once = made({"workflow": "install", "since": "2026-10-15 10:00"})

    assert once.next_occurrence is not None
    assert once.rule.after(once.next_occurrence) is None


def test_a_blueprints_schedule_takes_everything_that_is_written() -> None:
    entry = settings(
        until="+1y",
        timezone="America/New_York",
        weekdays=["mo", "tu"],
        count=5,
        slip=3,
        workflow_parameters={"a": 1},
        execution_arguments={"force": True, "wait_after_fail": 9, "allow_custom_parameters": True},
    )

    schedule = made(entry)

    assert ("nightly", "d1", "install", Origin.BLUEPRINT) == (
        schedule.id,
        schedule.deployment_id,
        schedule.workflow_id,
        schedule.origin,
    )
    assert datetime(2026, 10, 14, 14, 0, tzinfo=UTC) == schedule.rule.since
    assert datetime(2027, 10, 13, 12, 0, tzinfo=UTC) == schedule.rule.until
    assert ("America/New_York", ("MO", "TU"), 5, 3) == (
        schedule.rule.zone,
        schedule.rule.weekdays,
        schedule.rule.count,
        schedule.slip,
    )
    assert ExecutionArguments(force=True, wait_after_fail=9, allow_custom_parameters=True) == schedule.arguments
    assert schedule.enabled and not schedule.stop_on_fail


@pytest.mark.parametrize("key", ["stop_after_fail", "stop_on_fail"])
def test_both_spellings_of_stopping_are_understood(key: str) -> None:
    assert made(settings(**{key: True})).stop_on_fail


@pytest.mark.parametrize("key", ["default_enabled", "enabled"])
def test_both_spellings_of_enabling_are_understood(key: str) -> None:
    assert not made(settings(**{key: False})).enabled


@pytest.mark.parametrize("key", ["is_dry_run", "dry_run"])
def test_both_spellings_of_a_dry_run_are_understood(key: str) -> None:
    assert made(settings(execution_arguments={key: True})).arguments.dry_run


def test_a_blueprints_clock_time_means_the_day_of_the_deployment() -> None:
    assert datetime(2026, 10, 13, 18, 30, tzinfo=UTC) == made(settings(since="20:30")).rule.since


def test_a_blueprints_schedule_may_be_an_rrule() -> None:
    schedule = made({"workflow": "install", "since": "+0min", "rrule": "FREQ=DAILY;COUNT=2"})

    assert "FREQ=DAILY;COUNT=2" == schedule.rule.rrule


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (settings(nonsuch=1), "'nonsuch' is not in schema"),
        ({"workflow": "install"}, "'since' key is required but it is currently missing"),
        ({"since": "+1h"}, "'workflow' key is required but it is currently missing"),
        (settings(recurrence="blah"), "`blah` is not a legal recurrence expression"),
        (settings(since="blah"), "blah is not a legal time format"),
        (settings(count="5"), "invalid parameter count, should be int, got: 5"),
        (settings(slip=-1), "slip is a whole number of minutes"),
        (settings(default_enabled="maybe"), "'default_enabled' must be <true/false>, got maybe"),
        (settings(stop_on_fail=True, stop_after_fail=True), "both of its spellings"),
        (settings(execution_arguments={"queue": True}), "'queue' is not in schema"),
        (settings(workflow_parameters=[1]), "workflow_parameters must be a mapping"),
        (settings(weekdays=[1]), "'weekdays' must be a list of texts"),
        (settings(timezone="Mars/Olympus"), "Mars/Olympus is not a recognized timezone"),
    ],
)
def test_a_mistake_in_a_blueprints_schedule_names_the_schedule(entry: JsonObject, sentence: str) -> None:
    with pytest.raises(InvalidSchedule) as caught:
        made(entry)

    assert str(caught.value).startswith("default schedule `nightly`: ")
    assert sentence in str(caught.value)


def asked(**changes: Any) -> ScheduleRequest:
    timing = Timing(since="2026-10-14 10:00", recurrence="1 day")
    return replace(ScheduleRequest(deployment_id="d1", workflow_id="install", timing=timing), **changes)


def test_a_schedule_is_named_after_its_workflow_unless_it_has_a_name() -> None:
    assert "install" == schedule_of(asked(), now=NOON, default_zone="UTC").id
    assert "mine" == schedule_of(asked(id="mine"), now=NOON, default_zone="UTC").id


@pytest.mark.parametrize("changes", [{"id": "../x"}, {"id": "a b"}, {"slip": -1}])
def test_a_schedule_that_does_not_fit_is_refused(changes: JsonObject) -> None:
    with pytest.raises(InvalidValue):
        schedule_of(asked(**changes), now=NOON, default_zone="UTC")


def test_a_change_keeps_what_it_leaves_out() -> None:
    old = a_schedule(slip=3, stop_on_fail=True, rule=make_rule(at("10:00"), until=at("23:00"), recurrence="10 min"))

    new = changed(old, ScheduleChanges(recurrence="20 min"), now=NOON)

    assert replace(old, rule=new.rule, next_occurrence=at("12:20")) == new
    assert (at("10:00"), at("23:00"), "20 minutes") == (new.rule.since, new.rule.until, new.rule.recurrence)


def test_a_change_of_slip_leaves_an_rrule_alone() -> None:
    old = a_schedule(rule=make_rule(at("10:00"), rrule="FREQ=HOURLY"))

    assert "FREQ=HOURLY" == changed(old, ScheduleChanges(slip=4), now=NOON).rule.rrule


def test_complex_weekdays_alone_may_be_changed_where_the_recurrence_allows_them() -> None:
    monthly = a_schedule(rule=make_rule(at("10:00"), recurrence="1 month"))

    assert ("2MO",) == changed(monthly, ScheduleChanges(weekdays=("2mo",)), now=NOON).rule.weekdays


def test_a_recurrence_that_its_complex_weekdays_forbid_is_refused() -> None:
    monthly = a_schedule(rule=make_rule(at("10:00"), recurrence="1 month", weekdays=["2MO"]))

    with pytest.raises(InvalidSchedule, match="complex weekday expression 2MO"):
        changed(monthly, ScheduleChanges(recurrence="1 day"), now=NOON)


def test_a_recurrence_and_an_rrule_replace_each_other() -> None:
    simple = a_schedule(rule=make_rule(at("10:00"), recurrence="1 month", weekdays=["2MO"], count=4))

    ruled = changed(simple, ScheduleChanges(rrule="FREQ=DAILY"), now=NOON)

    assert (None, (), None, "FREQ=DAILY") == (
        ruled.rule.recurrence,
        ruled.rule.weekdays,
        ruled.rule.count,
        ruled.rule.rrule,
    )
    assert "2 days" == changed(ruled, ScheduleChanges(recurrence="2d"), now=NOON).rule.recurrence


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (ScheduleChanges(count=9), "FREQ=DAILY;BYHOUR=9;BYMINUTE=0;COUNT=9"),
        (ScheduleChanges(clear=frozenset({"count"})), "FREQ=DAILY;BYHOUR=9;BYMINUTE=0"),
        (ScheduleChanges(slip=3), "FREQ=DAILY;COUNT=5;BYHOUR=9;BYMINUTE=0"),
    ],
)
def test_the_count_of_an_rrule_is_changed_in_its_text(changes: ScheduleChanges, expected: str) -> None:
    schedule = a_schedule(rule=make_rule(at("10:00"), rrule="FREQ=DAILY;COUNT=5;BYHOUR=9;BYMINUTE=0"))

    assert expected == changed(schedule, changes, now=NOON).rule.rrule


def test_a_set_of_rules_has_no_count_to_change() -> None:
    schedule = a_schedule(rule=make_rule(at("10:00"), rrule="RRULE:FREQ=DAILY\nEXDATE:20261014T100000Z"))

    with pytest.raises(InvalidSchedule, match="no count of its own"):
        changed(schedule, ScheduleChanges(count=9), now=NOON)


def test_until_count_and_weekdays_can_be_cleared_and_nothing_else() -> None:
    old = a_schedule(rule=make_rule(at("10:00"), until=at("23:00"), recurrence="1 day", count=3, weekdays=["MO"]))

    cleared = changed(old, ScheduleChanges(clear=frozenset({"until", "count", "weekdays"})), now=NOON).rule

    assert (None, None, ()) == (cleared.until, cleared.count, cleared.weekdays)
    with pytest.raises(InvalidSchedule, match="since cannot be cleared"):
        changed(old, ScheduleChanges(clear=frozenset({"since"})), now=NOON)
