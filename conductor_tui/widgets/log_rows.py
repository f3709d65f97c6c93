"""The lines of a log that are held, those that a sieve lets through, and the rows of the screen that they take."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from conductor_tui.spans import Line, plain
from conductor_tui.widgets.log_text import wrapped

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
    execution_id: str = ""
    """Execution that it tells about."""
    operation_id: str = ""


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

    @property
    def next_level(self) -> "Sieve":
        """Without the least grave lines that are still let through; after the gravest come all again."""
        return replace(self, level=max(1, self.level) % (LEVELS - 1) + 1)


class LogRows:
    """Lays lines out; it knows no screen but its width."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.shown: list[Entry] = []
        """Those that the sieve lets through."""
        self.rows: list[Line] = []
        self.starts: list[int] = []
        """The first row of each shown entry."""
        self.sieve = Sieve()
        self.has_time = True
        self.is_wrapped = False
        self.width = 0

    @property
    def first_id(self) -> int:
        return self.entries[0].id if self.entries else 0

    @property
    def last_id(self) -> int:
        return self.entries[-1].id if self.entries else 0

    def extend(self, fresh: Sequence[Entry]) -> None:
        """Add newer lines below."""
        self.entries += fresh
        self._append(fresh)

    def hold(self, entries: Sequence[Entry]) -> None:
        """Hold these lines and no others."""
        self.entries = list(entries)
        self.lay_out()

    def let_go(self, amount: int) -> int:
        """Hold the oldest lines no longer; return how many rows they took."""
        gone = sum(1 for entry in self.entries[:amount] if self.sieve.lets(entry))
        rows = self.starts[gone] if gone < len(self.starts) else 0
        self.hold(self.entries[amount:])
        return rows

    def lay_out(self) -> None:
        """Make all rows anew: the width, the sieve or what is shown of a line has changed."""
        self.rows, self.starts, self.shown = [], [], []
        self._append(self.entries)

    def _append(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            if not self.sieve.lets(entry):
                continue
            line = entry.line if self.has_time else entry.line[entry.stamp :]
            self.shown.append(entry)
            self.starts.append(len(self.rows))
            self.rows += wrapped(line, self.width) if self.is_wrapped and self.width else [line]

    def matches(self, needle: str) -> list[int]:
        """Return the places of the shown entries that contain `needle` (casefolded); none where it is empty."""
        if not needle:
            return []
        return [place for place, entry in enumerate(self.shown) if needle in plain(entry.line).casefold()]

    def place_at(self, row: int) -> int:
        """Return the place of the shown entry that a row belongs to; -1 where there is none."""
        return bisect_right(self.starts, row) - 1 if row < len(self.rows) else -1

    def place_of(self, id: int) -> int:
        """Return the place of the shown entry with this id, or of the last one before it; -1 where there is none."""
        return bisect_right(self.shown, id, key=lambda entry: entry.id) - 1

    def newest_at(self, moment: float) -> int:
        """Return the place of the newest shown entry that is not newer than `moment` (seconds); -1 for none."""
        return bisect_right(self.shown, moment, key=lambda entry: entry.at) - 1

    def end_of(self, place: int) -> int:
        """Return the row after the last one of a shown entry."""
        return self.starts[place + 1] if place + 1 < len(self.starts) else len(self.rows)
