"""Drawing with plain signs alone: what remains of drawn characters becomes ASCII on its way to the terminal."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_SIGNS = {
    **dict.fromkeys("▁▂▃▄▅▆▇█▉▊▋▌▍▎▏▐", "#"),
    **dict.fromkeys("─━▔", "-"),
    **dict.fromkeys("│┃", "|"),
    **dict.fromkeys("╭╮╰╯┌┐└┘┏┓┗┛├┤┬┴┼", "+"),
    "…": ".",
    "·": "-",
    "→": ">",
    "←": "<",
    "▶": ">",
    "▲": "^",
    "▼": "v",
    "↑": "^",
    "↓": "v",
    "↵": "<",
    "●": "*",
    "○": "o",
    "✓": "+",
    "✗": "x",
    "×": "x",
    **dict.fromkeys("\N{REPLACEMENT CHARACTER}\N{SYMBOL FOR DELETE}", "?"),
    **dict.fromkeys(map(chr, range(0x2400, 0x2420)), "?"),
}
_TABLE = str.maketrans(_SIGNS)


class PlainSigns(LineFilter):
    """Every sign is one cell wide before and after, so nothing moves; text of users in other scripts stays as it is."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment if segment.text.isascii() else Segment(segment.text.translate(_TABLE), segment.style)
            for segment in segments
        ]


PLAIN_SIGNS = PlainSigns()
