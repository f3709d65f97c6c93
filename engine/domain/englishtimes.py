"""The times of day that plain English names."""

import re

from engine.domain import phrases
from engine.domain.englishrule import Wish
from engine.domain.phrases import Words

_MINUTE = re.compile(r":([0-5]\d)", re.ASCII)


def times(words: Words, wish: Wish) -> bool:
    """Read `at 7:30 and 18:00`, `22:00`, `at minute 5`, `at :15`, `between 9 and 17`."""
    if words.any("between"):
        return window(words, wish)
    is_announced = bool(words.any("at"))
    if is_announced and words.take("minute"):
        wish.minute = phrases.number(words)
        return wish.minute is not None
    if match := _MINUTE.fullmatch(words.next()):
        words.take(match[0])
        wish.minute = int(match[1])
        return True
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


def window(words: Words, wish: Wish) -> bool:
    """Read the two ends of a window."""
    begin = phrases.time_of_day(words, is_bare_allowed=True)
    end = phrases.time_of_day(words, is_bare_allowed=True) if begin and words.any("and", "to") else None
    if begin is None or end is None:
        raise words.refuse("a window is `between 9 and 17`")
    wish.window = (begin, end)
    return True


def is_window(words: Words) -> bool:
    """Say whether `from` is followed by two times, and not by a date."""
    here = words.index
    words.take("from")
    found = phrases.time_of_day(words, is_bare_allowed=True) is not None and words.next() in ("to", "and")
    words.back(here)
    return found
