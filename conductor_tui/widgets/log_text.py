"""How one line of a log is broken and how matches in it are marked."""

from collections.abc import Iterator

from rich.cells import chop_cells

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
    chunks = chop_cells(tail.text, max(1, width - indent))
    return [(Span(" " * indent), Span(chunk, tail.tone)) for chunk in chunks]
