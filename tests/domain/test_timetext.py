"""What since and until expressions mean, and which are refused."""

from datetime import UTC, datetime

import pytest
from dateutil.relativedelta import relativedelta

from engine.domain.errors import InvalidSchedule
from engine.domain.timetext import duration, moment

NOW = datetime(2024, 1, 31, 10, 20, 45, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+1mo", "2024-02-29 10:20"),
        ("+12mo", "2025-01-31 10:20"),
        ("+2 weeks", "2024-02-14 10:20"),
        ("+1day+10min", "2024-02-01 10:30"),
        ("+1day +10min", "2024-02-01 10:30"),
        ("+1y+1d", "2025-02-01 10:20"),
        ("+0min", "2024-01-31 10:20"),
        ("+1hs +1mins", "2024-01-31 11:21"),
    ],
)
def test_a_relative_time_counts_from_now_without_its_seconds(text: str, expected: str) -> None:
    assert at(expected) == moment(text, now=NOW, zone="Asia/Tokyo")


def test_a_year_after_a_leap_day_is_the_end_of_february() -> None:
    assert at("2025-02-28 00:00") == moment("+1y", now=at("2024-02-29 00:00"), zone="UTC")


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2024-06-01 10:00", "EST", "2024-06-01 15:00"),
        ("2024-06-01 10:00", "US/Eastern", "2024-06-01 14:00"),
        ("2024-06-01 10:00", "Israel", "2024-06-01 07:00"),
        ("2024-03-31 02:30", "Europe/Berlin", "2024-03-31 01:30"),
        ("2024-10-27 02:30", "Europe/Berlin", "2024-10-27 01:30"),
        ("2024-1-1 8:5", "UTC", "2024-01-01 08:05"),
        ("2024-07-01 10:00", "Europe/Berlin", "2024-07-01 08:00"),
        ("2024-07-01T10:00", "Europe/Berlin", "2024-07-01 08:00"),
        ("2024-07-01T10:00:30.5", "UTC", "2024-07-01 10:00:30"),
        ("2024-07-01T10:00:30Z", "Europe/Berlin", "2024-07-01 10:00:30"),
        ("2024-07-01T10:00+05:30", "Europe/Berlin", "2024-07-01 04:30"),
        ("2024-07-01", "Europe/Berlin", "2024-06-30 22:00"),
        (" 11:00 ", "UTC", "2024-01-31 11:00"),
        ("9:05", "UTC", "2024-01-31 09:05"),
        ("08:00", "Pacific/Kiritimati", "2024-01-31 18:00"),
    ],
)
def test_a_date_and_time_is_read_at_the_zones_offset_on_that_date(text: str, zone: str, expected: str) -> None:
    assert at(expected) == moment(text, now=NOW, zone=zone)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("+5m", "is not a legal time delta"),
        ("+10 sec", "`sec` is no unit"),
        ("+1Day", "is not a legal time delta"),
        ("+ 2 days", "is not a legal time delta"),
        ("+2.5h", "is not a legal time delta"),
        ("+1h 5min", "is not a legal time delta"),
        ("+1 hour foo +2h", "is not a legal time delta"),
        ("+9999999999999y", "the largest number"),
        ("+999999y", "too far into the future"),
        ("+", "is not a legal time delta"),
        ("now", "is not a legal time format. accepted formats are YYYY-MM-DD HH:MM | HH:MM"),
        ("", "is not a legal time format"),
        ("2024-02-30 10:00", "day is out of range"),
        ("24:00", "is not a legal time"),
        ("0001-01-01 00:00", "out of range"),
        ("9999-12-31 23:59", "out of range"),
        ("2024-07-01T10:00+99:00", "is not a legal time format"),
        ("\u0662\u0660\u0662\u0664-01-01 10:00", "is not a legal time format"),
    ],
)
def test_junk_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InvalidSchedule) as caught:
        moment(text, now=NOW, zone="UTC")

    assert sentence in str(caught.value)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(InvalidSchedule, match="Mars/Olympus is not a recognized timezone"):
        moment("2024-01-01 10:00", now=NOW, zone="Mars/Olympus")


@pytest.mark.parametrize("text", ["2 weeks", "+2 weeks", "+1w +1w"])
def test_a_duration_may_have_its_plus_left_out(text: str) -> None:
    assert relativedelta(weeks=2) == duration(text)
