"""The only writer of a worker: what arrives meanwhile is committed together, in order, behind the fence.

An entry's `after` runs once the entry is on the disk; so an operation's start is durable before it runs.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from sqlite3 import Connection
from sqlite3 import Error as SQLiteError
from threading import Event, Thread
from time import monotonic

from engine.domain.errors import ConductorError, StaleAttempt, StorageFailed
from engine.domain.event import Draft
from engine.domain.execution import OperationRecord, Status
from engine.runtime.patience import PATIENCE
from engine.sdk.errors import ExecutionCancelled
from storage import deployments, events, executions, operations
from storage.database import Database

logger = logging.getLogger(__name__)

LINGER = 0.05
"""Seconds for which mere log lines wait for company."""

CROWD = 4096
"""Log lines that may wait; whoever prints more waits with them."""

PAUSE = 0.5
"""Seconds between two tries while the database cannot be written."""


class Ticket:
    """Says when an entry is on the disk."""

    __slots__ = ("_done", "error")

    def __init__(self) -> None:
        self._done = Event()
        self.error: BaseException | None = None

    def settle(self, error: BaseException | None = None) -> None:
        self.error = error
        self._done.set()

    def wait(self) -> None:
        """Return once the entry is on the disk; raise what hindered it."""
        self._done.wait()
        if self.error is not None:
            raise self.error


@dataclass(slots=True, kw_only=True)
class Entry:
    """What one request wants to be written."""

    added: Sequence[OperationRecord] = ()
    begun: Sequence[OperationRecord] = ()
    """Starts of operations; they are not written, and `after` hears of it, where the execution was asked to stop."""
    begun_drafts: Sequence[Draft] = ()
    begun_states: Sequence[tuple[str, str]] = ()
    """Node instances and the states that they enter with what begins."""
    passed: Sequence[str] = ()
    """Places of steps that are done with this entry."""
    changed: Sequence[OperationRecord] = ()
    states: Sequence[tuple[str, str]] = ()
    """Node instance and its new state."""
    drafts: Sequence[Draft] = ()
    write: Callable[[Connection], None] | None = None
    """Runs in a savepoint: what it raises undoes it alone."""
    after: Callable[[BaseException | None], None] | None = None
    """Told about the end: None, or what hindered it."""
    is_patient: bool = False
    """It may wait a moment for company."""
    ticket: Ticket = field(default_factory=Ticket)


class Recorder:
    """A thread that commits in groups."""

    def __init__(
        self,
        database: Database,
        execution_id: str,
        attempt: int,
        deployment_id: str | None,
        *,
        heed: Callable[[Status], bool],
        on_stale: Callable[[], None],
    ) -> None:
        """Begin to serve; `heed` hears the status at every commit and says whether it asks to stop."""
        self._database, self._id, self._attempt = database, execution_id, attempt
        self._deployment_id = deployment_id or ""
        self._heed, self._on_stale = heed, on_stale
        self._queue: SimpleQueue[Entry | None] = SimpleQueue()
        self._error: BaseException | None = None
        self._thread = Thread(target=self._serve, name="recorder", daemon=True)
        self._thread.start()

    def submit(self, entry: Entry) -> Ticket:
        """Queue an entry.

        Raises:
            StaleAttempt, StorageFailed: nothing can be written any more.
        """
        if self._error is not None:
            raise self._error
        self._queue.put(entry)
        return entry.ticket

    def tell(self, draft: Draft) -> None:
        """Queue a log line; it waits only where very many do."""
        is_crowded = self._queue.qsize() > CROWD
        ticket = self.submit(Entry(drafts=(draft,), is_patient=not is_crowded))
        if is_crowded:
            ticket.wait()

    def flush(self) -> None:
        """Wait until everything that was queued before is on the disk."""
        self.submit(Entry()).wait()

    def close(self) -> None:
        """Write what is queued and end the thread."""
        self._queue.put(None)
        self._thread.join()

    def _serve(self) -> None:
        try:
            while (batch := self._gather()) is not None:
                self._take(batch)
        finally:
            self._refuse_rest()

    def _take(self, batch: Sequence[Entry]) -> None:
        """Write a batch; whoever waits for it hears of it in any case."""
        error: BaseException | None = StorageFailed("the record of the execution broke off")
        try:
            error = self._error or self._commit_patiently(batch)
        finally:
            self._error = None if isinstance(error, ExecutionCancelled) else error
            for entry in batch:
                _settle(entry, error)
        if isinstance(error, StaleAttempt):
            self._on_stale()

    def _refuse_rest(self) -> None:
        self._error = self._error or StorageFailed("the execution has ended; nothing is recorded any more")
        while not self._queue.empty():
            entry = self._queue.get()
            if entry is not None:
                _settle(entry, self._error)

    def _gather(self) -> list[Entry] | None:
        """Return what has arrived; None once the recorder is closed."""
        if (first := self._queue.get()) is None:
            return None
        batch, deadline = [first], monotonic() + LINGER
        while True:
            is_waiting = batch[-1].is_patient and len(batch) < CROWD
            try:
                following = self._queue.get(is_waiting, max(0.0, deadline - monotonic()) if is_waiting else None)
            except Empty:
                return batch
            if following is None:
                self._queue.put(None)
                return batch
            batch.append(following)

    def _commit_patiently(self, batch: Sequence[Entry]) -> BaseException | None:
        """Commit; a database that is locked or full for a while is no reason to fail."""
        deadline = monotonic() + PATIENCE
        while True:
            try:
                return ExecutionCancelled() if self._commit(batch) else None
            except StorageFailed as error:
                logger.warning("%s", error)
                if monotonic() > deadline:
                    return error
                Event().wait(PAUSE)
            except (ConductorError, SQLiteError) as error:
                return error

    def _commit(self, batch: Sequence[Entry]) -> bool:
        """Write the entries; return whether starts were left out, because the execution was asked to stop."""
        with self._database.write() as connection:
            is_stopping = self._heed(executions.require_attempt(connection, self._id, self._attempt))
            begun = {} if is_stopping else {one.id: one for entry in batch for one in entry.begun}
            if added := [begun.pop(one.id, one) for entry in batch for one in entry.added]:
                operations.insert(connection, added)
            if changed := [one for entry in batch for one in entry.changed] + list(begun.values()):
                operations.update(connection, changed)
            for entry in batch:
                for instance_id, state in entry.states if is_stopping else [*entry.states, *entry.begun_states]:
                    deployments.set_instance_state(connection, self._deployment_id, instance_id, state)
                if entry.write is not None:
                    _write_alone(connection, entry)
            if passed := [place for entry in batch for place in entry.passed]:
                operations.add_passages(connection, self._id, passed)
            if drafts := [draft for entry in batch for draft in _drafts(entry, is_stopping)]:
                events.append(connection, drafts)
            return is_stopping


def _drafts(entry: Entry, is_stopping: bool) -> Sequence[Draft]:
    return entry.drafts if is_stopping else [*entry.drafts, *entry.begun_drafts]


def _write_alone(connection: Connection, entry: Entry) -> None:
    connection.execute("SAVEPOINT alone")
    entry.ticket.error = None
    try:
        if entry.write is not None:
            entry.write(connection)
    except ConductorError as error:
        connection.execute("ROLLBACK TO alone")
        entry.ticket.error = error
    connection.execute("RELEASE alone")


def _settle(entry: Entry, error: BaseException | None) -> None:
    is_refused = error is not None and not isinstance(error, ExecutionCancelled)
    entry.ticket.settle(error if is_refused else entry.ticket.error)
    if entry.after is not None:
        entry.after(error)
