"""What a table is made of: columns with their widths, and keyed rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from conductor_tui.spans import Line

GAP = 1
SPARE = 3
"""Columns from this rank on go as soon as another one would be cut."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: as wide as its cells, within limits."""

    title: str
    least: int
    most: int
    is_right: bool = False
    rank: int = 0
    """Columns of a higher rank are left out first where the room is short; rank 0 always stays."""
    grows: bool = False
    """It takes the room that is left."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; its key stays the same while its cells change."""

    key: str
    cells: tuple[Line, ...]
    whole: str = ""
    """The last cell's text where the cell shows it shortened."""


def widths(columns: Sequence[Column], wanted: Sequence[int], room: int) -> list[int]:
    """Return the width of each column; 0 hides it."""
    given = [
        min(column.most, max(column.least, want, len(column.title)))
        for column, want in zip(columns, wanted, strict=True)
    ]
    given = _squeezed(columns, _dropped(columns, given, room), room)
    left = room - _total(given)
    growing = [index for index, column in enumerate(columns) if column.grows and given[index]]
    if growing and left > 0:
        given[growing[-1]] += left
    return given


def _total(given: Sequence[int]) -> int:
    return sum(width + GAP for width in given if width)


def _dropped(columns: Sequence[Column], given: Sequence[int], room: int) -> list[int]:
    kept = list(given)
    for index in sorted(range(len(columns)), key=lambda index: -columns[index].rank):
        rank = columns[index].rank
        needed = [
            column.least if width and (column.grows or rank < SPARE) else width
            for column, width in zip(columns, kept, strict=True)
        ]
        if rank and _total(needed) > room:
            kept[index] = 0
    return kept


def _squeezed(columns: Sequence[Column], given: Sequence[int], room: int) -> list[int]:
    kept = list(given)
    over = _total(kept) - room
    for index in sorted(range(len(columns)), key=lambda index: columns[index].least - kept[index]):
        if over <= 0:
            break
        spare = min(over, max(0, kept[index] - columns[index].least))
        kept[index] -= spare
        over -= spare
    return kept
