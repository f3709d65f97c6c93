"""What a plain YAML scalar means: null, boolean, number or text.

The rules are those of YAML 1.1 without its base-60 numbers and dates: both stay text, as JSON knows neither.
"""

import math
import re
from functools import lru_cache

from engine.domain.json import Json

_WORDS: dict[str, Json] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS |= {form: True for word in ("yes", "true", "on") for form in (word, word.capitalize(), word.upper())}
_WORDS |= {form: False for word in ("no", "false", "off") for form in (word, word.capitalize(), word.upper())}

_FIRST = frozenset("-+.0123456789")
_INTEGER = re.compile(r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]+|0|[1-9][0-9_]*)\Z")
_FLOAT = re.compile(r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?\Z")
_NOT_A_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")

_LONGEST_NUMBER = 100
_LARGEST = 2**63


class NumberError(ValueError):
    """A number that JSON or a 64-bit word cannot hold; the text says so."""


@lru_cache(maxsize=1 << 14)
def plain(text: str) -> Json:
    """Return the value of an unquoted scalar.

    Raises:
        NumberError: it is infinite, not a number, or does not fit in 64 bits.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _FIRST:
        return text
    if _INTEGER.match(text):
        return _integer(text)
    if _FLOAT.match(text):
        return _float(text)
    if _NOT_A_NUMBER.match(text):
        raise NumberError(f"`{text}` is not a finite number; put it in quotes to mean the text")
    return text


def integer(text: str) -> int:
    """Return what `!!int` makes of a text.

    Raises:
        NumberError: it is no integer.
    """
    if not _INTEGER.match(text):
        raise NumberError(f"`{_short(text)}` is not an integer")
    return _integer(text)


def real(text: str) -> float:
    """Return what `!!float` makes of a text.

    Raises:
        NumberError: it is no finite number.
    """
    if _INTEGER.match(text):
        return float(_integer(text))
    if not _FLOAT.match(text):
        raise NumberError(f"`{_short(text)}` is not a number")
    return _float(text)


def _integer(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise _too_large(text)
    digits = text.replace("_", "")
    sign = -1 if digits[0] == "-" else 1
    digits = digits.lstrip("+-")
    number = sign * _natural(digits)
    if not -_LARGEST <= number < _LARGEST:
        raise _too_large(text)
    return number


def _natural(digits: str) -> int:
    if digits.startswith("0b"):
        return int(digits[2:] or "0", 2)
    if digits.startswith("0x"):
        return int(digits[2:] or "0", 16)
    if digits.startswith("0"):
        return int(digits, 8)
    return int(digits)


def _float(text: str) -> float:
    number = float(text.replace("_", "")) if len(text) <= _LONGEST_NUMBER else math.inf
    if math.isinf(number):
        raise _too_large(text)
    return number


def _too_large(text: str) -> NumberError:
    return NumberError(f"the number `{_short(text)}` does not fit in 64 bits; put it in quotes to mean the text")


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."
