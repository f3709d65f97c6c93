"""How rows become aligned columns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from unicodedata import combining, east_asian_width

from conductor_tui.spans import safe

GAP = "  "
NARROWEST = 12
"""Cells that a shrinking column keeps."""
UNLIMITED = 1 << 30


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a listing."""

    title: str
    is_elastic: bool = False
    """It may be cut to fit a terminal; ids never are, because people copy them."""
    is_number: bool = False


def layout(columns: Sequence[Column], rows: Iterable[Sequence[str]], width: int | None = None) -> list[str]:
    """Return the heading and one line per row; `width` None cuts nothing."""
    cells = [[column.title for column in columns]]
    cells += [[safe(cell, UNLIMITED) for cell in row] for row in rows]
    widths = [max(cells_wide(row[index]) for row in cells) for index in range(len(columns))]
    if width is not None:
        widths = _fitted(columns, widths, width)
    return [_line(columns, row, widths) for row in cells]


def cells_wide(text: str) -> int:
    """Return how many cells of a terminal `text` takes."""
    if text.isascii():
        return len(text)
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def _fitted(columns: Sequence[Column], widths: list[int], width: int) -> list[int]:
    fitted = list(widths)
    elastic = [index for index, column in enumerate(columns) if column.is_elastic]
    excess = sum(widths) + len(GAP) * (len(widths) - 1) - width
    while excess > 0 and elastic:
        widest = max(elastic, key=lambda index: fitted[index])
        if fitted[widest] <= NARROWEST:
            break
        fitted[widest] -= 1
        excess -= 1
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
