"""The days of a year as the bits of an integer: which of them a rule allows, which of them its interval reaches.

dateutil expands a year once for each of the few kinds of year there are; every other year of the kind reuses the mask.
"""

from calendar import isleap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime
from functools import lru_cache
from itertools import pairwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Which days of a year a rule allows, its interval aside; nothing set allows all."""

    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    """(n, weekday): the nth such weekday (-1 the last) of the month or year; n 0 is each. Monday is 0."""
    is_monthly: bool = False
    """Whether n counts within the month; within the year otherwise, unless months are given."""
    week_start: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.months or self.names_days)

    @property
    def names_days(self) -> bool:
        """Whether more than months is set."""
        return bool(self.month_days or self.year_days or self.weeks or self.weekdays)


def allowed(days: Days, year: int) -> int:
    """Return the allowed days of a calendar year; bit 0 is 1 January."""
    return _allowed(days, _like(year, needs_weeks=bool(days.weeks)))


def allowed_by_week(days: Days, year: int) -> int:
    """Return the allowed days of a year that begins and ends where a week does; bit 0 is its first day."""
    january = first_day(year)
    begin, end = first_week(year, days.week_start), first_week(year + 1, days.week_start)
    both = allowed(days, year) | allowed(days, year + 1) << (first_day(year + 1) - january)
    return both >> (begin - january) & ones(end - begin)


@lru_cache(maxsize=4096)
def _allowed(days: Days, year: int) -> int:
    if days.is_empty:
        return ones(first_day(year + 1) - first_day(year))
    january = datetime(year, 1, 1)  # noqa: DTZ001 # a calendar has no zone
    return sum(1 << (day - january).days for day in _expanded(days, january))


def _expanded(days: Days, january: datetime) -> Iterator[datetime]:
    from dateutil.rrule import YEARLY, rrule, weekday

    return iter(
        rrule(
            YEARLY,
            dtstart=january,
            interval=MAXYEAR,  # without a second step an empty year ends the search
            wkst=days.week_start,
            bymonth=days.months or (range(1, 13) if days.is_monthly else None),
            bymonthday=days.month_days or (None if days.names_days else range(1, 32)),
            byyearday=days.year_days or None,
            byweekno=days.weeks or None,
            byweekday=[weekday(day, n or None) for n, day in days.weekdays] or None,
        )
    )


@lru_cache(maxsize=4096)
def _like(year: int, *, needs_weeks: bool) -> int:
    """Return a year with the same calendar; where weeks are numbered, those of its neighbours are the same too."""
    return _likes(needs_weeks)[_kind(year, needs_weeks)]


def _kind(year: int, needs_weeks: bool) -> tuple[int, bool, bool]:
    return first_day(year) % 7, isleap(year), needs_weeks and isleap(year - 1)


@lru_cache(maxsize=2)
def _likes(needs_weeks: bool) -> dict[tuple[int, bool, bool], int]:
    return {_kind(year, needs_weeks): year for year in range(2000, 2400)}


@lru_cache(maxsize=4096)
def positioned(
    mask: int, borders: Sequence[int] | None, positions: tuple[int, ...], times: tuple[int, ...]
) -> dict[int, tuple[int, ...]]:
    """Return the times of each day that BYSETPOS picks from the days of a year, cut into periods at the borders."""
    picked: dict[int, tuple[int, ...]] = {}
    for period in (mask,) if borders is None else slices(mask, borders):
        if period:
            first = (period & -period).bit_length() - 1
            for day, chosen in _picks(period >> first, positions, times):
                picked[first + day] = chosen
    return picked


@lru_cache(maxsize=4096)
def _picks(mask: int, positions: tuple[int, ...], times: tuple[int, ...]) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Return what BYSETPOS picks of one period, whose first day is bit 0."""
    days = list(bits(mask))
    size = len(days) * len(times)
    indexes = {position - 1 if position > 0 else size + position for position in positions}
    picked: dict[int, tuple[int, ...]] = {}
    for index in sorted(one for one in indexes if 0 <= one < size):
        day = days[index // len(times)]
        picked[day] = (*picked.get(day, ()), times[index % len(times)])
    return tuple(picked.items())


def slices(mask: int, borders: Sequence[int]) -> tuple[int, ...]:
    """Return the mask cut at the borders (bit numbers, ascending)."""
    return tuple(mask & (ones(end) ^ ones(begin)) for begin, end in pairwise(borders))


@lru_cache(maxsize=2)
def month_borders(is_leap: bool) -> tuple[int, ...]:
    """Return the bit at which each month begins, and the length of the year."""
    year = 2000 if is_leap else 2001
    begins = [date(year, month, 1).toordinal() - first_day(year) for month in range(1, 13)]
    return (*begins, 365 + is_leap)


@lru_cache(maxsize=4096)
def every_nth_month(is_leap: bool, offset: int, interval: int) -> int:
    """Return the days of the months `offset`, `offset + interval`… of a year; January is 0."""
    return sum(slices(ones(366), month_borders(is_leap))[offset::interval])


@lru_cache(maxsize=4096)
def comb(width: int, period: int, offset: int, length: int) -> int:
    """Return `width` ones at `offset` and again every `period` bits, up to `length`."""
    return sum(ones(width) << bit for bit in range(offset, length, period)) & ones(length)


def ones(count: int) -> int:
    """Return a mask of that many days."""
    return (1 << count) - 1


def bits(mask: int) -> Iterator[int]:
    """Yield the numbers of the bits that are set, in order."""
    while mask:
        yield (mask & -mask).bit_length() - 1
        mask &= mask - 1


@lru_cache(maxsize=2048)
def first_day(year: int) -> int:
    """Return the ordinal of 1 January."""
    return date(year, 1, 1).toordinal()


def first_week(year: int, week_start: int) -> int:
    """Return the ordinal of the first day of a year at which a week begins (Monday is 0)."""
    january = first_day(year)
    return week_of(january + 6, week_start)


def week_of(day: int, week_start: int) -> int:
    """Return the ordinal of the day at which the week of a day begins."""
    return day - (day - 1 - week_start) % 7
