"""What a leading engine does, as explicit steps: move the queue, judge the unwatched, press late kills, notice rest."""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from sqlite3 import Connection

from engine.domain.admission import Live
from engine.domain.errors import ConductorError, EngineRunning
from engine.domain.execution import Execution, Status
from engine.runtime import reconcile
from engine.runtime.assignment import Spawned
from engine.runtime.dispatcher import Dispatcher
from engine.runtime.ending import GRACE
from engine.runtime.home import Home
from engine.runtime.processes import identity
from engine.runtime.spawner import Spawner
from engine.runtime.watches import Watches
from engine.services import maintenance, purging
from storage import engines, executions, hooks, schedules
from storage.database import Database

logger = logging.getLogger(__name__)

KILL_MARGIN = 3.0
"""Seconds that a shim gets beyond the grace of a kill before it is killed itself."""

SWEEP = 3600.0
"""Seconds between two looks for executions that the retention lets go."""


def has_work(database: Database) -> bool:
    """Say whether anything runs, waits, is scheduled or is to be told."""
    with database.read() as connection:
        return bool(executions.live(connection)) or _has_future(connection)


def _has_future(connection: Connection) -> bool:
    return schedules.has_future(connection) or hooks.next_try(connection) is not None


class Duties:
    """The steps; the engine calls them when something has happened, a simulation in any order."""

    def __init__(self, database: Database, home: Home, spawner: Spawner, watches: Watches, *, epoch: int) -> None:
        self._database = database
        self._home = home
        self._watches = watches
        self._epoch = epoch
        self._dispatcher = Dispatcher(database, spawner)
        self._kills: dict[str, float] = {}
        """When each kill was first seen, on the monotonic clock."""
        self.is_idle = False
        """Whether nothing ran, waited, was scheduled or was to be told at the last look."""
        self._next_sweep = 0.0
        """When old executions are looked for next, on the monotonic clock."""

    def look(self, now: datetime, monotonic: float) -> None:
        """Do everything that the state of the database asks for.

        Raises:
            EngineRunning: a later engine has taken over.
        """
        live = self._look_at_live()
        self._review(live, now)
        for one in self._dispatcher.step(live, now, monotonic, served=self._watches):
            logger.info("%s is handed over (attempt %d)", one.execution_id, one.attempt)
        self._press_kills(live, monotonic)
        maintenance.advance(self._database, now=now)
        self._retain(now, monotonic)

    def _retain(self, now: datetime, monotonic: float) -> None:
        """Remove what the retention lets go: one batch a look, so that starts never wait for it."""
        if monotonic < self._next_sweep:
            return
        removed = purging.retain(self._database, now=now)
        if removed:
            logger.info("removed %d executions that ended long ago", removed)
        self._next_sweep = monotonic if removed == purging.BATCH else monotonic + SWEEP

    def spawned(self, answer: Spawned) -> None:
        """Watch the shim that has got an assignment."""
        shim = identity(answer.pid)
        if shim is None or not self._watches.add(answer.assignment.execution_id, shim):
            self.ended(answer.assignment.execution_id)

    def ended(self, execution_id: str) -> None:
        """Take note that a shim is gone; the next look judges what it left."""
        self._watches.remove(execution_id)
        self._dispatcher.forget(execution_id)

    def spawner_died(self) -> None:
        """Let everything be handed over again that the zygote may have lost."""
        self._dispatcher.forget()

    def _look_at_live(self) -> list[Live]:
        """Return what is not final, read once for a whole look, as the queue may be long."""
        with self._database.read() as connection:
            newest = engines.latest(connection)
            live = executions.live(connection)
            self.is_idle = not live and not _has_future(connection)
        if newest is not None and newest.epoch != self._epoch:
            raise EngineRunning(str(self._home.root), newest.pid)
        return live

    def _review(self, live: Iterable[Live], now: datetime) -> None:
        unwatched = [one.id for one in live if one.status.is_active and one.id not in self._watches]
        suspects = [one for one in self._readable(unwatched) if not self._dispatcher.has_handed(one)]
        if not suspects:
            return
        found = reconcile.review(self._database, self._home, suspects, now)
        for execution_id, shim in found.watched.items():
            if shim is not None and self._watches.add(execution_id, shim):
                logger.info("%s goes on under shim %d", execution_id, shim.pid)

    def _readable(self, ids: Iterable[str]) -> Iterator[Execution]:
        for id in ids:
            try:
                with self._database.read() as connection:
                    yield executions.get(connection, id)
            except (ConductorError, ValueError, KeyError, TypeError) as error:
                logger.error("execution %s cannot be read: %s", id, error)

    def _press_kills(self, live: Iterable[Live], monotonic: float) -> None:
        asked = {one.id for one in live if one.status is Status.KILL_CANCELLING and one.id in self._watches}
        self._kills = {id: self._kills.get(id, monotonic) for id in asked}
        for id, since in self._kills.items():
            if monotonic - since > GRACE + KILL_MARGIN:
                logger.warning("the shim of %s does not kill; it is killed itself", id)
                self._watches.kill(id)
