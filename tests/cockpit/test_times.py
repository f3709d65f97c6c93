"""Moments and durations in few characters."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from conductor_tui import times

NOW = datetime(2026, 10, 13, 12, 22, 53, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(-5, "00:00"), (0.4, "00:00"), (161, "02:41"), (3723, "1:02:03"), (4 * 86400 + 3 * 3600, "4d03h")],
)
def test_running_times(seconds: float, shown: str) -> None:
    assert shown == times.lasting(timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(-5, "0s"), (59, "59s"), (60, "1m"), (161, "2m"), (3599, "59m"), (3723, "1h02m"), (4 * 86400 + 3 * 3600, "4d03h")],
)
def test_waits_change_with_the_minutes_once_there_are_any(seconds: float, shown: str) -> None:
    assert shown == times.roughly(timedelta(seconds=seconds))


@pytest.mark.parametrize(("seconds", "shown"), [(0.042, "42 ms"), (3.14, "3.1 s"), (161, "02:41")])
def test_lengths_of_what_has_ended(seconds: float, shown: str) -> None:
    assert shown == times.took(timedelta(seconds=seconds))


@pytest.mark.parametrize(("seconds", "shown"), [(9, "9s"), (840, "14m"), (7200, "2h"), (200000, "2d")])
def test_ages_have_one_unit(seconds: float, shown: str) -> None:
    assert shown == times.age(timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        pytest.param(None, "--", id="none"),
        pytest.param(datetime(2026, 10, 13, 13, 8, tzinfo=UTC), "15:08", id="today"),
        pytest.param(datetime(2026, 10, 13, 13, 8, 7, tzinfo=UTC), "15:08:07", id="today with seconds"),
        pytest.param(datetime(2026, 10, 14, 0, 30, tzinfo=UTC), "Wed 02:30", id="this week"),
        pytest.param(datetime(2026, 11, 1, 1, 30, tzinfo=UTC), "1 Nov 02:30", id="this year, after the clocks change"),
        pytest.param(datetime(2025, 1, 2, tzinfo=UTC), "2 Jan 2025", id="another year"),
    ],
)
def test_moments_in_the_users_zone(moment: datetime | None, shown: str) -> None:
    assert shown == times.when(moment, NOW, BERLIN)
