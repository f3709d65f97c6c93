"""Schedules as iCalendar files: valid, lossless both ways, and bounded for hostile files."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from engine.domain.daylight import Gap, Repeat
from engine.domain.errors import AlreadyExists, InvalidSchedule
from engine.domain.recurrence import Rule, make_rule
from engine.domain.schedule import ExecutionArguments, Schedule
from engine.domain.schedulepolicy import CatchUp, Overlap, Policies
from engine.services import calendarexchange, icalendarfile, schedules, scheduleviews
from engine.services.calendarexchange import Target
from storage.database import Database
from tests.builders import NOW, store_deployment
from tests.domain.test_recurrence_properties import rules, starts

BERLIN = "Europe/Berlin"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


RULES = {
    "once": make_rule(NOW, count=1, zone=BERLIN),
    "a simple recurrence with weekdays and a count": make_rule(NOW, recurrence="2 weeks", weekdays=["mo,th"], count=9),
    "the last friday, ten times": make_rule(
        NOW, rrule="FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=22;BYMINUTE=0;COUNT=10", zone=BERLIN
    ),
    "an end and a count, the end first": make_rule(NOW, until=NOW + timedelta(days=3), recurrence="1 day", count=9),
    "an end and a count, the count first": make_rule(NOW, until=NOW + timedelta(days=9), recurrence="1 day", count=3),
    "excluded days and moments": make_rule(
        NOW, recurrence="6 h", zone=BERLIN, excluded=["2026-10-15", "2026-10-17 14:00"]
    ),
    "a set": make_rule(
        NOW,
        rrule=(
            "RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0\nRRULE:FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=18;BYMINUTE=0\n"
            "RDATE:20261224T120000Z\nEXDATE;TZID=Europe/Berlin:20261019T090000"
        ),
        zone=BERLIN,
    ),
    "an interval that begins between its occurrences": make_rule(
        at("2026-10-14 09:00"), recurrence="3 weeks", weekdays=["MO"], zone="America/New_York"
    ),
    "weeks from sunday on": make_rule(NOW, rrule="FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU"),
    "an end of its own, floating": make_rule(NOW, rrule="FREQ=DAILY;UNTIL=20261101", zone=BERLIN),
}


def a_schedule(rule: Rule, id: str = "s1") -> Schedule:
    return Schedule(
        id=id,
        deployment_id="d1",
        workflow_id="report",
        rule=rule,
        parameters={"depth": 3},
        arguments=ExecutionArguments(dry_run=True),
        slip=4,
        policies=Policies(overlap=Overlap.QUEUE, catch_up=CatchUp.ALL, jitter=7),
        next_occurrence=rule.after(NOW),
        created_at=NOW,
    )


def without_own(content: bytes) -> bytes:
    """Return the file as any other calendar program would have written it."""
    unfolded = content.replace(b"\r\n ", b"")
    return re.sub(rb"X-CONDUCTOR-SCHEDULE:.*\r\n", b"", unfolded)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_an_exported_schedule_is_valid_and_comes_back_equal(rule: Rule) -> None:
    schedule = a_schedule(rule)

    content = icalendarfile.export([schedule], now=NOW)

    calendar = Calendar.from_ical(content)
    calendar.validate()  # type: ignore[no-untyped-call] # icalendar has not annotated it
    assert [[]] == [event.errors for event in calendar.walk("VEVENT")]
    [found] = icalendarfile.read(content, default_zone="UTC")
    assert (schedule, rule) == (found.own, found.rule)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_any_program_sees_the_same_occurrences(rule: Rule) -> None:
    content = without_own(icalendarfile.export([a_schedule(rule)], now=NOW))

    [found] = icalendarfile.read(content, default_zone="UTC")

    assert found.own is None
    past = rule.since - timedelta(days=1)
    assert rule.occurrences(past, 40) == found.rule.occurrences(past, 40)


def test_what_was_changed_elsewhere_is_believed() -> None:
    content = icalendarfile.export([a_schedule(RULES["weeks from sunday on"])], now=NOW)

    [found] = icalendarfile.read(content.replace(b"INTERVAL=2", b"INTERVAL=3"), default_zone="UTC")

    assert found.own is not None
    assert "INTERVAL=3" in str(found.rule.rrule)


@settings(max_examples=60, deadline=None)
@given(
    text=st.sampled_from(
        ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,FR", "FREQ=MONTHLY;BYDAY=2TU", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"]
    ),
    end=st.sampled_from(["", ";COUNT=5", ";UNTIL=20280101T000000Z"]),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    zone=st.sampled_from(["UTC", BERLIN, "America/New_York", "Asia/Kolkata"]),
    gap=st.sampled_from(Gap),
    repeat=st.sampled_from(Repeat),
)
def test_every_rule_comes_back_equal(
    text: str, end: str, hour: int, minute: int, zone: str, gap: Gap, repeat: Repeat
) -> None:
    rule = make_rule(NOW, rrule=f"{text};BYHOUR={hour};BYMINUTE={minute}{end}", zone=zone, gap=gap, repeat=repeat)

    [found] = icalendarfile.read(icalendarfile.export([a_schedule(rule)], now=NOW), default_zone="UTC")

    assert rule == found.rule


def event(*lines: str) -> bytes:
    body = "\r\n".join(lines)
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:u1\r\nDTSTAMP:20260101T000000Z\r\n{body}"
    return f"{text}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".encode()


def test_an_event_of_another_program_is_a_schedule_named_after_its_summary() -> None:
    content = event("SUMMARY:Weekly: clean up!", "DTSTART:20261014T090000", "RRULE:FREQ=WEEKLY;BYDAY=FR")

    [found] = icalendarfile.read(content, default_zone=BERLIN)

    assert ("Weekly-clean-up", BERLIN) == (found.id, found.rule.zone)
    first = [at("2026-10-14 07:00"), at("2026-10-16 07:00"), at("2026-10-23 07:00")]
    assert first == found.rule.occurrences(NOW, 3)


BERLINS = """BEGIN:VTIMEZONE
TZID:{id}
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


