"""What holds for every rule: order, agreement with dateutil and with a walk, and bounded time."""

import os
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.domain.daylight import Gap, Repeat
from engine.domain.recurrence import Rule, make_rule

THOROUGH = int(os.environ.get("CONDUCTOR_RULES", "1"))
"""How many times as many rules are drawn; `make faults` draws ten times as many."""
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca")
starts = st.datetimes(datetime(2001, 1, 1), datetime(2035, 12, 31)).map(lambda one: one.replace(microsecond=0))  # noqa: DTZ001 # readings


def signed(low: int, high: int) -> st.SearchStrategy[str]:
    """Draw a list of numbers, some of them counted from the end."""
    numbers = st.integers(low, high)
    return some(st.one_of(numbers, numbers.map(lambda one: -one)))


def some(values: st.SearchStrategy[object]) -> st.SearchStrategy[str]:
    return st.lists(values, min_size=1, max_size=4).map(lambda chosen: ",".join(map(str, chosen)))


MONTHS = some(st.integers(1, 12))
WEEKDAYS = some(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]))
NUMBERED = some(st.builds("{}{}".format, st.sampled_from([1, 2, 4, -1, -2]), st.sampled_from(["MO", "WE", "SU"])))
DAY_PARTS = {
    "YEARLY": {
        "BYDAY": WEEKDAYS | NUMBERED,
        "BYMONTHDAY": signed(1, 28),
        "BYYEARDAY": signed(1, 365),
        "BYWEEKNO": signed(1, 52),
    },
    "MONTHLY": {"BYDAY": WEEKDAYS | NUMBERED, "BYMONTHDAY": signed(1, 28)},
    "WEEKLY": {"BYDAY": WEEKDAYS},
    "DAILY": {"BYDAY": WEEKDAYS, "BYMONTHDAY": signed(1, 28)},
    "HOURLY": {"BYDAY": WEEKDAYS, "BYMONTHDAY": signed(1, 28)},
    "MINUTELY": {"BYDAY": WEEKDAYS, "BYMONTHDAY": signed(1, 28)},
}


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Draw an RRULE that has occurrences, so that dateutil ends."""
    frequency = draw(st.sampled_from(list(DAY_PARTS)))
    largest = {"HOURLY": 30, "MINUTELY": 90}.get(frequency, 6)
    parts = {"FREQ": frequency, "INTERVAL": str(draw(st.integers(1, largest)))}
    name = draw(st.sampled_from(["", *DAY_PARTS[frequency]]))
    if name:
        parts[name] = draw(DAY_PARTS[frequency][name])
    if name not in ("BYYEARDAY", "BYWEEKNO") and draw(st.booleans()):
        parts["BYMONTH"] = draw(MONTHS)
    if frequency not in ("HOURLY", "MINUTELY") and draw(st.booleans()):
        parts["BYHOUR"] = draw(some(st.integers(0, 23)))
        parts["BYMINUTE"] = draw(some(st.integers(0, 59)))
    if name and frequency in ("YEARLY", "MONTHLY") and draw(st.booleans()):
        parts["BYSETPOS"] = draw(st.sampled_from(["1", "-1"]))
    parts["WKST"] = draw(st.sampled_from(["MO", "SU", "WE"]))
    return ";".join(f"{key}={value}" for key, value in parts.items())


@settings(max_examples=200 * THOROUGH, deadline=None)
@given(text=rules(), start=starts)
def test_every_rule_recurs_as_dateutil_says(text: str, start: datetime) -> None:
    expected = list(islice(rrulestr(text, dtstart=start), 12))

    rule = make_rule(start.replace(tzinfo=UTC), rrule=text)

    found = rule.occurrences(rule.since - timedelta(days=1), 12)
    assert [one.replace(tzinfo=UTC) for one in expected] == found


@settings(max_examples=100 * THOROUGH, deadline=None)
@given(text=rules(), start=starts, zone=st.sampled_from(ZONES), days=st.integers(0, 4000))
def test_occurrences_are_strictly_increasing_and_ranked(text: str, start: datetime, zone: str, days: int) -> None:
    rule = make_rule(start.replace(tzinfo=UTC), rrule=text, zone=zone)

    found = rule.occurrences(rule.since + timedelta(days=days), 8)

    assert found == sorted(set(found))
    ranks = [rule.rank(one) for one in found]
    assert ranks == sorted(ranks)
    if zone == "UTC":
        assert not ranks or ranks == list(range(ranks[0], ranks[0] + len(ranks)))


@st.composite
def near_changes(draw: st.DrawFn) -> tuple[str, str, datetime]:
    """Draw a dense rule of small hours, a zone, and a start some days before its clock changes."""
    hours = ",".join(map(str, sorted(draw(st.sets(st.integers(0, 4), min_size=1)))))
    minutes = ",".join(map(str, sorted(draw(st.sets(st.sampled_from([0, 15, 30, 59]), min_size=1)))))
    zone, month, day, year = draw(
        st.sampled_from(
            [
                ("Europe/Berlin", 3, 29, 2026),
                ("Europe/Berlin", 10, 25, 2026),
                ("America/New_York", 3, 8, 2026),
                ("America/New_York", 11, 1, 2026),
                ("Australia/Lord_Howe", 4, 5, 2026),
                ("Australia/Lord_Howe", 10, 4, 2026),
                ("Africa/Casablanca", 2, 15, 2026),
                ("Africa/Casablanca", 3, 22, 2026),
                ("Pacific/Apia", 12, 30, 2011),
            ]
        )
    )
    begin = datetime(year, month, day, tzinfo=ZoneInfo(zone)) + timedelta(minutes=draw(st.integers(-3000, 400)))
    return f"FREQ=DAILY;BYHOUR={hours};BYMINUTE={minutes}", zone, begin.astimezone(UTC)


@settings(max_examples=100 * THOROUGH, deadline=None)
@given(drawn=near_changes(), gap=st.sampled_from(Gap), repeat=st.sampled_from(Repeat))
def test_occurrences_are_counted_across_a_change_of_the_clock(
    drawn: tuple[str, str, datetime], gap: Gap, repeat: Repeat
) -> None:
    text, zone, since = drawn
    rule = make_rule(since, rrule=text, zone=zone, gap=gap, repeat=repeat)

    found = rule.occurrences(rule.since - timedelta(days=1), 70)

    assert list(range(1, len(found) + 1)) == [rule.rank(one) for one in found]


@settings(max_examples=150, deadline=None)
@given(text=rules(), start=starts, zone=st.sampled_from(ZONES), jump=st.integers(0, 10))
def test_a_jump_ahead_finds_what_a_walk_finds(text: str, start: datetime, zone: str, jump: int) -> None:
    rule = make_rule(start.replace(tzinfo=UTC), rrule=text, zone=zone)
    walked = rule.occurrences(rule.since - timedelta(days=1), jump + 2)
    assume(len(walked) > jump + 1)

    assert walked[jump + 1] == rule.after(walked[jump])
    assert walked[jump] == rule.after(walked[jump] - timedelta(microseconds=1))


@settings(max_examples=150, deadline=None)
@given(text=rules(), start=starts, count=st.integers(1, 30))
def test_a_count_ends_a_rule(text: str, start: datetime, count: int) -> None:
    endless = make_rule(start.replace(tzinfo=UTC), rrule=text)
    counted = make_rule(start.replace(tzinfo=UTC), rrule=f"{text};COUNT={count}")
    before = endless.since - timedelta(days=1)

    assert endless.occurrences(before, count) == counted.occurrences(before, count + 5)


def walked_days(rule: Rule, start: datetime, zone: str, limit: int) -> list[datetime]:
    """Walk day by day over the clock's readings; where one does not exist, minute by minute to the next that does."""
    found: list[datetime] = []
    day = start.date()
    while len(found) < limit:
        wall = datetime.combine(day, time(start.hour, start.minute))
        while (
            wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall
        ):
            wall = (wall + timedelta(minutes=1)).replace(second=0)
        instant = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        if instant >= rule.since and instant not in found:
            found.append(instant)
        day += timedelta(days=1)
    return found


