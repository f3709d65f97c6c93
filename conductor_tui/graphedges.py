"""The lines between the boxes of a layered graph: which cell between two layers shows which piece of a line.

Every group of boxes that are linked over one gap has a trunk of its own there, so that no line seems to lead where it
does not. A link over several layers is drawn where a row is free on its way; the cursor's neighbours light up anyway.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from conductor_tui.graphboxes import Box

UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8
SIGNS = {
    LEFT: "─",
    RIGHT: "─",
    LEFT | RIGHT: "─",
    UP: "│",
    DOWN: "│",
    UP | DOWN: "│",
    DOWN | RIGHT: "┌",
    DOWN | LEFT: "┐",
    UP | RIGHT: "└",
    UP | LEFT: "┘",
    UP | DOWN | RIGHT: "├",
    UP | DOWN | LEFT: "┤",
    DOWN | LEFT | RIGHT: "┬",
    UP | LEFT | RIGHT: "┴",
    UP | DOWN | LEFT | RIGHT: "┼",
}
MOST_TRUNKS = 4
"""Trunks side by side in a gap; more of them share the last."""


@dataclass(frozen=True, slots=True)
class Link:
    """One piece of an edge, over one gap: from a row of the layer on the left to one of that on the right."""

    left: int
    right: int
    ends: tuple[str, str]
    """Keys of the boxes that the whole edge leads from and to."""


@dataclass(slots=True)
class Cell:
    """What meets in one cell, and which edges pass it."""

    arms: int = 0
    edges: set[tuple[str, str]] = field(default_factory=set)

    @property
    def sign(self) -> str:
        return SIGNS[self.arms]

    def is_near(self, key: str | None) -> bool:
        """Whether an edge of this box passes."""
        return any(key in ends for ends in self.edges)


@dataclass(frozen=True, slots=True)
class Gap:
    """The lines between two layers."""

    width: int = 3
    cells: Mapping[tuple[int, int], Cell] = field(default_factory=dict)
    """By row and column."""


@dataclass(frozen=True, slots=True)
class Edges:
    """The lines of a whole graph: a gap after each layer but the last, and what passes through layers."""

    gaps: tuple[Gap, ...] = ()
    lanes: Mapping[tuple[int, int], Cell] = field(default_factory=dict)
    """Rows of a layer that no box takes and an edge goes through, by layer and row."""


def edges(layers: Sequence[Sequence[Box]]) -> Edges:
    """Return the lines between the boxes of all layers."""
    at = {box.key: (layer, row) for layer, boxes in enumerate(layers) for row, box in enumerate(boxes)}
    links: list[list[Link]] = [[] for _ in layers[1:]]
    lanes: dict[tuple[int, int], Cell] = defaultdict(Cell)
    for boxes in layers:
        for box in boxes:
            for target in sorted(box.after & at.keys(), key=lambda key: at[key]):
                _route(layers, at[box.key], at[target], (box.key, target), links, lanes)
    return Edges(gaps=tuple(_gap(one) for one in links), lanes=dict(lanes))


def _route(
    layers: Sequence[Sequence[Box]],
    begin: tuple[int, int],
    end: tuple[int, int],
    ends: tuple[str, str],
    links: list[list[Link]],
    lanes: dict[tuple[int, int], Cell],
) -> None:
    """Lead an edge from gap to gap, through a row that is free in all layers on its way; else it is not drawn."""
    (first, row), (last, goal) = begin, end
    between = range(first + 1, last)
    free = [one for one in (goal, row) if all(len(layers[layer]) <= one for layer in between)]
    if last <= first or not free:
        return
    for layer in between:
        lanes[layer, free[0]].arms = LEFT | RIGHT
        lanes[layer, free[0]].edges.add(ends)
    rows = (row, *(free[0] for _ in between), goal)
    for place, (left, right) in enumerate(pairwise(rows)):
        links[first + place].append(Link(left, right, ends))


def _gap(links: Sequence[Link]) -> Gap:
    trunks = _trunks(links)
    width = 2 + max(1, *trunks.values()) if trunks else 3
    cells: dict[tuple[int, int], Cell] = defaultdict(Cell)

    def draw(row: int, column: int, arms: int, link: Link) -> None:
        cells[row, column].arms |= arms
        cells[row, column].edges.add(link.ends)

    for link in links:
        trunk = trunks[link.left]
        for column in range(trunk):
            draw(link.left, column, LEFT | RIGHT, link)
        for column in range(trunk + 1, width):
            draw(link.right, column, LEFT | RIGHT, link)
        low, high = sorted((link.left, link.right))
        for row in range(low, high + 1):
            arms = (UP if row > low else 0) | (DOWN if row < high else 0)
            arms |= (LEFT if row == link.left else 0) | (RIGHT if row == link.right else 0)
            draw(row, trunk, arms, link)
    return Gap(width, dict(cells))


def _trunks(links: Sequence[Link]) -> dict[int, int]:
    """Return by left row the column in which its group of links goes up and down; groups that overlap lie apart."""
    groups: list[tuple[set[int], set[int]]] = []
    for link in links:
        touched = [one for one in groups if link.left in one[0] or link.right in one[1]]
        merged = ({link.left}.union(*(one[0] for one in touched)), {link.right}.union(*(one[1] for one in touched)))
        groups = [one for one in groups if one not in touched] + [merged]
    columns: list[int] = []
    chosen: dict[int, int] = {}
    for lefts, rights in sorted(groups, key=lambda one: min(one[0] | one[1])):
        low, high = min(lefts | rights), max(lefts | rights)
        if low == high:
            column = 0
        else:
            column = next((place for place, until in enumerate(columns) if until < low), len(columns))
            column = min(column, MOST_TRUNKS - 1)
            columns[column : column + 1] = [max(high, *columns[column : column + 1], -1)]
        chosen |= dict.fromkeys(lefts, column + 1)
    return chosen
