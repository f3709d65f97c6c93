"""Plain English: what it means, that it reads back as the same rule, and what is refused."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain import english
from engine.domain.errors import InvalidSchedule
from engine.domain.ruletext import rrule
from engine.domain.schedulepolicy import Overlap
from engine.domain.schedulerequest import Timing, rule_of

NOW = datetime(2026, 10, 13, 12, 0, tzinfo=UTC)

SENTENCES = {
    "every weekday at 7:30": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=7;BYMINUTE=30",
    "last friday of the month 22:00": "FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=22;BYMINUTE=0",
    "every last Friday at 22:00": "FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=22;BYMINUTE=0",
    "every 15 minutes between 9 and 17": ("FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,15,30,45"),
    "every 2 hours between 8:30 and 18:30 on weekdays": (
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=8,10,12,14,16;BYMINUTE=30"
    ),
    "sun and wed 2:30am": "FREQ=WEEKLY;BYDAY=WE,SU;BYHOUR=2;BYMINUTE=30",
    "daily at noon": "FREQ=DAILY;BYHOUR=12;BYMINUTE=0",
    "every other day at midnight": "FREQ=DAILY;INTERVAL=2;BYHOUR=0;BYMINUTE=0",
    "every 2 weeks on monday and thursday at 9:15": "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;BYHOUR=9;BYMINUTE=15",
    "on the 1st and 15th at 6:00": "FREQ=MONTHLY;BYMONTHDAY=1,15;BYHOUR=6;BYMINUTE=0",
    "first weekday of the month at 8": "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=8;BYMINUTE=0;BYSETPOS=1",
    "second tuesday of every 3 months at 3am": "FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU;BYHOUR=3;BYMINUTE=0",
    "last day of february at 9:00": "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=-1;BYHOUR=9;BYMINUTE=0",
    "every year on 24 december at 6pm": "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24;BYHOUR=18;BYMINUTE=0",
    "every hour at minute 15": "FREQ=HOURLY;BYMINUTE=15",
    "every 90 minutes": "FREQ=MINUTELY;INTERVAL=90",
    "every monday, wednesday and friday at 9 and 17": "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYHOUR=9,17;BYMINUTE=0",
    "every day at 7:30 and 7:45": "FREQ=DAILY;BYHOUR=7;BYMINUTE=30,45",
    "each tuesday at 9:00 for 5 times": "FREQ=WEEKLY;COUNT=5;BYDAY=TU;BYHOUR=9;BYMINUTE=0",
    "nightly at 2:30": "FREQ=DAILY;BYHOUR=2;BYMINUTE=30",
    "every night at 2": "FREQ=DAILY;BYHOUR=2;BYMINUTE=0",
    "every morning at 8": "FREQ=DAILY;BYHOUR=8;BYMINUTE=0",
    "every sunday evening at 20:15": "FREQ=WEEKLY;BYDAY=SU;BYHOUR=20;BYMINUTE=15",
    "every working day at 9": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9;BYMINUTE=0",
    "last business day of the month at 17:00": ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=17;BYMINUTE=0;BYSETPOS=-1"),
    "mon-fri at 9": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9;BYMINUTE=0",
    "fr-mo at 9": "FREQ=WEEKLY;BYDAY=MO,FR,SA,SU;BYHOUR=9;BYMINUTE=0",
    "monday through thursday at 17:30": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH;BYHOUR=17;BYMINUTE=30",
    "every second day at 6:00": "FREQ=DAILY;INTERVAL=2;BYHOUR=6;BYMINUTE=0",
    "every other friday at 16:00": "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;BYHOUR=16;BYMINUTE=0",
    "fortnightly on friday at 9": "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;BYHOUR=9;BYMINUTE=0",
    "quarterly on the 1st at 5:00": "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1;BYHOUR=5;BYMINUTE=0",
    "every half hour": "FREQ=MINUTELY;INTERVAL=30",
    "every quarter of an hour": "FREQ=MINUTELY;INTERVAL=15",
    "hourly at :05": "FREQ=HOURLY;BYMINUTE=5",
    "every day except sunday at 9:00": "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR,SA;BYHOUR=9;BYMINUTE=0",
    "every weekday except friday at 9:00": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH;BYHOUR=9;BYMINUTE=0",
    "once a week on sunday at 4:00": "FREQ=WEEKLY;BYDAY=SU;BYHOUR=4;BYMINUTE=0",
    "tomorrow at 17:00": "FREQ=DAILY;COUNT=1;BYHOUR=17;BYMINUTE=0",
    "once on 24 december at 18:00": "FREQ=DAILY;COUNT=1;BYHOUR=18;BYMINUTE=0",
    "every day at 7.30": "FREQ=DAILY;BYHOUR=7;BYMINUTE=30",
    "every day 8 o'clock": "FREQ=DAILY;BYHOUR=8;BYMINUTE=0",
}


def read(text: str) -> english.Spoken:
    return english.read(text, now=NOW, zone="UTC")


@pytest.mark.parametrize(("text", "expected"), SENTENCES.items(), ids=SENTENCES)
def test_a_sentence_is_a_rule(text: str, expected: str) -> None:
    assert rrule(expected) == rrule(read(text).rrule)


@pytest.mark.parametrize("text", SENTENCES)
def test_a_sentence_comes_back_from_its_rule_without_loss(text: str) -> None:
    rule = read(text).rrule
    told = english.words(rule)

    assert told is not None
    assert rrule(rule) == rrule(read(told).rrule)


def test_what_runs_once_runs_on_the_day_that_is_named() -> None:
    rule = rule_of(Timing(when="once on 24 december at 18:00", timezone="Europe/Berlin"), now=NOW, default_zone="UTC")

    assert [datetime(2026, 12, 24, 17, tzinfo=UTC)] == rule.occurrences(NOW, 5)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("every evening at 8", "8:00 is in no evening"),
        ("every second monday at 9:00", "`second monday at 9:00`"),
        ("every 2 weeks except sunday at 9:00", "weekdays can be left out of"),
        ("every day except christmas at 9:00", "`christmas at 9:00`"),
        ("every day at 1930", "`1930`"),
    ],
)
def test_what_may_mean_two_things_is_refused(text: str, told: str) -> None:
    with pytest.raises(InvalidSchedule) as caught:
        read(text)

    assert told in str(caught.value)


def test_a_sentence_tells_beginning_end_zone_count_and_overlap() -> None:
    spoken = read("every last Friday at 22:00 Berlin time, starting tomorrow, ten times, skip if still running")

    assert ("2026-10-14 00:00", None, "Europe/Berlin") == (spoken.since, spoken.until, spoken.zone)
    assert Overlap.SKIP is spoken.overlap
    assert 10 == rrule(spoken.rrule).count
    assert "2027-03-31 23:59:59" == read("daily at 9:00 until 31 mar").until
    assert "2026-10-19 00:00" == read("daily at 9:00 starting next monday").since


REFUSED = {
    "every blue moon": "`blue moon` of `every blue moon` was not understood",
    "every second friday at 9": "say `of the month` after it, or `every N weeks on`",
    "every day at 7:30 and 17:45": "different minutes; make two schedules",
    "every day at 25:00": "`25:00` of",
    "every day at 13pm": "hours with pm go from 1 to 12",
    "at 9:00": "does not say how often",
    "every 7 minutes between 9 and 17": "its step divides an hour",
    "every hour between 9:15 and 17": "same minute of the hour",
    "every 15 minutes between 17 and 9": "ends before it begins",
    "daily at 9 until 31 feb": "there is no 2026-02-31",
    "every day every week": "said twice",
    "every week on the 15th at 9:00": "cannot be counted by the week",
    "every monday and the 15th at 9:00": "cannot be mixed",
    "every day at 9:00 in Berln": "`in Berln` of",
    "first weekday of the month at 8 and 9": "one time only",
    "every minute at 9:00": "contradict each other",
    "daily at 9:00 queue if it rains": "skip if still running",
    "": "does not say how often",
    "x" * 501: "longer than 500",
}


@pytest.mark.parametrize(("text", "sentence"), REFUSED.items(), ids=[text[:40] or "empty" for text in REFUSED])
def test_what_is_not_understood_is_named(text: str, sentence: str) -> None:
    with pytest.raises(InvalidSchedule) as caught:
        read(text)

    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
        "FREQ=DAILY;UNTIL=20270101T000000Z",
        "FREQ=MONTHLY;BYDAY=MO,2TU",
        "FREQ=YEARLY",
    ],
)
def test_a_rule_that_english_cannot_say_stays_a_rule(text: str) -> None:
    told = english.words(text)

    assert told is None or rrule(text) == rrule(read(told).rrule)


@settings(max_examples=300, deadline=None)
@given(
    frequency=st.sampled_from(["MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    interval=st.integers(1, 3),
    parts=st.fixed_dictionaries(
        {},
        optional={
            "BYDAY": st.sampled_from(["MO", "MO,TU,WE,TH,FR", "SA,SU", "2TU", "-1FR"]),
            "BYMONTHDAY": st.sampled_from(["1", "1,15", "-1", "31"]),
            "BYMONTH": st.sampled_from(["3", "1,7"]),
            "BYHOUR": st.sampled_from(["0", "9,17", "9,10,11,12", "8,10,12"]),
            "BYMINUTE": st.sampled_from(["0", "30", "0,15,30,45"]),
            "BYSETPOS": st.sampled_from(["1", "-1"]),
            "COUNT": st.just("3"),
        },
    ),
)
def test_whatever_a_rule_is_called_reads_back_as_that_rule(
    frequency: str, interval: int, parts: dict[str, str]
) -> None:
    text = ";".join(
        [f"FREQ={frequency}", f"INTERVAL={interval}", *(f"{name}={value}" for name, value in parts.items())]
    )
    try:
        told = english.words(text)
    except InvalidSchedule:
        return

    assert told is None or rrule(text) == rrule(read(told).rrule)


def test_a_timing_takes_what_english_says_and_what_stands_beside_it() -> None:
    rule = rule_of(Timing(when="last friday at 22:00", timezone="Europe/Berlin", count=2), now=NOW, default_zone="UTC")

    assert ("FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=22;BYMINUTE=0;COUNT=2", NOW) == (rule.rrule, rule.since)
    assert ["2026-10-30 21:00", "2026-11-27 21:00"] == [f"{one:%Y-%m-%d %H:%M}" for one in rule.occurrences(NOW, 5)]


@pytest.mark.parametrize(
    ("timing", "sentence"),
    [
        (Timing(when="every day"), "does not say at what time"),
        (Timing(when="daily at 9:00 starting tomorrow", since="+1h"), "since is told twice"),
        (Timing(when="daily at 9:00 Berlin time", timezone="UTC"), "the time zone is told twice"),
        (Timing(when="daily at 9:00, 3 times", count=2), "the count is told twice"),
        (Timing(when="daily at 9:00", recurrence="1 day"), "cannot be provided together"),
        (Timing(recurrence="1 day"), "since is missing"),
    ],
)
def test_what_is_told_twice_or_not_at_all_is_refused(timing: Timing, sentence: str) -> None:
    with pytest.raises(InvalidSchedule) as caught:
        rule_of(timing, now=NOW, default_zone="UTC")

    assert sentence in str(caught.value)


def test_a_dtstart_is_the_beginning_and_gives_its_zone() -> None:
    text = "DTSTART;TZID=Europe/Berlin:20261014T220000\nRRULE:FREQ=WEEKLY"

    rule = rule_of(Timing(rrule=text), now=NOW, default_zone="UTC")

    assert (datetime(2026, 10, 14, 20, 0, tzinfo=UTC), "Europe/Berlin", "FREQ=WEEKLY") == (
        rule.since,
        rule.zone,
        rule.rrule,
    )
