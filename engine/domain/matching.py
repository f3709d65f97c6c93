"""Whether a text matches a pattern that somebody brought, in bounded time."""

import json
import re
import sys

PATIENCE = 2.0
"""Seconds."""

_QUANTIFIERS = re.compile(r"(?<!\\)[*+{]")
_QUANTIFIED_GROUP = re.compile(r"\)[*+{]|\\[1-9]")
_SHORT = 200

_MATCHER = """
import json, re, sys
pattern, text = json.load(sys.stdin)
sys.exit(0 if re.match(pattern, text) else 3)
"""


class SlowPatternError(Exception):
    """Matching takes longer than anybody waits."""


def is_pattern(value: object) -> bool:
    """Return whether a value is a regular expression."""
    try:
        re.compile(value)  # type: ignore[call-overload]  # other values are refused with TypeError
    except (re.error, TypeError, RecursionError, OverflowError, Warning):
        return False
    return True


def matches(pattern: str, text: str) -> bool:
    """Return whether a text begins with what the pattern describes.

    Raises:
        SlowPatternError: it takes too long.
    """
    if _is_quick(pattern, text):
        return re.match(pattern, text) is not None
    return _matches_elsewhere(pattern, text)


def _is_quick(pattern: str, text: str) -> bool:
    """Without repeated groups, the time grows with the length to the power of the number of repetitions."""
    if _QUANTIFIED_GROUP.search(pattern):
        return False
    return len(_QUANTIFIERS.findall(pattern)) <= (4 if len(text) <= _SHORT else 1)


def _matches_elsewhere(pattern: str, text: str) -> bool:
    """Match in a process of its own: nothing else can stop the matcher once it runs."""
    import subprocess  # slow to import, and seldom needed

    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _MATCHER],
            input=json.dumps([pattern, text]).encode(),
            timeout=PATIENCE,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise SlowPatternError(f"matching against `{pattern}` takes too long") from error
    return done.returncode == 0
