"""Where in a log the reader is: at its end, which is followed, or held; lines beyond those at hand are asked for."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from conductor_tui.widgets.lines import Toned
from conductor_tui.widgets.log_rows import LogRows, Where


class ScrolledLog(Toned, can_focus=True):
    """A log that is moved in by lines, pages and ends."""

    DEFAULT_CSS = """
    ScrolledLog {
        height: 1fr;
        padding-left: 1;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="log.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="log.down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="log.page-up"),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False, id="log.page-down"),
        Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False, id="log.half-up"),
        Binding("ctrl+d", "page(0.5)", "Half a page down", show=False, id="log.half-down"),
        Binding("g,home", "top", "First line", show=False, id="log.top"),
        Binding("G,end", "bottom", "Last line, and follow", show=False, id="log.bottom"),
    ]

    class Changed(Message):
        """Something that the title tells has changed."""

        def __init__(self, pane: "ScrolledLog") -> None:
            self.pane = pane
            super().__init__()

        @property
        def control(self) -> "ScrolledLog":
            return self.pane

    class Wanted(Message):
        """Lines beyond those that are held are asked for."""

        def __init__(self, pane: "ScrolledLog", where: Where) -> None:
            self.pane, self.where = pane, where
            super().__init__()

        @property
        def control(self) -> "ScrolledLog":
            return self.pane

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.log_rows = LogRows()
        self.has_older = False
        """There are older lines than those that are held, and whoever hears `Wanted` brings them."""
        self.has_newer = False
        self.is_following = True
        self._is_wanted = False

    def _to_end(self) -> None:
        if self.is_following:
            self.scroll_to(y=self._end, animate=False, force=True, immediate=True)

    @property
    def _end(self) -> int:
        return max(0, len(self.log_rows.rows) - self.size.height)

    @property
    def place(self) -> int:
        """The place of the shown line from which a search goes on."""
        return self.log_rows.place_at(self.scroll_offset.y + self.size.height // 2)

    def go_to(self, place: int) -> None:
        """Show a line in the middle."""
        self._scroll(max(0, self.log_rows.starts[place] - self.size.height // 2))

    def _scroll(self, target: int) -> None:
        y = max(0, min(target, self._end))
        was_following, self.is_following = self.is_following, y >= self._end and not self.has_newer
        self.scroll_to(y=y, animate=False, force=True)
        if was_following != self.is_following:
            self.post_message(self.Changed(self))
        if y == 0 and self.has_older:
            self._want(Where.OLDER)
        elif y >= self._end and self.has_newer:
            self._want(Where.NEWER)

    def _want(self, where: Where) -> None:
        if not self._is_wanted:
            self._is_wanted = True
            self.post_message(self.Wanted(self, where))

    def _on_mouse_scroll_up(self, event: object) -> None:
        self._scroll(self.scroll_offset.y - 3)

    def _on_mouse_scroll_down(self, event: object) -> None:
        self._scroll(self.scroll_offset.y + 3)

    def action_move(self, step: int) -> None:
        self._scroll(self.scroll_offset.y + step)

    def action_page(self, share: float) -> None:
        self._scroll(self.scroll_offset.y + int(share * max(2, self.size.height)))

    def action_top(self) -> None:
        if self.has_older:
            self._want(Where.FIRST)
        else:
            self._scroll(0)

    def action_bottom(self) -> None:
        if self.has_newer:
            self._want(Where.LAST)
        else:
            self._scroll(self._end)
