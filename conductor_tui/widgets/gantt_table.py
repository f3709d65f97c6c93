"""A table whose last column is a time line that is zoomed and moved."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from conductor_tui.gantt import BESIDE, SHORTEST_NAME
from conductor_tui.spans import Line
from conductor_tui.widgets.columns import Column, Row
from conductor_tui.widgets.table import Table

MOST = 64


class GanttTable(Table):
    """Tasks over time."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus", "zoom(2)", "Closer", show=False, id="gantt.closer"),
        Binding("minus", "zoom(0.5)", "Further", show=False, id="gantt.further"),
        Binding("comma,left,h", "pan(-1)", "Earlier", show=False, id="gantt.earlier"),
        Binding("full_stop,right,l", "pan(1)", "Later", show=False, id="gantt.later"),
    ]

    class Turned(Message):
        """Another part of the time is to be shown."""

    def __init__(self, *, empty: Line = (), cursor: str, id: str) -> None:
        super().__init__((), empty=[empty], cursor=cursor, id=id)
        self.names = SHORTEST_NAME
        """Cells that the names of the tasks have."""
        self.zoom = 1
        """How many times closer than the whole."""
        self.pan = 0
        """Quarters of what is shown that lie before it."""

    @property
    def time_cells(self) -> int:
        return max(8, self.room - BESIDE - self.names)

    def draw(self, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        """Draw these rows under these columns."""
        if self.columns != tuple(columns):
            self.columns = tuple(columns)
            super().on_resize()
        self.show(rows)

    def on_resize(self) -> None:
        super().on_resize()
        self.post_message(self.Turned())

    def action_zoom(self, factor: float) -> None:
        zoom = max(1, min(MOST, int(self.zoom * factor)))
        self.pan = int(self.pan * zoom / self.zoom)
        self.zoom = zoom
        self.post_message(self.Turned())

    def action_pan(self, step: int) -> None:
        self.pan = max(0, min(self.pan + step, 4 * (self.zoom - 1)))
        self.post_message(self.Turned())
