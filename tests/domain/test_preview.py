"""What a preview says of coming occurrences: DST marks, closures, collisions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.domain.calendarrequest import calendar_of, window_of
from engine.domain.daylight import Gap, Mark
from engine.domain.errors import InvalidSchedule
from engine.domain.preview import preview
from engine.domain.recurrence import Rule, make_rule
from engine.domain.schedule import SYSTEM, Schedule

NOW = datetime(2026, 10, 13, 12, 0, tzinfo=UTC)


def a_schedule(rule: Rule, id: str = "s1", deployment_id: str = "d1") -> Schedule:
    return Schedule(id=id, deployment_id=deployment_id, workflow_id="heal", rule=rule, created_at=NOW)


def weekly(**changes: object) -> Rule:
    text = "FREQ=WEEKLY;BYDAY=SU,WE;BYHOUR=2;BYMINUTE=30"
    return replace(make_rule(NOW, rrule=text, zone="Europe/Berlin"), **changes)  # type: ignore[arg-type] # any field


def test_the_change_of_the_clock_is_marked() -> None:
    lines = preview(a_schedule(weekly()), now=NOW, limit=6)

    assert [Mark.NONE, Mark.NONE, Mark.NONE, Mark.REPEAT, Mark.CHANGE, Mark.NONE] == [one.mark for one in lines]
    assert "DST: this time comes twice" == lines[3].note


@pytest.mark.parametrize("gap", [Gap.NEXT, Gap.SHIFT])
def test_an_occurrence_that_a_gap_has_moved_is_marked(gap: Gap) -> None:
    march = datetime(2027, 3, 25, tzinfo=UTC)

    [sunday, *_] = preview(a_schedule(weekly(gap=gap)), now=march, limit=2)

    assert (Mark.GAP, 28) == (sunday.mark, sunday.occurrence.day)


def test_a_natural_time_after_a_gap_is_not_marked_as_moved() -> None:
    rule = make_rule(NOW, rrule="FREQ=DAILY;BYHOUR=3;BYMINUTE=0", zone="Europe/Berlin")
    march = datetime(2027, 3, 27, 12, 0, tzinfo=UTC)

    assert Mark.NONE is preview(a_schedule(rule), now=march, limit=1)[0].mark


def test_closures_and_collisions_are_named() -> None:
    rule = make_rule(NOW, rrule="FREQ=DAILY;BYHOUR=22;BYMINUTE=0")
    calendar = calendar_of("freeze", ["2026-10-14 00:00 .. 2026-10-15 00:00"], now=NOW, default_zone="UTC")
    nightly = a_schedule(make_rule(NOW, rrule="FREQ=DAILY;BYHOUR=22;BYMINUTE=4"), "nightly", SYSTEM)
    far = a_schedule(make_rule(NOW, rrule="FREQ=DAILY;BYHOUR=22;BYMINUTE=6"), "far")
    elsewhere = a_schedule(rule, "s1", "d2")

    lines = preview(a_schedule(rule), now=NOW, limit=2, calendars=[calendar], others=[nightly, far, elsewhere])

    assert ["", "freeze"] == [one.closed_by for one in lines]
    assert {("-/nightly",)} == {one.collides_with for one in lines}
    assert "closed by freeze; with -/nightly" == lines[1].note


def test_what_usually_takes_long_collides_as_long() -> None:
    rule = make_rule(NOW, rrule="FREQ=DAILY;BYHOUR=22;BYMINUTE=30")
    nightly = a_schedule(make_rule(NOW, rrule="FREQ=DAILY;BYHOUR=22;BYMINUTE=0"), "nightly", SYSTEM)

    def colliding(minutes: int) -> set[tuple[str, ...]]:
        holds = {(SYSTEM, "nightly"): timedelta(minutes=minutes)}
        lines = preview(a_schedule(rule), now=NOW, limit=3, others=[nightly], holds=holds)
        return {one.collides_with for one in lines}

    assert ({()}, {("-/nightly",)}) == (colliding(20), colliding(35))


WINDOWS = {
    "2026-12-24 18:00 .. 2027-01-02 06:00": (datetime(2026, 12, 31, 12, tzinfo=UTC), True),
    "every saturday at 0:00 for 2 days": (datetime(2026, 10, 18, 23, tzinfo=UTC), True),
    "every  saturday at 0:00 for 1 day": (datetime(2026, 10, 18, 23, tzinfo=UTC), False),
    "FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=0;BYMINUTE=0 for 24h": (datetime(2026, 10, 31, 12, tzinfo=UTC), True),
}


@pytest.mark.parametrize("text", WINDOWS)
def test_a_window_is_written_with_its_ends_or_its_length(text: str) -> None:
    moment, is_closed = WINDOWS[text]

    assert is_closed is (window_of(text, now=NOW, zone="UTC").closed_until(moment) is not None)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("whenever", "is no window"),
        ("2026-12-24 18:00 .. 2026-12-23 06:00", "ends before it begins"),
        ("every saturday at 0:00 for ever", "legal time delta"),
        ("every satyrday for 2 days", "was not understood"),
    ],
)
def test_what_is_no_window_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(InvalidSchedule) as caught:
        window_of(text, now=NOW, zone="UTC")

    assert sentence in str(caught.value)


def test_a_window_without_a_time_begins_at_midnight_and_counts_from_where_it_is_told() -> None:
    every = window_of("every saturday for 1 day", now=NOW, zone="Europe/Berlin")
    other = window_of("every 2 weeks on saturday starting 2026-10-24 for 1 day", now=NOW, zone="Europe/Berlin")

    assert datetime(2026, 10, 16, 22, tzinfo=UTC) == every.rule.after(NOW)
    assert datetime(2026, 10, 23, 22, tzinfo=UTC) == other.rule.after(NOW)
