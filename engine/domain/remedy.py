"""The ways out where coming runs meet others: move them, let them wait, leave them out; each with what comes of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.domain import ruleset, ruletext
from engine.domain.phrases import WEEKDAYS
from engine.domain.preview import PreviewLine
from engine.domain.ruleparts import Frequency, Parts
from engine.domain.rulewriting import text_of
from engine.domain.schedule import Schedule
from engine.domain.schedulepolicy import Overlap
from engine.domain.zones import reading

Look = Callable[[Schedule, int], Sequence[PreviewLine]]
"""Tells the coming runs of a schedule, at most so many."""
GLANCE = 8
"""How many runs a new time is judged by before all are looked at."""
QUARTER, HOUR, DAY = 15, 60, 24 * 60
NEAR = 3 * HOUR
"""How far ahead every quarter of an hour is tried; beyond, every hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """One way out."""

    key: str
    """`a` moves, `b` waits, `c` leaves out."""
    sentence: str
    schedule: Schedule
    """As it would be."""


def remedies(schedule: Schedule, lines: Sequence[PreviewLine], look: Look) -> tuple[Remedy, ...]:
    """Return the ways out for a schedule with these coming runs; none where they meet nothing."""
    if not any(one.is_hindered for one in lines):
        return ()
    found = (_moved(schedule, len(lines), look), _waiting(schedule, lines), _left_out(schedule, lines))
    return tuple(one for one in found if one is not None)


def _moved(schedule: Schedule, amount: int, look: Look) -> Remedy | None:
    """Return the schedule at the next time of day at which nothing is met."""
    parts = _parts(schedule)
    if parts is None or len(parts.hours) != 1 or len(parts.minutes) != 1 or parts.frequency.is_subdaily:
        return None
    for minute in _later(parts.hours[0] * HOUR + parts.minutes[0]):
        moved = _with(schedule, replace(parts, hours=(minute // HOUR,), minutes=(minute % HOUR,)))
        if all(_is_free(look(moved, most)) for most in (min(GLANCE, amount), amount)):
            sentence = f"move to {minute // HOUR:02}:{minute % HOUR:02}"
            return Remedy(key="a", sentence=sentence, schedule=moved)
    return None


def _later(minute: int) -> Iterator[int]:
    """Yield the later minutes of the day that are tried."""
    first = minute // QUARTER * QUARTER + QUARTER
    yield from range(first, min(first + NEAR, DAY), QUARTER)
    yield from range((first + NEAR) // HOUR * HOUR + HOUR, DAY, HOUR)


def _is_free(lines: Sequence[PreviewLine]) -> bool:
    return bool(lines) and not any(one.is_hindered for one in lines)


def _waiting(schedule: Schedule, lines: Sequence[PreviewLine]) -> Remedy | None:
    """Return the schedule whose runs may wait for the one before; that they wait for others is so in any case."""
    if schedule.policies.overlap is not Overlap.SKIP or not any(one.collides_with for one in lines):
        return None
    policies = replace(schedule.policies, overlap=Overlap.QUEUE)
    return Remedy(key="b", sentence="keep, queue behind it", schedule=replace(schedule, policies=policies))


def _left_out(schedule: Schedule, lines: Sequence[PreviewLine]) -> Remedy | None:
    """Return the schedule without the runs that collide: without their weekdays where that says it for good."""
    hit = [one.occurrence for one in lines if one.collides_with]
    free = [one.occurrence for one in lines if not one.collides_with]
    if not hit or not free:
        return None
    days, others = _weekdays(schedule, hit), _weekdays(schedule, free)
    parts = _parts(schedule)
    if parts is not None and _is_by_weekday(parts) and not days & others:
        left = replace(parts.days, weekdays=tuple((0, day) for day in sorted(others)))
        names = ", ".join(f"{WEEKDAYS[day].capitalize()}s" for day in sorted(days))
        return Remedy(key="c", sentence=f"skip {names}", schedule=_with(schedule, replace(parts, days=left)))
    excluded = tuple(sorted({*schedule.rule.excluded, *(one.isoformat() for one in hit)}))
    if len(excluded) > ruleset.MOST_DATES:
        return None
    rule = replace(schedule.rule, excluded=excluded)
    runs = "the run that collides" if len(hit) == 1 else f"the {len(hit)} runs that collide"
    return Remedy(key="c", sentence=f"skip {runs}", schedule=replace(schedule, rule=rule))


def _weekdays(schedule: Schedule, occurrences: Sequence[datetime]) -> set[int]:
    return {reading(one, schedule.rule.zone).weekday() for one in occurrences}


def _is_by_weekday(parts: Parts) -> bool:
    """Whether taking weekdays away takes runs away and moves none: what is counted would come later instead."""
    days = parts.days
    names_others = days.months or days.month_days or days.year_days or days.weeks
    is_by_day = parts.frequency in (Frequency.DAILY, Frequency.WEEKLY)
    return is_by_day and parts.count is None and not (names_others or parts.positions)


def _parts(schedule: Schedule) -> Parts | None:
    text = schedule.rule.rrule
    return None if text is None or ruleset.is_set(text) else ruletext.rrule(text)


def _with(schedule: Schedule, parts: Parts) -> Schedule:
    return replace(schedule, rule=replace(schedule.rule, rrule=text_of(parts)))
