"""Prints how quick the cockpit is on a large database: first paint, keys, switching, scrolling, long logs, rest.

Run it as `python -m tests.benchmarks.bench_cockpit [events]`: 1,000 deployments, 100,000 executions and by default
1,000,000 events, of which half belong to one execution. Times are of the app without a terminal, 120 by 40.
"""

import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
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
from engine.domain.event import EventType
from engine.domain.execution import Status
from storage.codec import to_time
from storage.database import Database
from tests.builders import an_execution, store_deployment

DEPLOYMENTS, EXECUTIONS = 1000, 100_000
TALKATIVE = "talkative"
NOW = datetime.now(UTC)


def fill(home: Path, events: int) -> None:
    """Store everything that is looked at."""
    from storage import executions

    database = Database.open(home)
    for number in range(DEPLOYMENTS):
        store_deployment(database, f"site-{number:04}")
    began = NOW - timedelta(days=30)
    with database.write() as connection:
        for number in range(EXECUTIONS):
            begin = began + timedelta(seconds=20 * number)
            row = an_execution(
                TALKATIVE if number == EXECUTIONS - 1 else f"{number:08x}",
                deployment_id=f"site-{number % DEPLOYMENTS:04}",
                status=Status.FAILED if number % 50 == 0 else Status.TERMINATED,
                created_at=begin,
                started_at=begin,
                ended_at=begin + timedelta(seconds=15),
            )
            executions.insert(connection, row)
    _fill_events(database, events)
    database.close()


def _fill_events(database: Database, amount: int) -> None:
    """Store one half of the events for one execution, the other for all, straight as rows."""
    columns = "type, message, timestamp, level, execution_id, deployment_id, workflow_id, error_causes"
    stamp = to_time(NOW)
    for start in range(0, amount, 100_000):
        with database.write() as connection:
            connection.executemany(
                f"INSERT INTO event ({columns}) VALUES (?, ?, ?, 'info', ?, ?, 'install', '')",
                (
                    (
                        EventType.LOG,
                        f"line {number} of a log that tells what is done in about eighty characters",
                        stamp,
                        TALKATIVE if number % 2 else f"{number % EXECUTIONS:08x}",
                        f"site-{number % DEPLOYMENTS:04}",
                    )
                    for number in range(start, min(amount, start + 100_000))
                ),
            )


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
        found["CPU at rest, percent"] = await _rest(pilot)
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


async def _rest(pilot: Pilot[Any], seconds: float = 10.0) -> float:
    before = resource.getrusage(resource.RUSAGE_SELF)
    await pilot.pause(seconds)
    after = resource.getrusage(resource.RUSAGE_SELF)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return 100 * used / seconds


def main() -> None:
    """Fill a state directory, measure, and print."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "home"
        conductor = Conductor(home)
        begin = time.perf_counter()
        fill(home, events)
        print(f"{events:,} events are stored in {time.perf_counter() - begin:.0f} s")
        for label, figure in asyncio.run(measure(conductor)).items():
            print(f"{label:40} {figure:9.1f}")
        conductor.close()


if __name__ == "__main__":
    main()
