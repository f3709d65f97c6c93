"""The background process, `conductor --headless`: its options, its log, its exit status, and who leads after whom."""

import argparse
import logging
import os
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

from engine.domain.errors import ConductorError, EngineRunning, InvalidValue
from engine.runtime import kernel, marks, memory
from engine.runtime.assignment import WORKER
from engine.runtime.clock import Clock, SystemClock
from engine.runtime.duties import has_work
from engine.runtime.home import Home, resolve
from engine.runtime.leadership import READY, Leadership, leader
from engine.runtime.signals import Signals
from engine.runtime.tenure import Departure, Poller, Settings, Tenure
from storage.database import Database

logger = logging.getLogger(__name__)

LINGER_VARIABLE = "CONDUCTOR_LINGER"
LINGER = 10.0
"""Seconds of rest after which an engine that was started on demand leaves."""

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

LONGEST_LOG = 4 * 1024 * 1024
OK, FAILED, BUSY = 0, 1, 75


class Engine:
    """An engine, from taking the lock of its state directory to leaving for good."""

    def __init__(self, home: Home, settings: Settings, signals: Signals, clock: Clock | None = None) -> None:
        self._home = home
        self._settings = settings
        self._signals = signals
        self._clock = clock or SystemClock()

    def run(self, on_ready: Callable[[], None]) -> None:
        """Lead until told to leave, or until there is nothing to do.

        Raises:
            EngineRunning: another engine leads, or has taken over.
            StorageFailed: the state directory or the database cannot be used.
        """
        while True:
            leadership = Leadership.take(self._home)
            try:
                departure = Tenure(self._home, self._settings, self._signals, self._clock).serve(on_ready)
            finally:
                leadership.release()
            if departure is Departure.TOLD or not self._is_missed():
                logger.info("the engine leaves: %s", departure.value)
                return

    def _is_missed(self) -> bool:
        """Say whether work came from somebody who still took the leaving engine for the leader."""
        database = Database(self._home.root)
        try:
            return has_work(database) and leader(self._home) is None
        finally:
            database.close()


class Readiness:
    """The descriptor on which whoever started this process waits for one line; None when nobody does."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor

    def say(self, line: str) -> None:
        """Say it, unless something was said before."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with suppress(BrokenPipeError):
                os.write(descriptor, f"{line}\n".encode())
            os.close(descriptor)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the engine in this process and return its exit status: 75 when another one leads."""
    options = _parser().parse_args(arguments)
    if options.detached:
        _detach()
    readiness = Readiness(options.ready)
    try:
        home = resolve(options.home).ensure()
        _log_to(home.engine_log if options.detached else None)
        _become_nobody()
        memory.leave_from_threads()
        signals = Signals(is_detached=options.detached)
        Engine(home, _settings(options), signals).run(lambda: readiness.say(READY))
    except MemoryError:
        memory.leave()
    except ConductorError as error:
        print(f"conductor: {error}", file=sys.stderr)  # noqa: T201 # said to the user before there is a log, too
        readiness.say(str(error))
        return end(BUSY if isinstance(error, EngineRunning) else FAILED)
    return end(OK)


def end(status: int) -> int:
    """Return the exit status; a thread that hangs does not keep the process from ending with it."""
    if threading.active_count() > 1:
        logging.shutdown()
        os._exit(status)
    return status


def _settings(options: argparse.Namespace) -> Settings:
    return Settings(
        make_poller=None if options.no_schedules else _make_poller,
        is_on_demand=options.on_demand,
        linger=_linger(),
        entry=options.worker,
    )


def _make_poller(database: Database, epoch: int) -> Poller:
    from engine.runtime import poller  # its scheduler is slow to import, and executions wait for nothing

    return poller.Poller(database, epoch)


def _linger() -> float:
    text = os.environ.get(LINGER_VARIABLE) or str(LINGER)
    try:
        return float(text)
    except ValueError as error:
        raise InvalidValue(f"{LINGER_VARIABLE} must be a number of seconds, not `{text}`") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="conductor --headless", description="Run the engine without a screen.")
    parser.add_argument("--home", type=Path, help="the state directory")
    parser.add_argument("--on-demand", action="store_true", help="leave when nothing runs, waits or is scheduled")
    parser.add_argument("--detached", action="store_true", help="log to engine.log and ignore a closed terminal")
    parser.add_argument("--ready", type=int, metavar="FD", help="say `ready`, or what went wrong, on this descriptor")
    parser.add_argument("--no-schedules", action="store_true", help="fire no schedules")
    parser.add_argument("--worker", default=WORKER, metavar="MODULE:FUNCTION", help="what runs an execution")
    return parser


def _log_to(path: Path | None) -> None:
    handler = RotatingFileHandler(path, maxBytes=LONGEST_LOG, backupCount=1) if path else logging.StreamHandler()
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT, handlers=[handler])


def _detach() -> None:
    """Go on as a child of nobody, so that no starter is left with a zombie."""
    if os.fork():
        os._exit(OK)
    os.setsid()
    os.chdir("/")


def _become_nobody() -> None:
    """Belong to no execution, though an operation of one may have started this process."""
    os.umask(0o077)
    kernel.call_myself("conductor-engi")
    if marks.VARIABLE in os.environ:
        marks.carry(marks.IDLE)


if __name__ == "__main__":
    sys.exit(main())
