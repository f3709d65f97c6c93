"""How one line of a log is broken and how matches in it are marked."""

import re
from collections.abc import Iterator

from rich.cells import cell_len, chop_cells

from conductor_tui.spans import Line, Span, Tone
from conductor_tui.widgets.lines import width_of


def marked(spans: Line, needle: str) -> Line:
    """Return the line with every place that contains `needle` (casefolded) in the tone of a match."""
    return tuple(piece for one in spans for piece in _marked_span(one, needle))


def _marked_span(one: Span, needle: str) -> Iterator[Span]:
    text, folded, start = one.text, one.text.casefold(), 0
    if len(folded) != len(text):
        yield one
        return
    while (found := folded.find(needle, start)) >= 0:
        if found > start:
            yield Span(text[start:found], one.tone)
        yield Span(text[found : found + len(needle)], Tone.MATCH)
        start = found + len(needle)
    if start < len(text):
        yield Span(text[start:], one.tone)


def wrapped(spans: Line, width: int) -> list[Line]:
    """Return the line broken into rows of at most `width` cells; its last piece carries on below its own start."""
    if not spans or width_of(spans) <= width:
        return [spans]
    *head, tail = spans
    indent = width_of(tuple(head))
    if indent > width // 2:
        indent = 2
        return [tuple(head), *_carried(tail, indent, width)]
    first, *rest = _carried(tail, indent, width)
    return [(*head, *first[1:]), *rest]


def _carried(tail: Span, indent: int, width: int) -> list[Line]:
    return [(Span(" " * indent), Span(chunk, tail.tone)) for chunk in broken(tail.text, max(1, width - indent))]


def broken(text: str, width: int) -> list[str]:
    """Return a text in pieces of at most `width` cells, broken between words; a word that is longer is cut."""
    pieces, row, room = list[str](), "", width
    for word in _WORD.findall(text):
        needed = cell_len(word.rstrip(" "))
        if needed > room and row:
            pieces.append(row.rstrip(" "))
            row, room = "", width
        if needed > width:
            *whole, word = chop_cells(word, width)
            pieces += whole
        row += word
        room = width - cell_len(row)
    return [*pieces, row.rstrip(" ")] if row or not pieces else pieces


_WORD = re.compile(r" *[^ ]+ *| +")
