"""Rules as people write them, an RRULE text or `N units` with weekdays, read into checked parts."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

from engine.domain.daymask import Days
from engine.domain.errors import InvalidSchedule
from engine.domain.ruleparts import Frequency, Parts
from engine.domain.timetext import MOST, UNITS, Unit

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES = {
    Unit.MINUTE: Frequency.MINUTELY,
    Unit.HOUR: Frequency.HOURLY,
    Unit.DAY: Frequency.DAILY,
    Unit.WEEK: Frequency.WEEKLY,
    Unit.MONTH: Frequency.MONTHLY,
    Unit.YEAR: Frequency.YEARLY,
}
UNIT_OF = {frequency: unit for unit, frequency in _FREQUENCIES.items()}
_RECURRENCE = re.compile(r"(\d+) ?([a-z]+)", re.ASCII)
_WEEKDAY = re.compile(r"([1-4]|L-)?(MO|TU|WE|TH|FR|SA|SU)")
_BYDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,4}", re.ASCII)
_UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z)?)?", re.ASCII)
_RANGES = {
    "BYMONTH": (1, 12, False),
    "BYMONTHDAY": (1, 31, True),
    "BYYEARDAY": (1, 366, True),
    "BYWEEKNO": (1, 53, True),
    "BYHOUR": (0, 23, False),
    "BYMINUTE": (0, 59, False),
    "BYSECOND": (0, 59, False),
    "BYSETPOS": (1, 366, True),
}
"""Lowest and highest number of each list, and whether it may count from the end."""
_KNOWN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST", *_RANGES}
_LONGEST = 4000
_LONGEST_LIST = 366


@lru_cache(maxsize=4096)
def simple(recurrence: str, weekdays: tuple[str, ...]) -> Parts:
    """Return the parts of `N unit` on the given weekdays (semantics §3.4).

    Raises:
        InvalidSchedule: the recurrence or a weekday is not legal, or they do not go together.
    """
    match = _RECURRENCE.fullmatch(recurrence.strip())
    if not match or match[2] not in UNITS:
        raise InvalidSchedule(
            f"`{recurrence}` is not a legal recurrence expression. Supported format is: <number> {'|'.join(Unit)}"
        )
    frequency = _FREQUENCIES[UNITS[match[2]]]
    chosen = tuple(_simple_weekday(text, recurrence, frequency) for text in weekdays)
    return Parts(
        frequency=frequency,
        interval=_between(match[1], 1, MOST, f"the number in `{recurrence}`"),
        days=Days(weekdays=_distinct(chosen), is_monthly=frequency is Frequency.MONTHLY),
    )


def split_weekdays(texts: Iterable[str]) -> tuple[str, ...]:
    """Return weekdays one by one, in upper case; each text may be a list with commas.

    Raises:
        InvalidSchedule: one is no weekday.
    """
    pieces = [piece.strip().upper() for text in texts for piece in text.split(",")]
    for piece in pieces:
        if not _WEEKDAY.fullmatch(piece):
            raise InvalidSchedule(
                f"weekdays list contains an invalid weekday `{piece}`. Valid weekdays are: {'|'.join(WEEKDAYS)}, "
                "with an optional prefix 1 to 4 or `L-` (the last) where the recurrence is months or years"
            )
    return tuple(dict.fromkeys(pieces))


def _simple_weekday(text: str, recurrence: str, frequency: Frequency) -> tuple[int, int]:
    match = _WEEKDAY.fullmatch(text)
    if not match:
        raise InvalidSchedule(f"weekdays list contains an invalid weekday `{text}`")
    if match[1] and frequency not in (Frequency.MONTHLY, Frequency.YEARLY):
        raise InvalidSchedule(
            f"complex weekday expression {text} can only be used with a months|years recurrence, but got {recurrence}."
        )
    nth = -1 if match[1] == "L-" else int(match[1] or 0)
    return nth, WEEKDAYS.index(match[2])


@lru_cache(maxsize=4096)
def rrule(text: str) -> Parts:
    """Return the parts of one RRULE (RFC 5545 §3.3.10), its count and until included.

    Raises:
        InvalidSchedule: it is malformed, or it is of the kinds that would never match or never end.
    """
    fields = _fields(text)
    frequency = _frequency(fields)
    numbers = {name: _list(name, fields[name]) for name in _RANGES if name in fields}
    if len(numbers.get("BYSECOND", ())) > 1:
        raise _bad("BYSECOND may name one second only, because schedules are polled")
    weekdays = _weekdays(fields, frequency)
    if "BYSETPOS" in numbers and not (weekdays or len(numbers) > 1):
        raise _bad("BYSETPOS needs another BY part to choose from")
    return Parts(
        frequency=frequency,
        interval=_between(fields.get("INTERVAL", "1"), 1, MOST, "INTERVAL"),
        days=Days(
            months=numbers.get("BYMONTH", ()),
            month_days=numbers.get("BYMONTHDAY", ()),
            year_days=numbers.get("BYYEARDAY", ()),
            weeks=numbers.get("BYWEEKNO", ()),
            weekdays=weekdays,
            is_monthly=frequency is Frequency.MONTHLY,
            week_start=_week_start(fields.get("WKST", "MO")),
        ),
        hours=numbers.get("BYHOUR", ()),
        minutes=numbers.get("BYMINUTE", ()),
        second=numbers["BYSECOND"][0] if "BYSECOND" in numbers else None,
        positions=numbers.get("BYSETPOS", ()),
        count=_between(fields["COUNT"], 1, MOST, "COUNT") if "COUNT" in fields else None,
        until=_until(fields["UNTIL"]) if "UNTIL" in fields else None,
    )


def with_count(text: str, count: int | None) -> str:
    """Return one RRULE with another count, or with none.

    Raises:
        InvalidSchedule: it is malformed.
    """
    rrule(text)
    kept = [piece for piece in text.strip().strip(";").split(";") if not piece.strip().upper().startswith("COUNT=")]
    return ";".join(kept if count is None else [*kept, f"COUNT={count}"])


def _fields(text: str) -> dict[str, str]:
    line = text.strip().upper().removeprefix("RRULE:")
    if len(line) > _LONGEST:
        raise _bad(f"it is longer than {_LONGEST} characters")
    if "\n" in line or ":" in line:
        raise _bad("a rule is one line of NAME=VALUE parts, such as FREQ=WEEKLY;BYDAY=MO")
    pairs = [piece.partition("=") for piece in line.strip(";").split(";")]
    fields = {name.strip(): value.strip() for name, _, value in pairs}
    for name, value in fields.items():
        if name not in _KNOWN:
            raise _bad(f"`{name}` is no part of a rule")
        if not value:
            raise _bad(f"{name} has no value")
    if len(fields) != len(pairs):
        raise _bad("a part is given twice")
    return fields


def _frequency(fields: dict[str, str]) -> Frequency:
    name = fields.get("FREQ", "")
    if name == "SECONDLY":
        raise _bad("FREQ=SECONDLY is finer than schedules are polled; use MINUTELY")
    if name not in list(Frequency):
        raise _bad(f"FREQ must be one of {', '.join(Frequency)}, not `{name}`")
    return Frequency(name)


def _list(name: str, text: str) -> tuple[int, ...]:
    low, high, may_be_negative = _RANGES[name]
    pieces = text.split(",")
    if len(pieces) > _LONGEST_LIST:
        raise _bad(f"{name} has more than {_LONGEST_LIST} entries")
    return tuple(sorted({_entry(name, piece, low, high, may_be_negative) for piece in pieces}))


def _entry(name: str, text: str, low: int, high: int, may_be_negative: bool) -> int:
    number = int(text) if _NUMBER.fullmatch(text) else None
    if number is not None and (low <= number <= high or (may_be_negative and -high <= number <= -low)):
        return number
    ends = f"{low} to {high}" + (f" or -{low} to -{high}" if may_be_negative else "")
    raise _bad(f"{name} takes {ends}, not `{text}`")


def _weekdays(fields: dict[str, str], frequency: Frequency) -> tuple[tuple[int, int], ...]:
    if "BYDAY" not in fields:
        return ()
    pieces = fields["BYDAY"].split(",")
    if len(pieces) > _LONGEST_LIST:
        raise _bad(f"BYDAY has more than {_LONGEST_LIST} entries")
    return _distinct(_weekday(piece, frequency, "BYWEEKNO" in fields) for piece in pieces)


def _weekday(text: str, frequency: Frequency, has_weeks: bool) -> tuple[int, int]:
    match = _BYDAY.fullmatch(text)
    if not match or (match[1] and not 1 <= abs(int(match[1])) <= 53):
        raise _bad(f"BYDAY takes weekdays such as MO, 2MO or -1FR, not `{text}`")
    if match[1] and (has_weeks or frequency not in (Frequency.MONTHLY, Frequency.YEARLY)):
        raise _bad(f"BYDAY={text} counts weekdays, which needs FREQ=MONTHLY or YEARLY and no BYWEEKNO")
    return int(match[1] or 0), WEEKDAYS.index(match[2])


def _week_start(text: str) -> int:
    if text not in WEEKDAYS:
        raise _bad(f"WKST must be a weekday, not `{text}`")
    return WEEKDAYS.index(text)


def _until(text: str) -> datetime:
    match = _UNTIL.fullmatch(text)
    try:
        if not match:
            raise ValueError("it is written YYYYMMDD or YYYYMMDDTHHMMSS, with Z for UTC")
        until = datetime.strptime(match[1] + (match[2] or "000000"), "%Y%m%d%H%M%S")  # noqa: DTZ007 # a clock's reading
    except ValueError as error:
        raise _bad(f"UNTIL={text}: {error}") from error
    return until.replace(tzinfo=UTC) if match[3] else until


def _between(text: str, low: int, high: int, what: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not low <= int(text) <= high:
        raise InvalidSchedule(f"{what} must be a whole number from {low} to {high}, not `{text}`")
    return int(text)


def _distinct(weekdays: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    return tuple(sorted(set(weekdays)))


def _bad(reason: str) -> InvalidSchedule:
    return InvalidSchedule(f"invalid RRULE string provided: {reason}")
