"""What a schedule that is being written meets, the ways out, and the test clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.domain.blackout import Calendar, Window
from engine.domain.outlook import Around, Outlook, outlook
from engine.domain.recurrence import make_rule
from engine.domain.rehearsal import Rehearsed, rehearse
from engine.domain.schedule import SYSTEM, Disposition, Schedule
from engine.domain.schedulepolicy import CatchUp, Overlap, Policies

NOW = datetime(2026, 10, 12, 12, tzinfo=UTC)
"""A Monday."""
HALF_HOUR = timedelta(minutes=30)


def a_schedule(rrule: str, deployment_id: str = "d1", id: str = "s1", **changes: Any) -> Schedule:
    rule = make_rule(datetime(2026, 10, 1, tzinfo=UTC), rrule=rrule, zone="UTC")
    made = Schedule(id=id, deployment_id=deployment_id, workflow_id="heal", rule=rule, created_at=NOW)
    return replace(made, **changes)


def beside(*others: Schedule, hold: timedelta | None = HALF_HOUR, takes: timedelta | None = None) -> Around:
    holds = {(one.deployment_id, one.id): hold for one in others} if hold else {}
    return Around(others=others, holds=holds, takes=takes)


NIGHTLY = a_schedule("FREQ=DAILY;BYHOUR=2;BYMINUTE=15", SYSTEM, "nightly")
SUNDAYS = a_schedule("FREQ=WEEKLY;BYDAY=SU;BYHOUR=2;BYMINUTE=15", SYSTEM, "sundays")
DAILY = "FREQ=DAILY;BYHOUR=2;BYMINUTE=30"


def seen(schedule: Schedule, around: Around) -> Outlook:
    return outlook(schedule, around, now=NOW, limit=60)


def ways(schedule: Schedule, around: Around) -> dict[str, str]:
    return {one.key: one.sentence for one in seen(schedule, around).remedies}


def remedied(schedule: Schedule, around: Around, key: str) -> Schedule:
    return next(one.schedule for one in seen(schedule, around).remedies if one.key == key)


def test_what_meets_nothing_needs_no_way_out() -> None:
    assert () == seen(a_schedule(DAILY), Around()).remedies


def test_runs_that_collide_may_move_wait_or_be_left_out() -> None:
    expected = {"a": "move to 03:00", "b": "keep, queue behind it", "c": "skip Sundays"}

    assert expected == ways(a_schedule(DAILY), beside(SUNDAYS))


def test_a_move_goes_past_what_holds_and_meets_nothing_more() -> None:
    moved = remedied(a_schedule(DAILY), beside(NIGHTLY, hold=timedelta(hours=1)), "a")

    assert "FREQ=DAILY;BYHOUR=3;BYMINUTE=30" == moved.rule.rrule
    assert not any(one.is_hindered for one in seen(moved, beside(NIGHTLY, hold=timedelta(hours=1))).lines)


def test_a_move_stays_within_the_day() -> None:
    late = a_schedule("FREQ=DAILY;BYHOUR=23;BYMINUTE=45")
    rival = a_schedule("FREQ=DAILY;BYHOUR=23;BYMINUTE=40", SYSTEM, "nightly")

    assert "a" not in ways(late, beside(rival))


def test_several_times_a_day_are_not_moved() -> None:
    assert "a" not in ways(a_schedule("FREQ=DAILY;BYHOUR=2,14;BYMINUTE=30"), beside(SUNDAYS))


def test_where_all_collide_none_can_be_left_out() -> None:
    assert {"a", "b"} == set(ways(a_schedule(DAILY), beside(NIGHTLY)))


def test_leaving_out_weekdays_holds_for_good() -> None:
    left = remedied(a_schedule(DAILY), beside(SUNDAYS), "c")

    assert "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR,SA;BYHOUR=2;BYMINUTE=30" == left.rule.rrule
    assert () == seen(left, beside(SUNDAYS)).remedies


def test_of_counted_runs_those_that_collide_are_excluded_and_none_comes_later() -> None:
    counted = a_schedule(f"{DAILY};COUNT=20")
    left = remedied(counted, beside(SUNDAYS), "c")

    assert "skip the run that collides" == ways(counted, beside(SUNDAYS))["c"]
    assert ("2026-10-18T02:30:00+00:00",) == left.rule.excluded
    assert seen(counted, beside(SUNDAYS)).lines[-1] == seen(left, beside(SUNDAYS)).lines[-1]


def test_a_schedule_that_waits_already_is_not_told_to() -> None:
    waiting = a_schedule(DAILY, policies=Policies(overlap=Overlap.QUEUE, catch_up=CatchUp.ONCE))

    assert "b" not in ways(waiting, beside(SUNDAYS))


def rehearsed(schedule: Schedule, around: Around, limit: int = 3) -> list[Rehearsed]:
    return rehearse(schedule, around, now=NOW, limit=limit)


def test_the_test_clock_fires_what_nothing_hinders() -> None:
    told = rehearsed(a_schedule(DAILY), Around())

    assert [Disposition.FIRED] * 3 == [one.disposition for one in told]
    assert [one.occurrence for one in told] == [one.starts_at for one in told]


def test_the_test_clock_waits_for_what_holds_the_system() -> None:
    [one] = rehearsed(a_schedule(DAILY), beside(NIGHTLY), 1)

    assert (Disposition.QUEUED, "waits for -/nightly") == (one.disposition, one.reason)
    assert datetime(2026, 10, 13, 2, 45, tzinfo=UTC) == one.starts_at


def test_the_test_clock_says_where_nothing_is_known() -> None:
    [one] = rehearsed(a_schedule("FREQ=DAILY;BYHOUR=2;BYMINUTE=17"), beside(NIGHTLY, hold=None), 1)

    assert (Disposition.FIRED, "may wait for -/nightly, of which no run is known") == (one.disposition, one.reason)


def test_on_the_test_clock_a_long_run_costs_the_next_one() -> None:
    half_hourly = a_schedule("FREQ=MINUTELY;INTERVAL=30")
    told = rehearsed(half_hourly, Around(takes=timedelta(minutes=40)))

    assert [Disposition.FIRED, Disposition.SKIPPED_OVERLAP, Disposition.FIRED] == [one.disposition for one in told]
    assert "its execution of run 1 is still started" == told[1].reason


def test_on_the_test_clock_a_queue_lets_it_wait_for_the_run_before() -> None:
    policies = Policies(overlap=Overlap.QUEUE, catch_up=CatchUp.ONCE)
    half_hourly = a_schedule("FREQ=MINUTELY;INTERVAL=30", policies=policies)
    told = rehearsed(half_hourly, Around(takes=timedelta(minutes=40)), 2)

    assert (Disposition.QUEUED, "waits for the run before") == (told[1].disposition, told[1].reason)
    assert told[0].occurrence + timedelta(minutes=40) == told[1].starts_at


def test_the_test_clock_respects_calendars() -> None:
    window = Window(rule=make_rule(datetime(2026, 10, 13, tzinfo=UTC), count=1), minutes=24 * 60, text="the 13th")
    closed = Calendar(id="holidays", windows=(window,), created_at=NOW)
    told = rehearsed(a_schedule(DAILY), Around(calendars=(closed,)), 2)

    assert [Disposition.SKIPPED_BLACKOUT, Disposition.FIRED] == [one.disposition for one in told]
