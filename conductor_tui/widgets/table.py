"""Rows with a cursor that stays on its row's key, drawn line by line however many there are."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from conductor_tui.filters import matcher
from conductor_tui.glyphs import UNICODE
from conductor_tui.spans import Line, Span, Tone, plain, safe
from conductor_tui.widgets.columns import GAP, Column, Row, widths
from conductor_tui.widgets.lines import Toned, segments, width_of

MEASURED = 300
"""Rows that decide the widths; later ones are cut to fit."""
FEW = 50
"""Rows that are drawn by themselves when they change; from more on all is measured and drawn anew."""


class Table(Toned, can_focus=True):
    """A table of keyed rows."""

    COMPONENT_CLASSES = {"table--header", "table--cursor", "table--cursor-blurred"}
    DEFAULT_CSS = """
    Table {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="table.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="table.down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="table.page-up"),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False, id="table.page-down"),
        Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False, id="table.half-up"),
        Binding("ctrl+d", "page(0.5)", "Half a page down", show=False, id="table.half-down"),
        Binding("g,home", "top", "First row", show=False, id="table.top"),
        Binding("G,end", "bottom", "Last row", show=False, id="table.bottom"),
        Binding("enter", "open", "Open", show=False, id="table.open"),
    ]

    class Opened(Message):
        """A row was chosen."""

        def __init__(self, table: "Table", key: str) -> None:
            self.table, self.key = table, key
            super().__init__()

        @property
        def control(self) -> "Table":
            return self.table

    class Moved(Message):
        """The cursor stands on another row; the key is None where there is no row."""

        def __init__(self, table: "Table", key: str | None) -> None:
            self.table, self.key = table, key
            super().__init__()

        @property
        def control(self) -> "Table":
            return self.table

    def __init__(self, columns: Sequence[Column], *, empty: Sequence[Line] = (), cursor: str = "▌", id: str) -> None:
        super().__init__(id=id)
        self.columns = tuple(columns)
        self.empty = tuple(empty)
        self._sign, self._mark = cursor, "◆" if cursor == UNICODE.cursor else "+"
        self._marked: set[str] = set()
        self._all: tuple[Row, ...] = ()
        self._rows: tuple[Row, ...] = ()
        self._cursor = 0
        self._filter = ""
        self._widths: list[int] = []
        self._wanted = [0] * len(self.columns)
        self._is_loaded = False
        self._complaint = ""

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows that the filter lets through."""
        return self._rows

    @property
    def key(self) -> str | None:
        """The key under the cursor."""
        return self._rows[self._cursor].key if self._rows else None

    @property
    def filter(self) -> str:
        return self._filter

    @property
    def marked(self) -> tuple[str, ...]:
        """The keys of the marked rows, in the order in which they stand."""
        return tuple(row.key for row in self._all if row.key in self._marked)

    def chosen_texts(self) -> tuple[str, ...]:
        """The whole text of the last column in the marked rows, or else in the row under the cursor."""
        chosen = self.marked or ((self.key,) if self.key is not None else ())
        return tuple(row.whole or plain(row.cells[-1]) for row in self._all if row.key in chosen)

    def mark(self, keys: Sequence[str], *, is_marked: bool = True) -> None:
        """Mark these rows, or take their marks away."""
        self._marked = self._marked | set(keys) if is_marked else self._marked - set(keys)
        self.refresh()

    def narrow(self, text: str) -> None:
        """Show only the rows that `text` lets through."""
        self._filter = text
        self._apply()

    def show(self, rows: Sequence[Row]) -> None:
        """Draw these rows; the cursor stays on its key."""
        before, fresh = self._all, tuple(rows)
        if self._is_loaded and before == fresh:
            return
        changed = changed_places(before, fresh) if self._is_loaded and not self._filter else None
        self._is_loaded, self._all = True, fresh
        if changed is None or len(changed) > FEW:
            self._apply()
        else:
            self._replace(changed)

    def _replace(self, changed: Sequence[int]) -> None:
        """Draw a few rows that stand where they stood; columns grow with them, and shrink when many change."""
        self._rows = self._all
        fresh = self._fitted(self._rows[index] for index in changed if index < MEASURED)
        if fresh != self._widths:
            self._widths = fresh
            self.refresh()
            return
        for index in changed:
            self._refresh_row(index)

    def complain(self, reason: str) -> None:
        """Say why there are no rows yet; nothing where there are some."""
        self._complaint = safe(reason)
        if not self._is_loaded:
            self.refresh()

    def point_at(self, key: str) -> None:
        """Move the cursor to a row, if it is there."""
        for index, row in enumerate(self._rows):
            if row.key == key:
                self._go(index)
                return

    def _apply(self) -> None:
        before, old_key = self._rows, self.key
        passes = matcher(self._filter)
        self._rows = tuple(row for row in self._all if not self._filter or passes(_text(row)))
        keys = {row.key: index for index, row in enumerate(self._rows)}
        self._cursor = keys.get(old_key or "", min(self._cursor, max(0, len(self._rows) - 1)))
        self.virtual_size = Size(self.room, len(self._rows) + 1)
        self._redraw(before)
        self._keep_visible()
        if self.key != old_key:
            self.post_message(self.Moved(self, self.key))

    def _redraw(self, before: Sequence[Row]) -> None:
        fresh = self._measure()
        if fresh != self._widths or [row.key for row in before] != [row.key for row in self._rows]:
            self._widths = fresh
            self.refresh()
            return
        for index, (old, new) in enumerate(zip(before, self._rows, strict=True)):
            if old != new:
                self._refresh_row(index)

    def _measure(self) -> list[int]:
        self._wanted = [0] * len(self.columns)
        return self._fitted(self._rows[:MEASURED])

    def _fitted(self, rows: Iterable[Row]) -> list[int]:
        """Return the widths with which these rows fit in too."""
        for row in rows:
            for index, cell in enumerate(row.cells):
                self._wanted[index] = max(self._wanted[index], width_of(cell))
        return widths(self.columns, self._wanted, self.room - 1)

    def on_resize(self) -> None:
        self._widths = self._measure()
        self._keep_visible()
        self.refresh()

    def _refresh_row(self, index: int) -> None:
        y = index + 1 - self.scroll_offset.y
        if 0 < y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        width = self.room
        if not self._rows:
            return self._empty_line(y, width)
        if y == 0:
            return self._header(width)
        index = y - 1 + self.scroll_offset.y
        if index >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        return self._row(index, width)

    def _empty_line(self, y: int, width: int) -> Strip:
        lines = self.empty if not self._filter else ((Span(f"no row contains {self._filter!r}", Tone.DIM),),)
        if not self._is_loaded:
            told = Span(self._complaint, Tone.BAD) if self._complaint else Span("loading …", Tone.DIM)
            lines = ((told,),)
        spans: Line = (Span(" "), *lines[y]) if y < len(lines) else ()
        return Strip(segments(self, spans, width, self.rich_style), width)

    def _header(self, width: int) -> Strip:
        base = self.get_component_rich_style("table--header")
        cells = tuple((Span(column.title, Tone.DIM),) for column in self.columns)
        return Strip(self._cells(cells, " ", width, base), width)

    def _row(self, index: int, width: int) -> Strip:
        base, sign = self.rich_style, " "
        if index == self._cursor:
            name = "table--cursor" if self.has_focus else "table--cursor-blurred"
            base, sign = self.get_component_rich_style(name), self._sign if self.has_focus else " "
        if self._rows[index].key in self._marked:
            sign = self._mark
        return Strip(self._cells(self._rows[index].cells, sign, width, base), width)

    def _cells(self, cells: Sequence[Line], sign: str, width: int, base: Style) -> list[Segment]:
        made = [Segment(sign, base)]
        for column, cell, room in zip(self.columns, cells, self._widths, strict=False):
            if not room:
                continue
            pad = max(0, room - width_of(cell)) if column.is_right else 0
            if pad:
                made.append(Segment(" " * pad, base))
            made += segments(self, cell, room - pad, base)
            made.append(Segment(" " * GAP, base))
        return list(Strip(made).adjust_cell_length(width, base))

    def _go(self, index: int) -> None:
        target = max(0, min(index, len(self._rows) - 1))
        if target == self._cursor or not self._rows:
            return
        before, self._cursor = self._cursor, target
        self._refresh_row(before)
        self._refresh_row(target)
        self._keep_visible()
        self.post_message(self.Moved(self, self.key))

    def _keep_visible(self) -> None:
        room = max(1, self.size.height - 1)
        top = self.scroll_offset.y
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False, force=True)
        elif self._cursor >= top + room:
            self.scroll_to(y=self._cursor - room + 1, animate=False, force=True)

    def action_move(self, step: int) -> None:
        self._go(self._cursor + step)

    def action_page(self, share: float) -> None:
        self._go(self._cursor + int(share * max(2, self.size.height - 1)))

    def action_top(self) -> None:
        self._go(0)

    def action_bottom(self) -> None:
        self._go(len(self._rows) - 1)

    def action_open(self) -> None:
        if self.key is not None:
            self.post_message(self.Opened(self, self.key))

    def on_click(self, event: events.Click) -> None:
        index = event.y - 1 + self.scroll_offset.y
        if not 0 <= index < len(self._rows) or event.y == 0:
            return
        if index == self._cursor and event.chain > 1:
            self.action_open()
        self._go(index)


def changed_places(before: Sequence[Row], after: Sequence[Row]) -> list[int] | None:
    """Return where rows differ; None where others stand than before."""
    if len(before) != len(after) or any(old.key != new.key for old, new in zip(before, after, strict=True)):
        return None
    return [index for index, (old, new) in enumerate(zip(before, after, strict=True)) if old is not new and old != new]


def _text(row: Row) -> str:
    return " ".join(plain(cell) for cell in row.cells)
