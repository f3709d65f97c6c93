"""Recurrence sets as text (RFC 5545): lines of RRULE, RDATE and EXDATE, and the DTSTART that they may begin with."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

from engine.domain import ruletext
from engine.domain.errors import InvalidSchedule
from engine.domain.ruleparts import Parts
from engine.domain.timetext import moment
from engine.domain.zones import FIRST_YEAR, LAST_YEAR, recurring_instant, zone

_LONGEST = 65_536
_MOST_RULES = 16
MOST_DATES = 1000
_LINE = re.compile(r"(RRULE|RDATE|EXDATE|DTSTART)((?:;[A-Z-]+=[^;:]+)*):(.+)", re.ASCII | re.IGNORECASE)
_VALUE = re.compile(r"(\d{8})(?:T(\d{6})(Z)?)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A date or date with time of a set's line."""

    day: date
    reading: datetime | None
    """None for a date alone."""
    zone: str | None
    """None is the schedule's."""

    def instant(self, default_zone: str) -> datetime:
        """Return the moment (UTC); a date alone has none."""
        if self.reading is None:
            raise _bad(f"{self.day} needs a time")
        if self.zone == "UTC":
            return self.reading.replace(tzinfo=UTC)
        return recurring_instant(self.reading, self.zone or default_zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLines:
    """The lines of a set, read."""

    rules: tuple[Parts, ...] = ()
    added: tuple[Value, ...] = ()
    removed: tuple[Value, ...] = ()


def is_set(text: str) -> bool:
    """Say whether the text is more than one bare rule."""
    return "\n" in text.strip() or text.strip().upper().startswith(("RDATE", "EXDATE", "DTSTART"))


def split_start(text: str) -> tuple[Value | None, str]:
    """Return the text's DTSTART, if it has one, and the text without it.

    Raises:
        InvalidSchedule: it is malformed, or there are two.
    """
    lines = _unfolded(text)
    starts = [line for line in lines if line.upper().startswith("DTSTART")]
    if not starts:
        return None, text.strip()
    if len(starts) > 1:
        raise _bad("DTSTART is given twice")
    [start] = _values(*_split(starts[0])[1:])
    rest = [line for line in lines if line not in starts]
    if not rest:
        raise _bad("after DTSTART there must be an RRULE or an RDATE")
    only_rule = len(rest) == 1 and rest[0].upper().startswith("RRULE:")
    return start, rest[0][len("RRULE:") :] if only_rule else "\n".join(rest)


@lru_cache(maxsize=1024)
def lines(text: str) -> RuleLines:
    """Return the lines of a set without a DTSTART.

    Raises:
        InvalidSchedule: a line is malformed or of a kind that sets do not have, or there are too many.
    """
    if len(text) > _LONGEST:
        raise _bad(f"it is longer than {_LONGEST} characters")
    rules: list[Parts] = []
    dates: dict[str, list[Value]] = {"RDATE": [], "EXDATE": []}
    for line in _unfolded(text):
        name, parameters, value = _split(line)
        if name == "RRULE":
            rules.append(ruletext.rrule(value))
        else:
            dates[name] += _values(parameters, value)
    if len(rules) > _MOST_RULES:
        raise _bad(f"there are more than {_MOST_RULES} RRULE lines")
    if any(len(found) > MOST_DATES for found in dates.values()):
        raise _bad(f"there are more than {MOST_DATES} dates")
    if not rules and not dates["RDATE"]:
        raise _bad("there is no RRULE and no RDATE")
    return RuleLines(rules=tuple(rules), added=tuple(dates["RDATE"]), removed=tuple(dates["EXDATE"]))


def exclusions(texts: Iterable[str], *, now: datetime, zone: str) -> tuple[str, ...]:
    """Return exclusion dates in the form that is stored: whole days as YYYY-MM-DD, moments in UTC.

    Each text may be a list with commas; days and times are read in `zone`.

    Raises:
        InvalidSchedule: one is neither a day nor a moment, or there are too many.
    """
    pieces = [piece.strip() for text in texts for piece in text.split(",") if piece.strip()]
    found = tuple(sorted({_exclusion(piece, now, zone) for piece in pieces}))
    if len(found) > MOST_DATES:
        raise InvalidSchedule(f"there are more than {MOST_DATES} exclusion dates")
    return found


def _exclusion(text: str, now: datetime, zone: str) -> str:
    if not _DATE.fullmatch(text):
        return moment(text, now=now, zone=zone).isoformat()
    try:
        return date(*map(int, text.split("-"))).isoformat()
    except ValueError as error:
        raise InvalidSchedule(f"{text} is not a legal exclusion date: {error}") from error


def _unfolded(text: str) -> list[str]:
    joined = re.sub(r"\r?\n[ \t]", "", text.strip())
    return [line.strip() for line in joined.splitlines() if line.strip()]


def _split(line: str) -> tuple[str, str, str]:
    match = _LINE.fullmatch(line)
    if match:
        return match[1].upper(), match[2], match[3].strip()
    if line.upper().startswith("FREQ="):
        return "RRULE", "", line
    if line.upper().startswith("EXRULE"):
        raise _bad("EXRULE is not part of RFC 5545 any more; name the dates as EXDATE")
    raise _bad(f"`{line[:60]}` is no line of RRULE, RDATE, EXDATE or DTSTART")


def _values(parameters: str, text: str) -> list[Value]:
    name: str | None = None
    for parameter in filter(None, parameters.split(";")):
        key, _, value = parameter.partition("=")
        match key.upper(), value.upper():
            case "TZID", _:
                name = zone(value.strip('"')).key
            case "VALUE", "DATE" | "DATE-TIME":
                pass
            case "VALUE", other:
                raise _bad(f"VALUE={other} is not supported; dates and dates with times are")
    return [_value(piece.strip().upper(), name) for piece in text.split(",")]


def _value(text: str, name: str | None) -> Value:
    match = _VALUE.fullmatch(text)
    if not match:
        raise _bad(f"`{text[:40]}` is not written YYYYMMDD or YYYYMMDDTHHMMSS, with Z for UTC")
    try:
        found = datetime.fromisoformat(f"{match[1]}T{match[2] or '000000'}")
    except ValueError as error:
        raise _bad(f"{text}: {error}") from error
    if not FIRST_YEAR <= found.year < LAST_YEAR:
        raise _bad(f"{text} is out of range: the year must lie between {FIRST_YEAR} and {LAST_YEAR}")
    return Value(day=found.date(), reading=found if match[2] else None, zone="UTC" if match[3] else name)


def _bad(reason: str) -> InvalidSchedule:
    return InvalidSchedule(f"invalid RRULE string provided: {reason}")