def a_file(*events: str, zones: str = "") -> bytes:
    bodies = "".join(f"BEGIN:VEVENT\nUID:u1\nDTSTAMP:20260101T000000Z\n{one}\nEND:VEVENT\n" for one in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{zones}{bodies}END:VCALENDAR\n".replace("\n", "\r\n").encode()


WEDNESDAYS = "DTSTART;TZID={id}:20261014T090000\nRRULE:FREQ=WEEKLY;BYDAY=WE"


@pytest.mark.parametrize(
    ("id", "zone"),
    [
        ("W. Europe Standard Time", BERLIN),
        ("Romance Standard Time", "Europe/Paris"),
        ("/freeassociation.sourceforge.net/Europe/Berlin", BERLIN),
        ("Customized Time Zone", BERLIN),
    ],
)
def test_the_time_zones_of_other_programs_are_recognized(id: str, zone: str) -> None:
    content = a_file(WEDNESDAYS.format(id=id), zones=BERLINS.format(id=id))

    [found] = icalendarfile.read(content, default_zone="UTC")

    assert zone == found.rule.zone
    wednesdays = [at("2026-10-14 07:00"), at("2026-10-21 07:00"), at("2026-10-28 08:00")]
    assert wednesdays == found.rule.occurrences(NOW, 3)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("DTSTART;TZID=Europe/Berlin:20261022T110000", ["2026-10-14 07:00", "2026-10-22 09:00", "2026-10-28 08:00"]),
        ("DTSTART;TZID=Europe/Berlin:20261021T090000", ["2026-10-14 07:00", "2026-10-21 07:00", "2026-10-28 08:00"]),
        (
            "STATUS:CANCELLED\nDTSTART;TZID=Europe/Berlin:20261021T090000",
            ["2026-10-14 07:00", "2026-10-28 08:00", "2026-11-04 08:00"],
        ),
    ],
)
def test_an_occurrence_that_was_moved_or_called_off_is_so_in_the_schedule(change: str, expected: list[str]) -> None:
    moved = f"{change}\nRECURRENCE-ID;TZID=Europe/Berlin:20261021T090000"

    [found] = icalendarfile.read(a_file(WEDNESDAYS.format(id=BERLIN), moved), default_zone="UTC")

    assert [at(one) for one in expected] == found.rule.occurrences(NOW, 3)


