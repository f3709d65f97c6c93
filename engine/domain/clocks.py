"""The clocks that rules go by: one moment, a zone's wall clock, or real time as a zone's clock shows it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Protocol

from engine.domain.daylight import Course, count_moments
from engine.domain.pattern import Pattern
from engine.domain.ruleparts import Parts
from engine.domain.zones import INSTANT, LAST_YEAR, reading, recurring_instant, segments

SEARCHED_YEARS = 50
"""How far ahead `Stretches` looks."""


class Clock(Protocol):
    """A rule as the moments it names; its end and limit are looked at by the rule."""

    @property
    def end(self) -> datetime | None: ...

    @property
    def limit(self) -> int | None: ...

    def after(self, moment: datetime) -> datetime | None:
        """Return the first occurrence strictly later than `moment`, which is not before the start's."""

    def count(self, last: datetime, *, limit: int) -> int:
        """Return how many occurrences lie up to `last`; a number over `limit` may stand for more."""


def following(clock: Clock, moment: datetime) -> datetime | None:
    """Return the clock's first occurrence strictly later than `moment`, unless its end or its limit comes before."""
    found = clock.after(moment)
    if found is None or (clock.end is not None and found > clock.end):
        return None
    if clock.limit is not None and clock.count(found, limit=clock.limit) > clock.limit:
        return None
    return found


@dataclass(frozen=True, kw_only=True)
class Once:
    """A single moment."""

    since: datetime
    end: datetime | None
    limit: int | None

    def after(self, moment: datetime) -> datetime | None:
        return self.since if self.since > moment else None

    def count(self, last: datetime, *, limit: int) -> int:
        return int(last >= self.since)


@dataclass(frozen=True, kw_only=True)
class WallClock:
    """Readings of a zone's clock: skipped ones happen after the gap, repeated ones in the first pass."""

    parts: Parts
    since: datetime
    zone: str
    end: datetime | None
    limit: int | None

    def after(self, moment: datetime) -> datetime | None:
        wall: datetime | None = reading(moment, self.zone)
        while wall is not None and (wall := self._pattern.after(wall)) is not None:
            instant = self._instant(wall)
            if instant > moment:
                return instant
        return None

    def count(self, last: datetime, *, limit: int) -> int:
        return count_moments(self._pattern, Course(self.since, self.zone), last, limit=limit)

    @cached_property
    def _pattern(self) -> Pattern:
        return Pattern(self.parts, reading(self.since, self.zone))

    def _instant(self, wall: datetime) -> datetime:
        return self.since if wall == self._pattern.start else recurring_instant(wall, self.zone)


@dataclass(frozen=True, kw_only=True)
class Stretches:
    """Steps of real time, filtered by what a zone's clock shows: between two changes of its offset both agree."""

    parts: Parts
    since: datetime
    zone: str
    end: datetime | None
    limit: int | None

    def after(self, moment: datetime) -> datetime | None:
        end = moment.replace(year=min(moment.year + SEARCHED_YEARS, LAST_YEAR), day=1)
        for begin, until, offset, pattern in self._patterns(moment, end):
            found = pattern.after(_shifted(max(moment, begin - INSTANT), offset), before=_shifted(until, offset))
            if found is not None:
                return found.replace(tzinfo=UTC) - offset
        return None

    def count(self, last: datetime, *, limit: int) -> int:
        total = 0
        for begin, until, offset, pattern in self._patterns(self.since, last + INSTANT):
            total += pattern.count(_shifted(begin, offset), _shifted(until - INSTANT, offset), limit=limit)
            if total > limit:
                break
        return total

    def _patterns(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, timedelta, Pattern]]:
        for begin, until, offset in segments(start, self.zone, end=end):
            if offset not in self._known:
                self._known[offset] = Pattern(self.parts, _shifted(self.since, offset))
            yield begin, until, offset, self._known[offset]

    @cached_property
    def _known(self) -> dict[timedelta, Pattern]:
        """The patterns by the offset of the clock: a zone has few."""
        return {}


def _shifted(instant: datetime, offset: timedelta) -> datetime:
    """Return what a clock with that offset shows."""
    return (instant + offset).replace(tzinfo=None)
