"""A log with a cursor on one line: lines are marked and copied, and a search goes from line to line."""

from collections.abc import Iterator
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from conductor_tui.spans import plain
from conductor_tui.widgets.log_pane import LogPane
from conductor_tui.widgets.log_rows import Entry, Where


class EventLog(LogPane):
    """The cursor stands on the newest line while the log follows its end."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"table--cursor", "log--marked"}
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "open", "Open", show=False, id="log.open")]

    class Opened(Message):
        """A line was chosen."""

        def __init__(self, log: "EventLog", entry: Entry) -> None:
            self.log, self.entry = log, entry
            super().__init__()

        @property
        def control(self) -> "EventLog":
            return self.log

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type] # those of LogPane
        self._pointed = 0
        """Id of the line under the cursor; 0 is the newest one."""
        self.marks: set[int] = set()

    @property
    def place(self) -> int:
        """The place of the line under the cursor; -1 where there is no line."""
        last = self.shown - 1
        return last if self.is_following or not self._pointed else min(last, self.log_rows.place_of(self._pointed))

    @property
    def pointed_id(self) -> int:
        """The id of the line under the cursor; 0 where there is none."""
        return self.log_rows.shown[self.place].id if self.shown else 0

    def chosen_texts(self) -> tuple[str, ...]:
        """The marked lines, or else the one under the cursor."""
        return tuple(plain(entry.line) for entry in self._chosen())

    def chosen_ids(self) -> tuple[int, ...]:
        """The ids of the lines whose texts `chosen_texts` returns."""
        return tuple(entry.id for entry in self._chosen())

    def _chosen(self) -> Iterator[Entry]:
        chosen = self.marks or {self.pointed_id}
        return (entry for entry in self.entries if entry.id in chosen)

    # Marks.

    def mark(self) -> None:
        """Mark the line under the cursor, or take its mark away, and go on."""
        self.marks ^= {self.pointed_id}
        self.action_move(1)
        self.refresh()

    def mark_to_here(self) -> None:
        """Mark all lines from the nearest mark to the cursor."""
        here = self.pointed_id
        nearest = min(self.marks, key=lambda id: abs(id - here), default=here)
        low, high = sorted((nearest, here))
        self.marks |= {entry.id for entry in self.log_rows.shown if low <= entry.id <= high}
        self.refresh()

    def mark_all(self) -> None:
        self.marks = {entry.id for entry in self.log_rows.shown}
        self.refresh()

    def unmark(self) -> None:
        self.marks = set()
        self.refresh()

    # Moving.

    def go_to(self, place: int) -> None:
        self._point(place)
        super().go_to(place)
        self.is_following = self._is_newest(place)

    def go_to_id(self, id: int) -> None:
        """Go to the line with this id."""
        place = self.log_rows.place_of(id)
        if place >= 0:
            self.go_to(place)

    def _point(self, place: int) -> None:
        was, self.is_following = self.is_following, self._is_newest(place)
        self._pointed = self.log_rows.shown[place].id
        self.refresh()
        if was != self.is_following:
            self.post_message(self.Changed(self))

    def _is_newest(self, place: int) -> bool:
        return place >= self.shown - 1 and not self.has_newer

    def action_move(self, step: int) -> None:
        target = self.place + step
        if not self.shown:
            return
        if target < 0 and self.has_older:
            self._want(Where.OLDER)
        elif target >= self.shown and self.has_newer:
            self._want(Where.NEWER)
        target = max(0, min(target, self.shown - 1))
        self._point(target)
        self._keep_visible(target)

    def action_open(self) -> None:
        if self.shown:
            self.post_message(self.Opened(self, self.log_rows.shown[self.place]))

    def on_click(self, event: events.Click) -> None:
        place = self.log_rows.place_at(event.y + self.scroll_offset.y)
        if place >= 0:
            self._point(place)

    def action_page(self, share: float) -> None:
        self.action_move(int(share * max(2, self.size.height)))

    def action_top(self) -> None:
        if self.has_older:
            self._pointed = 1
            self._want(Where.FIRST)
        else:
            self.action_move(-self.shown)

    def action_bottom(self) -> None:
        if self.has_newer:
            self._want(Where.LAST)
        else:
            self.action_move(self.shown)

    def _keep_visible(self, place: int) -> None:
        top, end, height = self.log_rows.starts[place], self.log_rows.end_of(place), max(1, self.size.height)
        offset = self.scroll_offset.y
        if top < offset:
            self.scroll_to(y=top, animate=False, force=True)
        elif end > offset + height:
            self.scroll_to(y=min(top, end - height), animate=False, force=True)

    def style_of(self, row: int) -> Style:
        place = self.log_rows.place_at(row)
        if place < 0:
            return self.rich_style
        if self.has_focus and not self.is_following and place == self.place:
            return self.get_component_rich_style("table--cursor")
        if self.log_rows.shown[place].id in self.marks:
            return self.get_component_rich_style("log--marked")
        return self.rich_style