def test_an_all_day_event_runs_when_its_day_begins_and_keeps_its_exceptions() -> None:
    content = a_file("DTSTART;VALUE=DATE:20261224\nRRULE:FREQ=DAILY;UNTIL=20261227\nEXDATE;VALUE=DATE:20261225")

    [found] = icalendarfile.read(b"\xef\xbb\xbf" + content, default_zone=BERLIN)

    begins = [at("2026-12-23 23:00"), at("2026-12-25 23:00"), at("2026-12-26 23:00")]
    assert begins == found.rule.occurrences(NOW, 9)


def test_a_period_runs_when_it_begins() -> None:
    content = a_file("DTSTART:20261014T090000Z\nDURATION:PT1H\nRDATE;VALUE=PERIOD:20261015T090000Z/PT1H")

    [found] = icalendarfile.read(content, default_zone=BERLIN)

    assert [at("2026-10-14 09:00"), at("2026-10-15 09:00")] == found.rule.occurrences(NOW, 9)


def test_a_cancelled_event_rests(database: Database) -> None:
    store_deployment(database)
    content = a_file("SUMMARY:off\nSTATUS:CANCELLED\nDTSTART:20261014T020000Z\nRRULE:FREQ=DAILY")
    target = Target(deployment_id="d1", workflow_id="report", zone="UTC")

    [made] = calendarexchange.take_in(database, content, target, replaces=False, now=NOW)

    assert (False, "its event is cancelled in the calendar") == (made.enabled, made.pause_reason)


@settings(max_examples=150, deadline=None)
@example(
    text="FREQ=YEARLY;INTERVAL=2;BYHOUR=2;BYMINUTE=0",
    start=datetime(2002, 3, 28, 1, 1, 1, tzinfo=UTC),
    zone=BERLIN,
    excluded=False,
)
@given(
    text=rules(),
    start=starts,
    zone=st.sampled_from(["UTC", BERLIN, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]),
    excluded=st.booleans(),
)
def test_whatever_a_rule_is_it_comes_back_equal_and_other_programs_see_the_same(
    text: str, start: datetime, zone: str, excluded: bool
) -> None:
    rule = make_rule(start.replace(tzinfo=UTC), rrule=text, zone=zone)
    first = rule.after(rule.since - timedelta(microseconds=1))
    if excluded and first is not None:
        rule = replace(rule, excluded=(first.isoformat(),))
    content = icalendarfile.export([a_schedule(rule)], now=NOW)

    Calendar.from_ical(content).validate()  # type: ignore[no-untyped-call] # icalendar has not annotated it
    assert [rule] == [one.rule for one in icalendarfile.read(content, default_zone="UTC")]
    [seen] = icalendarfile.read(without_own(content), default_zone="UTC")
    past = rule.since - timedelta(days=1)
    assert rule.occurrences(past, 12) == seen.rule.occurrences(past, 12)


MANY = [f"2027{month:02}{day:02}T{hour:02}0000Z" for month in range(1, 13) for day in range(1, 28) for hour in range(4)]

