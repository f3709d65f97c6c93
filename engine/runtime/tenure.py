"""One tenure of an engine: everything between taking the lock and giving it back."""

import logging
import os
import selectors
import sqlite3
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from enum import Enum
from time import thread_time
from typing import Protocol

from engine.domain.errors import EngineRunning, StorageFailed
from engine.runtime.assignment import WORKER
from engine.runtime.clock import Clock
from engine.runtime.courier import Courier
from engine.runtime.crashpoints import CrashPoint, crashpoint
from engine.runtime.doorbell import Doorbell
from engine.runtime.duties import Duties
from engine.runtime.home import Home
from engine.runtime.processes import own_identity
from engine.runtime.reconcile import sweep
from engine.runtime.signals import Signals
from engine.runtime.spawner import ZygoteSpawner
from engine.runtime.watches import Watches
from engine.services import keeping, snapshots, uploads
from storage import engines
from storage.database import Database

logger = logging.getLogger(__name__)

NET = 0.5
"""Seconds between two looks at the version of the database when nobody rings."""

TICK = 2.0
"""Seconds between two looks at everything, changed or not."""


PATIENCE = 1.0
"""Seconds that a poll under way gets when the engine leaves."""


class Poller(Protocol):
    """Fires schedules in the background."""

    def start(self) -> None:
        """Poll now and from now on."""

    def stop(self) -> None:
        """Poll no more."""


class PollerMaker(Protocol):
    """Makes the poller of a tenure."""

    def __call__(self, database: Database, epoch: int) -> Poller:
        """Return a poller that does not run yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How an engine is to lead."""

    make_poller: PollerMaker | None = None
    """None fires no schedules."""
    is_on_demand: bool = False
    """It leaves by itself when there is nothing to do."""
    linger: float = 10.0
    """Seconds of rest before an engine that was started on demand leaves."""
    entry: str = WORKER
    spares: int = 1
    """Shims that wait ready-made."""


def _stop(poller: Poller) -> None:
    """Stop the poller, but let no poll that hangs keep the engine from leaving."""
    stopping = threading.Thread(target=poller.stop, name="poller-stop", daemon=True)
    stopping.start()
    stopping.join(PATIENCE)
    if stopping.is_alive():
        logger.warning("the poller has not stopped after %.0f s; the engine leaves without it", PATIENCE)


class Departure(Enum):
    """Why a tenure ends."""

    TOLD = "told"
    IDLE = "idle"


