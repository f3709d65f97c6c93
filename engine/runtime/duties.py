"""What a leading engine does, as explicit steps: move the queue, judge the unwatched, press late kills, notice rest."""

import logging
from collections.abc import Iterable
from datetime import datetime
from sqlite3 import Connection

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
from storage import engines, executions, schedules
from storage.database import Database

logger = logging.getLogger(__name__)

KILL_MARGIN = 3.0
"""Seconds that a shim gets beyond the grace of a kill before it is killed itself."""

SWEEP = 3600.0
"""Seconds between two looks for executions that the retention lets go."""


def has_work(database: Database) -> bool:
    """Say whether anything runs, waits or is scheduled."""
    with database.read() as connection:
        return bool(executions.live(connection)) or schedules.has_future(connection)


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
        self._next_sweep = 0.0
        """When old executions are looked for next, on the monotonic clock."""

    def look(self, now: datetime, monotonic: float) -> None:
        """Do everything that the state of the database asks for.

        Raises:
            EngineRunning: a later engine has taken over.
        """
        self._require_epoch()
        self._review(now)
        for one in self._dispatcher.step(now, monotonic, served=self._watches):
            logger.info("%s is handed over (attempt %d)", one.execution_id, one.attempt)
        self._press_kills(monotonic)
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

    def is_idle(self) -> bool:
        """Say whether nothing runs, waits or is scheduled."""
        return not has_work(self._database)

    def _require_epoch(self) -> None:
        with self._database.read() as connection:
            newest = engines.latest(connection)
        if newest is not None and newest.epoch != self._epoch:
            raise EngineRunning(str(self._home.root), newest.pid)

    def _review(self, now: datetime) -> None:
        suspects = [one for one in self._active() if not self._is_served(one)]
        if not suspects:
            return
        found = reconcile.review(self._database, self._home, suspects, now)
        for execution_id, shim in found.watched.items():
            if shim is not None and self._watches.add(execution_id, shim):
                logger.info("%s goes on under shim %d", execution_id, shim.pid)

    def _is_served(self, execution: Execution) -> bool:
        return execution.id in self._watches or self._dispatcher.has_handed(execution)

    def _active(self) -> list[Execution]:
        with self._database.read() as connection:
            active = [one.id for one in executions.live(connection) if one.status.is_active]
            return list(self._readable(connection, active))

    def _readable(self, connection: Connection, ids: Iterable[str]) -> Iterable[Execution]:
        for id in ids:
            try:
                yield executions.get(connection, id)
            except (ConductorError, ValueError, KeyError, TypeError) as error:
                logger.error("execution %s cannot be read: %s", id, error)

    def _press_kills(self, monotonic: float) -> None:
        with self._database.read() as connection:
            live = executions.live(connection)
        asked = {one.id for one in live if one.status is Status.KILL_CANCELLING and one.id in self._watches}
        self._kills = {id: self._kills.get(id, monotonic) for id in asked}
        for id, since in self._kills.items():
            if monotonic - since > GRACE + KILL_MARGIN:
                logger.warning("the shim of %s does not kill; it is killed itself", id)
                self._watches.kill(id)
