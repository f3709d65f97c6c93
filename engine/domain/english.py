"""Plain English about recurrence, read without guessing: what is not understood is refused and named.

`read` tells the rule and what else was said, `words` tells a rule in English that reads back as the very same rule.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from engine.domain import phrases
from engine.domain.englishdays import UNITS, counted_days, days, left_out, months
from engine.domain.englishrule import Wish, rrule_of, sentence_of
from engine.domain.englishtimes import is_window, times, window
from engine.domain.errors import InvalidSchedule
from engine.domain.phrases import Words
from engine.domain.ruletext import rrule
from engine.domain.schedulepolicy import Overlap
from engine.domain.zones import reading

_ADVERBS = {
    "minutely": ("minute", 1),
    "hourly": ("hour", 1),
    "daily": ("day", 1),
    "nightly": ("day", 1),
    "weekly": ("week", 1),
    "biweekly": ("week", 2),
    "fortnightly": ("week", 2),
    "monthly": ("month", 1),
    "quarterly": ("month", 3),
    "yearly": ("year", 1),
    "annually": ("year", 1),
}
_PARTS = {
    "morning": range(12),
    "afternoon": range(12, 19),
    "evening": range(16, 24),
    "night": (*range(18, 24), *range(7)),
}
"""The hours that a part of the day has."""
_LONGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What a sentence says; None where it says nothing."""

    rrule: str
    has_time: bool
    since: str | None = None
    """As `timetext.moment` reads it."""
    until: str | None = None
    zone: str | None = None
    overlap: Overlap | None = None


@dataclass(slots=True)
class _Said:
    wish: Wish = field(default_factory=Wish)
    since: date | None = None
    until: date | None = None
    zone: str | None = None
    overlap: Overlap | None = None


def read(text: str, *, now: datetime, zone: str) -> Spoken:
    """Return what a sentence says about a recurrence; dates are counted from `now` on the zone's calendar.

    Raises:
        InvalidSchedule: a part was not understood, or no single rule can say it.
    """
    if len(text) > _LONGEST:
        raise InvalidSchedule(f"the sentence is longer than {_LONGEST} characters")
    words, said = Words(text), _Said()
    while words.next():
        if not _clause(words, said, reading(now, zone).date()):
            raise words.refuse()
        words.any(",", "and")
    wish = said.wish
    return Spoken(
        rrule=rrule_of(wish, words),
        has_time=bool(wish.times or wish.window or wish.unit in ("minute", "hour")),
        since=f"{said.since.isoformat()} 00:00" if said.since else None,
        until=f"{said.until.isoformat()} 23:59:59" if said.until else None,
        zone=said.zone,
        overlap=said.overlap,
    )


def words(text: str) -> str | None:
    """Return an RRULE in English that reads back as the same rule; None where that cannot be said.

    Raises:
        InvalidSchedule: the rule is malformed.
    """
    parts = rrule(text)
    told = sentence_of(parts)
    if told is None:
        return None
    try:
        again = read(told, now=datetime.fromisoformat("2026-01-01T00:00:00+00:00"), zone="UTC").rrule
    except InvalidSchedule:
        return None
    return told if rrule(again) == parts else None


def _clause(words: Words, said: _Said, today: date) -> bool:
    wish = said.wish
    return (
        _adverb(words, wish)
        or _every(words, wish)
        or _once(words, said, today)
        or left_out(words, wish)
        or _limits(words, said, today)
        or _place(words, said)
        or _overlap(words, said)
        or times(words, wish)
        or counted_days(words, wish, is_after_every=False)
        or days(words, wish)
    )


def _adverb(words: Words, wish: Wish) -> bool:
    word = words.any(*_ADVERBS)
    if word:
        _set_unit(words, wish, *_ADVERBS[word])
    return bool(word)


