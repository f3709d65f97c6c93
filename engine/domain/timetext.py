"""How people write moments and lengths of time, and what they mean by it (semantics §3.3)."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.domain.errors import InvalidSchedule
from engine.domain.zones import FIRST_YEAR, LAST_YEAR, reading, written_instant

if TYPE_CHECKING:
    from dateutil.relativedelta import relativedelta


class Unit(StrEnum):
    """A unit of time that expressions may use; seconds are no unit, because schedules are polled."""

    MINUTE = "minutes"
    HOUR = "hours"
    DAY = "days"
    WEEK = "weeks"
    MONTH = "months"
    YEAR = "years"


_SPELLINGS = {
    Unit.MINUTE: ("min", "minute"),
    Unit.HOUR: ("h", "hour"),
    Unit.DAY: ("d", "day"),
    Unit.WEEK: ("w", "week"),
    Unit.MONTH: ("mo", "month"),
    Unit.YEAR: ("y", "year"),
}
UNITS = {word + end: unit for unit, words in _SPELLINGS.items() for word in words for end in ("", "s")}
"""Every accepted spelling of a unit."""

MOST = 1_000_000
"""The largest number that an expression may carry."""

_DELTA = re.compile(r"(?:\+\d+ ?[a-z]+\s*)+", re.ASCII)
_PIECE = re.compile(r"\+(\d+) ?([a-z]+)", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d{1,2})", re.ASCII)
_DATE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
FORMATS = "YYYY-MM-DD HH:MM | HH:MM | +N minutes|hours|days|weeks|months|years"


def moment(text: str, *, now: datetime, zone: str) -> datetime:
    """Return the moment (aware, UTC) that a since or until expression means.

    Dates and times are read in `zone`, at the offset that it has on that date; a bare `HH:MM` means today, which may be
    in the past; `+1day +10min` counts from `now` with its seconds dropped.

    Raises:
        InvalidSchedule: the text is none of these, or the zone is unknown.
    """
    text = text.strip()
    if text.startswith("+"):
        return _from_now(text, now)
    if clock := _CLOCK.fullmatch(text):
        today = reading(now, zone)
        return _written(text, zone, today.year, today.month, today.day, int(clock[1]), int(clock[2]))
    if date := _DATE.fullmatch(text):
        parts = [int(part or 0) for part in date.groups()[:6]]
        if date[7]:
            return _with_offset(text, parts, date[7])
        return _written(text, zone, *parts)
    raise InvalidSchedule(f"{text} is not a legal time format. accepted formats are {FORMATS}")


def duration(text: str) -> "relativedelta":
    """Return the length that `+N unit[+N unit…]` or `N unit` means; adding months keeps to the month's end.

    Raises:
        InvalidSchedule: the text is not of that form.
    """
    from dateutil.relativedelta import relativedelta  # most commands know no lengths of time

    full = text.strip() if text.strip().startswith("+") else "+" + text.strip()
    if not _DELTA.fullmatch(full):
        raise InvalidSchedule(f"{text} is not a legal time delta; write it as +1 day or +2h +30min")
    total = relativedelta()
    for number, word in _PIECE.findall(full):
        total += relativedelta(**{_unit(word, text).value: _number(number, text)})  # type: ignore[arg-type] # the unit names the field
    return total


def _from_now(text: str, now: datetime) -> datetime:
    if not _DELTA.fullmatch(text):
        raise InvalidSchedule(f"{text} is not a legal time delta; every piece is +N unit, as in +1day +10min")
    result = now.astimezone(UTC).replace(second=0, microsecond=0)
    try:
        for piece in _PIECE.finditer(text):
            result += duration(piece[0])
    except (ValueError, OverflowError) as error:
        raise InvalidSchedule(f"{text} leads too far into the future") from error
    return result


def _unit(word: str, text: str) -> Unit:
    if word not in UNITS:
        raise InvalidSchedule(f"{text} is not a legal time delta: `{word}` is no unit; use {' | '.join(Unit)}")
    return UNITS[word]


def _number(digits: str, text: str) -> int:
    if len(digits) > 7 or int(digits) > MOST:
        raise InvalidSchedule(f"{text} is not a legal time delta: the largest number is {MOST}")
    return int(digits)


def _written(text: str, zone: str, *parts: int) -> datetime:
    return written_instant(_datetime(text, parts), zone)


def _with_offset(text: str, parts: list[int], offset: str) -> datetime:
    wall = _datetime(text, parts)
    try:
        return datetime.fromisoformat(wall.isoformat() + offset).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidSchedule(f"{text} is not a legal time format: {error}") from error


def _datetime(text: str, parts: list[int] | tuple[int, ...]) -> datetime:
    """Return the written date and time; the year must be one that schedules live in."""
    try:
        wall = datetime(*parts)  # noqa: DTZ001 # a clock's reading
    except ValueError as error:
        raise InvalidSchedule(f"{text} is not a legal time: {error}") from error
    if not FIRST_YEAR <= wall.year < LAST_YEAR:
        raise InvalidSchedule(f"{text} is out of range: the year must lie between {FIRST_YEAR} and {LAST_YEAR}")
    return wall
