"""What a schedule does with clock readings that its zone skips or shows twice, where it asks for more than the usual.

The usual is in `clocks.WallClock`: a skipped reading happens after the gap, a repeated one in its first pass.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property

from engine.domain.pattern import Pattern
from engine.domain.ruleparts import Parts
from engine.domain.zones import INSTANT, reading, recurring_instant, segments, zone

SPREAD = timedelta(hours=26)
"""No change of a clock moves a reading further than this."""
SECOND = timedelta(seconds=1)
FEW = 64
"""Occurrences that are counted one by one; of more, the stretches between two changes are."""


class Gap(StrEnum):
    """What becomes of a reading that the clock skips."""

    NEXT = "next"
    """It happens at the first moment after the gap: 02:30 at 03:00."""
    SHIFT = "shift"
    """It happens later by the length of the gap: 02:30 at 03:30."""
    SKIP = "skip"


class Repeat(StrEnum):
    """In which pass a reading happens that the clock shows twice."""

    FIRST = "first"
    SECOND = "second"
    BOTH = "both"


class Mark(StrEnum):
    """What is special about the clock reading of an occurrence."""

    NONE = ""
    GAP = "gap"
    """The clock skips the reading; the occurrence has moved behind the gap."""
    REPEAT = "repeat"
    """The clock shows the reading twice on that day."""
    CHANGE = "change"
    """The clock has changed since the occurrence before."""


def instants(wall: datetime, name: str, gap: Gap, repeat: Repeat) -> tuple[datetime, ...]:
    """Return when (UTC) a clock reading happens: never, once, or twice."""
    local = wall.replace(tzinfo=zone(name), fold=0)
    first, second = local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
    if first == second:
        return (first,)
    if reading(first, name) == wall:
        return {Repeat.FIRST: (first,), Repeat.SECOND: (second,), Repeat.BOTH: (first, second)}[repeat]
    match gap:
        case Gap.SKIP:
            return ()
        case Gap.SHIFT:
            return (first,)
        case Gap.NEXT:
            return (recurring_instant(wall, name),)


def is_repeated(instant: datetime, name: str) -> bool:
    """Say whether the zone's clock shows the reading of that instant twice."""
    local = reading(instant, name).replace(tzinfo=zone(name))
    return local.utcoffset() != local.replace(fold=1).utcoffset()


@dataclass(frozen=True, kw_only=True)
class DaylightClock:
    """Readings of a zone's clock, with what is to become of those in gaps and repeats."""

    parts: Parts
    since: datetime
    zone: str
    gap: Gap
    repeat: Repeat
    end: datetime | None
    limit: int | None

    def after(self, moment: datetime) -> datetime | None:
        if self._is_quiet(moment):
            wall = self._pattern.after(reading(moment, self.zone))
            found = None if wall is None else recurring_instant(wall, self.zone)
            if found is None or self._is_quiet(found):
                return found
        return self._search(moment)

    def _is_quiet(self, moment: datetime) -> bool:
        """Say whether the clock changes nowhere near, so that its readings and real time go side by side."""
        begin, end = moment - SPREAD, moment + SPREAD
        return begin > self.since and next(segments(begin, self.zone, end=end))[1] == end

    def _search(self, moment: datetime) -> datetime | None:
        """Look at every reading that the changes near the moment, or near what is found, may put out of order."""
        found: datetime | None = None
        spread = _spread(moment, self.zone)
        wall: datetime | None = reading(moment, self.zone) - spread
        border: datetime | None = None
        while wall is not None and (wall := self._pattern.after(wall, before=border)) is not None:
            later = [one for one in self._instants(wall) if one > moment and (found is None or one < found)]
            if later:
                found = min(later)
                border = reading(found, self.zone) + max(spread, _spread(found, self.zone)) + SECOND
        return found

    def count(self, last: datetime, *, limit: int) -> int:
        return count_moments(self._pattern, self._course, last, limit=limit)

    def _instants(self, wall: datetime) -> tuple[datetime, ...]:
        return moments_of(wall, self._pattern, self._course)

    @cached_property
    def _course(self) -> "Course":
        return Course(self.since, self.zone, self.gap, self.repeat)

    @cached_property
    def _pattern(self) -> Pattern:
        return Pattern(self.parts, reading(self.since, self.zone))