def _every(words: Words, wish: Wish) -> bool:
    if not words.any("every", "each"):
        return False
    if _fraction(words, wish) or _nth_unit(words, wish):
        return True
    if counted_days(words, wish, is_after_every=True) or days(words, wish):
        _part_of_day(words, wish)
        return True
    if word := words.any(*_PARTS):
        wish.part, wish.hours_of_part = word, tuple(_PARTS[word])
        _set_unit(words, wish, "day", 1)
        return True
    interval = 2 if words.take("other") else phrases.number(words) or 1
    word = words.any(*UNITS)
    if word:
        _set_unit(words, wish, UNITS[word], interval)
        return True
    if interval == 2 and phrases.weekday(words.next()) is not None:
        _set_unit(words, wish, "week", 2)
        return days(words, wish)
    raise words.refuse("after `every` comes a number of minutes, hours, days, weeks, months or years, or weekdays")


def _part_of_day(words: Words, wish: Wish) -> None:
    if word := words.any(*_PARTS):
        wish.part, wish.hours_of_part = word, tuple(_PARTS[word])


def _fraction(words: Words, wish: Wish) -> bool:
    """Read `half hour`, `quarter of an hour`, `quarter`."""
    here, word = words.index, words.any("half", "quarter")
    if word:
        words.any("of")
        words.any("an", "a")
        if words.any("hour"):
            _set_unit(words, wish, "minute", 30 if word == "half" else 15)
            return True
        if word == "quarter":
            _set_unit(words, wish, "month", 3)
            return True
    words.back(here)
    return False


def _nth_unit(words: Words, wish: Wish) -> bool:
    """Read `second day`, `3rd week`: an ordinal before a unit is an interval."""
    here, number = words.index, phrases.ordinal(words)
    is_day_of_month = words.next(1) in ("of", "in")
    if number is not None and number > 1 and not is_day_of_month and (word := words.any(*UNITS)):
        _set_unit(words, wish, UNITS[word], number)
        return True
    words.back(here)
    return False


def _once(words: Words, said: _Said, today: date) -> bool:
    """Read `once a week`, and the day of what runs once: `tomorrow`, `once on 24 december`, `on 2027-01-15`."""
    here, is_once = words.index, words.take("once")
    if is_once and words.any("a", "per", "every", "each"):
        unit = UNITS.get(words.next(), "")
        words.any(*UNITS)
        _set_unit(words, said.wish, unit or "day", 1)
        return True
    words.any("on")
    if not is_once and not phrases.is_date(words.next()):
        words.back(here)
        return False
    said.since = phrases.calendar_date(words, today=today)
    _set_unit(words, said.wish, "day", 1)
    said.wish.count = 1
    return True


def _set_unit(words: Words, wish: Wish, unit: str, interval: int) -> None:
    if wish.unit is not None:
        raise words.refuse("how often it recurs is said twice")
    wish.unit, wish.interval = unit, interval


def _limits(words: Words, said: _Said, today: date) -> bool:
    """Read `until 31 march`, `starting tomorrow`, `10 times`, `from 9 to 17`, `in march`."""
    if words.any("until", "till"):
        said.until = phrases.calendar_date(words, today=today)
        return True
    if words.any("starting", "beginning") or (words.next() == "from" and not is_window(words) and words.take("from")):
        words.any("from")
        said.since = phrases.calendar_date(words, today=today)
        return True
    if words.take("from"):
        return window(words, said.wish)
    if words.next() == "in" and phrases.month(words.next(1)) is not None:
        words.take("in")
        said.wish.months += months(words)
        return True
    return _count(words, said.wish)


def _count(words: Words, wish: Wish) -> bool:
    here = words.index
    words.any("for")
    count = phrases.number(words)
    if count is None or not words.any("times", "time", "occurrences", "runs"):
        words.back(here)
        return False
    wish.count = count
    return True


def _place(words: Words, said: _Said) -> bool:
    here = words.index
    words.any("in")
    found = phrases.zone_name(words)
    if found is None:
        words.back(here)
        return False
    said.zone = found
    words.take("time")
    return True


def _overlap(words: Words, said: _Said) -> bool:
    word = words.any("skip", "queue", "parallel")
    if not word:
        return False
    if words.any("if", "while", "when"):
        words.any("it", "one", "is", "the")
        words.any("is", "last", "previous")
        words.any("still")
        if not words.any("running", "runs"):
            raise words.refuse("say `skip if still running`")
    said.overlap = Overlap(word)
    return True
