"""Scripted shims and workers: they keep the real folder, its real lock and the real fence, and do scripted work."""

import os
from collections.abc import Generator
from dataclasses import replace

from engine.domain.errors import NotFound, StaleAttempt
from engine.domain.event import Draft, EventType
from engine.domain.execution import CancelKind, Execution, OperationRecord, OperationState, Status
from engine.domain.snapshot import CREATE, RESTORE
from engine.runtime import system_workflows
from engine.runtime import verdict as ending
from engine.runtime.assignment import Assignment
from engine.runtime.processes import Identity, boot_id
from engine.runtime.runs import Claim, Result, RunFolder
from engine.runtime.verdict import Verdict
from engine.services import executions as service
from storage import events, executions, operations
from storage.codec import to_time
from tests.simulation.actor import Actor, Job, Life, tried
from tests.simulation.world import World

STOPPING = frozenset(kind.status for kind in CancelKind)
MOVES = frozenset({CREATE, RESTORE})
OPERATIONS = 3
"""The most operations of an execution."""


class Shim(Actor):
    """The shim of one assignment; the worker dies with it, sooner or later."""

    weight = 3.0

    def __init__(self, world: World, assignment: Assignment, pid: int) -> None:
        self._world, self._assignment = world, assignment
        self.identity = Identity(boot_id=boot_id(), pid=pid, start_time=pid)
        self._folder = RunFolder(world.home.run(assignment.execution_id))
        self._lock: int | None = None
        self._worker: Worker | None = None
        super().__init__(f"shim {pid}")

    def life(self) -> Life:
        self._lock = self._folder.hold()
        if self._lock is None:
            self._world.truth.seen["shim found the lock held"] += 1
            return
        yield
        if not self._folder.claim(self._assignment.attempt, Claim(shim=self.identity, worker=None)):
            self._world.truth.seen["shim found a claim"] += 1
            return
        yield
        self._worker = Worker(self._world, self._assignment, self.identity.pid)
        self._world.add(self._worker)
        while not self._worker.is_gone:
            yield
            if self._is_kill_asked():
                yield from self._kill(self._worker)
                return
        yield from self._conclude()

    @property
    def is_serving(self) -> bool:
        return self._worker is not None and not self._worker.is_gone

    def _is_kill_asked(self) -> bool:
        execution = self._load()
        return execution is None or execution.status is Status.KILL_CANCELLING

    def _load(self) -> Execution | None:
        try:
            with self._world.database.read() as connection:
                return executions.get(connection, self._assignment.execution_id)
        except NotFound:
            return None

    def _kill(self, worker: "Worker") -> Life:
        worker.leave()
        yield
        yield from self._settle("it was killed on request")

    def _conclude(self) -> Life:
        execution = yield from tried(self._load)
        if execution is None or execution.is_final or execution.attempt != self._assignment.attempt:
            self._folder.remove()
        elif execution.status is not Status.PENDING:
            yield
            if execution.status is not Status.KILL_CANCELLING:
                self._folder.write_result(Result(attempt=self._assignment.attempt, reason="the worker was killed"))
                yield
            yield from self._settle("the worker was killed")

    def _settle(self, reason: str) -> Life:
        one, world = self._assignment, self._world
        try:
            yield from tried(
                lambda: service.settle(world.database, one.execution_id, one.attempt, reason, now=world.clock.wall())
            )
        except NotFound:
            world.truth.seen["settled after a purge"] += 1
        yield
        self._folder.remove()

    def leave(self) -> None:
        super().leave()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        if self._worker is not None and not self._worker.is_gone:
            self._worker.orphan()


