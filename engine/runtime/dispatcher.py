"""The way from the database to a worker: the queue is released, and what is pending is handed over, once."""

import logging
import sqlite3
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.domain.admission import Live
from engine.domain.errors import ConductorError
from engine.domain.execution import Execution, Status
from engine.runtime.assignment import Assignment
from engine.runtime.crashpoints import CrashPoint, crashpoint
from engine.runtime.spawner import Spawner
from engine.services import executions as service
from storage import executions
from storage.database import Database

logger = logging.getLogger(__name__)

UNREADABLE = "its stored row cannot be read: {error}"


LONGEST_PAUSE = 30.0
"""Seconds between two tries at most, while no shim comes to serve an execution."""


@dataclass(frozen=True, slots=True)
class Try:
    """How often an attempt has been handed over, and when it was last."""

    count: int
    monotonic: float

    def is_over(self, monotonic: float) -> bool:
        """Say whether the next try is due: the second at once, the others ever later."""
        pause = 0.0 if self.count == 1 else min(2.0 ** (self.count - 2), LONGEST_PAUSE)
        return monotonic - self.monotonic >= pause


class Dispatcher:
    """What has been handed over is remembered, so that each attempt is asked for once."""

    def __init__(self, database: Database, spawner: Spawner) -> None:
        self._database = database
        self._spawner = spawner
        self._handed: set[Assignment] = set()
        self._tries: dict[Assignment, Try] = {}

    def step(
        self, live: Iterable[Live], now: datetime, monotonic: float, *, served: Container[str] = ()
    ) -> list[Assignment]:
        """Release the queue and hand over what is pending, except executions that a shim serves already."""
        waiting = [one.id for one in live if one.status is Status.PENDING]
        pending = list(self._pending([*waiting, *self._release(now)], now))
        self._handed.intersection_update(pending)
        self._tries = {one: self._tries[one] for one in pending if one in self._tries}
        fresh = [one for one in pending if self._may_hand(one, monotonic) and one.execution_id not in served]
        for one in fresh:
            self._hand(one, monotonic)
        return fresh

    def _may_hand(self, one: Assignment, monotonic: float) -> bool:
        return one not in self._handed and (one not in self._tries or self._tries[one].is_over(monotonic))

    def _hand(self, one: Assignment, monotonic: float) -> None:
        count = self._tries[one].count + 1 if one in self._tries else 1
        self._tries[one] = Try(count, monotonic)
        self._handed.add(one)
        self._spawner.spawn(one)
        crashpoint(CrashPoint.DISPATCH_HANDED)

    def has_handed(self, execution: Execution) -> bool:
        """Say whether the attempt has been asked for and nothing was heard against it."""
        return Assignment(execution.id, execution.attempt) in self._handed

    def forget(self, execution_id: str | None = None) -> None:
        """Let an execution, or every one, be handed over again while it is pending."""
        lost = {one for one in self._handed if execution_id in (None, one.execution_id)}
        self._handed -= lost

    def _release(self, now: datetime) -> list[str]:
        try:
            released = service.release(self._database, now=now)
        except (ConductorError, sqlite3.Error, ValueError, KeyError) as error:
            logger.error("the queue cannot move: %s: %s", type(error).__name__, error)
            return []
        for one in released:
            logger.info("%s %s leaves the queue", one.workflow_id, one.id)
            crashpoint(CrashPoint.DISPATCH_STARTED)
        return [one.id for one in released]

    def _pending(self, ids: Iterable[str], now: datetime) -> Iterator[Assignment]:
        for id in ids:
            if (execution := self._load(id, now)) is not None and execution.status is Status.PENDING:
                yield Assignment(id, execution.attempt)

    def _load(self, id: str, now: datetime) -> Execution | None:
        """Return the execution; one that cannot be read fails with that reason, so that the others go on."""
        try:
            with self._database.read() as connection:
                return executions.get(connection, id)
        except ConductorError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            reason = UNREADABLE.format(error=error)
            logger.error("execution %s: %s", id, reason)
            with self._database.write() as connection:
                executions.set_status(connection, id, Status.PENDING, Status.FAILED, now=now, error=reason)
            return None