class Tenure:
    """A tenure; `serve` needs the lock of the engine to be held."""

    def __init__(self, home: Home, settings: Settings, signals: Signals, clock: Clock) -> None:
        self._home = home
        self._settings = settings
        self._signals = signals
        self._clock = clock
        self._version: int | None = None
        self._last_look = self._last_work = self._earliest_look = clock.monotonic()

    def serve(self, on_ready: Callable[[], None]) -> Departure:
        """Lead until there is a reason to depart; calls `on_ready` once faces may rely on it.

        Raises:
            EngineRunning: a later engine has taken over.
            StorageFailed: the database cannot be opened, or was deleted.
        """
        with ExitStack() as stack:
            self._open(stack)
            on_ready()
            sweep(self._database, self._home)
            snapshots.sweep(self._database, self._home.root)
            keeping.sweep(self._database, self._home.root)
            uploads.settle(self._database, self._home.root, self._clock.wall())
            self._look()
            self._courier.start()
            self._start_poller(stack)
            return self._loop()

    def _start_poller(self, stack: ExitStack) -> None:
        if self._settings.make_poller is not None:
            poller = self._settings.make_poller(self._database, self._epoch)
            poller.start()
            stack.callback(_stop, poller)

    def _open(self, stack: ExitStack) -> None:
        self._database = Database.open(self._home.root)
        stack.callback(self._database.close)
        self._file = self._home.database.stat()
        self._spawner = ZygoteSpawner(self._home, entry=self._settings.entry, spares=self._settings.spares)
        stack.callback(self._spawner.close)
        self._epoch = self._begin_epoch()
        stack.callback(self._end_epoch)
        self._courier = Courier(self._home, self._epoch, self._clock)
        stack.callback(self._courier.stop)
        self._bell = Doorbell(self._home.root)
        stack.callback(self._bell.close)
        self._selector = stack.enter_context(selectors.DefaultSelector())
        self._watches = Watches(self._selector, self._shim_ended)
        stack.callback(self._watches.close)
        self._duties = Duties(
            self._database,
            self._home,
            self._spawner,
            self._watches,
            epoch=self._epoch,
        )
        self._selector.register(self._bell, selectors.EVENT_READ, self._rung)
        self._selector.register(self._signals, selectors.EVENT_READ, self._signals.drain)
        self._selector.register(self._spawner, selectors.EVENT_READ, self._answered)

    def _begin_epoch(self) -> int:
        own = own_identity()
        with self._database.write() as connection:
            epoch = engines.insert(
                connection,
                pid=own.pid,
                process_start=own.start_time,
                boot_id=own.boot_id,
                is_on_demand=self._settings.is_on_demand,
                now=self._clock.wall(),
            )
        logger.info("process %d leads %s (epoch %d)", own.pid, self._home.root, epoch)
        crashpoint(CrashPoint.ENGINE_LED)
        return epoch

    def _end_epoch(self) -> None:
        try:
            with self._database.write() as connection:
                engines.stop(connection, self._epoch, self._clock.wall())
        except (StorageFailed, sqlite3.Error, OSError) as error:
            logger.warning("the end of epoch %d is not recorded: %s", self._epoch, error)

    def _loop(self) -> Departure:
        while not self._signals.is_told_to_leave:
            for key, _ in self._selector.select(self._pause()):
                key.data()
            self._revive_spawner()
            if self._is_look_due():
                self._look()
            if self._settings.is_on_demand and self._has_rested():
                return Departure.IDLE
        return Departure.TOLD

    def _pause(self) -> float:
        """Return the seconds to wait for news; what came while a look was too early is looked at afterwards."""
        early = self._earliest_look - self._clock.monotonic()
        return min(early, NET) if early > 0 else NET

    def _is_look_due(self) -> bool:
        if self._clock.monotonic() < self._earliest_look:
            return False
        version = self._database.data_version()
        if version != self._version:
            self._version = version
            return True
        return self._clock.monotonic() - self._last_look > TICK

    def _look(self) -> None:
        self._last_look, used = self._clock.monotonic(), thread_time()
        self._require_file()
        try:
            self._duties.look(self._clock.wall(), self._last_look)
            self._courier.wake()
            if not self._duties.is_idle:
                self._last_work = self._last_look
        except (EngineRunning, MemoryError):
            raise
        except Exception as error:  # whatever one row or one moment brings, the next look shall come
            logger.error("a look at the work failed: %s: %s", type(error).__name__, error)
            logger.debug("where it failed", exc_info=True)
        # a long queue leaves half of a processor to the workers; to wait for the disk costs them nothing
        self._earliest_look = self._clock.monotonic() + thread_time() - used

    def _require_file(self) -> None:
        """Refuse to lead a database that nobody else sees any more."""
        try:
            is_same = os.path.samestat(self._file, self._home.database.stat())
        except FileNotFoundError:
            is_same = False
        if not is_same:
            raise StorageFailed(f"the database {self._home.database} was deleted or replaced; the engine leaves")

    def _has_rested(self) -> bool:
        return self._clock.monotonic() - self._last_work > self._settings.linger

    def _rung(self) -> None:
        self._bell.silence()

    def _shim_ended(self, execution_id: str) -> None:
        self._duties.ended(execution_id)
        self._version = None

    def _answered(self) -> None:
        answer = self._spawner.receive()
        if answer is not None:
            self._duties.spawned(answer)
            return
        logger.warning("the zygote has died; a new one is started")
        self._selector.unregister(self._spawner)
        self._spawner.bury(self._clock.monotonic())
        self._revive_spawner()

    def _revive_spawner(self) -> None:
        if self._spawner.is_down and self._spawner.revive(self._clock.monotonic()):
            self._selector.register(self._spawner, selectors.EVENT_READ, self._answered)
            self._duties.spawner_died()
            self._version = None
