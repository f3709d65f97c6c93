"""A log that is extended, sifted, searched and wrapped, and holds no more than its cap."""

from collections.abc import Iterable
from dataclasses import replace

from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip

from conductor_tui.spans import Line
from conductor_tui.widgets.lines import segments
from conductor_tui.widgets.log_rows import Entry, Sieve, Where
from conductor_tui.widgets.log_scroll import ScrolledLog
from conductor_tui.widgets.log_text import marked

__all__ = ["Entry", "LogPane", "Sieve", "Where"]

CAP = 20_000
"""Lines that are kept; older ones are counted only."""


class LogPane(ScrolledLog):
    """Lines of a log, newest last."""

    def __init__(self, *, empty: Line = (), cap: int = CAP, id: str) -> None:
        super().__init__(id=id)
        self.filters_next = False
        """What is typed next is a filter, no search."""
        self.needle = ""
        """What was searched for last, casefolded."""
        self.dropped = 0
        """Older lines that were let go."""
        self._empty, self._cap = empty, cap

    @property
    def entries(self) -> list[Entry]:
        return self.log_rows.entries

    @property
    def shown(self) -> int:
        """How many of the lines that are held the sieve lets through."""
        return len(self.log_rows.shown)

    @property
    def sieve(self) -> Sieve:
        return self.log_rows.sieve

    @property
    def first_id(self) -> int:
        return self.log_rows.first_id

    @property
    def last_id(self) -> int:
        return self.log_rows.last_id

    # What is held.

    def extend(self, entries: Iterable[Entry]) -> None:
        """Add newer lines; those already held are passed over."""
        fresh = [entry for entry in entries if entry.id > self.last_id]
        self._is_wanted = False
        if not fresh:
            return
        self.log_rows.extend(fresh)
        if (over := len(self.entries) - self._cap) > 0:
            self._let_go(over)
        self._settle()

    def _let_go(self, amount: int) -> None:
        """Hold the oldest lines no longer, and stay at what is shown."""
        top = self.scroll_offset.y
        rows = self.log_rows.let_go(amount)
        self.dropped += amount
        if not self.is_following:
            self.call_after_refresh(self._scroll, max(0, top - rows))

    def prepend(self, entries: Iterable[Entry], *, is_first: bool) -> None:
        """Add older lines above; what is on the screen stays where it is. `is_first`: nothing is older."""
        held, top = self.log_rows, self.scroll_offset.y
        anchor = held.shown[0] if held.shown else None
        together = [*entries, *held.entries]
        self.has_newer = self.has_newer or len(together) > self._cap
        self.has_older, self._is_wanted = not is_first, False
        held.hold(together[: self._cap])
        self._settle()
        added = held.starts[held.place_of(anchor.id)] if anchor is not None and held.shown else 0
        self.call_after_refresh(self._scroll, top + added)

    def replace(self, entries: Iterable[Entry], *, is_at_end: bool = False) -> None:
        """Show these lines and no other, from the top, or from the end."""
        held = list(entries)
        self._is_wanted = False
        if held == self.entries:
            return
        self.is_following = is_at_end
        self.log_rows.hold(held)
        self._settle()
        if not is_at_end:
            self.call_after_refresh(self._scroll, 0)

    # What is shown of it.

    def sift(self, sieve: Sieve) -> int:
        """Show only the lines that the sieve lets through; return how many there are."""
        self.log_rows.sieve = sieve
        self._lay_out()
        return self.shown

    def filter(self, text: str) -> int:
        """Show only the lines that contain `text`, whatever the case."""
        return self.sift(replace(self.sieve, text=text.casefold()))

    def only(self, node: str) -> int:
        """Show only the lines about a node instance; empty shows all. Return how many there are."""
        return self.sift(replace(self.sieve, node=node))

    def turn_level(self) -> None:
        self.sift(self.sieve.next_level)

    def toggle_time(self) -> None:
        self.log_rows.has_time = not self.log_rows.has_time
        self._lay_out()

    def toggle_wrap(self) -> None:
        self.log_rows.is_wrapped = not self.log_rows.is_wrapped
        self._lay_out()

    def toggle_follow(self) -> None:
        self.is_following = not self.is_following
        self._settle()

    # Searching.

    def go_to_moment(self, moment: float) -> None:
        """Show the newest line that is not newer than `moment` (seconds) at the bottom."""
        place = self.log_rows.newest_at(moment)
        if place >= 0:
            self._scroll(self.log_rows.starts[place] - self.size.height + 1)

    def search(self, needle: str) -> int:
        """Mark the lines that contain `needle` and go to the newest one; return how many there are.

        Where `filters_next` is set it shows these lines alone.
        """
        if self.filters_next:
            self.filters_next = False
            return self.filter(needle)
        self.needle = needle.casefold()
        found = self.log_rows.matches(self.needle)
        if found:
            self.go_to(found[-1])
        self.refresh()
        return len(found)

    def step_match(self, step: int) -> bool:
        """Go to the next (1) or an earlier (-1) match; return whether there is one among the lines that are held."""
        here = self.place
        found = [place for place in self.log_rows.matches(self.needle) if (place - here) * step > 0]
        if not found:
            return False
        self.go_to(found[0] if step > 0 else found[-1])
        return True

    # Drawing.

    def _lay_out(self) -> None:
        self.log_rows.width = self.room
        self.log_rows.lay_out()
        self._settle()

    def _settle(self) -> None:
        self.virtual_size = Size(self.room, len(self.log_rows.rows))
        if self.is_following:
            self.call_after_refresh(self._to_end)
        self.refresh()
        self.post_message(self.Changed(self))

    def on_resize(self) -> None:
        if self.log_rows.is_wrapped:
            self._lay_out()
        else:
            self.log_rows.width = self.room
            self._settle()

    def render_line(self, y: int) -> Strip:
        width, rows = self.room, self.log_rows.rows
        index = y + self.scroll_offset.y
        spans: Line = rows[index] if index < len(rows) else ()
        if not rows and y == 0:
            spans = self._empty
        if self.needle:
            spans = marked(spans, self.needle)
        return Strip(segments(self, spans, width, self.style_of(index)), width)

    def style_of(self, row: int) -> Style:
        """Return the ground on which a row is drawn."""
        return self.rich_style
