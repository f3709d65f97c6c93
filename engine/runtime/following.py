"""How a face follows an execution or a group: it looks when something was committed, and once more after the end."""

import time
from collections.abc import Callable, Iterator

from engine.domain.event import Event
from engine.runtime.clock import Clock
from storage import events, executiongroups, executions
from storage.database import Database

TICK = 0.05
"""Seconds between two looks at the database's version, which cost microseconds."""
SILENCE = 2.0
"""Seconds without a commit after which it is worth asking whether an engine still leads."""
PAGE = 1000

Look = Callable[[int], tuple[list[Event], bool]]
"""Returns a page of the events after the one with this id, and whether no further ones will come."""


def follow(
    database: Database,
    look: Look,
    *,
    after: int,
    timeout: float | None,
    clock: Clock,
    keep_alive: Callable[[], object],
) -> Iterator[list[Event]]:
    """Yield pages of new events until there will be no more, or for `timeout` seconds.

    Whoever follows wants it to go on: `keep_alive` is called at the beginning and after each silence.
    """
    deadline = None if timeout is None else clock.monotonic() + timeout
    keep_alive()
    while deadline is None or clock.monotonic() <= deadline:
        version = database.data_version()
        page, is_over = look(after)
        if page:
            after = page[-1].id
            yield page
        elif is_over:
            return
        elif not _wait_for_news(database, version, clock, deadline):
            keep_alive()


def _wait_for_news(database: Database, version: int, clock: Clock, deadline: float | None) -> bool:
    """Wait until something was committed; False when there was silence, or the deadline has passed."""
    end = clock.monotonic() + SILENCE if deadline is None else min(clock.monotonic() + SILENCE, deadline)
    while version == database.data_version():
        if clock.monotonic() > end:
            return False
        time.sleep(TICK)
    return True


def at_execution(database: Database, id: str) -> Look:
    """Look at an execution."""

    def look(after: int) -> tuple[list[Event], bool]:
        with database.read() as connection:
            is_over = executions.get(connection, id).is_final
            return events.after(connection, after, execution_id=id, limit=PAGE), is_over

    return look


def at_group(database: Database, id: str) -> Look:
    """Look at an execution group, which has ended when all of its executions have."""

    def look(after: int) -> tuple[list[Event], bool]:
        with database.read() as connection:
            is_over = all(status.is_final for status in executiongroups.counts(connection)[id])
            return events.after(connection, after, group_id=id, limit=PAGE), is_over

    return look
