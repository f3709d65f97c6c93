"""A state directory with a real engine in it, what tests ask of it, and the proof that nothing of it is left."""

import errno
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from engine.domain.execution import CancelKind, Execution, Status
from engine.runtime.doorbell import ring
from engine.runtime.home import Home
from engine.runtime.launch import ensure_engine, stop_engine
from engine.runtime.leadership import leader
from engine.runtime.marks import mark_of
from engine.runtime.processes import Process, identity, marked, scan
from engine.runtime.runs import RunFolder
from engine.services import executions as service
from storage import executions
from storage.database import Database
from tests.builders import NOW, an_execution, store_deployment

WORKER = "tests.runtime.scripted:run"
Step = tuple[str, object]
PATIENCE = 30.0
"""Seconds until a condition counts as never coming true: long enough for the busiest machine."""


def until(condition: Callable[[], object], within: float = PATIENCE) -> None:
    """Wait until the condition holds; fail when it does not in time."""
    deadline = time.monotonic() + within
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"did not come true within {within} s"
        pause.wait(0.005)


class World:
    """What a test does with one state directory."""

    def __init__(self, path: Path, database: Database) -> None:
        self.home = Home(path).ensure()
        self.database = database
        self._ids: list[str] = []

    def engine(self, *options: str) -> int:
        """Return the process of the engine; start one with scripted workers when none runs."""
        return ensure_engine(self.home, options=("--worker", WORKER, "--no-schedules", *options))

    def start(self, *script: Step, deployment_id: str | None = None, **changes: object) -> str:
        """Store a pending execution with a script, in a deployment of its own, and ring the bell."""
        id = str(uuid4())
        self._ids.append(id)
        if deployment_id is None:
            deployment_id = f"d-{id}"
            store_deployment(self.database, deployment_id)
        execution = an_execution(id, deployment_id=deployment_id, parameters={"script": list(script)}, **changes)
        with self.database.write() as connection:
            executions.insert(connection, execution)
        ring(self.home.root)
        return id

    def cancel(self, id: str, kind: CancelKind) -> None:
        service.cancel(self.database, id, kind, now=NOW)
        ring(self.home.root)

    def load(self, id: str) -> Execution:
        with self.database.read() as connection:
            return executions.get(connection, id)

    def until_status(self, id: str, *statuses: Status, within: float = PATIENCE) -> Execution:
        until(lambda: self.load(id).status in statuses, within)
        return self.load(id)

    def until_ended(self, *ids: str, within: float = PATIENCE) -> list[Execution]:
        until(lambda: all(self.load(id).is_final for id in ids), within)
        return [self.load(id) for id in ids]

    def until_noted(self, id: str, text: str, within: float = PATIENCE) -> None:
        until(lambda: f"{id} {text}" in self.ledger(), within)

    def ledger(self) -> list[str]:
        path = self.home.root / "ledger"
        return path.read_text().splitlines() if path.exists() else []

    def log(self) -> str:
        """Return what the processes of the engine have logged so far."""
        return self.home.engine_log.read_text() if self.home.engine_log.exists() else ""

    def fifo(self) -> str:
        """Return a gate at which a script waits."""
        path = self.home.root / f"fifo-{uuid4()}"
        os.mkfifo(path)
        return str(path)

    def open(self, fifo: str) -> None:
        """Let the script behind the gate go on, once it is there."""
        until(lambda: _is_opened(fifo))

    def shim(self, id: str, attempt: int = 1) -> int:
        claim = RunFolder(self.home.run(id)).claim_of(attempt)
        assert claim is not None
        return claim.shim.pid

    def worker(self, id: str, attempt: int = 1) -> int:
        claim = RunFolder(self.home.run(id)).claim_of(attempt)
        assert claim is not None
        assert claim.worker is not None
        return claim.worker.pid

    def engine_pid(self) -> int:
        found = leader(self.home)
        assert found is not None
        return found.pid

    def until_ready(self) -> None:
        """Wait until an engine leads and hears its bell."""
        until(lambda: leader(self.home) and (self.home.root / "engine.sock").exists())

    def zygote(self) -> int:
        own = self.engine_pid()
        return next(one.pid for one in scan() if one.parent == own)

    def left_of(self, *ids: str) -> tuple[Process, ...]:
        """Return the processes that carry the mark of an execution."""
        return marked(scan(), [mark_of(id, attempt) for id in ids for attempt in (1, 2)])

    def kill(self, *pids: int) -> None:
        """Kill processes the hard way and wait until they are gone."""
        for pid in pids:
            self.signal_kill(pid)
        until(lambda: all(identity(pid) is None for pid in pids))

    def signal_kill(self, pid: int) -> None:
        """Kill a process, if it is there, and wait for nothing."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        """Stop the engine and prove that no process of any execution is left."""
        stop_engine(self.home)
        until(lambda: not self.left_of(*self._ids))


def _is_opened(fifo: str) -> bool:
    try:
        os.close(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK))
    except OSError as error:
        if error.errno == errno.ENXIO:  # nobody reads yet
            return False
        raise
    return True


def statuses(found: Sequence[Execution]) -> list[Status]:
    return [one.status for one in found]
