"""When rules recur: the reference's vectors, daylight saving, and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.domain.errors import InvalidSchedule
from engine.domain.recurrence import Rule, make_rule


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def from_the_start(rule: Rule, limit: int) -> list[datetime]:
    return rule.occurrences(rule.since - timedelta(days=1), limit)


VECTORS = {
    "a month from the 31st skips short months": (
        make_rule(at("2024-01-31 08:00:30"), recurrence="1 month"),
        ["01-31", "03-31", "05-31", "07-31", "08-31", "10-31"],
        "2024-{} 08:00:30",
    ),
    "a year from a leap day waits for leap years": (
        make_rule(at("2024-02-29"), recurrence="1y"),
        ["2024", "2028", "2032"],
        "{}-02-29 00:00",
    ),
    "the last friday of each month": (
        make_rule(at("2024-01-01 08:00"), recurrence="1 month", weekdays=["L-FR"]),
        ["01-26", "02-23", "03-29", "04-26", "05-31", "06-28"],
        "2024-{} 08:00",
    ),
    "the second monday of the year": (
        make_rule(at("2024-01-01 08:00"), recurrence="1 year", weekdays=["2MO"]),
        ["2024-01-08", "2025-01-13", "2026-01-12"],
        "{} 08:00",
    ),
    "the last friday of the year": (
        make_rule(at("2024-01-01 08:00"), recurrence="1 year", weekdays=["L-FR"]),
        ["2024-12-27", "2025-12-26", "2026-12-25"],
        "{} 08:00",
    ),
    "several complex weekdays are united and counted together": (
        make_rule(at("2018-01-01 00:00"), recurrence="2 mo", weekdays=["2MO", "3TU"], count=5),
        ["01-08", "01-16", "03-12", "03-20", "05-14"],
        "2018-{} 00:00",
    ),
    "several weekdays of every second week": (
        make_rule(at("2018-01-01 00:00"), recurrence="2 weeks", weekdays=["MO", "TU"], count=5),
        ["01-01", "01-02", "01-15", "01-16", "01-29"],
        "2018-{} 00:00",
    ),
    "weeks count from monday, also from a wednesday on": (
        make_rule(at("2024-01-03 08:00"), recurrence="2 weeks", weekdays=["MO"]),
        ["01-15", "01-29", "02-12"],
        "2024-{} 08:00",
    ),
    "hours keep their steps on the days that a weekday allows": (
        make_rule(at("2024-01-03 09:00"), recurrence="4 hours", weekdays=["MO"]),
        ["01:00", "05:00", "09:00", "13:00", "17:00", "21:00"],
        "2024-01-08 {}",
    ),
    "days keep their steps on the weekdays allowed, until inclusive": (
        make_rule(at("2018-01-01 08:00"), until=at("2018-02-01 08:00"), recurrence="2 days", weekdays=["WE", "TH"]),
        ["01-03", "01-11", "01-17", "01-25", "01-31"],
        "2018-{} 08:00",
    ),
    "the same weekday twice is once": (
        make_rule(at("2024-01-01 08:00"), recurrence="1 week", weekdays=["MO", "MO"], count=3),
        ["01-01", "01-08", "01-15"],
        "2024-{} 08:00",
    ),
    "a day step that never meets the weekday": (
        make_rule(at("2024-01-01"), recurrence="14 days", weekdays=["SU"]),
        [],
        "",
    ),
    "a count of 0": (make_rule(at("2024-01-01"), recurrence="1 day", count=0), [], ""),
    "a count of -1": (make_rule(at("2024-01-01"), recurrence="1 day", count=-1), [], ""),
    "an end before the beginning": (
        make_rule(at("2024-01-02"), until=at("2024-01-01"), recurrence="1 day"),
        [],
        "",
    ),
}


@pytest.mark.parametrize(("rule", "expected", "form"), VECTORS.values(), ids=VECTORS)
def test_first_occurrences_are_the_references(rule: Rule, expected: list[str], form: str) -> None:
    found = from_the_start(rule, 6)

    assert [at(form.format(text)) for text in expected] == found[: len(expected) or 1]


@pytest.mark.parametrize(("count", "expected"), [(10, 10), (1000, 32)])
def test_the_earlier_of_count_and_until_ends_a_rule(count: int, expected: int) -> None:
    rule = make_rule(at("2018-01-01 08:00"), until=at("2018-02-01 08:00"), recurrence="1 days", count=count)

    assert expected == len(from_the_start(rule, 2000))


def test_an_rrule_ends_with_the_schedule() -> None:
    rule = make_rule(at("2018-01-01"), until=at("2019-01-02"), rrule="FREQ=DAILY;INTERVAL=3")

    found = from_the_start(rule, 1000)

    assert (123, at("2019-01-02")) == (len(found), found[-1])


def test_a_single_run_in_the_past_never_comes() -> None:
    rule = make_rule(at("2024-01-01 08:00"), count=1)

    assert rule.after(at("2024-01-01 08:00")) is None
    assert at("2024-01-01 08:00") == rule.after(at("2023-12-31 08:00"))


def test_occurrences_are_strictly_later_than_the_moment() -> None:
    rule = make_rule(at("2024-01-01 08:00"), recurrence="1 min")

    assert at("2024-01-01 08:01") == rule.after(at("2024-01-01 08:00"))
    assert at("2024-01-01 08:01") == rule.after(at("2024-01-01 08:00:59.999999"))


DST = {
    "a daily time keeps its place on the wall in spring": (
        make_rule(at("2024-03-30 21:00"), recurrence="1 day", zone="Europe/Berlin"),
        ["2024-03-30 21:00", "2024-03-31 20:00", "2024-04-01 20:00"],
    ),
    "a time that the clock skips happens at the end of the gap": (
        make_rule(at("2024-03-30 01:30"), recurrence="1 day", zone="Europe/Berlin"),
        ["2024-03-30 01:30", "2024-03-31 01:00", "2024-04-01 00:30"],
    ),
    "a time that the clock shows twice happens in the first pass only": (
        make_rule(at("2024-10-26 00:30"), recurrence="1 day", zone="Europe/Berlin"),
        ["2024-10-26 00:30", "2024-10-27 00:30", "2024-10-28 01:30"],
    ),
    "times that one gap swallows happen once": (
        make_rule(at("2024-03-30 01:00"), rrule="FREQ=DAILY;BYHOUR=2;BYMINUTE=0,20,40", zone="Europe/Berlin"),
        ["2024-03-30 01:00", "2024-03-30 01:20", "2024-03-30 01:40", "2024-03-31 01:00", "2024-04-01 00:00"],
    ),
    "a schedule that begins in the second pass keeps its first run": (
        make_rule(at("2024-10-27 01:30"), recurrence="1 day", zone="Europe/Berlin"),
        ["2024-10-27 01:30", "2024-10-28 01:30"],
    ),
    "hours are real hours when the clock is put back": (
        make_rule(at("2024-10-26 23:00"), recurrence="1 hour", zone="Europe/Berlin"),
        ["2024-10-26 23:00", "2024-10-27 00:00", "2024-10-27 01:00", "2024-10-27 02:00"],
    ),
    "the hours that filter quarters are the zone's": (
        make_rule(at("2024-03-30 00:00"), rrule="FREQ=MINUTELY;INTERVAL=30;BYHOUR=9", zone="Europe/Berlin"),
        ["2024-03-30 08:00", "2024-03-30 08:30", "2024-03-31 07:00", "2024-03-31 07:30"],
    ),
    "a gap of half an hour": (
        make_rule(at("2024-10-04 15:45"), recurrence="1 day", zone="Australia/Lord_Howe"),
        ["2024-10-04 15:45", "2024-10-05 15:30", "2024-10-06 15:15"],
    ),
    "a day that a zone never had": (
        make_rule(at("2011-12-29 18:00"), recurrence="1 day", zone="Pacific/Apia"),
        ["2011-12-29 18:00", "2011-12-30 10:00", "2011-12-30 18:00"],
    ),
}


@pytest.mark.parametrize(("rule", "expected"), DST.values(), ids=DST)
def test_rules_survive_changes_of_the_clock(rule: Rule, expected: list[str]) -> None:
    assert [at(text) for text in expected] == from_the_start(rule, len(expected))


REFUSED = {
    "no rule": ({}, "give --recurrence, --rrule, or --count 1 for a single run"),
    "a count without a recurrence": ({"count": 2}, "recurrence must be specified"),
    "weekdays without a recurrence": ({"count": 1, "weekdays": ["MO"]}, "weekdays need a recurrence"),
    "an interval of 0": ({"recurrence": "0 days"}, "from 1 to"),
    "a decimal": ({"recurrence": "1.5 days"}, "`1.5 days` is not a legal recurrence expression"),
    "a sign": ({"recurrence": "-2 days"}, "not a legal recurrence"),
    "something before the number": ({"recurrence": "x 5 days"}, "not a legal recurrence"),
    "seconds": ({"recurrence": "30 seconds"}, "not a legal recurrence"),
    "the fifth weekday": ({"recurrence": "1 month", "weekdays": ["5TU"]}, "invalid weekday `5TU`"),
    "letters after a weekday": ({"recurrence": "1 month", "weekdays": ["MOX"]}, "invalid weekday `MOX`"),
    "a complex weekday of days": ({"recurrence": "1 day", "weekdays": ["2MO"]}, "months|years recurrence, but got"),
    "an rrule with a count": ({"rrule": "FREQ=DAILY", "count": 3}, "cannot be provided together"),
    "a count that is no number": ({"recurrence": "1 day", "count": "3"}, "should be int"),
    "a count over the limit": ({"recurrence": "1 day", "count": 1_000_001}, "must not be larger"),
    "an unknown zone": ({"recurrence": "1 day", "zone": "Europe/Berln"}, "did you mean Europe/Berlin"),
    "a zone that is a path": ({"recurrence": "1 day", "zone": "../../etc/passwd"}, "not a recognized timezone"),
    "FREQ=SECONDLY": ({"rrule": "FREQ=SECONDLY"}, "finer than schedules are polled"),
    "INTERVAL=0": ({"rrule": "FREQ=DAILY;INTERVAL=0"}, "INTERVAL must be a whole number"),
    "an unknown part": ({"rrule": "FREQ=DAILY;BYMOON=1"}, "`BYMOON` is no part"),
    "an unknown frequency": ({"rrule": "FREQ=OFTEN"}, "FREQ must be one of"),
    "no frequency": ({"rrule": "INTERVAL=2"}, "FREQ must be one of"),
    "a month too many": ({"rrule": "FREQ=DAILY;BYMONTH=13"}, "BYMONTH takes 1 to 12, not `13`"),
    "a negative hour": ({"rrule": "FREQ=DAILY;BYHOUR=-1"}, "BYHOUR takes 0 to 23"),
    "an endless list": ({"rrule": "FREQ=DAILY;BYHOUR=" + ",".join(["1"] * 367)}, "more than 366"),
    "an nth weekday of days": ({"rrule": "FREQ=DAILY;BYDAY=2MO"}, "needs FREQ=MONTHLY or YEARLY"),
    "a position of nothing": ({"rrule": "FREQ=MONTHLY;BYSETPOS=1"}, "needs another BY part"),
    "two seconds": ({"rrule": "FREQ=MINUTELY;BYSECOND=1,2"}, "one second only"),
    "a bad until": ({"rrule": "FREQ=DAILY;UNTIL=tomorrow"}, "UNTIL=TOMORROW"),
    "a part without a value": ({"rrule": "FREQ=DAILY;BYHOUR="}, "BYHOUR has no value"),
    "a part twice": ({"rrule": "FREQ=DAILY;BYHOUR=1;BYHOUR=2"}, "given twice"),
    "a very long text": ({"rrule": "FREQ=DAILY;BYHOUR=" + "1," * 4000}, "longer than"),
}


@pytest.mark.parametrize(("options", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_recur_is_refused_with_a_sentence(options: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidSchedule) as caught:
        make_rule(at("2024-01-01"), **options)  # type: ignore[arg-type] # some are wrong on purpose

    assert sentence in str(caught.value)


def test_weekdays_may_be_lists_with_commas_in_any_case() -> None:
    rule = make_rule(at("2024-01-01"), recurrence="1 month", weekdays=["1su, l-fr", "mo"])

    assert ("1SU", "L-FR", "MO") == rule.weekdays


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FREQ=DAILY;UNTIL=20240103", 2),
        ("FREQ=DAILY;UNTIL=20240103T080000", 3),
        ("FREQ=DAILY;UNTIL=20240103T070000Z", 3),
        ("FREQ=DAILY;UNTIL=20240103T065959Z", 2),
        ("freq=daily;count=4", 4),
    ],
)
def test_an_rrules_own_end_is_read_in_its_zone(text: str, expected: int) -> None:
    rule = make_rule(at("2024-01-01 07:00"), rrule=text, zone="Europe/Berlin")

    assert expected == len(from_the_start(rule, 100))


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (make_rule(at("2024-01-01"), recurrence="1 min"), "every minute"),
        (make_rule(at("2024-01-01"), recurrence="2w", weekdays=["mo,tu"], count=5), "every 2 weeks on MO, TU, 5 times"),
        (make_rule(at("2024-01-01"), count=1), "once"),
        (make_rule(at("2024-01-01"), rrule="FREQ=DAILY"), "every day"),
        (
            make_rule(at("2024-01-01"), rrule="FREQ=MONTHLY;BYDAY=-1FR;COUNT=10"),
            "every month on the last friday, 10 times",
        ),
        (make_rule(at("2024-01-01"), rrule="FREQ=YEARLY;BYWEEKNO=20"), "FREQ=YEARLY;BYWEEKNO=20"),
    ],
)
def test_a_rule_has_words_for_listings(rule: Rule, words: str) -> None:
    assert words == rule.words


def test_a_moment_without_a_zone_is_refused() -> None:
    rule = make_rule(at("2024-01-01"), recurrence="1 day")

    with pytest.raises(InvalidSchedule, match="has no time zone"):
        rule.after(datetime(2024, 1, 1))  # noqa: DTZ001 # on purpose
