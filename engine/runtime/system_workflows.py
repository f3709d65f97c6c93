"""The workflows that belong to no deployment, and how a worker runs one."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from engine.domain.errors import ConductorError, NotFound, StorageFailed
from engine.domain.event import Draft, EventType
from engine.domain.execution import Execution, Status
from engine.domain.snapshot import CREATE, RESTORE, Step
from engine.runtime.clock import Clock
from engine.runtime.crashpoints import crashpoint
from engine.runtime.verdict import Verdict, verdict_of
from engine.sdk.errors import ExecutionCancelled
from engine.services import snapshots
from engine.services.snapshots import Job
from storage import events, executions
from storage.database import Database

PACKAGE = "conductor-tui"

_TOLD = {
    Step.COPIED: "the database is copied",
    Step.PACKED: "the archive is written",
    Step.VERIFIED: "the archive was read again and is whole",
    Step.UNPACKED: "the archive is unpacked and whole",
    Step.FILLED: "the blueprints' files are in their place",
    Step.COMMITTED: "the state is that of the snapshot",
}
"""What is told of which step; inside a transaction nothing can be."""

_STOPPING = frozenset({Status.CANCELLING, Status.FORCE_CANCELLING})


def run(database: Database, home: Path, execution: Execution, clock: Clock) -> Verdict:
    """Run a system-wide execution to its end and return how it ended."""
    job = Job(home=home, execution=execution, product=_product(), at=_Journal(database, execution, clock).pass_step)
    try:
        workflow = _WORKFLOWS.get(execution.workflow_id)
        if workflow is None:
            raise NotFound("system-wide workflow", execution.workflow_id, f"there are {', '.join(_WORKFLOWS)}")
        workflow(database, job, clock)
    except ConductorError as error:
        return verdict_of(error)
    except (OSError, sqlite3.Error) as error:
        return verdict_of(StorageFailed(f"{execution.workflow_id} cannot use the state directory {home}: {error}"))
    return verdict_of(None)


class _Journal:
    """Tells of each step, and ends the work where that was asked for."""

    def __init__(self, database: Database, execution: Execution, clock: Clock) -> None:
        self._database, self._execution, self._clock = database, execution, clock

    def pass_step(self, step: Step) -> None:
        """Take note of a step.

        Raises:
            ExecutionCancelled: the execution was asked to stop.
            StaleAttempt: it was settled meanwhile.
        """
        crashpoint(step)
        if step not in _TOLD:
            return
        execution = self._execution
        with self._database.write() as connection:
            status = executions.require_attempt(connection, execution.id, execution.attempt)
            events.append(connection, [self._draft(_TOLD[step])])
        if status in _STOPPING and step is not Step.COMMITTED:
            raise ExecutionCancelled

    def _draft(self, message: str) -> Draft:
        return Draft(
            type=EventType.WORKFLOW_STAGE,
            message=message,
            timestamp=self._clock.wall(),
            execution_id=self._execution.id,
            workflow_id=self._execution.workflow_id,
        )


def _create(database: Database, job: Job, clock: Clock) -> None:
    try:
        snapshots.make(database, job, now=clock.wall())
    except (ConductorError, OSError, sqlite3.Error) as error:
        snapshots.give_up(database, job, str(error) or "it was cancelled")
        raise


def _restore(database: Database, job: Job, clock: Clock) -> None:
    from engine.services import restoring  # workers of deployments do without archives

    restoring.restore(database, job, now=clock.wall())


_WORKFLOWS: dict[str, Callable[[Database, Job, Clock], None]] = {CREATE: _create, RESTORE: _restore}


def _product() -> str:
    from importlib.metadata import PackageNotFoundError, version  # slow to import

    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return "unknown"
