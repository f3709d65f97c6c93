"""Which rows a typed filter lets through."""

from collections.abc import Callable
from fnmatch import translate
from re import compile as compiled


def matcher(text: str) -> Callable[[str], bool]:
    """Return the test of a row's text: all words occur, `!word` does not, and `web-*` begins and ends a word so.

    Upper and lower case are the same.
    """
    tests = [_test(word) for word in text.casefold().split()]
    return lambda row: all(test(row.casefold()) for test in tests)


def _test(word: str) -> Callable[[str], bool]:
    if word.startswith("!") and len(word) > 1:
        inverse = _test(word[1:])
        return lambda row: not inverse(row)
    if "*" in word or "?" in word:
        pattern = compiled(translate(word))
        return lambda row: any(pattern.match(one) for one in row.split())
    return lambda row: word in row
