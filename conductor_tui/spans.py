"""Text as the cockpit draws it: pieces with a tone, never markup, with every control character made visible."""

from dataclasses import dataclass
from enum import StrEnum
from unicodedata import category

LONGEST = 4096
"""Characters of one piece of data that are drawn; the rest is counted."""
UNLIMITED = 1 << 30
"""For what goes to a file or a pipe, where nothing is left out."""

_CONTROL_PICTURES = 0x2400
_DELETE = 0x7F


class Tone(StrEnum):
    """What a piece of text means; the style sheet gives each tone its colour."""

    PLAIN = "plain"
    DIM = "dim"
    STRONG = "strong"
    GOOD = "good"
    BAD = "bad"
    BUSY = "busy"
    WAIT = "wait"
    WARN = "warn"
    KEY = "key"
    MATCH = "match"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of one line."""

    text: str
    tone: Tone = Tone.PLAIN
    action: str = ""
    """Id of the action that a click on it runs; empty for none."""


Line = tuple[Span, ...]


def safe(text: str, limit: int = LONGEST) -> str:
    """Return `text` on one line, with control, format and surrogate characters replaced by visible ones."""
    rest = len(text) - limit
    shown = text[:limit] if rest > 0 else text
    if not shown.isprintable():
        shown = shown.translate(_VISIBLE)
    return f"{shown}… {rest} more characters" if rest > 0 else shown


class _Visible(dict[int, str]):
    """What is written for each character; it learns them as they come, so that long texts cost little."""

    def __missing__(self, code: int) -> str:
        self[code] = _visible(chr(code))
        return self[code]


_VISIBLE = _Visible()


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    if code < 0x20:
        return " " if character == "\t" else chr(_CONTROL_PICTURES + code)
    if code == _DELETE:
        return "␡"
    return " " if category(character) == "Zs" else "\N{REPLACEMENT CHARACTER}"


def span(text: object, tone: Tone = Tone.PLAIN, action: str = "") -> Span:
    """Return a piece of text made of data."""
    return Span(safe(str(text)), tone, action)


def line(*parts: Span | str) -> Line:
    """Return a line of spans and plain strings."""
    return tuple(span(part) if isinstance(part, str) else part for part in parts)


def plain(spans: Line) -> str:
    """Return the text of a line."""
    return "".join(one.text for one in spans)
