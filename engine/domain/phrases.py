"""The words of plain English about time: numbers, weekdays, months, times of day, dates and zones."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import available_timezones

from engine.domain.errors import InvalidSchedule

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
NUMBERS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        1,
    )
}
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
_SHORT = {"tues": 1, "wednes": 2, "thur": 3, "thurs": 3}
_SHORT |= {name[:2]: number for number, name in enumerate(WEEKDAYS)}
_TOKEN = re.compile(r"[^\s,]+|,")
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(am|pm)?", re.ASCII)
_NTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)


@dataclass(slots=True)
class Words:
    """A text, read word by word."""

    text: str
    index: int = 0
    _tokens: list[re.Match[str]] = field(init=False)

    def __post_init__(self) -> None:
        self._tokens = list(_TOKEN.finditer(self.text.lower()))

    def next(self, ahead: int = 0) -> str:
        """Return a word without taking it; empty behind the end."""
        place = self.index + ahead
        return self._tokens[place][0] if place < len(self._tokens) else ""

    def take(self, *wanted: str) -> bool:
        """Take these words one after the other, if they come next."""
        if any(self.next(ahead) != word for ahead, word in enumerate(wanted)):
            return False
        self.index += len(wanted)
        return True

    def any(self, *wanted: str) -> str:
        """Take one of these words, if it comes next, and return it."""
        word = self.next()
        return word if word in wanted and self.take(word) else ""

    def back(self, index: int) -> None:
        self.index = index

    def refuse(self, why: str = "") -> InvalidSchedule:
        """Return the error that names what was not understood, from here on."""
        rest = self.text[self._tokens[self.index].start() :] if self.index < len(self._tokens) else ""
        what = f"`{rest}` of `{self.text}` was not understood" if rest else f"`{self.text}` ends too early"
        return InvalidSchedule(f"{what}{': ' + why if why else ''}")


def weekday(word: str) -> int | None:
    """Return the number of a weekday (Monday is 0), in full, plural, or shortened: mon, mo."""
    return _named(word, WEEKDAYS) if word not in _SHORT else _SHORT[word]


def month(word: str) -> int | None:
    """Return the number of a month, from 1."""
    found = _named(word, MONTHS)
    return None if found is None else found + 1


def _named(word: str, names: Sequence[str]) -> int | None:
    for number, name in enumerate(names):
        if word in (name, name + "s", name[:3]) or (len(word) == 4 and name.startswith(word)):
            return number
    return None


def number(words: Words) -> int | None:
    """Take a whole number, in digits or as a word up to twelve."""
    word = words.next()
    found = int(word) if re.fullmatch(r"\d{1,7}", word, re.ASCII) else NUMBERS.get(word)
    return found if found is not None and words.take(word) else None


def ordinal(words: Words) -> int | None:
    """Take an ordinal such as first, 15th or last (-1)."""
    word = words.next()
    match = _NTH.fullmatch(word)
    found = int(match[1]) if match else ORDINALS.get(word)
    return found if found is not None and words.take(word) else None


def time_of_day(words: Words, *, is_bare_allowed: bool) -> tuple[int, int] | None:
    """Take a time as hour and minute; a bare number is one where `at` or `between` has announced it."""
    if word := words.any("noon", "midnight"):
        return (12, 0) if word == "noon" else (0, 0)
    match = _TIME.fullmatch(words.next())
    if not match:
        return None
    half = match[3] or (words.next(1) if words.next(1) in ("am", "pm") else "")
    is_full = not half and not match[2] and words.next(1) in ("o'clock", "oclock")
    if not (match[2] or half or is_full or is_bare_allowed):
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if half and not 1 <= hour <= 12:
        raise words.refuse(f"hours with {half} go from 1 to 12")
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    if hour > 23 or minute > 59:
        raise words.refuse("hours go from 0 to 23 and minutes from 0 to 59")
    words.take(*((match[0],) if match[3] or not half else (match[0], half)))
    words.any("o'clock", "oclock")
    return hour, minute


def day_of_month(words: Words) -> tuple[int, int] | None:
    """Take a day with its month, in any order: `24 december`, `dec 24th`; returns month and day."""
    for first, second in ((0, 1), (1, 0)):
        name, day = month(words.next(first)), _day(words.next(second))
        if name is not None and day is not None:
            words.take(words.next(), words.next(1))
            return name, day
    return None


def _day(word: str) -> int | None:
    match = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", word, re.ASCII)
    return int(match[1]) if match and 1 <= int(match[1]) <= 31 else None


def is_date(word: str) -> bool:
    """Say whether a word alone is a date that comes once."""
    return word in ("today", "tomorrow") or _DATE.fullmatch(word) is not None


def calendar_date(words: Words, *, today: date) -> date:
    """Take a date: today, tomorrow, a weekday, YYYY-MM-DD, or a day of a month, the next one unless a year follows.

    Raises:
        InvalidSchedule: none comes.
    """
    words.any("on")
    if words.take("today"):
        return today
    if words.take("tomorrow"):
        return today + timedelta(days=1)
    if match := _DATE.fullmatch(words.next()):
        words.take(match[0])
        return _checked(words, int(match[1]), int(match[2]), int(match[3]))
    if (named := day_of_month(words)) is not None:
        return _dated(words, *named, today)
    words.any("next")
    if (day := weekday(words.next())) is not None:
        words.take(words.next())
        return today + timedelta(days=(day - today.weekday() - 1) % 7 + 1)
    raise words.refuse("a date is today, tomorrow, a weekday, 2026-12-31 or 31 december")


def _dated(words: Words, month: int, day: int, today: date) -> date:
    year = words.next()
    if re.fullmatch(r"\d{4}", year, re.ASCII):
        words.take(year)
        return _checked(words, int(year), month, day)
    years = (year for year in range(today.year, today.year + 9) if _exists(year, month, day))
    found = (date(year, month, day) for year in years)
    chosen = next((one for one in found if one >= today), None)
    return chosen or _checked(words, today.year, month, day)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _checked(words: Words, year: int, month: int, day: int) -> date:
    if not _exists(year, month, day):
        raise words.refuse(f"there is no {year}-{month:02}-{day:02}")
    return date(year, month, day)


def zone_name(words: Words) -> str | None:
    """Take a time zone: Europe/Berlin, UTC, or a city with `time` behind it."""
    word = words.next()
    if word == "utc" or "/" in word:
        found = _zones().get(word)
        return found if found is not None and words.take(word) else None
    for length in (1, 2, 3):
        city = "_".join(words.next(ahead) for ahead in range(length))
        if words.next(length) == "time" and city in _cities():
            words.index += length + 1
            return _cities()[city]
    return None


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


@lru_cache(maxsize=1)
def _cities() -> dict[str, str]:
    regions = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    names = sorted(name for name in available_timezones() if name.startswith(regions))
    return {name.rpartition("/")[2].lower(): name for name in names}