@settings(max_examples=60, deadline=None)
@given(start=starts, zone=st.sampled_from((*ZONES, "America/St_Johns", "Africa/El_Aaiun", "Asia/Gaza")))
def test_a_daily_rule_is_a_walk_over_the_zones_clock(start: datetime, zone: str) -> None:
    start = start.replace(second=0)
    since = start.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assume(since.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == start)
    rule = make_rule(since, recurrence="1 day", zone=zone)

    assert walked_days(rule, start, zone, 250) == rule.occurrences(since - timedelta(days=1), 250)


@settings(max_examples=60, deadline=None)
@given(
    start=starts, zone=st.sampled_from(ZONES), step=st.integers(7, 400), hours=st.sets(st.integers(0, 23), min_size=1)
)
def test_filtered_minutes_are_a_walk_over_real_time(start: datetime, zone: str, step: int, hours: set[int]) -> None:
    since = start.replace(tzinfo=UTC)
    rule = make_rule(since, rrule=f"FREQ=MINUTELY;INTERVAL={step};BYHOUR={','.join(map(str, hours))}", zone=zone)
    steps = (since + timedelta(minutes=step * number) for number in range(400 * 24 * 60 // step))

    expected = [one for one in steps if one.astimezone(ZoneInfo(zone)).hour in hours][:40]

    assert expected == rule.occurrences(since - timedelta(days=1), len(expected))
