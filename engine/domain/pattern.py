"""Which readings of a clock a recurrence rule names, found in bounded time for every rule.

A year without an occurrence costs one AND of two masks of days, so no search walks from the beginning.
"""

from bisect import bisect_left, bisect_right
from calendar import isleap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from engine.domain.daycycle import Cycle, cycle, step_minutes
from engine.domain.daymask import (
    Days,
    allowed,
    allowed_by_week,
    bits,
    comb,
    every_nth_month,
    first_day,
    first_week,
    month_borders,
    ones,
    positioned,
    week_of,
)
from engine.domain.ruleparts import Frequency, Parts, with_defaults
from engine.domain.zones import LAST_YEAR


@dataclass(frozen=True)
class Pattern:
    """A rule that begins at a reading of the clock (naive, whole seconds); its count and until are not looked at."""

    parts: Parts
    start: datetime

    def after(self, wall: datetime, *, before: datetime | None = None) -> datetime | None:
        """Return the first occurrence strictly later than `wall` (and earlier than `before`), or None."""
        earliest = max(wall.replace(microsecond=0) + timedelta(seconds=1), self.start)
        found = self._step_from(earliest) if self._step else self._search(earliest, before)
        return found if found is not None and (before is None or found < before) else None

    def count(self, first: datetime, last: datetime, *, limit: int) -> int:
        """Return how many occurrences lie from `first` to `last`, both included; over `limit` it may be too few."""
        first = max(first, self.start)
        if last < first:
            return 0
        if self._step:
            return (last - self.start) // self._step - -((self.start - first) // self._step) + 1
        return self._count(first, last, limit)

    def between(self, first: datetime, end: datetime) -> list[datetime]:
        """Return the occurrences from `first` until before `end`, of a rule whose steps are not all the same."""
        found, first = list[datetime](), max(first, self.start)
        for year in self._years(first, end):
            zero = self._first_day(year)
            mask = _from_bit(self._mask(year), first.toordinal() - zero) & ones(max(end.toordinal() - zero + 1, 0))
            for day in (zero + bit for bit in bits(mask)):
                found += [self._reading(day, minute) for minute in self._times(year, day)]
        return [one for one in found if first <= one < end]

    @cached_property
    def _step(self) -> timedelta | None:
        """The distance of the occurrences where it is always the same; the calendar's steps are not."""
        if not (self.parts.frequency.is_subdaily and self.parts.is_plain):
            return None
        return timedelta(minutes=step_minutes(self.parts))

    def _step_from(self, earliest: datetime) -> datetime | None:
        step = self._step or timedelta()
        found = self.start + -((self.start - earliest) // step) * step
        return found if found.year < LAST_YEAR else None

    def _search(self, earliest: datetime, before: datetime | None) -> datetime | None:
        day = earliest.toordinal()
        minute = _minute(earliest) + (earliest.second > self._second)
        for year in self._years(earliest, before):
            first = self._first_day(year)
            for bit in bits(_from_bit(self._mask(year), day - first)):
                times = self._times(year, first + bit)
                index = bisect_left(times, minute) if first + bit == day else 0
                if index < len(times):
                    return self._reading(first + bit, times[index])
        return None

    def _count(self, first: datetime, last: datetime, limit: int) -> int:
        begin, end = first.toordinal(), last.toordinal()
        total = 0
        for year in self._years(first, last):
            zero = self._first_day(year)
            mask = _from_bit(self._mask(year), begin - zero) & ones(max(end - zero + 1, 0))
            total += self._sum(year, zero, mask)
            for day in {begin, end}:
                if day >= zero and mask >> (day - zero) & 1:
                    total -= self._outside(self._times(year, day), day, first, last)
            if total > limit:
                break
        return total

    def _sum(self, year: int, zero: int, mask: int) -> int:
        """Return how many occurrences the days of the mask have, whole days counted."""
        if not self._is_positioned and len(self._cycle.times) == 1:
            return mask.bit_count() * sum(map(len, self._cycle.times.values()))
        if self._is_positioned:
            picked = self._picked(year)
            return sum(len(picked[bit]) for bit in bits(mask))
        sizes, period, shift = self._cycle.sizes, self._cycle.period, zero - self.start.toordinal()
        return sum([sizes[(shift + bit) % period] for bit, is_set in enumerate(bin(mask)[:1:-1]) if is_set == "1"])

    def _outside(self, times: tuple[int, ...], day: int, first: datetime, last: datetime) -> int:
        """Return how many times of a day lie before `first` or after `last`."""
        low, high = 0, len(times)
        if day == first.toordinal():
            low = bisect_left(times, _minute(first) + (first.second > self._second))
        if day == last.toordinal():
            high = bisect_right(times, _minute(last) - (last.second < self._second))
        return len(times) - max(high - low, 0)

    def _years(self, earliest: datetime, last: datetime | None) -> range:
        begin = earliest.year - (earliest.toordinal() < self._first_day(earliest.year))
        return range(begin, min(last.year + 1 if last else LAST_YEAR, LAST_YEAR))

    def _first_day(self, year: int) -> int:
        """Return where a year begins (ordinal): rules by the week split time where a week begins."""
        return first_week(year, self._days.week_start) if self._is_weekly else first_day(year)

    def _mask(self, year: int) -> int:
        """Return the days of a year that have occurrences, those before the start included."""
        reached = self._reached(year)
        if not reached:
            return 0
        days = sum(1 << bit for bit in self._picked(year)) if self._is_positioned else self._allowed(year)
        return days & reached

    def _allowed(self, year: int) -> int:
        return allowed_by_week(self._days, year) if self._is_weekly else allowed(self._days, year)

    def _reached(self, year: int) -> int:
        """Return the days of a year that the interval reaches."""
        first, interval = self._first_day(year), self.parts.interval
        length = self._first_day(year + 1) - first
        match self.parts.frequency:
            case Frequency.YEARLY:
                return 0 if (year - self.start.year) % interval else ones(length)
            case Frequency.MONTHLY:
                offset = (self.start.year - year) * 12 + self.start.month - 1
                return every_nth_month(isleap(year), offset % interval, interval)
            case Frequency.WEEKLY:
                offset = week_of(self.start.toordinal(), self._days.week_start) - first
                return comb(7, 7 * interval, offset % (7 * interval), length)
        return self._cycle.reached(first - self.start.toordinal(), length)

    def _times(self, year: int, day: int) -> tuple[int, ...]:
        """Return the minutes of a day of the mask, in order."""
        if self._is_positioned:
            return self._picked(year)[day - self._first_day(year)]
        return self._cycle.times[(day - self.start.toordinal()) % self._cycle.period]

    def _picked(self, year: int) -> dict[int, tuple[int, ...]]:
        """Return what BYSETPOS picks of a year: the minutes of each day."""
        borders: Sequence[int] | None = None
        if self.parts.frequency is Frequency.MONTHLY:
            borders = month_borders(isleap(year))
        elif self._is_weekly:
            borders = range(0, 372, 7)
        return positioned(self._allowed(year), borders, self.parts.positions, self._cycle.times[0])

    @cached_property
    def _is_weekly(self) -> bool:
        return self.parts.frequency is Frequency.WEEKLY

    @cached_property
    def _is_positioned(self) -> bool:
        return bool(self.parts.positions) and self.parts.frequency.has_long_periods

    @cached_property
    def _days(self) -> Days:
        return with_defaults(self.parts, self.start)

    @cached_property
    def _second(self) -> int:
        return self.start.second if self.parts.second is None else self.parts.second

    @cached_property
    def _cycle(self) -> Cycle:
        return cycle(self.parts, _minute(self.start))

    def _reading(self, day: int, minute: int) -> datetime:
        return datetime.combine(date.fromordinal(day), time(minute // 60, minute % 60, self._second))


def _from_bit(mask: int, bit: int) -> int:
    return mask >> bit << bit if bit > 0 else mask


def _minute(wall: datetime) -> int:
    return wall.hour * 60 + wall.minute
