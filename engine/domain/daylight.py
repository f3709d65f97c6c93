"""What a schedule does with clock readings that its zone skips or shows twice, where it asks for more than the usual.

The usual is in `clocks.WallClock`: a skipped reading happens after the gap, a repeated one in its first pass.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from engine.domain.pattern import Pattern
from engine.domain.ruleparts import Parts
from engine.domain.zones import reading, recurring_instant, segments, zone

SPREAD = timedelta(hours=26)
"""No change of a clock moves a reading further than this."""
SECOND = timedelta(seconds=1)
_SLACK = 10_000


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
        found: datetime | None = None
        wall: datetime | None = reading(moment, self.zone) - SPREAD
        border: datetime | None = None
        while wall is not None and (wall := self._pattern.after(wall, before=border)) is not None:
            later = [one for one in self._instants(wall) if one > moment and (found is None or one < found)]
            if later:
                found = min(later)
                border = reading(found, self.zone) + SPREAD
        return found

    def count(self, last: datetime, *, limit: int) -> int:
        is_quiet = self._is_quiet(last)
        settled = reading(last, self.zone) - (timedelta() if is_quiet else SPREAD)
        total = self._pattern.count(self._pattern.start, settled, limit=limit + _SLACK)
        total += self._corrections(last, settled)
        if is_quiet:
            return total
        wall: datetime | None = max(settled, self._pattern.start - SECOND)
        border = reading(last, self.zone) + SPREAD
        while wall is not None and (wall := self._pattern.after(wall, before=border)) is not None:
            total += sum(one <= last for one in self._instants(wall))
        return total

    def _corrections(self, last: datetime, settled: datetime) -> int:
        """Return by how many occurrences the readings up to `settled` are too few, or (negative) too many."""
        total = 0
        for begin, end, is_gap in _changes(self.since, self.zone, last):
            if (self.gap is Gap.SKIP) if is_gap else (self.repeat is Repeat.BOTH):
                readings = self._pattern.count(begin, min(end - SECOND, settled), limit=_SLACK)
                total += -readings if is_gap else readings
        return total

    def _instants(self, wall: datetime) -> tuple[datetime, ...]:
        found = instants(wall, self.zone, self.gap, self.repeat)
        if wall == self._pattern.start:
            return (self.since, *(one for one in found if one > self.since))
        return tuple(one for one in found if one >= self.since)

    @cached_property
    def _pattern(self) -> Pattern:
        return Pattern(self.parts, reading(self.since, self.zone))


def _changes(start: datetime, name: str, end: datetime) -> Iterator[tuple[datetime, datetime, bool]]:
    """Yield the readings (from, to) that each change of the clock skips (True) or repeats (False)."""
    if end <= start:
        return
    for (_, instant, before), (_, _, after) in pairwise(segments(start, name, end=end)):
        readings = sorted((instant + before, instant + after))
        yield readings[0].replace(tzinfo=None), readings[1].replace(tzinfo=None), after > before
