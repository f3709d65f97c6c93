"""What is expected of what runs and waits."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.admission import Live
from engine.domain.execution import Status
from engine.domain.forecast import Duration, Expectation, duration_of, forecast
from tests.builders import NOW, live, minutes
from tests.domain.test_admission import worlds_without_pause

QUEUED = Status.QUEUED


def taking(median: float, long: float | None = None) -> Duration:
    return Duration(median=minutes(median), long=minutes(long or median), count=20)


def test_half_of_the_past_took_at_most_the_median() -> None:
    assert Duration(median=minutes(3), long=minutes(5), count=5) == duration_of([minutes(n) for n in (5, 1, 3, 4, 2)])


def test_without_a_past_nothing_is_expected() -> None:
    assert duration_of([]) is None
    assert {"run": Expectation()} == forecast([live("run", 1)], {"run": NOW}, {"run": None}, now=NOW)


def test_what_runs_ends_when_half_of_its_kind_had_ended() -> None:
    expected = forecast([live("run", 1)], {"run": NOW - minutes(1)}, {"run": taking(4)}, now=NOW)

    assert Expectation(ends_at=NOW + minutes(3)) == expected["run"]


def test_what_runs_longer_than_nine_of_ten_is_overdue() -> None:
    expected = forecast([live("run", 1)], {"run": NOW - minutes(9)}, {"run": taking(4, 8)}, now=NOW)

    assert Expectation(ends_at=NOW, is_overdue=True) == expected["run"]


def test_what_waits_starts_one_after_another() -> None:
    state = [live("run", 1), live("a", 2, status=QUEUED), live("b", 3, status=QUEUED)]
    durations = {"run": taking(2), "a": taking(3), "b": taking(1)}
    expected = forecast(state, {"run": NOW}, durations, now=NOW)

    assert [NOW + minutes(2), NOW + minutes(5)] == [expected[id].starts_at for id in ("a", "b")]
    assert NOW + minutes(6) == expected["b"].ends_at


def test_a_waiting_snapshot_starts_when_everything_has_ended() -> None:
    state = [live("x", 1), live("y", 2, "d2"), live("snap", 3, None, QUEUED), live("late", 4, "d3", QUEUED)]
    durations = {"x": taking(2), "y": taking(5), "snap": taking(1), "late": taking(1)}
    expected = forecast(state, {"x": NOW, "y": NOW}, durations, now=NOW)

    assert [NOW + minutes(5), NOW + minutes(6)] == [expected[id].starts_at for id in ("snap", "late")]


def test_behind_an_unknown_end_nothing_is_promised() -> None:
    state = [live("run", 1), live("a", 2, status=QUEUED)]

    assert Expectation() == forecast(state, {"run": NOW}, {"run": None, "a": taking(1)}, now=NOW)["a"]


@given(worlds_without_pause, st.integers(0, 3), st.lists(st.integers(0, 9), min_size=12, max_size=12))
def test_with_a_past_for_all_everything_is_expected_to_start_and_end(
    state: list[Live], limit: int, taken: list[int]
) -> None:
    durations = {one.id: taking(taken[n]) for n, one in enumerate(state)}
    started = {one.id: NOW for one in state if not one.is_queued}
    expected = forecast(state, started, durations, now=NOW, limit=limit)

    assert all(expected[one.id].ends_at is not None for one in state)
    assert all(expected[one.id].starts_at is not None for one in state if one.is_queued)


@pytest.mark.parametrize("count", [500])
def test_a_long_queue_is_played_forward_quickly(count: int) -> None:
    state = [live(f"e{n}", n, f"d{n % 50}", QUEUED) for n in range(count)]
    expected = forecast(state, {}, {one.id: taking(1) for one in state}, now=NOW)

    assert NOW + timedelta(minutes=count / 50) == max(one.ends_at for one in expected.values() if one.ends_at)
