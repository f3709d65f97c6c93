"""A task graph in layers, or as an indented tree where it is narrow; the cursor lights up its neighbours."""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from conductor_tui.graphboxes import Box
from conductor_tui.graphedges import LEFT, SIGNS, Cell, Edges, edges
from conductor_tui.spans import Line, Span, Tone
from conductor_tui.widgets.lines import Toned, segments, width_of

WIDEST = 34
"""Cells that a layer takes at most."""
NARROW = 90


class TaskGraph(Toned, can_focus=True):
    """Boxes with a cursor that stays on its key."""

    COMPONENT_CLASSES = {"graph--cursor"}
    DEFAULT_CSS = """
    TaskGraph {
        height: 1fr;
        overflow: hidden auto;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
    }
    TaskGraph > .graph--cursor { background: $primary 35%; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "step(-1)", "Up", show=False, id="graph.up"),
        Binding("down,j", "step(1)", "Down", show=False, id="graph.down"),
        Binding("left,h", "layer(-1)", "Layer before", show=False, id="graph.left"),
        Binding("right,l", "layer(1)", "Next layer", show=False, id="graph.right"),
        Binding("g,home", "edge(0)", "First", show=False, id="graph.top"),
        Binding("G,end", "edge(-1)", "Last", show=False, id="graph.bottom"),
        Binding("enter", "open", "Open", show=False, id="graph.open"),
    ]

    class Opened(Message):
        """A box was chosen."""

        def __init__(self, graph: "TaskGraph", key: str) -> None:
            self.graph, self.key = graph, key
            super().__init__()

        @property
        def control(self) -> "TaskGraph":
            return self.graph

    def __init__(self, *, empty: Line = (), id: str) -> None:
        super().__init__(id=id)
        self.empty = empty
        self._layers: list[list[Box]] = []
        self._widths: list[int] = []
        self._links: list[list[tuple[str, frozenset[str]]]] = []
        self._edges = Edges()
        self._key: str | None = None
        self._first_layer = 0

    @property
    def key(self) -> str | None:
        """The key under the cursor."""
        return self._key

    @property
    def is_tree(self) -> bool:
        return self.size.width < NARROW

    def show(self, boxes: Sequence[Box]) -> None:
        """Draw these boxes; the cursor stays on its key."""
        layers: list[list[Box]] = [[] for _ in range(max((one.layer for one in boxes), default=-1) + 1)]
        for one in boxes:
            layers[one.layer].append(one)
        if layers == self._layers:
            return
        self._layers = layers
        self._widths = [min(WIDEST, max(width_of(one.line) for one in layer)) for layer in layers]
        links = [[(one.key, one.after) for one in layer] for layer in layers]
        if links != self._links:
            self._links, self._edges = links, edges(layers)
        if self._place() is None:
            self._key = layers[0][0].key if layers else None
        self._fit()

    def point_at(self, key: str) -> None:
        """Move the cursor to a box, if it is there."""
        if any(one.key == key for layer in self._layers for one in layer):
            self._go(key)

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        rows = len(self._flat) if self.is_tree else max((len(layer) for layer in self._layers), default=0) + 1
        self.virtual_size = Size(self.room, rows)
        self._keep_visible()
        self.refresh()

    @property
    def _flat(self) -> list[Box]:
        return [one for layer in self._layers for one in layer]

    def _place(self) -> tuple[int, int] | None:
        """Return layer and row of the cursor."""
        for layer, boxes in enumerate(self._layers):
            for row, one in enumerate(boxes):
                if one.key == self._key:
                    return layer, row
        return None

    # Drawing.

    def render_line(self, y: int) -> Strip:
        width, row = self.room, y + self.scroll_offset.y
        if not self._layers:
            return Strip(segments(self, self.empty if y == 0 else (), width, self.rich_style), width)
        made = self._tree_row(row, width) if self.is_tree else self._layer_row(y, row, width)
        return Strip(list(Strip(made).adjust_cell_length(width, self.rich_style)), width)

    def _tree_row(self, row: int, width: int) -> list[Segment]:
        flat = self._flat
        if row >= len(flat):
            return []
        indent = min(2 * flat[row].layer, width // 3)
        return [Segment(" " * indent, self.rich_style), *self._box(flat[row], width - indent)]

    def _layer_row(self, y: int, row: int, width: int) -> list[Segment]:
        made: list[Segment] = []
        for layer in range(self._first_layer, len(self._layers)):
            boxes, room, joint = self._layers[layer], self._widths[layer], self._joint(layer)
            if y == 0:
                made += segments(self, (Span(f"L{layer}", Tone.DIM),), room + joint, self.rich_style)
            elif row - 1 < len(boxes):
                made += self._box(boxes[row - 1], room, leads_on=self._leads_on(layer, row - 1))
                made += segments(self, self._lines(layer, row - 1), joint, self.rich_style)
            else:
                lane = self._edges.lanes.get((layer, row - 1))
                through: Line = (Span(lane.sign * room, self._tone(lane)),) if lane else ()
                made += segments(self, through, room, self.rich_style)
                made += segments(self, self._lines(layer, row - 1), joint, self.rich_style)
            if sum(one.cell_length for one in made) >= width:
                break
        return made

    def _joint(self, layer: int) -> int:
        """Return how many cells lie between a layer and the next one."""
        return self._edges.gaps[layer].width if layer < len(self._edges.gaps) else 0

    def _lines(self, layer: int, row: int) -> Line:
        """Return the lines after a layer in one row: bright where they lead to the cursor or from it."""
        if layer >= len(self._edges.gaps):
            return ()
        gap = self._edges.gaps[layer]
        cells = (gap.cells.get((row, column)) for column in range(gap.width))
        return tuple(Span(one.sign, self._tone(one)) if one else Span(" ") for one in cells)

    def _tone(self, cell: Cell) -> Tone:
        return Tone.KEY if cell.is_near(self._key) else Tone.DIM

    def _leads_on(self, layer: int, row: int) -> bool:
        return layer < len(self._edges.gaps) and (row, 0) in self._edges.gaps[layer].cells

    def _box(self, box: Box, room: int, *, leads_on: bool = False) -> list[Segment]:
        """Return a box with the beginning of its lines, where any lead on."""
        line = self._lit(box)
        rest = room - width_of(line)
        if leads_on and rest > 1:
            is_near = self._key == box.key or self._key in box.after
            line = (*line, Span(f" {SIGNS[LEFT] * (rest - 1)}", Tone.KEY if is_near else Tone.DIM))
        is_chosen = box.key == self._key and self.has_focus
        style = self.get_component_rich_style("graph--cursor") if is_chosen else self.rich_style
        return segments(self, line, room, style)

    def _lit(self, box: Box) -> Line:
        is_near = self._key is not None and (self._key in box.before or self._key in box.after)
        return (box.line[0], *(Span(one.text, Tone.KEY) for one in box.line[1:])) if is_near else box.line

    # Moving.

    def _go(self, key: str) -> None:
        if key != self._key:
            self._key = key
            self._keep_visible()
            self.refresh()

    def _keep_visible(self) -> None:
        place = self._place()
        if place is None:
            return
        layer, row = place
        line = self._flat.index(self._layers[layer][row]) if self.is_tree else row + 1
        top, height = self.scroll_offset.y, max(1, self.size.height)
        if line < top + (not self.is_tree):
            self.scroll_to(y=line - (not self.is_tree), animate=False, force=True)
        elif line >= top + height:
            self.scroll_to(y=line - height + 1, animate=False, force=True)
        self._first_layer = min(self._first_layer, layer)
        while self._span_of(self._first_layer, layer) > self.room > 0:
            if self._first_layer == layer:
                break
            self._first_layer += 1

    def _span_of(self, first: int, last: int) -> int:
        """Return the cells that some layers take with the gaps between them."""
        shown = range(first, last + 1)
        return sum(self._widths[layer] + self._joint(layer) for layer in shown) - self._joint(last)

    def action_step(self, step: int) -> None:
        place = self._place()
        if place is None:
            return
        boxes, row = (self._layers[place[0]], place[1])
        if self.is_tree:
            boxes = self._flat
            row = boxes.index(self._layers[place[0]][place[1]])
        self._go(boxes[max(0, min(row + step, len(boxes) - 1))].key)

    def action_layer(self, step: int) -> None:
        """Go to a neighbour in the next layer or the one before, else to the nearest row there."""
        place = self._place()
        if place is None or not 0 <= place[0] + step < len(self._layers):
            return
        box, there = self._layers[place[0]][place[1]], self._layers[place[0] + step]
        linked = [one for one in there if one.key in (box.after if step > 0 else box.before)]
        self._go((linked[0] if linked else there[min(place[1], len(there) - 1)]).key)

    def action_edge(self, index: int) -> None:
        if self._layers:
            self._go(self._flat[index].key)

    def action_open(self) -> None:
        if self._key is not None:
            self.post_message(self.Opened(self, self._key))

    def on_click(self, event: events.Click) -> None:
        row = event.y + self.scroll_offset.y
        if self.is_tree and row < len(self._flat):
            self._go(self._flat[row].key)
            return
        left = 0
        for layer in range(self._first_layer, len(self._layers)):
            if left <= event.x < left + self._widths[layer] and 0 < row <= len(self._layers[layer]):
                self._go(self._layers[layer][row - 1].key)
            left += self._widths[layer] + self._joint(layer)
