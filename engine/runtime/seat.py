"""The worker's process: forked ahead of time below a shim, it waits for its assignment and dies with the shim."""

import logging
import os
import signal
import socket
import sys
from dataclasses import dataclass

from engine.domain.errors import StorageFailed
from engine.runtime import kernel, marks
from engine.runtime.assignment import Assignment, Entry, channel, is_waiting, receive
from engine.runtime.home import Home
from storage import executions
from storage.database import Database

logger = logging.getLogger(__name__)

FAILED = 70
"""Exit status of a worker whose own code broke."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A worker that waits below this process."""

    pid: int
    end: socket.socket

    def assign(self, assignment: Assignment) -> None:
        """Let the worker begin.

        Raises:
            OSError: it is gone.
        """
        self.end.send(assignment.encode())
        self.end.close()


def fork_worker(home: Home, entry: Entry, inherited: socket.socket) -> Seat:
    """Return a new waiting worker; `inherited` is an open end that it must not keep."""
    ours, theirs = channel()
    shim = os.getpid()
    pid = os.fork()
    if pid:
        theirs.close()
        return Seat(pid, ours)
    status = FAILED
    try:
        ours.close()
        inherited.close()
        status = _work(theirs, home, entry, shim)
    except BaseException as error:  # a fork must never return into its parent's code
        print(f"worker {os.getpid()}: {type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201 # stderr is the log
    finally:
        _flush()
        os._exit(status)


def _work(end: socket.socket, home: Home, entry: Entry, shim: int) -> int:
    if not kernel.die_with(shim):
        return 0
    kernel.call_myself("conductor-work")
    if not is_waiting(end):
        _rehearse(home)
    message = receive(end)
    end.close()
    if not message:
        return 0
    assignment = Assignment.decode(message)
    marks.carry(marks.mark_of(assignment.execution_id, assignment.attempt))
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, signal.SIG_DFL)
    return entry(home.root, assignment.execution_id, assignment.attempt)


def _rehearse(home: Home) -> None:
    """Open the database once, so that memory is warm when an assignment comes."""
    database = Database(home.root)
    try:
        with database.read() as connection:
            executions.live(connection)
    except StorageFailed as error:
        logger.warning("a spare worker cannot read the database: %s", error)
    finally:
        database.close()


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
