"""The recurrence examples of RFC 5545 §3.8.5.3, read as text; FREQ=SECONDLY, which none of them uses, is refused."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr

from engine.domain.errors import InvalidSchedule
from engine.domain.recurrence import Rule, make_rule

NEW_YORK = ZoneInfo("America/New_York")
WEEK = "MO,TU,WE,TH,FR,SA,SU"


def days(year: int, text: str, time: str = "09:00") -> list[str]:
    """Return moments of a year: `9: 2 4` is 2 and 4 September."""
    found = []
    for part in text.split(";"):
        month, _, numbers = part.partition(":")
        for number in numbers.split():
            first, _, last = number.partition("-")
            found += [f"{year}-{int(month):02}-{day:02} {time}" for day in range(int(first), int(last or first) + 1)]
    return found


def times(day: str, text: str) -> list[str]:
    return [f"{day} {time}" for time in text.split()]


TWENTY_MINUTES = times(
    "1997-09-02",
    " ".join(f"{hour:02}:{minute:02}" for hour in range(9, 17) for minute in (0, 20, 40)),
)
JANUARIES = days(1998, "1: 1-31") + days(1999, "1: 1-31") + days(2000, "1: 1-31")
TUESDAYS_THURSDAYS = days(1997, "9: 2 4 9 11 16 18 23 25 30; 10: 2")

EXAMPLES: dict[str, tuple[str, str, list[str]]] = {
    "daily for 10 occurrences": ("19970902", "FREQ=DAILY;COUNT=10", days(1997, "9: 2-11")),
    "daily until December 24, 1997": (
        "19970902",
        "FREQ=DAILY;UNTIL=19971224T000000Z",
        days(1997, "9: 2-30; 10: 1-31; 11: 1-30; 12: 1-23"),
    ),
    "every other day": (
        "19970902",
        "FREQ=DAILY;INTERVAL=2",
        days(1997, "9: 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30; 10: 2 4 6"),
    ),
    "every 10 days, 5 occurrences": (
        "19970902",
        "FREQ=DAILY;INTERVAL=10;COUNT=5",
        days(1997, "9: 2 12 22; 10: 2 12"),
    ),
    "every day in January, yearly": (
        "19980101",
        f"FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY={WEEK}",
        JANUARIES,
    ),
    "every day in January, daily": ("19980101", "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1", JANUARIES),
    "weekly for 10 occurrences": (
        "19970902",
        "FREQ=WEEKLY;COUNT=10",
        days(1997, "9: 2 9 16 23 30; 10: 7 14 21 28; 11: 4"),
    ),
    "weekly until December 24, 1997": (
        "19970902",
        "FREQ=WEEKLY;UNTIL=19971224T000000Z",
        days(1997, "9: 2 9 16 23 30; 10: 7 14 21 28; 11: 4 11 18 25; 12: 2 9 16 23"),
    ),
    "every other week": (
        "19970902",
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
        days(1997, "9: 2 16 30; 10: 14 28; 11: 11 25; 12: 9 23") + days(1998, "1: 6 20; 2: 3 17"),
    ),
    "Tuesday and Thursday for five weeks, by until": (
        "19970902",
        "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
        TUESDAYS_THURSDAYS,
    ),
    "Tuesday and Thursday for five weeks, by count": (
        "19970902",
        "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH",
        TUESDAYS_THURSDAYS,
    ),
    "every other week on Monday, Wednesday and Friday until December 24, 1997": (
        "19970901",
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
        days(1997, "9: 1 3 5 15 17 19 29; 10: 1 3 13 15 17 27 29 31; 11: 10 12 14 24 26 28; 12: 8 10 12 22"),
    ),
    "every other week on Tuesday and Thursday, 8 occurrences": (
        "19970902",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
        days(1997, "9: 2 4 16 18 30; 10: 2 14 16"),
    ),
    "the first Friday, 10 occurrences": (
        "19970905",
        "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
        days(1997, "9: 5; 10: 3; 11: 7; 12: 5") + days(1998, "1: 2; 2: 6; 3: 6; 4: 3; 5: 1; 6: 5"),
    ),
    "the first Friday until December 24, 1997": (
        "19970905",
        "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR",
        days(1997, "9: 5; 10: 3; 11: 7; 12: 5"),
    ),
    "every other month on the first and last Sunday, 10 occurrences": (
        "19970907",
        "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
        days(1997, "9: 7 28; 11: 2 30") + days(1998, "1: 4 25; 3: 1 29; 5: 3 31"),
    ),
    "the second-to-last Monday for 6 months": (
        "19970922",
        "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
        days(1997, "9: 22; 10: 20; 11: 17; 12: 22") + days(1998, "1: 19; 2: 16"),
    ),
    "the third-to-the-last day of the month": (
        "19970928",
        "FREQ=MONTHLY;BYMONTHDAY=-3",
        days(1997, "9: 28; 10: 29; 11: 28; 12: 29") + days(1998, "1: 29; 2: 26"),
    ),
    "the 2nd and 15th, 10 occurrences": (
        "19970902",
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
        days(1997, "9: 2 15; 10: 2 15; 11: 2 15; 12: 2 15") + days(1998, "1: 2 15"),
    ),
    "the first and last day, 10 occurrences": (
        "19970930",
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
        days(1997, "9: 30; 10: 1 31; 11: 1 30; 12: 1 31") + days(1998, "1: 1 31; 2: 1"),
    ),
    "every 18 months on the 10th thru 15th, 10 occurrences": (
        "19970910",
        "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
        days(1997, "9: 10-15") + days(1999, "3: 10-13"),
    ),
    "every Tuesday, every other month": (
        "19970902",
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
        days(1997, "9: 2 9 16 23 30; 11: 4 11 18 25") + days(1998, "1: 6 13 20 27; 3: 3 10 17 24 31"),
    ),
    "yearly in June and July, 10 occurrences": (
        "19970610",
        "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
        [one for year in range(1997, 2002) for one in days(year, "6: 10; 7: 10")],
    ),
    "every other year in January, February and March, 10 occurrences": (
        "19970310",
        "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
        days(1997, "3: 10") + [one for year in (1999, 2001, 2003) for one in days(year, "1: 10; 2: 10; 3: 10")],
    ),
    "every third year on the 1st, 100th and 200th day, 10 occurrences": (
        "19970101",
        "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
        days(1997, "1: 1; 4: 10; 7: 19")
        + days(2000, "1: 1; 4: 9; 7: 18")
        + days(2003, "1: 1; 4: 10; 7: 19")
        + days(2006, "1: 1"),
    ),
    "every 20th Monday of the year": (
        "19970519",
        "FREQ=YEARLY;BYDAY=20MO",
        days(1997, "5: 19") + days(1998, "5: 18") + days(1999, "5: 17"),
    ),
    "Monday of week number 20": (
        "19970512",
        "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
        days(1997, "5: 12") + days(1998, "5: 11") + days(1999, "5: 17"),
    ),
    "every Thursday in March": (
        "19970313",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
        days(1997, "3: 13 20 27") + days(1998, "3: 5 12 19 26") + days(1999, "3: 4 11 18 25"),
    ),
    "every Thursday in June, July and August": (
        "19970605",
        "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8",
        days(1997, "6: 5 12 19 26; 7: 3 10 17 24 31; 8: 7 14 21 28")
        + days(1998, "6: 4 11 18 25; 7: 2 9 16 23 30; 8: 6 13 20 27"),
    ),
    "every Friday the 13th": (
        "19970902",
        "RRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13\nEXDATE;TZID=America/New_York:19970902T090000",
        days(1998, "2: 13; 3: 13; 11: 13") + days(1999, "8: 13") + days(2000, "10: 13"),
    ),
    "the first Saturday that follows the first Sunday": (
        "19970913",
        "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
        days(1997, "9: 13; 10: 11; 11: 8; 12: 13") + days(1998, "1: 10; 2: 7; 3: 7; 4: 11; 5: 9; 6: 13"),
    ),
    "election day of the United States": (
        "19961105",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        days(1996, "11: 5") + days(2000, "11: 7") + days(2004, "11: 2"),
    ),
    "the third of Tuesday, Wednesday or Thursday, 3 months": (
        "19970904",
        "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3",
        days(1997, "9: 4; 10: 7; 11: 6"),
    ),
    "the second-to-last weekday of the month": (
        "19970929",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
        days(1997, "9: 29; 10: 30; 11: 27; 12: 30") + days(1998, "1: 29; 2: 26; 3: 30"),
    ),
    "every 3 hours from 9 to 5 of a day, as the erratum has it": (
        "19970902",
        "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z",
        times("1997-09-02", "09:00 12:00 15:00"),
    ),
    "every 15 minutes, 6 occurrences": (
        "19970902",
        "FREQ=MINUTELY;INTERVAL=15;COUNT=6",
        times("1997-09-02", "09:00 09:15 09:30 09:45 10:00 10:15"),
    ),
    "every hour and a half, 4 occurrences": (
        "19970902",
        "FREQ=MINUTELY;INTERVAL=90;COUNT=4",
        times("1997-09-02", "09:00 10:30 12:00 13:30"),
    ),
    "every 20 minutes from 9 to 16:40, daily": (
        "19970902",
        "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40",
        [*TWENTY_MINUTES, "1997-09-03 09:00"],
    ),
    "every 20 minutes from 9 to 16:40, minutely": (
        "19970902",
        "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16",
        [*TWENTY_MINUTES, "1997-09-03 09:00"],
    ),
    "weeks that begin on Monday": (
        "19970805",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
        days(1997, "8: 5 10 19 24"),
    ),
    "weeks that begin on Sunday": (
        "19970805",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
        days(1997, "8: 5 17 19 31"),
    ),
    "a date that does not exist is left out": (
        "20070115",
        "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
        days(2007, "1: 15 30; 2: 15; 3: 15 30"),
    ),
}


def begun(day: str) -> datetime:
    return datetime.strptime(day + "0900", "%Y%m%d%H%M").replace(tzinfo=NEW_YORK)


def local(rule: Rule, limit: int) -> list[str]:
    found = rule.occurrences(rule.since - timedelta(days=1), limit)
    return [f"{one.astimezone(NEW_YORK):%Y-%m-%d %H:%M}" for one in found]


@pytest.mark.parametrize(("start", "text", "expected"), EXAMPLES.values(), ids=EXAMPLES)
def test_the_examples_of_the_rfc_recur_as_it_says(start: str, text: str, expected: list[str]) -> None:
    rule = make_rule(begun(start), rrule=text, zone="America/New_York")

    found = local(rule, len(expected) + 1)

    assert expected == found[: len(expected)]
    is_limited = "COUNT=" in text or "UNTIL=" in text
    assert is_limited == (len(found) == len(expected))


@pytest.mark.parametrize(("start", "text", "expected"), EXAMPLES.values(), ids=EXAMPLES)
def test_dateutil_agrees_with_the_table(start: str, text: str, expected: list[str]) -> None:
    parsed = rrulestr(text, dtstart=begun(start), tzids=ZoneInfo)

    assert expected == [f"{one:%Y-%m-%d %H:%M}" for one in islice(parsed, len(expected))]


def test_a_set_may_begin_with_its_dtstart() -> None:
    text = "DTSTART;TZID=America/New_York:19970902T090000\r\nRRULE:FREQ=DAILY;\r\n COUNT=2\r\n"

    rule = make_rule(begun("19970902"), rrule=text, zone="America/New_York")

    assert "FREQ=DAILY;COUNT=2" == rule.rrule
    assert days(1997, "9: 2 3") == local(rule, 5)


def test_rules_and_dates_are_united_and_each_moment_counts_once() -> None:
    text = (
        "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3\nRRULE:FREQ=DAILY;INTERVAL=7;COUNT=2\n"
        "RDATE;TZID=America/New_York:19970904T090000,19970909T090000\nRDATE;VALUE=DATE:19970910\n"
        "RDATE:19970911T130000Z\nEXDATE;TZID=America/New_York:19970916T090000"
    )
    rule = make_rule(begun("19970902"), rrule=text, zone="America/New_York")

    assert days(1997, "9: 2 4 9 10 11") == local(rule, 10)
    assert 5 == rule.rank(begun("19971001"))
    assert 3 == rule.count_between(begun("19970904"), begun("19970911"))


def test_a_day_of_exdate_takes_out_all_of_its_times() -> None:
    rule = make_rule(
        begun("19970902"), rrule="RRULE:FREQ=MINUTELY\nEXDATE;VALUE=DATE:19970903", zone="America/New_York"
    )

    following = rule.after(datetime(1997, 9, 3, 3, 59, tzinfo=UTC))

    assert datetime(1997, 9, 4, 4, 0, tzinfo=UTC) == following


REFUSED = {
    "seconds": ("RRULE:FREQ=SECONDLY\nRDATE:19970903T090000", "finer than schedules are polled"),
    "an EXRULE": ("RRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY", "EXRULE is not part of RFC 5545 any more"),
    "a line of another kind": ("RRULE:FREQ=DAILY\nSUMMARY:lunch", "`SUMMARY:lunch` is no line"),
    "a period": ("RDATE;VALUE=PERIOD:19970903T090000Z/PT1H", "VALUE=PERIOD is not supported"),
    "a date that does not exist": ("RRULE:FREQ=DAILY\nEXDATE:19970231T090000", "19970231T090000"),
    "an unknown zone": ("RDATE;TZID=America/New_Yrk:19970903T090000", "did you mean America/New_York"),
    "exclusions alone": ("EXDATE:19970903T090000", "no RRULE and no RDATE"),
    "a beginning alone": ("DTSTART:19970902T130000Z", "after DTSTART there must be"),
    "two beginnings": ("DTSTART:19970902T130000Z\nDTSTART:19970902T130000Z\nRRULE:FREQ=DAILY", "given twice"),
    "another beginning than since": ("DTSTART:19970903T130000Z\nRRULE:FREQ=DAILY", "is not its since"),
    "too many rules": ("\n".join(["RRULE:FREQ=DAILY"] * 17), "more than 16"),
    "too many dates": ("RDATE:" + ",".join(["19970903T090000"] * 1001), "more than 1000 dates"),
    "far too long": ("RDATE:" + "1" * 70_000 + "\nRRULE:FREQ=DAILY", "longer than"),
}


@pytest.mark.parametrize(("text", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_set_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InvalidSchedule) as caught:
        make_rule(begun("19970902"), rrule=text, zone="America/New_York")

    assert sentence in str(caught.value)
