"""The times of day that a rule's steps meet, day after day, until they repeat."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import gcd

from engine.domain.daymask import comb, ones
from engine.domain.ruleparts import Frequency, Parts

DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Cycle:
    """The times of day that the steps meet, day after day, until they repeat."""

    period: int
    """Days."""
    times: dict[int, tuple[int, ...]]
    """By the day's number within the cycle, 0 being the start's: minutes in order."""

    @cached_property
    def sizes(self) -> dict[int, int]:
        """How many times each of the days has that has some."""
        return {day: len(times) for day, times in self.times.items()}

    @cached_property
    def days(self) -> tuple[int, ...]:
        """The numbers of the days that have times, in order."""
        return tuple(sorted(self.times))

    def reached(self, first: int, length: int) -> int:
        """Return the days from `first` (counted from the start) that have times."""
        if self.period == 1:
            return ones(length) if self.times else 0
        begin = first % self.period
        if self.period >= length:
            return self._within(begin, begin + length) | self._within(begin - self.period, begin - self.period + length)
        once = self._within(begin, self.period) | self._within(0, begin) << (self.period - begin)
        return once * comb(1, self.period, 0, length) & ones(length)

    def _within(self, begin: int, end: int) -> int:
        """Return the days of the cycle from `begin` until before `end`; bit 0 is `begin`."""
        return sum(1 << (one - begin) for one in self.days[bisect_left(self.days, begin) : bisect_left(self.days, end)])


@lru_cache(maxsize=4096)
def cycle(parts: Parts, start: int) -> Cycle:
    """Return the cycle of a rule that begins at the minute `start` of a day."""
    if not parts.frequency.is_subdaily:
        times = tuple(hour * 60 + minute for hour in _hours(parts, start) for minute in _minutes(parts, start))
        is_daily = parts.frequency is Frequency.DAILY
        chosen = _picked(times, parts.positions) if is_daily else times
        return Cycle(parts.interval if is_daily else 1, {0: chosen} if chosen else {})
    step = step_minutes(parts)
    period = step // gcd(step, DAY_MINUTES)
    if parts.frequency is Frequency.MINUTELY and not parts.positions:
        return Cycle(period, _minutes_met(parts, start, step, period))
    found: dict[int, list[int]] = {}
    for number in range(DAY_MINUTES // gcd(step, DAY_MINUTES)):
        day, minute = divmod(start + number * step, DAY_MINUTES)
        found.setdefault(day % period, []).extend(_met(parts, minute))
    return Cycle(period, {day: tuple(sorted(times)) for day, times in found.items() if times})


def _minutes_met(parts: Parts, start: int, step: int, period: int) -> dict[int, tuple[int, ...]]:
    """Return what the steps of minutes meet; there are many, so nothing is asked of them twice."""
    hours, minutes = set(parts.hours or range(24)), set(parts.minutes or range(60))
    wanted = {hour * 60 + minute for hour in hours for minute in minutes}
    found: dict[int, list[int]] = {}
    for moment in range(start, start + DAY_MINUTES // gcd(step, DAY_MINUTES) * step, step):
        if moment % DAY_MINUTES in wanted:
            found.setdefault(moment // DAY_MINUTES % period, []).append(moment % DAY_MINUTES)
    return {day: tuple(sorted(times)) for day, times in found.items()}


def _met(parts: Parts, minute: int) -> Iterator[int]:
    """Yield the minutes of the day that a sub-daily step at `minute` stands for."""
    if parts.hours and minute // 60 not in parts.hours:
        return
    if parts.frequency is Frequency.MINUTELY:
        if (not parts.minutes or minute % 60 in parts.minutes) and _picked((minute,), parts.positions):
            yield minute
        return
    for within in _picked(_minutes(parts, minute), parts.positions):
        yield minute // 60 * 60 + within


def _picked(times: tuple[int, ...], positions: tuple[int, ...]) -> tuple[int, ...]:
    if not positions:
        return times
    return tuple(sorted({times[n - 1 if n > 0 else n] for n in positions if abs(n) <= len(times)}))


def _hours(parts: Parts, start: int) -> tuple[int, ...]:
    return parts.hours or (start // 60,)


def _minutes(parts: Parts, start: int) -> tuple[int, ...]:
    return parts.minutes or (start % 60,)


def step_minutes(parts: Parts) -> int:
    return parts.interval * (60 if parts.frequency is Frequency.HOURLY else 1)
