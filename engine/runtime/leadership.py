"""Which process leads a state directory: the one that holds the lock of the engine, for as long as it lives."""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

from engine.domain.errors import EngineRunning
from engine.runtime.home import Home
from engine.runtime.processes import Identity, own_identity

READY = "ready"
"""What a new engine says to whoever started it, once it leads."""

PATIENCE = 0.3
"""Seconds for which the lock is tried: somebody who only asks holds it for microseconds."""

STEP = 0.01


class Leadership:
    """The lock of the engine, held."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, home: Home, *, wait: Callable[[float], None] = time.sleep) -> "Leadership":
        """Become the leader.

        Raises:
            EngineRunning: another process leads.
        """
        descriptor = os.open(home.engine_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        for _ in range(int(PATIENCE / STEP)):
            if _try(descriptor, fcntl.LOCK_EX):
                _sign(descriptor)
                return cls(descriptor)
            wait(STEP)
        os.close(descriptor)
        holder = leader(home)
        raise EngineRunning(str(home.root), holder.pid if holder else 0)

    def release(self) -> None:
        os.close(self._descriptor)


def leader(home: Home) -> Identity | None:
    """Return the process that leads now; None when nobody does."""
    try:
        descriptor = os.open(home.engine_lock, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        if _try(descriptor, fcntl.LOCK_SH):
            return None
        return _signature(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def launching(home: Home, *, deadline: Callable[[], bool], wait: Callable[[float], None]) -> Iterator[bool]:
    """Let one process at a time start an engine; give False when the deadline passed while others did."""
    descriptor = os.open(home.launch_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while not (is_ours := _try(descriptor, fcntl.LOCK_EX)) and not deadline():
            wait(STEP)
        yield is_ours
    finally:
        os.close(descriptor)


def _try(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sign(descriptor: int) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(asdict(own_identity())).encode(), 0)


def _signature(descriptor: int) -> Identity:
    try:
        return Identity(**json.loads(os.pread(descriptor, 4096, 0)))
    except (ValueError, TypeError):
        return Identity(boot_id="", pid=0, start_time=0)
