"""Prints how quick the cockpit is on a large database: first paint, keys, switching, scrolling, long logs, rest.

Run it as `python -m tests.benchmarks.bench_cockpit [events] [folder]`: 1,000 deployments, 100,000 executions and by
default 10,000,000 events, of which a tenth belongs to one execution. A folder is filled once and kept. First come whole
processes in a terminal of 120 by 40, in turn with a bare Textual app; then the app without a terminal.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from textual.pilot import Pilot

from conductor_tui.app import Cockpit
from conductor_tui.context import Context
from conductor_tui.screens.base import ViewScreen
from conductor_tui.widgets.log_pane import LogPane
from conductor_tui.widgets.table import Table
from engine.conductor import Conductor
from tests.benchmarks import large
from tests.benchmarks.large import EXECUTIONS, TALKATIVE
from tests.benchmarks.pane import BARE_APP, Pane, cockpit_command, pane, terminal_environment

ROUNDS = 7
REST = 10.0
"""Seconds of rest that are measured."""
SWITCHES = (
    ("1", "site-0020", "deployments"),
    ("2", "[all]", "executions"),
    ("3", "of this deployment", "queue"),
    ("4", "nightly", "schedules"),
    ("6", "line ", "events"),
    ("8", "poll_interval", "system"),
)
"""Key, a text that only this view shows, name."""
Figures = dict[str, list[float]]


def in_terminals(home: Path, rounds: int) -> Figures:
    """Return what whole processes took, ours in turn with a bare app: milliseconds, megabytes, percent."""
    environment, ours = terminal_environment(home), cockpit_command(home)
    found: Figures = {}
    for number in range(rounds):
        (home / "cockpit.json").unlink(missing_ok=True)
        with pane([sys.executable, "-c", BARE_APP], environment) as bare:
            _bare(bare, found, is_last=number == rounds - 1)
        with pane(ours, environment) as cockpit_pane:
            _ours(cockpit_pane, found, is_last=number == rounds - 1)
    return found


def _bare(bare: Pane, found: Figures, *, is_last: bool) -> None:
    _note(found, "bare app: first paint", bare.until("first paint"))
    _note(found, "bare app: cpu until then", bare.cpu_milliseconds)
    _note(found, "bare app: megabytes", bare.megabytes)
    bare.press("x")
    _note(found, "bare app: a key", bare.until("key x"))
    if is_last:
        _note(found, "bare app: percent of a processor at rest", bare.rest(REST))


def _ours(ours: Pane, found: Figures, *, is_last: bool) -> None:
    _note(found, "cockpit: first paint", ours.until("Leave"))
    _note(found, "cockpit: cpu until then", ours.cpu_milliseconds)
    _note(found, "cockpit: its data", ours.until("site-0001"))
    _note(found, "cockpit: megabytes", ours.megabytes)
    if is_last:
        _note(found, "cockpit: percent of a processor while five run", ours.rest(REST))
    for key, text, name in SWITCHES:
        ours.press(key)
        _note(found, f"cockpit: first switch to {name}", ours.until(text))
    for key, text, name in SWITCHES[:2]:
        ours.press(key)
        _note(found, f"cockpit: next switch to {name}", ours.until(text))
    ours.press("j")
    ours.settle()
    for key, name in (("j", "j"), ("\x1b[6~", "page down"), ("G", "the last of 100,000"), ("g", "the first again")):
        ours.press(key)
        _note(found, f"cockpit: executions, {name}", ours.until("▌"))
    if is_last:
        _note(found, "cockpit: percent of a processor on a list at rest", ours.rest(REST))


def _note(found: Figures, name: str, figure: float) -> None:
    found.setdefault(name, []).append(figure)


async def until(pilot: Pilot[Any], condition: Callable[[], bool]) -> None:
    while not condition():
        await pilot.pause(0.001)


def is_drawn(app: Cockpit) -> bool:
    screen = app.screen
    return isinstance(screen, ViewScreen) and screen.view is not None and not screen._is_reading


@asynccontextmanager
async def cockpit(conductor: Conductor, execution_id: str | None = None) -> Any:
    context = Context(facade=conductor, clock=lambda: datetime.now(UTC), starts_engine=False)
    app = Cockpit(context, execution_id=execution_id)
    async with app.run_test(size=(120, 40)) as pilot:
        yield app, pilot


async def timed(work: Callable[[], Awaitable[None]], rounds: int = 5) -> float:
    """Return the median of some rounds, in milliseconds."""
    taken = []
    for _ in range(rounds):
        begin = time.perf_counter()
        await work()
        taken.append((time.perf_counter() - begin) * 1000)
    return median(taken)


def read_time(read: Callable[[], object]) -> float:
    """Return the median of some reads, in milliseconds."""
    taken = []
    for _ in range(5):
        begin = time.perf_counter()
        read()
        taken.append((time.perf_counter() - begin) * 1000)
    return median(taken)


async def key_to_handler(app: Cockpit, key: str) -> float:
    """Return milliseconds from a key to its handler, the median of twenty."""
    taken = []
    for _ in range(20):
        table = app.screen.query_one("#table", Table)
        before, begin = table.key, time.perf_counter()
        app.simulate_key(key)
        while table.key == before:
            await asyncio.sleep(0)
        taken.append((time.perf_counter() - begin) * 1000)
    return median(taken)


async def measure(conductor: Conductor) -> dict[str, float]:
    """Return milliseconds by what was done; CPU at rest in percent."""
    found: dict[str, float] = {}
    reads: dict[str, Callable[[], object]] = {
        "home": conductor.home_view,
        "what every screen tells": conductor.pulse_view,
        "deployments": conductor.deployments,
        "the last 500 executions": lambda: conductor.executions(limit=500, offset=EXECUTIONS - 500),
        "the queue": conductor.queue_view,
        "a log's newest 1,000": lambda: conductor.events_before(2**62, execution_id=TALKATIVE),
    }
    for name, read in reads.items():
        found[f"read {name}"] = read_time(read)
    begin = time.perf_counter()
    async with cockpit(conductor) as (app, pilot):
        await until(pilot, lambda: is_drawn(app))
        found["first screen with its data"] = (time.perf_counter() - begin) * 1000
        for key, name in (("1", "deployments"), ("2", "executions"), ("3", "queue"), ("6", "events")):
            found[f"first switch to {name}"] = await timed(lambda key=key: _switch(app, pilot, key), 1)  # type: ignore[misc] # bound at once
        found["switch between screens seen before"] = await timed(lambda: _switch(app, pilot, "2"))
        table = app.screen.query_one("#table")
        table.focus()
        await pilot.pause()
        found["j on executions, key to handler"] = await key_to_handler(app, "j")
        found["j on executions, until all is at rest"] = await timed(lambda: pilot.press("j"), 20)
        found["page down on executions"] = await timed(lambda: pilot.press("pagedown"), 20)
        found["G: the last of 100,000 executions"] = await timed(lambda: _ends(app, pilot), 3)
    begin = time.perf_counter()
    async with cockpit(conductor, TALKATIVE) as (app, pilot):
        await until(pilot, lambda: is_drawn(app))
        found["start with a long log open"] = (time.perf_counter() - begin) * 1000
        log = app.screen.query_one("#log", LogPane)
        log.focus()
        await pilot.pause()
        found["g: the first line of the log"] = await timed(lambda: _log_end(log, pilot, "g"), 1)
        found["G: the last line of the log"] = await timed(lambda: _log_end(log, pilot, "G"), 1)
        found["page up in the log"] = await timed(lambda: pilot.press("pageup"), 20)
    return found


async def _switch(app: Cockpit, pilot: Pilot[Any], key: str) -> None:
    if key == "2" and app.current_mode == "executions":
        await pilot.press("1")
    await pilot.press(key)
    await until(pilot, lambda: is_drawn(app))


async def _ends(app: Cockpit, pilot: Pilot[Any]) -> None:
    await pilot.press("G")
    await until(pilot, lambda: is_drawn(app))
    await pilot.press("g")
    await until(pilot, lambda: is_drawn(app))


async def _log_end(log: LogPane, pilot: Pilot[Any], key: str) -> None:
    await pilot.press(key)
    await until(pilot, lambda: not (log.has_older if key == "g" else log.has_newer))


def report(found: Figures) -> None:
    """Print medians, and next to ours the ratio to the bare app's."""
    middle = {name: median(figures) for name, figures in found.items()}
    for name, figure in middle.items():
        peer = middle.get(name.replace("cockpit:", "bare app:"))
        ratio = f"   {figure / peer:5.2f} of a bare app" if peer and name.startswith("cockpit:") else ""
        print(f"{name:52} {figure:9.1f}{ratio}")


def main() -> None:
    """Fill a state directory, measure, and print."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else large.EVENTS
    with tempfile.TemporaryDirectory() as name:
        home = large.filled(Path(sys.argv[2]) if len(sys.argv) > 2 else Path(name) / "home", events)
        report(in_terminals(home, ROUNDS))
        conductor = Conductor(home)
        for label, figure in asyncio.run(measure(conductor)).items():
            print(f"{label:52} {figure:9.1f}")
        conductor.close()


if __name__ == "__main__":
    main()
