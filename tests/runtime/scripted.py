"""A worker for tests that does what the parameters of its execution say, one step after the other.

Steps: `note` appends to the ledger, `wait` blocks until a test opens the FIFO, `bash` runs a script to its end, `leave`
starts one and goes on, `die` and `exit` end the worker, `fail` ends the execution badly, `vanish` daemonises a sleeper,
`rest` takes so many seconds.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import TypeVar

from engine.domain.errors import StaleAttempt
from engine.domain.execution import Execution, OperationRecord, OperationState, Status
from engine.runtime.doorbell import ring
from engine.runtime.patience import persist
from storage import executions, operations
from storage.database import Database

T = TypeVar("T")
LEDGER = "ledger"


class Failed(Exception):
    """The script says that the execution fails."""


def run(home: Path, execution_id: str, attempt: int) -> int:
    """Serve one attempt as the real worker does: begin, work, finish."""
    database = Database(home)
    execution = _persist(lambda: _begin(database, execution_id, attempt))
    if execution is not None:
        status, error = _follow_script(home, execution)
        _persist(lambda: _finish(database, execution, status, error))
        ring(home)
    return 0


def _persist(action: Callable[[], T]) -> T:
    return persist(action, monotonic=time.monotonic, wait=Event().wait)


def _begin(database: Database, execution_id: str, attempt: int) -> Execution | None:
    with database.write() as connection:
        if not executions.begin(connection, execution_id, attempt, datetime.now(UTC)):
            return None
        operations.insert(connection, [_operation(execution_id)])
        return executions.get(connection, execution_id)


def _finish(database: Database, execution: Execution, status: Status, error: str) -> None:
    with suppress(StaleAttempt), database.write() as connection:
        executions.require_attempt(connection, execution.id, execution.attempt)
        executions.finish(connection, execution.id, execution.attempt, status, error, datetime.now(UTC))


def _operation(execution_id: str) -> OperationRecord:
    now = datetime.now(UTC)
    return OperationRecord(
        id=f"{execution_id}-only",
        execution_id=execution_id,
        name="cloudify.interfaces.lifecycle.create",
        node_instance_id="web_aaaaaa",
        state=OperationState.STARTED,
        created_at=now,
        started_at=now,
    )


def _follow_script(home: Path, execution: Execution) -> tuple[Status, str]:
    try:
        for step, argument in execution.parameters.get("script", ()):
            _STEPS[step](home, execution, argument)
    except Failed as error:
        return Status.FAILED, str(error)
    return Status.TERMINATED, ""


def _note(home: Path, execution: Execution, text: str) -> None:
    ledger = os.open(home / LEDGER, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(ledger, f"{execution.id} {text}\n".encode())
    os.close(ledger)


def _wait(_home: Path, _execution: Execution, fifo: str) -> None:
    os.close(os.open(fifo, os.O_RDONLY))


def _bash(home: Path, _execution: Execution, script: str) -> None:
    subprocess.run(["bash", "-c", script], cwd=home, start_new_session=True, check=False)


def _leave(home: Path, _execution: Execution, script: str) -> None:
    os.posix_spawn("/bin/bash", ["bash", "-c", script], {**os.environ, "HOME_OF_TEST": str(home)})


def _vanish(_home: Path, _execution: Execution, _argument: str) -> None:
    """Fork twice with a new session in between, and drop the environment that carries the mark."""
    if child := os.fork():
        os.waitpid(child, 0)
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    os.execve("/bin/sleep", ["sleep", "600"], {})


def _die(_home: Path, _execution: Execution, signum: int) -> None:
    os.kill(os.getpid(), signum)
    signal.pause()


def _exit(_home: Path, _execution: Execution, status: int) -> None:
    os._exit(status)


def _rest(_home: Path, _execution: Execution, seconds: float) -> None:
    Event().wait(seconds)


def _fail(_home: Path, _execution: Execution, reason: str) -> None:
    raise Failed(reason)


_STEPS: dict[str, Callable[..., None]] = {
    "note": _note,
    "wait": _wait,
    "bash": _bash,
    "leave": _leave,
    "vanish": _vanish,
    "die": _die,
    "exit": _exit,
    "fail": _fail,
    "rest": _rest,
}
