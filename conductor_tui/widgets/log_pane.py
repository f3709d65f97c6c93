"""A log that follows its end, is searched and wrapped, and holds no more than its cap."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from conductor_tui.spans import Line, plain
from conductor_tui.widgets.lines import Toned, segments
from conductor_tui.widgets.log_text import marked, wrapped

CAP = 20_000
"""Lines that are kept; older ones are counted only."""
LEVELS = 5
"""How many levels can be left out, none included: a log of errors alone is the shortest."""


class Where(StrEnum):
    """Which lines of a log that is not held as a whole are asked for."""

    FIRST = "first"
    OLDER = "older"
    NEWER = "newer"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a log."""

    id: int
    line: Line
    stamp: int = 0
    """Spans at its start that tell the time and can be hidden."""
    level: int = 0
    """How grave it is; a higher number is graver."""
    node: str = ""
    """Node instance that it tells about."""
    at: float = 0.0
    """When it was told, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieve:
    """Which lines of a log are shown."""

    text: str = ""
    """Casefolded; empty lets all through."""
    level: int = 0
    node: str = ""

    def lets(self, entry: Entry) -> bool:
        if entry.level < self.level or (self.node and entry.node != self.node):
            return False
        return not self.text or self.text in plain(entry.line).casefold()


class LogPane(Toned, can_focus=True):
    """Lines of a log, newest last."""

    DEFAULT_CSS = """
    LogPane {
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

        def __init__(self, pane: "LogPane") -> None:
            self.pane = pane
            super().__init__()

        @property
        def control(self) -> "LogPane":
            return self.pane

    class Wanted(Message):
        """Lines beyond those that are held are asked for."""

        def __init__(self, pane: "LogPane", where: Where) -> None:
            self.pane, self.where = pane, where
            super().__init__()

        @property
        def control(self) -> "LogPane":
            return self.pane

    def __init__(self, *, empty: Line = (), cap: int = CAP, id: str) -> None:
        super().__init__(id=id)
        self._entries: list[Entry] = []
        self._shown: list[Entry] = []
        self.sieve = Sieve()
        self.has_time = True
        self.filters_next = False
        """What is typed next is a filter, no search."""
        self.has_older = False
        """There are older lines than those that are held, and whoever hears `Wanted` brings them."""
        self.has_newer = False
        self._is_wanted = False
        self._rows: list[Line] = []
        self._starts: list[int] = []
        self._empty = empty
        self._cap = cap
        self._dropped = 0
        self._needle = ""
        self.is_following = True
        self.is_wrapped = False

    @property
    def entries(self) -> list[Entry]:
        return self._entries

    @property
    def shown(self) -> int:
        """How many of the lines that are held the sieve lets through."""
        return len(self._shown)

    @property
    def first_id(self) -> int:
        return self._entries[0].id if self._entries else 0

    @property
    def dropped(self) -> int:
        """Older lines that were let go."""
        return self._dropped

    @property
    def last_id(self) -> int:
        return self._entries[-1].id if self._entries else 0

    def extend(self, entries: Iterable[Entry]) -> None:
        """Add newer lines; those already held are passed over."""
        fresh = [entry for entry in entries if entry.id > self.last_id]
        self._is_wanted = False
        if not fresh:
            return
        self._entries += fresh
        if len(self._entries) > self._cap:
            self._dropped += len(self._entries) - self._cap
            self._let_go(len(self._entries) - self._cap)
        else:
            self._append(fresh)
        self._settle()

    def prepend(self, entries: Iterable[Entry], *, is_first: bool) -> None:
        """Add older lines above; what is on the screen stays where it is. `is_first`: nothing is older."""
        older = list(entries)
        anchor, top = self._shown[0] if self._shown else None, self.scroll_offset.y
        self._entries = [*older, *self._entries]
        if len(self._entries) > self._cap:
            self._entries, self.has_newer = self._entries[: self._cap], True
        self.has_older, self._is_wanted = not is_first, False
        self._lay_out()
        self._settle()
        added = self._starts[self._shown.index(anchor)] if anchor in self._shown else 0
        self.call_after_refresh(self._scroll, top + added)

    def replace(self, entries: Iterable[Entry], *, is_at_end: bool = False) -> None:
        """Show these lines and no other, from the top, or from the end."""
        held = list(entries)
        self._is_wanted = False
        if held == self._entries:
            return
        self._entries, self.is_following = held, is_at_end
        self._lay_out()
        self._settle()
        if not is_at_end:
            self.call_after_refresh(self._scroll, 0)

    def _let_go(self, amount: int) -> None:
        """Hold the oldest lines no longer, and stay at what is shown."""
        gone = sum(1 for entry in self._entries[:amount] if self.sieve.lets(entry))
        rows = self._starts[gone] if gone < len(self._starts) else 0
        top = self.scroll_offset.y
        self._entries = self._entries[amount:]
        self._lay_out()
        if not self.is_following:
            self.call_after_refresh(self._scroll, max(0, top - rows))

    def sift(self, sieve: Sieve) -> int:
        """Show only the lines that the sieve lets through; return how many there are."""
        self.sieve = sieve
        self._lay_out()
        self._settle()
        return len(self._shown)

    def filter(self, text: str) -> int:
        """Show only the lines that contain `text`, whatever the case."""
        return self.sift(replace(self.sieve, text=text.casefold()))

    def only(self, node: str) -> int:
        """Show only the lines about a node instance; empty shows all. Return how many there are."""
        return self.sift(replace(self.sieve, node=node))

    def turn_level(self) -> None:
        """Leave out the least grave lines that are still shown; after the gravest come all again."""
        self.sift(replace(self.sieve, level=self.sieve.level % (LEVELS - 1) + 1))

    def toggle_time(self) -> None:
        self.has_time = not self.has_time
        self._lay_out()
        self._settle()

    def go_to_moment(self, moment: float) -> None:
        """Show the newest line that is not newer than `moment` (seconds) at the bottom."""
        index = bisect_right(self._shown, moment, key=lambda entry: entry.at) - 1
        if index >= 0:
            self._scroll(self._starts[index] - self.size.height + 1)

    def search(self, needle: str) -> int:
        """Mark the lines that contain `needle` and go to the newest one; return how many there are.

        Where `filters_next` is set it shows these lines alone.
        """
        if self.filters_next:
            self.filters_next = False
            return self.filter(needle)
        self._needle = needle.casefold()
        found = self._matches()
        if found:
            self._show_entry(found[-1])
        self.refresh()
        return len(found)

    def step_match(self, step: int) -> None:
        """Go to the next (1) or an earlier (-1) match."""
        found = [self._starts[index] for index in self._matches()]
        top = self.scroll_offset.y
        later = [row for row in found if row > top]
        earlier = [row for row in found if row < top]
        if step > 0 and later:
            self._scroll(later[0])
        elif step < 0 and earlier:
            self._scroll(earlier[-1])

    def toggle_follow(self) -> None:
        self.is_following = not self.is_following
        self._settle()

    def toggle_wrap(self) -> None:
        self.is_wrapped = not self.is_wrapped
        self._lay_out()
        self._settle()

    def _matches(self) -> list[int]:
        if not self._needle:
            return []
        return [index for index, entry in enumerate(self._shown) if self._needle in plain(entry.line).casefold()]

    def _show_entry(self, index: int) -> None:
        self._scroll(max(0, self._starts[index] - self.size.height // 2))

    def _lay_out(self) -> None:
        self._rows, self._starts, self._shown = [], [], []
        self._append(self._entries)

    def _append(self, entries: Iterable[Entry]) -> None:
        width = self.room
        for entry in entries:
            if not self.sieve.lets(entry):
                continue
            line = entry.line if self.has_time else entry.line[entry.stamp :]
            self._shown.append(entry)
            self._starts.append(len(self._rows))
            self._rows += wrapped(line, width) if self.is_wrapped and width else [line]

    def _settle(self) -> None:
        self.virtual_size = Size(self.room, len(self._rows))
        if self.is_following:
            self.call_after_refresh(self._to_end)
        self.refresh()
        self.post_message(self.Changed(self))

    def _to_end(self) -> None:
        if self.is_following:
            self.scroll_to(y=self._end, animate=False, force=True, immediate=True)

    @property
    def _end(self) -> int:
        return max(0, len(self._rows) - self.size.height)

    def on_resize(self) -> None:
        if self.is_wrapped:
            self._lay_out()
        self._settle()

    def render_line(self, y: int) -> Strip:
        width = self.room
        index = y + self.scroll_offset.y
        spans: Line = self._rows[index] if index < len(self._rows) else ()
        if not self._rows and y == 0:
            spans = self._empty
        if self._needle:
            spans = marked(spans, self._needle)
        return Strip(segments(self, spans, width, self.rich_style), width)

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
