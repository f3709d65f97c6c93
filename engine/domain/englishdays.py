"""The days that plain English names: weekdays, counted ones, days of the month, months."""

from engine.domain import phrases
from engine.domain.englishrule import Wish
from engine.domain.phrases import Words

UNITS = {
    unit: unit.removesuffix("s")
    for one in ("minute", "hour", "day", "week", "month", "year")
    for unit in (one, one + "s")
}
UNITS |= {"min": "minute", "mins": "minute", "h": "hour"}
"""The units that recur, as they are written."""
_SETS = {"weekday": range(5), "weekdays": range(5), "weekend": range(5, 7), "weekends": range(5, 7)}


def counted_days(words: Words, wish: Wish, *, is_after_every: bool) -> bool:
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
    elif words.take("weekday") or words.take("working", "day") or words.take("business", "day"):
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
    if named := months(words):
        wish.months += named
        return True
    words.any("the", "every", "each")
    interval = phrases.number(words) or 1
    unit = UNITS.get(words.next())
    if unit not in ("month", "year"):
        raise words.refuse("here comes a month, `the month`, `every 3 months` or `the year`")
    words.take(words.next())
    if wish.unit is None:
        wish.unit, wish.interval = unit, interval
    elif (wish.unit, interval) != (unit, 1):
        raise words.refuse("how often it recurs is said twice")
    return True


def days(words: Words, wish: Wish) -> bool:
    """Read `monday and thursday`, `weekdays`, `24 december`."""
    start = words.index
    words.any("on")
    if (named := phrases.day_of_month(words)) is not None:
        wish.dates.append(named)
        return True
    found = weekdays(words)
    if not found:
        words.back(start)
        return False
    wish.weekdays += found
    return True


def weekdays(words: Words) -> list[int]:
    """Read weekdays one after the other: `mon, wed and fri`, `monday to friday`, `working days`."""
    found: list[int] = []
    while True:
        here = words.index
        if found:
            words.any(",")
            words.any("and")
        some = _set(words) or _range(words)
        if not some:
            words.back(here)
            return found
        found += some


def _set(words: Words) -> list[int]:
    if words.any("working", "business", "work") and words.any("day", "days"):
        return list(_SETS["weekday"])
    return list(_SETS.get(words.any(*_SETS), ()))


def _range(words: Words) -> list[int]:
    """Read one weekday, or those from one to another."""
    word = words.next()
    first, _, last = word.partition("-")
    begin, end = phrases.weekday(first), phrases.weekday(last or first)
    if begin is None or end is None:
        return []
    words.take(word)
    if not last and words.next() in ("to", "through", "till", "-") and phrases.weekday(words.next(1)) is not None:
        words.take(words.next())
        end = phrases.weekday(words.next())
        words.take(words.next())
    return [(begin + number) % 7 for number in range(((end or 0) - begin) % 7 + 1)]


def months(words: Words) -> list[int]:
    """Read months one after the other."""
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


def left_out(words: Words, wish: Wish) -> bool:
    """Read `except sunday`."""
    if not words.any("except", "but", "excluding"):
        return False
    words.any("on", "not")
    words.any("on")
    found = weekdays(words)
    if not found:
        raise words.refuse("after `except` come weekdays; single days are left out by exclusion dates")
    wish.without += found
    return True
