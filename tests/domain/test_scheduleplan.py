"""What becomes of due occurrences under the policies of a schedule."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.blackout import Calendar, Window, check_windows, closure
from engine.domain.errors import InvalidSchedule, InvalidValue
from engine.domain.execution import Status
from engine.domain.recurrence import make_rule
from engine.domain.schedule import SYSTEM, Disposition, Schedule, start_request
from engine.domain.scheduleplan import Decision, plan
from engine.domain.schedulepolicy import CatchUp, Overlap, Policies, check_policies


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-10-13 {text}").replace(tzinfo=UTC)


def a_schedule(slip: int = 0, **policies: Any) -> Schedule:
    return Schedule(
        id="s1",
        deployment_id="d1",
        workflow_id="install",
        rule=make_rule(at("10:00"), recurrence="10 min"),
        slip=slip,
        policies=Policies(**policies),
        next_occurrence=at("12:00"),
        latest_execution_id="e1",
        created_at=at("09:00"),
    )


def a_calendar(begin: str, minutes: int, id: str = "freeze", **rule: Any) -> Calendar:
    window = Window(rule=make_rule(at(begin), **(rule or {"count": 1})), minutes=minutes)
    return Calendar(id=id, windows=(window,), created_at=at("09:00"))


@pytest.mark.parametrize(
    ("overlap", "catch_up", "latest", "expected"),
    [
        (Overlap.SKIP, CatchUp.ONCE, Status.STARTED, Disposition.SKIPPED_OVERLAP),
        (Overlap.QUEUE, CatchUp.ONCE, Status.STARTED, Disposition.FIRED),
        (Overlap.QUEUE, CatchUp.ONCE, Status.QUEUED, Disposition.SKIPPED_OVERLAP),
        (Overlap.QUEUE, CatchUp.ALL, Status.QUEUED, Disposition.FIRED),
        (Overlap.PARALLEL, CatchUp.ONCE, Status.STARTED, Disposition.FIRED),
    ],
)
def test_an_overlap_is_what_the_schedule_makes_of_it(
    overlap: Overlap, catch_up: CatchUp, latest: Status, expected: Disposition
) -> None:
    schedule = a_schedule(overlap=overlap, catch_up=catch_up)

    assert expected is plan(schedule, now=at("12:00"), latest_status=latest).disposition


def test_only_a_parallel_start_is_forced() -> None:
    forced = {overlap: start_request(a_schedule(overlap=overlap)).force for overlap in Overlap}

    assert {Overlap.SKIP: False, Overlap.QUEUE: False, Overlap.PARALLEL: True} == forced


def test_a_schedule_of_the_system_starts_system_wide() -> None:
    assert start_request(replace(a_schedule(), deployment_id=SYSTEM)).is_system_wide


def after_downtime(catch_up: CatchUp) -> list[Decision]:
    """Return the decisions of a poll at 12:42 with 25 minutes of slip, until nothing is due."""
    schedule, found = a_schedule(slip=25, catch_up=catch_up, overlap=Overlap.QUEUE), list[Decision]()
    while schedule.is_due(at("12:42")):
        found.append(plan(schedule, now=at("12:42"), latest_status=None))
        schedule = replace(schedule, next_occurrence=found[-1].next_occurrence)
    return found


@pytest.mark.parametrize(
    ("catch_up", "expected"),
    [
        (CatchUp.SKIP, [("12:00", Disposition.SKIPPED_LATE, 0, 4)]),
        (CatchUp.ONCE, [("12:20", Disposition.FIRED, 2, 2)]),
        (
            CatchUp.ALL,
            [
                ("12:20", Disposition.FIRED, 2, 0),
                ("12:30", Disposition.FIRED, 0, 0),
                ("12:40", Disposition.FIRED, 0, 0),
            ],
        ),
    ],
)
def test_after_a_downtime_each_policy_catches_up_in_its_way(
    catch_up: CatchUp, expected: list[tuple[str, Disposition, int, int]]
) -> None:
    decisions = after_downtime(catch_up)

    assert [(at(time), *rest) for time, *rest in expected] == [
        (one.occurrence, one.disposition, one.missed, one.passed) for one in decisions
    ]


def test_what_a_calendar_closes_is_skipped_and_what_follows_is_decided_anew() -> None:
    schedule = a_schedule(slip=60, catch_up=CatchUp.ALL)

    decision = plan(schedule, now=at("12:42"), latest_status=None, calendars=[a_calendar("11:55", 30)])

    assert (Disposition.SKIPPED_BLACKOUT, at("12:00"), 2) == (
        decision.disposition,
        decision.occurrence,
        decision.passed,
    )
    assert at("12:30") == decision.next_occurrence
    assert "calendar freeze is closed until 2026-10-13 12:25Z" == decision.reason


def test_a_late_start_does_not_happen_in_a_window_either() -> None:
    decision = plan(a_schedule(slip=60), now=at("12:42"), latest_status=None, calendars=[a_calendar("12:41", 10)])

    assert (Disposition.SKIPPED_BLACKOUT, 4) == (decision.disposition, decision.passed)
    assert at("12:50") == decision.next_occurrence


def test_a_window_is_closed_from_its_beginning_and_open_at_its_end() -> None:
    daily = a_calendar("22:00", 120, recurrence="1 day")

    assert closure([daily], at("21:59")) is None
    assert closure([daily], at("22:00")) is not None
    assert closure([daily], at("22:00") + timedelta(hours=2)) is None
    assert closure([daily], at("23:59") + timedelta(days=400)) is not None


def test_the_longest_closure_is_told() -> None:
    found = closure([a_calendar("12:00", 10, "short"), a_calendar("11:00", 300, "long")], at("12:05"))

    assert found is not None
    assert ("long", at("16:00")) == (found.calendar_id, found.until)


def test_a_calendar_needs_windows_of_a_sensible_length() -> None:
    with pytest.raises(InvalidSchedule, match="1 to 100 windows"):
        check_windows(())
    with pytest.raises(InvalidSchedule, match="from a minute to a year"):
        check_windows(a_calendar("12:00", 0).windows)


@pytest.mark.parametrize(
    "policies",
    [Policies(jitter=-1), Policies(jitter=90_000), Policies(calendars=("../x",)), Policies(calendars=("a",) * 17)],
)
def test_policies_that_make_no_sense_are_refused(policies: Policies) -> None:
    with pytest.raises(InvalidValue):
        check_policies(policies)


def test_jitter_is_the_same_for_the_same_occurrence_and_stays_in_its_bounds() -> None:
    schedule = a_schedule(jitter=300)
    moments = schedule.rule.occurrences(at("10:00"), 200)
    delays = [(schedule.start_of(moment) - moment).total_seconds() for moment in moments]

    assert delays == [(schedule.start_of(moment) - moment).total_seconds() for moment in moments]
    assert 0 <= min(delays) < 60 and 240 < max(delays) <= 300
    assert delays != [(replace(schedule, id="s2").start_of(one) - one).total_seconds() for one in moments]


def test_starts_keep_the_order_of_occurrences_however_large_the_jitter() -> None:
    schedule = a_schedule(jitter=7200)
    occurrences = schedule.rule.occurrences(at("10:00"), 50)

    starts = [schedule.start_of(one) for one in occurrences]

    assert all(start < following for start, following in zip(starts, occurrences[1:], strict=False))
    assert len({start - one for start, one in zip(starts, occurrences, strict=True)}) > 25


def test_an_occurrence_is_due_when_its_jitter_is_over_and_not_late_before() -> None:
    schedule = a_schedule(jitter=300)
    start = schedule.start_of(at("12:00"))

    assert not schedule.is_due(start - timedelta(seconds=1))
    assert schedule.is_due(start)
    assert plan(schedule, now=start + timedelta(seconds=60), latest_status=None).fires
    assert not plan(schedule, now=start + timedelta(seconds=61), latest_status=None).fires


@settings(max_examples=200, deadline=None)
@given(
    late=st.integers(0, 30_000),
    slip=st.integers(0, 300),
    minutes=st.integers(1, 90),
    jitter=st.sampled_from([0, 30, 600, 7200]),
    catch_up=st.sampled_from(CatchUp),
    closed=st.tuples(st.integers(0, 400), st.integers(1, 200)),
)
def test_every_due_occurrence_has_exactly_one_decision(
    late: int, slip: int, minutes: int, jitter: int, catch_up: CatchUp, closed: tuple[int, int]
) -> None:
    rule = make_rule(at("12:00"), recurrence=f"{minutes} min")
    schedule = replace(a_schedule(slip, jitter=jitter, catch_up=catch_up, overlap=Overlap.PARALLEL), rule=rule)
    calendar = Calendar(
        id="c",
        windows=(Window(rule=make_rule(at("12:00") + timedelta(minutes=closed[0]), count=1), minutes=closed[1]),),
        created_at=at("09:00"),
    )
    now, covered, fired = at("12:00") + timedelta(seconds=late), 0, list[datetime]()
    while schedule.is_due(now):
        decision = plan(schedule, now=now, latest_status=None, calendars=[calendar])
        covered += decision.missed + 1 + decision.passed
        fired += [decision.occurrence] if decision.fires else []
        assert decision.next_occurrence is not None and decision.next_occurrence > decision.occurrence
        schedule = replace(schedule, next_occurrence=decision.next_occurrence)

    assert schedule.next_occurrence is not None
    assert rule.count_between(at("11:59"), schedule.next_occurrence - timedelta(microseconds=1)) == covered
    assert fired == sorted(set(fired))
    assert all(closure([calendar], one) is None for one in fired)
