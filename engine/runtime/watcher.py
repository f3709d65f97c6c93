"""Notices within a moment that the execution was asked to stop."""

import logging
from collections.abc import Callable
from sqlite3 import Error as SQLiteError
from threading import Event, Thread

from engine.domain.errors import StaleAttempt
from engine.domain.execution import CancelKind, Status
from engine.sdk.cancel import CancelFlag
from storage import executions
from storage.database import Database

logger = logging.getLogger(__name__)

INTERVAL = 0.1
"""Seconds between two looks; a look costs microseconds while nobody writes."""

_KINDS = {kind.status: kind for kind in CancelKind}


def heed(flag: CancelFlag, status: Status) -> bool:
    """Set the flag if the status asks to stop, and return whether it does."""
    kind = _KINDS.get(status)
    if kind is not None and kind is not flag.kind:
        flag.set(kind)
    return kind is not None


class CancelWatcher:
    """A thread that looks at the status whenever somebody has written."""

    def __init__(
        self,
        database: Database,
        execution_id: str,
        attempt: int,
        flag: CancelFlag,
        *,
        on_stale: Callable[[], None],
    ) -> None:
        self._database, self._id, self._attempt, self._flag = database, execution_id, attempt, flag
        self._on_stale = on_stale
        self._stop = Event()
        self._thread = Thread(target=self._serve, name="cancel watcher", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()

    def _serve(self) -> None:
        seen = -1
        while not self._stop.wait(INTERVAL if seen >= 0 else 0):
            try:
                version = self._database.data_version()
                if version != seen:
                    seen = version
                    self._look()
            except StaleAttempt:
                self._on_stale()
                return
            except SQLiteError as error:
                logger.warning("cannot look whether the execution was cancelled: %s", error)

    def _look(self) -> None:
        with self._database.read() as connection:
            status = executions.require_attempt(connection, self._id, self._attempt)
        heed(self._flag, status)
