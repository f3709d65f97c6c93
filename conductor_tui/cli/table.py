"""How rows become aligned columns."""

import re
from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass
from unicodedata import combining, east_asian_width

from conductor_tui.spans import safe

GAP = "  "
NARROWEST = 12
"""Cells that an elastic column keeps."""
SHORTEST = 8
"""Cells that any other text keeps."""
FEWEST = 2
"""Columns that are always shown."""
_STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ")
_TO_THE_MINUTE = len("2026-11-23 08:14")
_MINUTE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a listing."""

    title: str
    is_elastic: bool = False
    """It is the first to be cut to fit a terminal."""
    is_number: bool = False


def layout(columns: Sequence[Column], rows: Iterable[Sequence[str]], width: int | None = None) -> list[str]:
    """Return the heading and one line per row; `width` None cuts nothing but what no table could hold.

    What is too wide loses the seconds of its times, then ends of its texts, then its last times, then last columns.
    """
    cells = [[column.title for column in columns]]
    cells += [[safe(cell) for cell in row] for row in rows]
    widths = _widths(cells)
    if width is None or _total(widths) <= width:
        return [_line(columns, row, widths) for row in cells]
    cells = [[_brief(cell) for cell in row] for row in cells]
    shown = _fitting(columns, cells, width)
    return [_line([columns[i] for i in shown], [row[i] for i in shown], list(shown.values())) for row in cells]


def _widths(cells: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(cells_wide, column)) for column in zip(*cells, strict=True)]


def _total(widths: Collection[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _brief(cell: str) -> str:
    return cell[:_TO_THE_MINUTE] if _STAMP.fullmatch(cell) else cell


def _fitting(columns: Sequence[Column], cells: Sequence[Sequence[str]], width: int) -> dict[int, int]:
    """Return which columns have room, and how wide each is."""
    natural = _widths(cells)
    times = {index for index, column in enumerate(zip(*cells[1:], strict=True)) if any(map(_MINUTE.fullmatch, column))}
    shown = list(range(len(columns)))
    while True:
        fitted = _fitted(columns, {index: natural[index] for index in shown}, times, width)
        if _total(fitted.values()) <= width or len(shown) <= FEWEST:
            return fitted
        shown.remove(max([index for index in shown if index in times] or shown))


def cells_wide(text: str) -> int:
    """Return how many cells of a terminal `text` takes."""
    if text.isascii():
        return len(text)
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def _fitted(columns: Sequence[Column], widths: dict[int, int], times: Container[int], width: int) -> dict[int, int]:
    """Return the widths after texts were cut: the elastic ones first, the first column and times never."""
    texts = [i for i in widths if i > 0 and i not in times and not columns[i].is_number]
    elastic = [i for i in widths if columns[i].is_elastic]
    return _shrunk(_shrunk(widths, elastic, width, NARROWEST), texts, width, SHORTEST)


def _shrunk(widths: dict[int, int], chosen: Sequence[int], width: int, least: int) -> dict[int, int]:
    fitted = dict(widths)
    for _ in range(_total(fitted.values()) - width):
        widest = max(chosen, key=fitted.__getitem__, default=None)
        if widest is None or fitted[widest] <= least:
            break
        fitted[widest] -= 1
    return fitted


def _line(columns: Sequence[Column], row: Sequence[str], widths: Sequence[int]) -> str:
    parts = (_aligned(column, cell, width) for column, cell, width in zip(columns, row, widths, strict=True))
    return GAP.join(parts).rstrip()


def _aligned(column: Column, cell: str, width: int) -> str:
    text = cell if cells_wide(cell) <= width else _cut(cell, width)
    padding = " " * (width - cells_wide(text))
    return padding + text if column.is_number else text + padding


def _cut(text: str, width: int) -> str:
    taken, used = "", 0
    for character in text:
        used += _cells(character)
        if used > width - 1:
            break
        taken += character
    return f"{taken}…"
