"""Prints what 1,000 changes of a cell cost in a table of 100,000 rows, ours in turn with Textual's own.

Run it as `python -m tests.benchmarks.bench_table [rows] [rounds]`. Ours holds a window of them, as on the executions
screen, and is given the whole window at every change, as every reading does. It exits 1 when ours is slower.
"""

import asyncio
import sys
import time
from statistics import median

from textual.app import App, ComposeResult
from textual.coordinate import Coordinate
from textual.widgets import DataTable

from conductor_tui.screens.listing import LIMIT
from conductor_tui.spans import Span
from conductor_tui.widgets.columns import Column, Row
from conductor_tui.widgets.window_table import WindowTable

ROWS, CHANGES, ROUNDS = 100_000, 1000, 3
COLUMNS = ("ID", "DEPLOYMENT", "WORKFLOW", "STATUS", "TOOK")


class Ours(App[None]):
    """Our table alone."""

    def compose(self) -> ComposeResult:
        yield WindowTable([Column(name, 4, 20) for name in COLUMNS], id="table")

    def fill(self, amount: int) -> None:
        table = self.query_one(WindowTable)
        table.total = amount
        self.rows = [Row(str(place), _cells(place)) for place in range(min(amount, LIMIT))]
        table.show(self.rows)

    def change(self, number: int) -> None:
        place = number % len(self.rows)
        self.rows[place] = Row(str(place), (*_cells(place)[:-1], (Span(f"{number} s"),)))
        self.query_one(WindowTable).show(self.rows)


class Theirs(App[None]):
    """Textual's table alone."""

    def compose(self) -> ComposeResult:
        yield DataTable[str]()

    def fill(self, amount: int) -> None:
        table: DataTable[str] = self.query_one(DataTable)
        table.add_columns(*COLUMNS)
        table.add_rows([span.text for (span,) in _cells(place)] for place in range(amount))

    def change(self, number: int) -> None:
        table: DataTable[str] = self.query_one(DataTable)
        table.update_cell_at(Coordinate(number, len(COLUMNS) - 1), f"{number} s")


def _cells(place: int) -> tuple[tuple[Span], ...]:
    texts = (f"{place:08x}", f"site-{place % 1000:04}", "install", "completed", "15.0 s")
    return tuple((Span(text),) for text in texts)


async def measure(app: Ours | Theirs, amount: int) -> tuple[float, float]:
    """Return seconds of processor for filling, and for the changes."""
    async with app.run_test(size=(120, 40)) as pilot:
        begin = time.process_time()
        app.fill(amount)
        await pilot.pause()
        filled = time.process_time()
        for number in range(CHANGES):
            app.change(number)
        await pilot.pause()
        return filled - begin, time.process_time() - filled


def main() -> int:
    """Measure in turn and print; 1 says that ours is slower."""
    amount = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else ROUNDS
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(asyncio.run(measure(Ours(), amount)))
        theirs.append(asyncio.run(measure(Theirs(), amount)))
    ratios = [median(one[part] for one in ours) / median(one[part] for one in theirs) for part in (0, 1)]
    for part, told in enumerate((f"filling {amount:,} rows", f"{CHANGES:,} changes of a cell")):
        mine, other = (median(one[part] for one in found) for found in (ours, theirs))
        print(f"{told:28} {mine:8.2f} s of processor, {other:8.2f} of Textual's DataTable, {ratios[part]:5.2f} of it")
    return int(max(ratios) > 1)


if __name__ == "__main__":
    sys.exit(main())
