"""How a face gets its engine: it starts one, detached, when nobody leads, and can ask it to leave."""

import os
import select
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

from engine.domain.errors import EngineUnavailable
from engine.runtime import marks
from engine.runtime.home import Home
from engine.runtime.leadership import launching, leader
from engine.runtime.processes import Identity, is_alive

STEP = 0.02


def ensure_engine(home: Home, *, timeout: float = 10.0, options: Sequence[str] = ()) -> int:
    """Return the process id of the engine that leads; start one when none does.

    However many processes ask at once, one engine is started. `options` go to a new engine.

    Raises:
        EngineUnavailable: none leads after `timeout` seconds; the sentence says why.
    """
    try:
        found = _living_leader(home)
        return found.pid if found else _start_once(home, timeout, options)
    except OSError as error:
        raise EngineUnavailable(f"cannot use the state directory {home.root}: {error.strerror}") from error


def _start_once(home: Home, timeout: float, options: Sequence[str]) -> int:
    """Start an engine unless another process is doing so; then wait for that one."""
    deadline = time.monotonic() + timeout
    with launching(home, deadline=lambda: time.monotonic() > deadline, wait=time.sleep) as is_ours:
        if found := _living_leader(home):
            return found.pid
        if not is_ours:
            raise EngineUnavailable(f"another process has been starting the engine for {timeout:.0f} s")
        return _start(home, deadline, options)


def _living_leader(home: Home) -> Identity | None:
    """Return who leads; None also while a killed engine's last thread has yet to give back the lock."""
    found = leader(home)
    return found if found and is_alive(found) else None


def stop_engine(home: Home, *, timeout: float = 5.0) -> int | None:
    """Let the engine leave, its executions going on; return its process id, None when none led.

    Raises:
        EngineUnavailable: it has not left after `timeout` seconds.
    """
    found = leader(home)
    if found is None:
        return None
    with suppress(ProcessLookupError):
        descriptor = os.pidfd_open(found.pid)
        try:
            _ask_to_leave(descriptor, found, timeout)
        finally:
            os.close(descriptor)
    return found.pid


def _ask_to_leave(descriptor: int, engine: Identity, timeout: float) -> None:
    if not is_alive(engine):
        return
    signal.pidfd_send_signal(descriptor, signal.SIGTERM)
    if not select.select([descriptor], [], [], timeout)[0]:
        raise EngineUnavailable(f"the engine (process {engine.pid}) has not left after {timeout:.0f} s")


def _start(home: Home, deadline: float, options: Sequence[str]) -> int:
    reading, writing = os.pipe()
    try:
        os.waitpid(_spawn(home, writing, options), 0)  # it detaches at once, and its child is the engine
    finally:
        os.close(writing)
    try:
        line = _first_line(reading, deadline)
    finally:
        os.close(reading)
    if found := leader(home):
        return found.pid
    raise EngineUnavailable(f"the engine cannot be started: {line} (its log is {home.engine_log})")


def _spawn(home: Home, ready: int, options: Sequence[str]) -> int:
    """Start the process that becomes the engine; `ready` is the descriptor on which it speaks."""
    os.set_inheritable(ready, True)
    command = [sys.executable, "-P", "-m", "engine.runtime.engine", "--home", str(home.root)]
    log = (os.POSIX_SPAWN_OPEN, 1, str(home.engine_log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return os.posix_spawn(
            sys.executable,
            [*command, "--on-demand", "--detached", "--ready", str(ready), *options],
            {**os.environ, **marks.room()},
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                log,
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
        )
    except OSError as error:
        raise EngineUnavailable(f"cannot start the engine: {error.strerror}") from error


def _first_line(descriptor: int, deadline: float) -> str:
    if not select.select([descriptor], [], [], max(deadline - time.monotonic(), 0.0))[0]:
        return "it was not ready in time"
    return os.read(descriptor, 4096).decode(errors="replace").strip() or "it said nothing"