def _spread(moment: datetime, name: str) -> timedelta:
    """Return by how much the zone's clock changes at most, somewhere near the moment."""
    offsets = [offset for _, _, offset in segments(moment - SPREAD, name, end=moment + SPREAD)]
    return max(offsets) - min(offsets)


@dataclass(frozen=True, slots=True)
class Course:
    """From when on the readings of which clock count, and what becomes of those that it skips or repeats."""

    since: datetime
    zone: str
    gap: Gap = Gap.NEXT
    repeat: Repeat = Repeat.FIRST


def moments_of(wall: datetime, pattern: Pattern, course: Course) -> tuple[datetime, ...]:
    """Return the moments, none before the first one, that a reading comes to; the start's own is the first one."""
    found = instants(wall, course.zone, course.gap, course.repeat)
    if wall == pattern.start:
        return (course.since, *(one for one in found if one > course.since))
    return tuple(one for one in found if one >= course.since)


def count_moments(pattern: Pattern, course: Course, last: datetime, *, limit: int) -> int:
    """Return how many moments up to `last` the readings of a pattern come to; over `limit` it may be too few.

    Between two changes of the clock, readings and moments go side by side; readings that a change sends to the same
    moment are one occurrence.
    """
    if course.zone == "UTC":
        return pattern.count(pattern.start, _shown(last, timedelta()), limit=limit) if last >= course.since else 0
    border = reading(last, course.zone) + SPREAD
    if pattern.count(pattern.start, border, limit=FEW) <= FEW:
        found = {one for wall in pattern.between(pattern.start, border) for one in moments_of(wall, pattern, course)}
        return sum(one <= last for one in found)
    total, is_start_counted = 0, False
    stretches = list(segments(course.since - SPREAD, course.zone, end=last + SPREAD))
    for index, (begin, end, offset) in enumerate(stretches):
        if end <= course.since or begin > last:
            continue
        first, border = _shown(max(begin, course.since), offset), _shown(min(end, last + INSTANT), offset)
        if index and course.repeat is Repeat.FIRST:
            first = max(first, _shown(begin, stretches[index - 1][2]))
        if end < last + SPREAD and course.repeat is Repeat.SECOND:
            border = min(border, _shown(end, stretches[index + 1][2]))
        if begin <= course.since:
            is_start_counted = first <= pattern.start < border
        total += pattern.count(first, border - INSTANT, limit=limit)
        if index and course.since <= begin:
            total += _from_gap(pattern, course, (begin, stretches[index - 1][2], offset), min(end, last + INSTANT))
        if total > limit:
            break
    is_start_named = pattern.count(pattern.start, pattern.start, limit=1) > 0 and last >= course.since
    return total + (is_start_named and not is_start_counted)


def _from_gap(pattern: Pattern, course: Course, change: tuple[datetime, timedelta, timedelta], end: datetime) -> int:
    """Return how many moments before `end` come of skipped readings alone."""
    instant, before, after = change
    begin, over = _shown(instant, before), _shown(instant, after)
    if after <= before or course.gap is Gap.SKIP or not pattern.count(begin, over - INSTANT, limit=1):
        return 0
    if course.gap is Gap.NEXT:
        return int(not pattern.count(over, over, limit=1))
    length = over - begin
    moved = {one + length for one in pattern.between(begin, min(over, _shown(end, before)))}
    return len(moved.difference(pattern.between(over, over + length)))


def _shown(instant: datetime, offset: timedelta) -> datetime:
    """Return what a clock with that offset shows."""
    return (instant + offset).replace(tzinfo=None)