class Worker(Actor):
    """A worker that runs a few operations one after the other, as the real one does: start stored, run, end stored."""

    weight = 5.0

    def __init__(self, world: World, assignment: Assignment, pid: int) -> None:
        self._world, self._id, self._attempt = world, assignment.execution_id, assignment.attempt
        self._is_orphan = False
        self._is_working = False
        super().__init__(f"worker {pid}")

    def orphan(self) -> None:
        """Lose the shim: a signal is on its way, and may take its time."""
        self._is_orphan = True
        self._world.truth.working.discard((self._id, self._attempt))
        if self._world.chance(0.4):
            self.leave()
        else:
            self.frozen_until = self._world.steps + self._world.random.randrange(300)
            self._world.truth.seen["a worker outlived its shim"] += 1
            self._world.truth.orphaned.add(self._id)

    def leave(self) -> None:
        super().leave()
        if self._is_working and not self._is_orphan:
            self._world.truth.working.discard((self._id, self._attempt))

    def step(self) -> None:
        if self._is_orphan and self._world.chance(0.01):
            self.leave()
        else:
            super().step()

    def life(self) -> Life:
        execution = yield from tried(self._begin)
        if execution is None:
            return
        try:
            verdict = yield from self._move_all(execution) if execution.workflow_id in MOVES else self._work()
            if verdict is not None:
                yield
                yield from tried(lambda: self._record(execution, verdict))
        except (StaleAttempt, NotFound):
            self._world.truth.seen["a stale worker was turned away"] += 1

    def _begin(self) -> Execution | None:
        with self._world.database.write() as connection:
            if not executions.begin(connection, self._id, self._attempt, self._world.clock.wall()):
                return None
            execution = executions.get(connection, self._id)
            events.append(connection, [self._draft(execution, EventType.WORKFLOW_STARTED)])
            self._is_working = True
            if not self._is_orphan:
                self._world.truth.working.add((self._id, self._attempt))
            return execution

    def _draft(self, execution: Execution, type: EventType) -> Draft:
        return Draft(
            type=type,
            message="so it is",
            timestamp=self._world.clock.wall(),
            execution_id=execution.id,
            deployment_id=execution.deployment_id,
            workflow_id=execution.workflow_id,
        )

    def _work(self) -> Generator[None, None, Verdict | None]:
        """Run what has not succeeded yet; None leaves the verdict to whoever kills."""
        graph = yield from tried(self._store_graph)
        for one in graph:
            yield
            if one.is_interrupted:
                self._world.truth.seen["an interrupted operation was not repeated"] += 1
                return Verdict(status=Status.FAILED, error="an operation was interrupted, and nobody forces it")
            asked = yield from tried(lambda one=one: self._start(one))  # type: ignore[misc] # mypy knows no such lambda
            if asked is not None:
                return None if asked is Status.KILL_CANCELLING else Verdict(status=Status.CANCELLED)
            yield
            if not self._is_orphan:
                self._world.truth.touch(self._id, self._attempt, one.id)
            yield
            is_success = not self._world.chance(0.08)
            yield from tried(lambda one=one, ok=is_success: self._end(one, ok))  # type: ignore[misc] # as above
            if not is_success:
                return Verdict(status=Status.FAILED, error="an operation failed, as the script has it")
        self._world.truth.completed.add((self._id, self._attempt))
        return Verdict(status=Status.TERMINATED)

    def _move_all(self, execution: Execution) -> Generator[None, None, Verdict | None]:
        """Make or restore a snapshot as the product does; others have their turns between its transactions."""
        yield
        world = self._world
        self.job = Job(
            execution_id=self._id,
            snapshot_id=str(execution.parameters["snapshot_id"]),
            is_return=execution.workflow_id == RESTORE,
            began=to_time(world.clock.wall()),
        )
        verdict = system_workflows.run(world.database, world.home.root, execution, world.clock)
        if verdict.status is Status.TERMINATED:
            world.truth.completed.add((self._id, self._attempt))
            world.truth.seen["a snapshot was restored" if self.job.is_return else "a snapshot was made"] += 1
        return verdict

    def _store_graph(self) -> list[OperationRecord]:
        with self._world.database.write() as connection:
            executions.require_attempt(connection, self._id, self._attempt)
            stored = operations.find(connection, self._id)
            if not stored:
                operations.insert(connection, self._new_graph())
                stored = operations.find(connection, self._id)
        return [one for one in stored if one.state is OperationState.PENDING]

    def _new_graph(self) -> list[OperationRecord]:
        now = self._world.clock.wall()
        return [
            OperationRecord(id=f"{self._id}-{number}", execution_id=self._id, name="create", created_at=now)
            for number in range(self._world.random.randrange(1, OPERATIONS + 1))
        ]

    def _start(self, one: OperationRecord) -> Status | None:
        """Store a start; return the status instead when it asks to stop."""
        with self._world.database.write() as connection:
            status = executions.require_attempt(connection, self._id, self._attempt)
            if status in STOPPING:
                return status
            started = replace(one, state=OperationState.STARTED, started_at=self._world.clock.wall())
            operations.update(connection, [started])
        return None

    def _end(self, one: OperationRecord, is_success: bool) -> None:
        state = OperationState.SUCCEEDED if is_success else OperationState.FAILED
        with self._world.database.write() as connection:
            executions.require_attempt(connection, self._id, self._attempt)
            operations.update(connection, [replace(one, state=state, ended_at=self._world.clock.wall())])

    def _record(self, execution: Execution, verdict: Verdict) -> bool:
        with self._world.database.write() as connection:
            return ending.record(connection, execution, verdict, self._world.clock.wall())
