"""Tells hooks in the background: a few at the same time, each of them one fact after the other, each at least once.

It never waits inside a transaction, and what it has not told when the engine leaves is told by the next one.
"""

import logging
import sqlite3
import threading
from datetime import datetime

from engine.domain.errors import ConductorError
from engine.domain.hook import Delivery, Hook
from engine.runtime.clock import Clock, SystemClock
from engine.runtime.home import Home
from engine.runtime.hookcalls import Interrupted, tell
from engine.services import hooks
from storage.database import Database

logger = logging.getLogger(__name__)

SLOTS = 4
"""Hooks that are told at the same time."""

LONGEST_REST = 60.0
"""Seconds between two looks when nothing is due."""

PATIENCE = 1.0
"""Seconds that those under way get when the engine leaves."""

PAUSE = 5.0
"""Seconds before a fact is told again whose outcome could not be stored."""


class Courier:
    """The thread that tells hooks for the engine of an epoch."""

    def __init__(self, home: Home, epoch: int | None = None, clock: Clock | None = None) -> None:
        self._home = home
        self._epoch = epoch
        self._clock = clock or SystemClock()
        self._database = Database(home.root)
        self._under_way: dict[str, threading.Thread] = {}
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="courier", daemon=True)

    def start(self) -> None:
        """Tell what is due, now and from now on."""
        self._thread.start()

    def wake(self) -> None:
        """Look again soon: something may have been committed."""
        self._wake.set()

    def stop(self) -> None:
        """Tell nothing more; a POST that hangs is left behind."""
        self._leaving.set()
        self._wake.set()
        with self._lock:
            threads = list(self._under_way.values())
        deadline = self._clock.monotonic() + PATIENCE
        for thread in (self._thread, *threads):
            if thread.ident is not None:
                thread.join(max(deadline - self._clock.monotonic(), 0.0))
        if not any(thread.is_alive() for thread in (self._thread, *threads)):
            self._database.close()

    def _serve(self) -> None:
        while not self._leaving.is_set():
            self._wake.clear()
            try:
                rest = self._step(self._clock.wall())
            except (ConductorError, sqlite3.Error, ValueError, KeyError, OSError) as error:
                logger.error("hooks cannot be told: %s", error)
                rest = LONGEST_REST
            self._wake.wait(rest)

    def _step(self, now: datetime) -> float:
        """Begin to tell what is due, and return the seconds until the next look."""
        with self._lock:
            busy = set(self._under_way)
        found = hooks.due(self._database, now=now, limit=2 * SLOTS, epoch=self._epoch)
        fresh = [(hook, one) for hook, one in found if hook.id not in busy]
        if fresh:
            self._database.make_durable()  # whoever has committed a fact may still wait for the disk
        for hook, delivery in fresh[: SLOTS - len(busy)]:
            self._begin(hook, delivery)
        if len(busy) + len(fresh) >= SLOTS:
            return LONGEST_REST  # whoever ends wakes the courier
        following = hooks.next_try(self._database)
        waiting = (following - now).total_seconds() if following and following > now else LONGEST_REST
        return min(waiting, LONGEST_REST)

    def _begin(self, hook: Hook, delivery: Delivery) -> None:
        thread = threading.Thread(target=self._deliver, args=(hook, delivery), name=f"hook-{hook.id}", daemon=True)
        with self._lock:
            self._under_way[hook.id] = thread
        thread.start()

    def _deliver(self, hook: Hook, delivery: Delivery) -> None:
        try:
            error = tell(hook, delivery.payload, self._home.root, is_leaving=self._leaving.is_set)
            done = hooks.settle(self._database, delivery, error, now=self._clock.wall())
            logger.info("hook %s, event %d: %s %s", hook.id, delivery.event_id, done.state, error)
        except Interrupted:
            logger.info("hook %s, event %d: told by the next engine", hook.id, delivery.event_id)
        except (ConductorError, sqlite3.Error, OSError) as error:
            logger.error("hook %s, event %d: the outcome is not stored: %s", hook.id, delivery.event_id, error)
            self._leaving.wait(PAUSE)
        finally:
            with self._lock:
                del self._under_way[hook.id]
            self._wake.set()
