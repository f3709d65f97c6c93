"""Plain English about recurrence, read without guessing: what is not understood is refused and named.

`read` tells the rule and what else was said, `words` tells a rule in English that reads back as the very same rule.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from engine.domain import phrases
from engine.domain.englishrule import Wish, rrule_of, sentence_of
from engine.domain.errors import InvalidSchedule
from engine.domain.phrases import Words
from engine.domain.ruletext import rrule
from engine.domain.schedulepolicy import Overlap
from engine.domain.zones import reading

_ADVERBS = {
    "minutely": "minute",
    "hourly": "hour",
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "yearly": "year",
    "annually": "year",
}
_UNITS = {
    unit: unit.removesuffix("s")
    for one in ("minute", "hour", "day", "week", "month", "year")
    for unit in (one, one + "s")
}
_UNITS |= {"min": "minute", "mins": "minute", "h": "hour"}
_SETS = {"weekday": range(5), "weekdays": range(5), "weekend": range(5, 7), "weekends": range(5, 7)}
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
        or _limits(words, said, today)
        or _place(words, said)
        or _overlap(words, said)
        or _times(words, wish)
        or _nth(words, wish, is_after_every=False)
        or _days(words, wish)
    )


def _adverb(words: Words, wish: Wish) -> bool:
    word = words.any(*_ADVERBS)
    if word:
        _set_unit(words, wish, _ADVERBS[word], 1)
    return bool(word)


def _every(words: Words, wish: Wish) -> bool:
    if not words.any("every", "each"):
        return False
    if _nth(words, wish, is_after_every=True) or _days(words, wish):
        return True
    interval = 2 if words.take("other") else phrases.number(words) or 1
    word = words.any(*_UNITS)
    if not word:
        if interval == 2 and (phrases.weekday(words.next()) is not None):
            raise words.refuse("say `every 2 weeks on` and the weekday")
        raise words.refuse("after `every` comes a number of minutes, hours, days, weeks, months or years, or weekdays")
    _set_unit(words, wish, _UNITS[word], interval)
    return True


def _set_unit(words: Words, wish: Wish, unit: str, interval: int) -> None:
    if wish.unit is not None:
        raise words.refuse("how often it recurs is said twice")
    wish.unit, wish.interval = unit, interval


def _nth(words: Words, wish: Wish, *, is_after_every: bool) -> bool:
    """Read `the last friday of the month`, `1st and 15th`, `first weekday of march`."""
    start = words.index
    words.any("on")
    words.any("the")
    numbers = _ordinals(words)
    if not numbers:
        words.back(start)
        return False
    day = phrases.weekday(words.next())
    if day is not None:
        words.take(words.next())
        wish.nth += [(number, day) for number in numbers]
    elif words.take("weekday"):
        wish.positions += numbers
    else:
        words.any("day", "days")
        wish.month_days += numbers
    is_settled = _period(words, wish)
    if is_after_every and not is_settled and not set(numbers) <= {1, -1}:
        words.back(start)
        raise words.refuse("say `of the month` after it, or `every N weeks on` and the weekday")
    return True


def _ordinals(words: Words) -> list[int]:
    found: list[int] = []
    while (one := phrases.ordinal(words)) is not None:
        found.append(one)
        here = words.index
        words.any(",")
        words.any("and")
        words.any("the")
        ahead = phrases.ordinal(words)
        words.back(here if ahead is None else words.index - 1)
    return found


def _period(words: Words, wish: Wish) -> bool:
    """Read `of the month`, `of every 3 months`, `of the year`, `of march and june`."""
    if not words.any("of", "in"):
        return False
    if months := _months(words):
        wish.months += months
        return True
    words.any("the", "every", "each")
    interval = phrases.number(words) or 1
    unit = _UNITS.get(words.next())
    if unit not in ("month", "year"):
        raise words.refuse("here comes a month, `the month`, `every 3 months` or `the year`")
    words.take(words.next())
    if wish.unit is None:
        wish.unit, wish.interval = unit, interval
    elif (wish.unit, interval) != (unit, 1):
        raise words.refuse("how often it recurs is said twice")
    return True


def _days(words: Words, wish: Wish) -> bool:
    """Read `monday and thursday`, `weekdays`, `24 december`."""
    start = words.index
    words.any("on")
    if (named := phrases.day_of_month(words)) is not None:
        wish.dates.append(named)
        return True
    found = _weekdays(words)
    if not found:
        words.back(start)
        return False
    wish.weekdays += found
    return True


def _weekdays(words: Words) -> list[int]:
    found: list[int] = []
    while True:
        here = words.index
        if found:
            words.any(",")
            words.any("and")
        word = words.next()
        day = phrases.weekday(word)
        if word in _SETS:
            found += _SETS[word]
        elif day is not None:
            found.append(day)
        else:
            words.back(here)
            return found
        words.take(word)


def _months(words: Words) -> list[int]:
    found: list[int] = []
    while True:
        here = words.index
        if found:
            words.any(",")
            words.any("and")
        name = phrases.month(words.next())
        if name is None:
            words.back(here)
            return found
        words.take(words.next())
        found.append(name)


def _times(words: Words, wish: Wish) -> bool:
    if words.any("between"):
        return _window(words, wish)
    is_announced = bool(words.any("at"))
    if is_announced and words.take("minute"):
        wish.minute = phrases.number(words)
        return wish.minute is not None
    one = phrases.time_of_day(words, is_bare_allowed=is_announced)
    if one is None:
        if is_announced:
            raise words.refuse("after `at` comes a time such as 7:30, 22:00 or 5pm")
        return False
    while one is not None:
        wish.times.append(one)
        here = words.index
        words.any(",")
        words.any("and")
        words.any("at")
        is_count = words.next(1) == "times"
        one = None if is_count else phrases.time_of_day(words, is_bare_allowed=is_announced)
        if one is None:
            words.back(here)
    return True


def _window(words: Words, wish: Wish) -> bool:
    begin = phrases.time_of_day(words, is_bare_allowed=True)
    end = phrases.time_of_day(words, is_bare_allowed=True) if begin and words.any("and", "to") else None
    if begin is None or end is None:
        raise words.refuse("a window is `between 9 and 17`")
    wish.window = (begin, end)
    return True


def _limits(words: Words, said: _Said, today: date) -> bool:
    """Read `until 31 march`, `starting tomorrow`, `10 times`, `from 9 to 17`, `in march`."""
    if words.any("until", "till"):
        said.until = phrases.calendar_date(words, today=today)
        return True
    if words.any("starting", "beginning") or (words.next() == "from" and not _is_time(words) and words.take("from")):
        words.any("from")
        said.since = phrases.calendar_date(words, today=today)
        return True
    if words.take("from"):
        return _window(words, said.wish)
    if words.next() == "in" and phrases.month(words.next(1)) is not None:
        words.take("in")
        said.wish.months += _months(words)
        return True
    return _count(words, said.wish)


def _is_time(words: Words) -> bool:
    here = words.index
    words.take("from")
    found = phrases.time_of_day(words, is_bare_allowed=True) is not None and words.next() in ("to", "and")
    words.back(here)
    return found


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
