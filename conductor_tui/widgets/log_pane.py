"""A log that follows its end, is searched and wrapped, and holds no more than its cap."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import chop_cells
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from conductor_tui.spans import Line, Span, Tone, plain
from conductor_tui.widgets.lines import Toned, segments, width_of

CAP = 20_000
"""Lines that are kept; older ones are counted only."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a log."""

    id: int
    line: Line


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

    def __init__(self, *, empty: Line = (), cap: int = CAP, id: str) -> None:
        super().__init__(id=id)
        self._entries: list[Entry] = []
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
    def dropped(self) -> int:
        """Older lines that were let go."""
        return self._dropped

    @property
    def last_id(self) -> int:
        return self._entries[-1].id if self._entries else 0

    def extend(self, entries: Iterable[Entry]) -> None:
        """Add newer lines; those already held are passed over."""
        fresh = [entry for entry in entries if entry.id > self.last_id]
        if not fresh:
            return
        self._entries += fresh
        if len(self._entries) > self._cap:
            self._dropped += len(self._entries) - self._cap
            self._entries = self._entries[-self._cap :]
            self._lay_out()
        else:
            self._append(fresh)
        self._settle()

    def replace(self, entries: Iterable[Entry]) -> None:
        """Show these lines and no other, from the top."""
        held = list(entries)
        if held == self._entries:
            return
        self._entries, self.is_following = held, False
        self._lay_out()
        self._settle()

    def search(self, needle: str) -> int:
        """Mark the lines that contain `needle` and go to the newest one; return how many there are."""
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
        return [index for index, entry in enumerate(self._entries) if self._needle in plain(entry.line).casefold()]

    def _show_entry(self, index: int) -> None:
        self._scroll(max(0, self._starts[index] - self.size.height // 2))

    def _lay_out(self) -> None:
        self._rows, self._starts = [], []
        self._append(self._entries)

    def _append(self, entries: Iterable[Entry]) -> None:
        width = self.room
        for entry in entries:
            self._starts.append(len(self._rows))
            self._rows += wrapped(entry.line, width) if self.is_wrapped and width else [entry.line]

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
        was_following, self.is_following = self.is_following, y >= self._end
        self.scroll_to(y=y, animate=False, force=True)
        if was_following != self.is_following:
            self.post_message(self.Changed(self))

    def _on_mouse_scroll_up(self, event: object) -> None:
        self._scroll(self.scroll_offset.y - 3)

    def _on_mouse_scroll_down(self, event: object) -> None:
        self._scroll(self.scroll_offset.y + 3)

    def action_move(self, step: int) -> None:
        self._scroll(self.scroll_offset.y + step)

    def action_page(self, share: float) -> None:
        self._scroll(self.scroll_offset.y + int(share * max(2, self.size.height)))

    def action_top(self) -> None:
        self._scroll(0)

    def action_bottom(self) -> None:
        self._scroll(self._end)


def marked(spans: Line, needle: str) -> Line:
    """Return the line with every place that contains `needle` (casefolded) in the tone of a match."""
    return tuple(piece for one in spans for piece in _marked_span(one, needle))


def _marked_span(one: Span, needle: str) -> Iterator[Span]:
    text, folded, start = one.text, one.text.casefold(), 0
    if len(folded) != len(text):
        yield one
        return
    while (found := folded.find(needle, start)) >= 0:
        if found > start:
            yield Span(text[start:found], one.tone)
        yield Span(text[found : found + len(needle)], Tone.MATCH)
        start = found + len(needle)
    if start < len(text):
        yield Span(text[start:], one.tone)


def wrapped(spans: Line, width: int) -> list[Line]:
    """Return the line broken into rows of at most `width` cells; its last piece carries on below its own start."""
    if not spans or width_of(spans) <= width:
        return [spans]
    *head, tail = spans
    indent = width_of(tuple(head))
    if indent > width // 2:
        indent = 2
        return [tuple(head), *_carried(tail, indent, width)]
    first, *rest = _carried(tail, indent, width)
    return [(*head, *first[1:]), *rest]


def _carried(tail: Span, indent: int, width: int) -> list[Line]:
    chunks = chop_cells(tail.text, max(1, width - indent))
    return [(Span(" " * indent), Span(chunk, tail.tone)) for chunk in chunks]
