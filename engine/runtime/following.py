"""How a face follows an execution: it looks when something was committed, and once more after the end."""

import time
from collections.abc import Iterator

from engine.domain.event import Event
from engine.runtime.clock import Clock
from storage import events, executions
from storage.database import Database

TICK = 0.05
"""Seconds between two looks at the database's version, which cost microseconds."""
PAGE = 1000


def follow(
    database: Database, execution_id: str, *, after: int, timeout: float | None, clock: Clock
) -> Iterator[list[Event]]:
    """Yield pages of new events until the execution has ended, or for `timeout` seconds."""
    deadline = None if timeout is None else clock.monotonic() + timeout
    while True:
        version = database.data_version()
        page, is_over = _look(database, execution_id, after)
        if page:
            after = page[-1].id
            yield page
        elif is_over:
            return
        while not page and version == database.data_version():
            if deadline is not None and clock.monotonic() > deadline:
                return
            time.sleep(TICK)


def _look(database: Database, execution_id: str, after: int) -> tuple[list[Event], bool]:
    with database.read() as connection:
        is_over = executions.get(connection, execution_id).is_final
        return events.after(connection, after, execution_id=execution_id, limit=PAGE), is_over
