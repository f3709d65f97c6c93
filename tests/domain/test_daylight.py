"""Gaps, repeats and exclusion dates: what schedules may ask for, against a walk over the zone's clock."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.daylight import Gap, Repeat, instants, is_repeated
from engine.domain.errors import InvalidSchedule
from engine.domain.recurrence import Rule, make_rule
from engine.domain.zones import reading

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/El_Aaiun")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def berlin(text: str, gap: Gap = Gap.NEXT, repeat: Repeat = Repeat.FIRST, since: str = "2026-01-01 00:00") -> Rule:
    return make_rule(at(since), rrule=text, zone="Europe/Berlin", gap=gap, repeat=repeat)


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        (Gap.NEXT, ["03-28 01:30", "03-29 01:00", "03-30 00:30"]),
        (Gap.SHIFT, ["03-28 01:30", "03-29 01:30", "03-30 00:30"]),
        (Gap.SKIP, ["03-28 01:30", "03-30 00:30", "03-31 00:30"]),
    ],
)
def test_a_reading_that_the_clock_skips_does_as_the_schedule_says(gap: Gap, expected: list[str]) -> None:
    rule = berlin("FREQ=DAILY;BYHOUR=2;BYMINUTE=30", gap=gap)

    found = rule.occurrences(at("2026-03-28 00:00"), 3)

    assert [at(f"2026-{text}") for text in expected] == found


@pytest.mark.parametrize(
    ("repeat", "expected"),
    [
        (Repeat.FIRST, ["10-24 00:30", "10-25 00:30", "10-26 01:30"]),
        (Repeat.SECOND, ["10-24 00:30", "10-25 01:30", "10-26 01:30"]),
        (Repeat.BOTH, ["10-24 00:30", "10-25 00:30", "10-25 01:30"]),
    ],
)
def test_a_reading_that_the_clock_repeats_does_as_the_schedule_says(repeat: Repeat, expected: list[str]) -> None:
    rule = berlin("FREQ=DAILY;BYHOUR=2;BYMINUTE=30", repeat=repeat)

    found = rule.occurrences(at("2026-10-24 00:00"), 3)

    assert [at(f"2026-{text}") for text in expected] == found


def test_both_passes_keep_the_order_of_time() -> None:
    rule = berlin("FREQ=DAILY;BYHOUR=2,3;BYMINUTE=0,30", repeat=Repeat.BOTH)

    found = rule.occurrences(at("2026-10-24 23:00"), 6)

    expected = ["00:00", "00:30", "01:00", "01:30", "02:00", "02:30"]
    assert [at(f"2026-10-25 {text}") for text in expected] == found


def test_a_count_goes_by_what_happens() -> None:
    rule = berlin("FREQ=DAILY;BYHOUR=2;BYMINUTE=30;COUNT=2", gap=Gap.SKIP, since="2026-03-28 00:00")

    assert [at("2026-03-28 01:30"), at("2026-03-30 00:30")] == rule.occurrences(at("2026-03-27 00:00"), 9)


def test_a_rule_that_lives_in_a_gap_alone_never_comes_and_says_so_soon() -> None:
    rule = berlin("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;BYHOUR=2;BYMINUTE=30", gap=Gap.SKIP)

    assert rule.after(at("2026-01-01 00:00")) is None


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    day=st.integers(0, 5000),
    minute=st.integers(0, 1439),
    gap=st.sampled_from(Gap),
    repeat=st.sampled_from(Repeat),
    hours=st.sets(st.integers(0, 3), min_size=1),
)
def test_any_policy_is_a_walk_over_the_zones_clock(
    zone: str, day: int, minute: int, gap: Gap, repeat: Repeat, hours: set[int]
) -> None:
    since = at("2010-01-01 00:00") + timedelta(days=day, minutes=minute)
    text = f"FREQ=DAILY;BYHOUR={','.join(map(str, sorted(hours)))};BYMINUTE=0,30"
    rule = make_rule(since, rrule=text, zone=zone, gap=gap, repeat=repeat)

    first, walked = reading(since, zone).date(), set[datetime]()
    for number in range(-1, 260):
        midnight = datetime.combine(first + timedelta(days=number), datetime.min.time())
        for wall in (midnight + timedelta(hours=hour, minutes=half) for hour in hours for half in (0, 30)):
            walked.update(instants(wall, zone, gap, repeat))
    expected = sorted(one for one in walked if one >= since)[:250]

    assert expected == rule.occurrences(since - timedelta(days=1), 250)
    if gap is Gap.SKIP and expected:  # elsewhere readings that meet at one moment count each
        assert len(expected) == rule.rank(expected[-1])


def test_an_exclusion_is_a_day_of_the_zone_or_a_moment_in_it() -> None:
    rule = make_rule(
        at("2026-12-23 21:00"),
        recurrence="1 day",
        zone="Europe/Berlin",
        excluded=["2026-12-24, 2026-12-25", "2026-12-27 22:00"],
    )

    assert ("2026-12-24", "2026-12-25", "2026-12-27T21:00:00+00:00") == rule.excluded
    assert [23, 26, 28] == [one.day for one in rule.occurrences(at("2026-12-20 00:00"), 3)]
    assert "every day without 2026-12-24 and 2 more" == rule.words
    assert 2 == rule.count_between(at("2026-12-22 00:00"), at("2026-12-27 21:00"))


def test_excluded_occurrences_count_towards_a_limit() -> None:
    rule = make_rule(at("2026-12-23 21:00"), recurrence="1 day", count=3, excluded=["2026-12-24"])

    assert [23, 25] == [one.day for one in rule.occurrences(at("2026-12-20 00:00"), 9)]


@pytest.mark.parametrize("text", ["2026-02-30", "christmas", "2026-12-24 25:00"])
def test_what_is_no_exclusion_date_is_refused(text: str) -> None:
    with pytest.raises(InvalidSchedule, match=text):
        make_rule(at("2026-01-01"), recurrence="1 day", excluded=[text])


def test_the_second_pass_is_known_as_a_repeat() -> None:
    assert is_repeated(at("2026-10-25 00:30"), "Europe/Berlin")
    assert is_repeated(at("2026-10-25 01:30"), "Europe/Berlin")
    assert not is_repeated(at("2026-10-25 02:30"), "Europe/Berlin")
    assert date(2026, 10, 25) == reading(at("2026-10-25 01:30"), "Europe/Berlin").date()