HOSTILE = {
    "too large": (b"x" * (256 * 1024 + 1), "larger than 256 KiB"),
    "too many components": (b"BEGIN:VEVENT\r\n" * 1001, "more than 1000 components"),
    "not a calendar": (b"hello", "no iCalendar file"),
    "not text": (b"\xff\xfe\x00", "no iCalendar file"),
    "no events": (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n", "has no events"),
    "no start": (event("SUMMARY:a"), "no DTSTART"),
    "an interval of 0": (event("DTSTART:20261014T090000Z", "RRULE:FREQ=DAILY;INTERVAL=0"), "event `u1`"),
    "seconds": (event("DTSTART:20261014T090000Z", "RRULE:FREQ=SECONDLY"), "finer than schedules are polled"),
    "an exrule": (
        event("DTSTART:20261014T090000Z", "RRULE:FREQ=DAILY", "EXRULE:FREQ=WEEKLY"),
        "EXRULE is not part",
    ),
    "one changed occurrence": (
        event("DTSTART:20261014T090000Z", "RECURRENCE-ID:20261014T080000Z"),
        "RECURRENCE-ID",
    ),
    "thousands of dates": (
        event("DTSTART:20261014T090000Z", f"RDATE:{','.join(MANY)}"),
        "more than 1000 dates",
    ),
    "a zone that nobody knows": (
        event("DTSTART;TZID=Mars/Base:20261014T090000", "RRULE:FREQ=DAILY"),
        "its time zone Mars/Base is not in the tz database, and the file does not describe it",
    ),
    "all later occurrences changed": (
        event("DTSTART:20261014T090000Z", "RRULE:FREQ=DAILY").replace(b"END:VCALENDAR", b"").strip()
        + b"\r\nBEGIN:VEVENT\r\nUID:u1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20261016T100000Z\r\n"
        + b"RECURRENCE-ID;RANGE=THISANDFUTURE:20261016T090000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        "has to be an event of its own",
    ),
    "damaged notes of our own": (event("DTSTART:20261014T090000Z", "X-CONDUCTOR-SCHEDULE:{}"), "is damaged"),
}


@pytest.mark.parametrize(("content", "sentence"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(InvalidSchedule) as caught:
        icalendarfile.read(content, default_zone="UTC")

    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_events_become_schedules_of_a_workflow_all_or_none(database: Database) -> None:
    store_deployment(database)
    content = event("SUMMARY:nightly", "DTSTART:20261014T020000Z", "RRULE:FREQ=DAILY")
    target = Target(deployment_id="d1", workflow_id="report", zone="UTC")

    [made] = calendarexchange.take_in(database, content, target, replaces=False, now=NOW)

    assert ("nightly", at("2026-10-14 02:00")) == (made.id, made.next_occurrence)
    with pytest.raises(AlreadyExists):
        calendarexchange.take_in(database, content, target, replaces=False, now=NOW)
    calendarexchange.take_in(database, content, target, replaces=True, now=NOW)
    with pytest.raises(InvalidSchedule, match="does not say what it starts"):
        calendarexchange.take_in(database, content, Target(), replaces=False, now=NOW)


def test_an_exported_state_directory_comes_back_as_it_was(database: Database) -> None:
    store_deployment(database)
    made = [a_schedule(rule, f"s{number}") for number, rule in enumerate(RULES.values())]
    schedules.store_all(database, made, replaces=False, now=NOW)
    content = calendarexchange.hand_out(database, [], now=NOW)
    for one in made:
        schedules.delete(database, "d1", one.id)

    calendarexchange.take_in(database, content, Target(), replaces=False, now=NOW)

    found = {one.id: one for one in scheduleviews.chosen(database, [])}
    assert {one.id: replace(one) for one in made} == found


def test_schedules_of_one_name_stay_apart_by_their_deployments_and_get_numbers_within_one(database: Database) -> None:
    for id in ("d1", "d2"):
        store_deployment(database, id)
    rule = next(iter(RULES.values()))
    made = [replace(a_schedule(rule, "nightly"), deployment_id=id) for id in ("d1", "d2")]
    schedules.store_all(database, made, replaces=False, now=NOW)
    content = calendarexchange.hand_out(database, [], now=NOW)
    for one in made:
        schedules.delete(database, one.deployment_id, one.id)

    calendarexchange.take_in(database, content, Target(), replaces=False, now=NOW)
    assert made == scheduleviews.chosen(database, [("d1", "nightly"), ("d2", "nightly")])

    store_deployment(database, "d3")
    calendarexchange.take_in(database, content, Target(deployment_id="d3"), replaces=False, now=NOW)
    assert ["nightly", "nightly-2"] == [
        one.id for one in scheduleviews.chosen(database, []) if one.deployment_id == "d3"
    ]
