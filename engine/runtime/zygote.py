"""The fork server: it keeps shims with their workers ready, and gives one to each execution that the engine asks for.

It has no threads and no database connection, so that a fork of it is sound; it ends when the engine's end of the
channel closes, and its shims live on.
"""

import argparse
import gc
import logging
import os
import select
import signal
import socket
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from engine.runtime import kernel, marks, shim
from engine.runtime.assignment import WORKER, Assignment, Entry, Spawned, channel, load_entry, receive
from engine.runtime.home import Home
from engine.runtime.processes import boot_id
from engine.runtime.seat import FAILED

PRELOADED = ("engine.sdk.graph_run", "engine.sdk.workflows", "engine.workflows.registry", "engine.dsl.functions")
"""What most workers need beyond the worker itself; a fork has it for nothing."""

REFILL_DELAY = 0.02
"""Seconds of quiet before a spare is replaced, so that forking does not slow what has just been started."""

logger = logging.getLogger(__name__)


def main(arguments: list[str]) -> int:
    """Serve the engine at the other end of the channel until it closes."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        entry = load_entry(options.entry)
        for name in PRELOADED:
            import_module(name)
    except (ImportError, AttributeError) as error:
        logger.critical("the worker cannot be imported: %s", error)
        return FAILED
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries shims; nobody here waits for them
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    kernel.call_myself("conductor-zygo")
    marks.carry(marks.IDLE.ljust(marks.ROOM))
    boot_id()
    gc.collect()
    gc.freeze()
    Zygote(socket.socket(fileno=options.channel), Home(options.home), entry, spares=options.spares).serve()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="conductor-zygote")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--channel", type=int, required=True)
    parser.add_argument("--entry", default=WORKER)
    parser.add_argument("--spares", type=int, default=1)
    return parser


@dataclass(frozen=True, slots=True)
class Spare:
    """A shim that waits for its assignment, with its worker."""

    pid: int
    end: socket.socket


class Zygote:
    """The loop of the fork server."""

    def __init__(self, engine: socket.socket, home: Home, entry: Entry, *, spares: int) -> None:
        self._engine = engine
        self._home = home
        self._entry = entry
        self._wanted = spares
        self._spares: list[Spare] = []

    def serve(self) -> None:
        """Answer the engine until it is gone."""
        while True:
            is_short = len(self._spares) < self._wanted
            if not select.select([self._engine], [], [], REFILL_DELAY if is_short else None)[0]:
                self._spares.append(self._fork())
                continue
            message = receive(self._engine)
            if not message:
                return
            self._answer(Assignment.decode(message))

    def _answer(self, assignment: Assignment) -> None:
        pid = self._assign(assignment)
        try:
            self._engine.send(Spawned(assignment, pid).encode())
        except ConnectionError:
            logger.info("the engine has left")

    def _assign(self, assignment: Assignment) -> int:
        """Give the assignment to the first spare that still lives, and return its process id."""
        while True:
            spare = self._spares.pop(0) if self._spares else self._fork()
            try:
                spare.end.send(assignment.encode())
            except ConnectionError:
                continue
            finally:
                spare.end.close()
            return spare.pid

    def _fork(self) -> Spare:
        ours, theirs = channel()
        pid = os.fork()
        if pid:
            theirs.close()
            return Spare(pid, ours)
        status = FAILED
        try:
            for end in (ours, self._engine, *(spare.end for spare in self._spares)):
                end.close()
            status = shim.serve(theirs, self._home, self._entry)
        except BaseException as error:  # a fork must never return into its parent's code
            logger.critical("shim %d broke: %s: %s", os.getpid(), type(error).__name__, error)
        finally:
            os._exit(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
