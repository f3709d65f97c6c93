"""The shim of one execution: it watches the worker, ends what is below it when due, and leaves the truth behind.

It outlives the engine. It has no threads, and it holds the lock of the execution's folder for as long as it lives.
"""

import logging
import os
import signal
import socket
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TypeVar

from engine.domain.errors import NotFound, StorageFailed
from engine.domain.execution import Execution, Status
from engine.runtime import kernel, marks
from engine.runtime.assignment import Assignment, Entry, is_waiting, receive
from engine.runtime.clock import Clock, SystemClock
from engine.runtime.crashpoints import CrashPoint, crashpoint
from engine.runtime.doorbell import ring
from engine.runtime.ending import GRACE, GRACE_OF_LOST, Ended, end_tree
from engine.runtime.home import Home
from engine.runtime.patience import persist
from engine.runtime.processes import Process, identity, members, own_identity, scan
from engine.runtime.runs import Claim, Result, RunFolder
from engine.runtime.seat import Seat, fork_worker
from engine.services import executions as service
from storage import executions
from storage.database import Database

T = TypeVar("T")

logger = logging.getLogger(__name__)

LOOK = 0.2
"""Seconds between two looks for a kill."""

DEAF_TO = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""A shim that is told to end would leave its execution unexplained; it ends when its worker does."""


def serve(end: socket.socket, home: Home, entry: Entry) -> int:
    """Live as a spare until an assignment arrives at `end`, then as its shim; return the exit status."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    kernel.adopt_orphans()
    kernel.call_myself("conductor-shim")
    seat = fork_worker(home, entry, end)
    for signum in DEAF_TO:
        signal.signal(signum, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    if not is_waiting(end):
        rehearse(home)
    message = receive(end)
    end.close()
    if message:
        Shim(home, Assignment.decode(message), seat).run()
    return 0


def rehearse(home: Home) -> None:
    """Go once through what an assignment needs, so that memory is warm when one comes."""
    folder = RunFolder(home.run(f".spare-{os.getpid()}"))
    try:
        descriptor = folder.hold()
        folder.claim(1, Claim(shim=own_identity(), worker=None))
    except OSError as error:
        logger.warning("a spare shim cannot write to %s: %s", folder.path, error)
        return
    folder.remove()
    if descriptor is not None:
        os.close(descriptor)


class Shim:
    """The life of a shim from its assignment on."""

    def __init__(self, home: Home, assignment: Assignment, seat: Seat, clock: Clock | None = None) -> None:
        self._home = home
        self._assignment = assignment
        self._seat = seat
        self._clock = clock or SystemClock()
        self._folder = RunFolder(home.run(assignment.execution_id))
        self._database = Database(home.root)
        self._version: int | None = None
        self._exit_status: int | None = None
        """As waitpid tells it; None while the worker lives."""

    def run(self) -> None:
        """Serve the assignment to its end; leave at once when another shim serves it."""
        marks.carry(self._mark)
        if not self._take():
            return
        with suppress(OSError):  # a worker that is gone already is noticed below
            self._seat.assign(self._assignment)
        crashpoint(CrashPoint.SHIM_ASSIGNED)
        is_kill = self._wait_for_end()
        try:
            self._kill() if is_kill else self._conclude()
        except StorageFailed as error:
            logger.error("%s is left to the next engine: %s", self._mark, error)
        ring(self._home.root)

    @property
    def _mark(self) -> str:
        return marks.mark_of(self._assignment.execution_id, self._assignment.attempt)

    def _take(self) -> bool:
        if self._folder.hold() is None:
            return False
        crashpoint(CrashPoint.SHIM_LOCKED)
        claim = Claim(shim=own_identity(), worker=identity(self._seat.pid))
        is_ours = self._folder.claim(self._assignment.attempt, claim)
        crashpoint(CrashPoint.SHIM_CLAIMED)
        return is_ours

    def _wait_for_end(self) -> bool:
        """Wait until the worker is gone (False) or everything shall be killed (True)."""
        while not self._reap():
            if signal.sigtimedwait({signal.SIGCHLD}, LOOK) is None and self._is_kill_asked():
                return True
        return False

    def _reap(self) -> bool:
        """Bury every child that has ended, adopted ones too, and say whether the worker is gone."""
        try:
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                if ended[0] == self._seat.pid:
                    self._exit_status = ended[1]
        except ChildProcessError:
            pass
        return self._exit_status is not None

    def _is_kill_asked(self) -> bool:
        try:
            version = self._database.data_version()
            if version == self._version:
                return False
            self._version = version
            execution = self._load()
        except (sqlite3.Error, StorageFailed) as error:
            logger.warning("cannot look for a kill: %s", error)
            return False
        return execution is None or execution.status is Status.KILL_CANCELLING

    def _load(self) -> Execution | None:
        try:
            with self._database.read() as connection:
                return executions.get(connection, self._assignment.execution_id)
        except NotFound:
            return None

    def _kill(self) -> None:
        ended = self._end_below(GRACE)
        self._settle("it was killed on request", note=ended.sentence)

    def _conclude(self) -> None:
        """Say how the worker ended, unless it has said so itself."""
        execution = self._persist(self._load)
        if execution is None or execution.is_final or execution.attempt != self._assignment.attempt:
            self._folder.remove()
        elif execution.status is Status.KILL_CANCELLING:
            self._kill()
        elif execution.status is not Status.PENDING:
            crashpoint(CrashPoint.SHIM_LOST)
            reason = describe_end(self._exit_status or 0)
            self._keep_result(reason)
            crashpoint(CrashPoint.SHIM_RESULT)
            self._end_below(GRACE_OF_LOST)
            self._settle(reason)

    def _keep_result(self, reason: str) -> None:
        """Leave word for the case that this process ends before the database knows; a full disk takes only the word."""
        try:
            self._folder.write_result(Result(attempt=self._assignment.attempt, reason=reason))
        except OSError as error:
            logger.warning("the end of %s is not noted: %s", self._mark, error)

    def _end_below(self, grace: float) -> Ended:
        ended = end_tree(self._below, grace=grace, monotonic=self._clock.monotonic, wait=self._wait)
        crashpoint(CrashPoint.SHIM_ENDED_TREE)
        logger.info("ended %d processes of %s, %d by force", len(ended.asked), self._mark, len(ended.forced))
        return ended

    def _below(self) -> Iterable[Process]:
        processes = scan()
        unmarked_yet = (one for one in processes if one.pid == self._seat.pid)
        return {*members(processes, self._mark, os.getpid()), *unmarked_yet}

    def _wait(self, seconds: float) -> None:
        signal.sigtimedwait({signal.SIGCHLD}, seconds)
        self._reap()

    def _settle(self, reason: str, *, note: str = "") -> None:
        one, now = self._assignment, self._clock.wall
        with suppress(NotFound):  # deleted with its deployment
            self._persist(
                lambda: service.settle(self._database, one.execution_id, one.attempt, reason, note=note, now=now())
            )
        crashpoint(CrashPoint.SHIM_SETTLED)
        self._folder.remove()

    def _persist(self, action: Callable[[], T]) -> T:
        return persist(action, monotonic=self._clock.monotonic, wait=self._wait)


def describe_end(status: int) -> str:
    """Return in words how a worker ended that said nothing, from its wait status."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        name = f" ({signal.Signals(number).name})" if number in set(signal.Signals) else ""
        return f"the worker was killed by signal {number}{name}"
    return f"the worker ended with exit status {os.waitstatus_to_exitcode(status)} before the workflow did"
