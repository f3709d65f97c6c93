"""A state directory of the size that faces are measured on: 1,000 deployments, 100,000 executions, millions of events.

A tenth of the events belongs to one execution; there are five operations to every execution and a schedule to every
deployment.
"""

import sqlite3
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from engine.domain.execution import Status
from engine.domain.recurrence import Rule
from engine.domain.schedule import Schedule
from storage import executions, schedules
from storage.codec import to_time
from storage.database import Database
from tests.builders import an_execution, store_deployment

DEPLOYMENTS, EXECUTIONS, EVENTS = 1000, 100_000, 10_000_000
TALKATIVE = "talkative"
"""The execution with the long log."""
RUNNING, QUEUED = 5, 20
FAST = ("PRAGMA synchronous = OFF", "PRAGMA journal_mode = OFF", "PRAGMA cache_size = -500000")
EVENT_INDEXES = {
    "event_of_execution": "CREATE INDEX event_of_execution ON event (execution_id, id)",
    "event_of_deployment": "CREATE INDEX event_of_deployment ON event (deployment_id, id)",
}


def fill(home: Path, events: int = EVENTS) -> None:
    """Store everything; takes a minute or two, nearly all of it for the events."""
    now = datetime.now(UTC)
    database = Database.open(home)
    for number in range(DEPLOYMENTS):
        store_deployment(database, f"site-{number:04}")
    _fill_executions(database, now)
    _fill_schedules(database, now)
    path = database.path
    database.close()
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in FAST:
        connection.execute(pragma)
    _fill_operations(connection, now)
    _fill_events(connection, events, now)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()


def filled(home: Path, events: int = EVENTS) -> Path:
    """Return a state directory, filled if it is new."""
    if not (home / "conductor.db").exists():
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        begin = time.perf_counter()
        fill(home, events)
        print(f"{events:,} events are stored in {time.perf_counter() - begin:.0f} s")
    return home


def _fill_executions(database: Database, now: datetime) -> None:
    began = now - timedelta(days=30)
    with database.write() as connection:
        for number in range(EXECUTIONS):
            begin = began + timedelta(seconds=20 * number)
            ended = an_execution(
                TALKATIVE if number == EXECUTIONS - 1 else f"{number:08x}",
                deployment_id=f"site-{number % DEPLOYMENTS:04}",
                status=Status.FAILED if number % 50 == 0 else Status.TERMINATED,
                created_at=begin,
                started_at=begin,
                ended_at=begin + timedelta(seconds=15),
            )
            executions.insert(connection, ended)
        for number in range(RUNNING + QUEUED):
            is_running = number < RUNNING
            waiting = an_execution(
                f"live{number:04x}",
                deployment_id=f"site-{number % RUNNING:04}",
                status=Status.STARTED if is_running else Status.QUEUED,
                created_at=now,
                started_at=now if is_running else None,
            )
            executions.insert(connection, waiting)


def _fill_schedules(database: Database, now: datetime) -> None:
    with database.write() as connection:
        for number in range(DEPLOYMENTS):
            nightly = Schedule(
                id="nightly",
                deployment_id=f"site-{number:04}",
                workflow_id="install",
                rule=Rule(since=now, recurrence="1 days", zone="Europe/Berlin"),
                next_occurrence=now + timedelta(hours=3, seconds=number),
                created_at=now,
            )
            schedules.insert(connection, nightly)


def _fill_operations(connection: sqlite3.Connection, now: datetime) -> None:
    connection.execute("BEGIN")
    connection.execute(
        "WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 4) "
        "INSERT INTO operation (id, execution_id, name, node_instance_id, state, retry, max_retries, created_at, "
        "started_at, ended_at, error, place, is_interrupted) "
        "SELECT execution.id || '-' || i, execution.id, 'cloudify.interfaces.lifecycle.create', 'web_aaaaaa', "
        "'succeeded', 0, 3, ?, ?, ?, '', 'web create ' || i, 0 FROM execution, n "
        "WHERE ended_at IS NOT NULL",
        [to_time(now - timedelta(seconds=back)) for back in (10, 10, 5)],
    )
    connection.execute("COMMIT")


def _fill_events(connection: sqlite3.Connection, amount: int, now: datetime) -> None:
    for name in EVENT_INDEXES:
        connection.execute(f"DROP INDEX {name}")
    connection.execute("BEGIN")
    connection.execute(
        "WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < ? - 1) "
        "INSERT INTO event (type, message, timestamp, level, execution_id, deployment_id, workflow_id, error_causes) "
        "SELECT 'log', 'line ' || i || ' of a log that tells what is done in about eighty characters', ?, "
        "CASE i % 100 WHEN 7 THEN 'warning' WHEN 9 THEN 'error' WHEN 8 THEN 'debug' ELSE 'info' END, "
        "CASE i % 10 WHEN 0 THEN ? ELSE printf('%08x', i % 99999) END, printf('site-%04d', i % 1000), 'install', '' "
        "FROM n",
        (amount, to_time(now), TALKATIVE),
    )
    connection.execute("COMMIT")
    for statement in EVENT_INDEXES.values():
        connection.execute(statement)


def main() -> None:
    """Fill the folder that is named: `python -m tests.benchmarks.large FOLDER [EVENTS]`."""
    home = filled(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else EVENTS)
    print(f"{(home / 'conductor.db').stat().st_size / 1e9:.2f} GB")


if __name__ == "__main__":
    main()
