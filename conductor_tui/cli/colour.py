"""When and how printed text is coloured."""

from collections.abc import Mapping
from enum import Enum


class Colour(Enum):
    """The colours of printed lines, as the numbers that terminals know."""

    RED = "31"
    GREEN = "32"
    YELLOW = "33"
    CYAN = "36"
    BRIGHT_RED = "91"
    BRIGHT_GREEN = "92"
    BRIGHT_YELLOW = "93"
    DIM = "2"
    BOLD = "1"


END = "\x1b[0m"
"""What ends every colour."""


def wants_colour(environ: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Say whether to colour: on a terminal that can, unless NO_COLOR has a value (no-color.org)."""
    return is_terminal and not environ.get("NO_COLOR") and environ.get("TERM", "") != "dumb"


def painted(text: str, colour: Colour | None, *, is_on: bool) -> str:
    """Return `text` in the colour, if any."""
    return f"\x1b[{colour.value}m{text}{END}" if is_on and colour is not None and text else text
