"""What a time zone's clock shows at an instant, and which instant a clock reading means."""

from calendar import isleap
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from engine.domain.errors import InvalidSchedule

SECOND = timedelta(seconds=1)
INSTANT = timedelta(microseconds=1)
STRIDES = ((1946, timedelta(days=3)), (3000, timedelta(days=6)))
"""Until which year no zone has changed, or will change, its clock twice within what time.

Freetown did within four days in 1939, Boa Vista within seven in 2000, as Gaza will.
"""
RULED_FROM = 2100
"""The first year in which every zone of the tz database follows a rule that the calendar of the year settles."""
FIRST_YEAR = 1900
LAST_YEAR = 3000
"""Schedules live before it: what would come later counts as never."""


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """Return the zone of that name in the tz database.

    Raises:
        InvalidSchedule: there is none.
    """
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:
        near = get_close_matches(name, available_timezones(), n=1)
        hint = f"; did you mean {near[0]}?" if near else "; use a name such as Europe/Berlin or UTC"
        raise InvalidSchedule(f"{name} is not a recognized timezone{hint}") from error


def offset(instant: datetime, name: str) -> timedelta:
    """Return how far the zone's clock is ahead of UTC at `instant` (aware)."""
    return instant.astimezone(zone(name)).utcoffset() or timedelta()


def reading(instant: datetime, name: str) -> datetime:
    """Return what the zone's clock shows at `instant` (aware), without a zone."""
    return instant.astimezone(zone(name)).replace(tzinfo=None, fold=0)


def recurring_instant(wall: datetime, name: str) -> datetime:
    """Return the instant (UTC) at which a recurring clock reading happens.

    A reading that the clock skips means the first moment after the gap, one that it shows twice means the first pass.
    """
    local = wall.replace(tzinfo=zone(name), fold=0)
    instant = local.astimezone(UTC)
    if reading(instant, name) == wall:
        return instant
    gap = (local.replace(fold=1).utcoffset() or timedelta()) - (local.utcoffset() or timedelta())
    return _first_with(offset(instant, name), instant - abs(gap), instant, name)


def written_instant(wall: datetime, name: str) -> datetime:
    """Return the instant (UTC) that a person means by a date and time; in gaps and repeats standard time counts."""
    local = wall.replace(tzinfo=zone(name))
    instant = local.astimezone(UTC)
    is_repeat = local.utcoffset() != local.replace(fold=1).utcoffset() and reading(instant, name) == wall
    return local.replace(fold=1).astimezone(UTC) if is_repeat else instant


def segments(start: datetime, name: str, *, end: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Yield (from, to, offset) for each stretch of [start, end) in which the zone's offset stays the same."""
    current = offset(start, name)
    for year in range(start.year, end.year + 1):
        for instant, following in _changes(name, year):
            if start < instant < end:
                yield start, instant, current
                start, current = instant, following
    yield start, end, current


@lru_cache(maxsize=8192)
def _changes(name: str, year: int) -> tuple[tuple[datetime, timedelta], ...]:
    """Return the instants of a UTC year at which the zone's offset changes, each with the new offset."""
    like = _like(year)
    if like != year:
        return tuple((instant.replace(year=year), after) for instant, after in _changes(name, like))
    found = []
    begin, last = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    before = offset(begin, name)
    stride = next(stride for border, stride in STRIDES if year < border)
    while begin < last:
        end = min(begin + stride, last)
        after = offset(end, name)
        if after != before:
            found.append((_first_with(after, begin, end, name), after))
        begin, before = end, after
    return tuple(found)


def _like(year: int) -> int:
    """Return the first year by the same calendar, among those that follow a yearly rule."""
    return year if year < RULED_FROM else _likes()[_kind(year)]


def _kind(year: int) -> tuple[int, bool]:
    return date(year, 1, 1).weekday(), isleap(year)


@lru_cache(maxsize=1)
def _likes() -> dict[tuple[int, bool], int]:
    return {_kind(year): year for year in range(RULED_FROM + 399, RULED_FROM - 1, -1)}


def _first_with(wanted: timedelta, low: datetime, high: datetime, name: str) -> datetime:
    """Return the first second in (low, high] from which on the zone has the wanted offset, as it has at `high`."""
    while high - low > SECOND:
        middle = (low + (high - low) / 2).replace(microsecond=0)
        low, high = (low, middle) if offset(middle, name) == wanted else (middle, high)
    return high
