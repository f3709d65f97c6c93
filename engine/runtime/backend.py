"""How the steps of a workflow become rows and events, and how what begins is run."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from engine.domain.deployment import Modification, ModificationStatus, NodeInstance
from engine.domain.event import Draft
from engine.domain.execution import OperationRecord, OperationState
from engine.domain.json import Json, JsonObject
from engine.runtime.clock import Clock
from engine.runtime.findings import keep_findings
from engine.runtime.recorder import Entry, Recorder
from engine.runtime.resources import find_resource
from engine.runtime.scaling import end, plan_scaling, start
from engine.runtime.scrub import scrub_text
from engine.runtime.secrecy import Secrecy
from engine.runtime.site import Site
from engine.sdk.backend import (
    Added,
    Begun,
    Checked,
    Ended,
    Outcome,
    Passed,
    Receipt,
    Scaled,
    Scaling,
    StateSet,
    Step,
    Told,
)
from engine.sdk.errors import NonRecoverableError, OperationInterrupted
from engine.sdk.failure import details_of
from engine.sdk.narration import describe, ends, full_name, task_ended, task_started
from engine.sdk.tasks import OperationTask, TaskState, WorkflowTask
from engine.services import secrets
from engine.services.outside import Beyond
from storage import deployments, modifications
from storage.codec import to_json
from storage.database import Database

Run = Callable[[Begun], None]

LONGEST_RESULT = 64 * 1024
"""Characters of a result that is stored."""


class WorkerBackend:
    """The runtime of one execution, as its workflow sees it."""

    def __init__(
        self, site: Site, database: Database, recorder: Recorder, clock: Clock, run: Run, *, slots: int
    ) -> None:
        self.slots = slots
        self._site, self._database, self._recorder, self._clock = site, database, recorder, clock
        self._run = run
        self._records: dict[str, OperationRecord] = {}

    def commit(self, steps: Sequence[Step]) -> Receipt:
        """Record the steps together and in order, then run those that begin."""
        now = self._clock.wall()
        wave = _Wave(self._site, self._records, now)
        for step in steps:
            wave.take(step)
        begun = wave.begun
        entry = Entry(
            added=wave.added,
            begun=[self._records[one.task.id] for one in begun],
            begun_drafts=wave.begun_drafts,
            begun_states=wave.begun_states,
            passed=wave.passed,
            write=keep_findings(self._site.deployment.id, wave.findings, now) if wave.findings else None,
            changed=wave.changed,
            states=wave.states,
            drafts=wave.drafts,
            after=(lambda error: self._start(begun, error)) if begun else None,
        )
        return self._recorder.submit(entry)

    def turn(self, site: Site) -> None:
        """See the deployment as another plan has it."""
        self._site = site

    def _start(self, begun: Sequence[Begun], error: BaseException | None) -> None:
        for one in begun:
            if error is None:
                self._run(one)
            else:
                one.report(one.task, Outcome(error=error))

    def monotonic(self) -> float:
        return self._clock.monotonic()

    def instances(self) -> list[NodeInstance]:
        with self._database.read() as connection:
            return deployments.instances(connection, self._site.deployment.id)

    def instance(self, id: str) -> NodeInstance:
        with self._database.read() as connection:
            return deployments.instance(connection, self._site.deployment.id, id)

    def update_instance(self, id: str, properties: JsonObject, version: int | None) -> int:
        """Store runtime properties; secrets in them become the calls that give them."""
        require_json(properties, f"the runtime properties of `{id}`")
        properties = self._site.secrecy.folded(properties)
        written: list[int] = []
        self._recorder.submit(
            Entry(
                write=lambda connection: written.append(
                    deployments.set_runtime_properties(
                        connection, self._site.deployment.id, id, properties, expected_version=version
                    )
                )
            )
        ).wait()
        return written[-1]

    def start_modification(self, scaling: Scaling, *, is_dry_run: bool) -> Scaled:
        started: list[Scaled] = []
        if is_dry_run:
            return plan_scaling(self._site, self.instances(), scaling)
        self._recorder.submit(
            Entry(write=lambda connection: started.append(start(connection, self._site, scaling, self._clock.wall())))
        ).wait()
        return started[-1]

    def end_modification(self, id: str, status: ModificationStatus) -> None:
        self._recorder.submit(
            Entry(write=lambda connection: end(connection, self._site, id, status, self._clock.wall()))
        ).wait()

    def modifications(self) -> list[Modification]:
        with self._database.read() as connection:
            return modifications.find(connection, self._site.deployment.id)

    def outside(self) -> Beyond:
        """Return what functions may ask of the world beyond the deployment; a secret that is read is kept secret."""
        opening = secrets.opening(self._site.home, self._site.secrecy.hear)
        return Beyond(self._database.read, self._site.deployment, secrets=opening)

    def resource(self, path: str) -> bytes:
        return find_resource(self._site, path).read_bytes()


def require_json(value: Json, owner: str) -> None:
    """Check that a value can be stored.

    Raises:
        NonRecoverableError: something in it has no form in JSON.
    """
    try:
        to_json(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise NonRecoverableError(f"{owner} cannot be stored as JSON: {error}") from error


class _Wave:
    """The rows and events of one commit."""

    def __init__(self, site: Site, records: dict[str, OperationRecord], now: datetime) -> None:
        self._site, self._records, self._now = site, records, now
        self.added: list[OperationRecord] = []
        self.changed: list[OperationRecord] = []
        self.states: list[tuple[str, str]] = []
        self.begun_states: list[tuple[str, str]] = []
        self.passed: list[str] = []
        self.findings: list[Checked] = []
        self.drafts: list[Draft] = []
        self.begun_drafts: list[Draft] = []
        self.begun: list[Begun] = []

    def take(self, step: Step) -> None:
        match step:
            case Added(task=task, waits_for=waits_for):
                record = _new_record(task, waits_for, self._site.execution.id, self._now)
                self._records[task.id] = record
                if task.stored is None and not self._site.execution.dry_run:
                    self.added.append(record)
            case Begun():
                self._begin(step)
            case Ended(task=task, is_retried=is_retried):
                record = self._records.pop(task.id)
                self.changed.append(_ended_record(record, task, is_retried, self._now, self._site.secrecy))
                if task.send_task_events or not task.is_succeeded:
                    self._tell(task_ended(task), details_of(task.error))
            case StateSet(instance_id=instance_id, state=state):
                self.states.append((instance_id, state))
            case Checked():
                self.findings.append(replace(step, result=self._site.secrecy.hidden(step.result)))
            case Passed(place=place):
                self.passed.append(place)
            case Told():
                self._tell(step)

    def _begin(self, step: Begun) -> None:
        task = step.task
        record = replace(self._records[task.id], state=OperationState.STARTED, started_at=self._now)
        self._records[task.id] = record
        self.begun.append(step)
        if isinstance(task, OperationTask) and task.entering and task.invocation.instance_id:
            self.begun_states.append((task.invocation.instance_id, task.entering))
        if task.send_task_events:
            self.begun_drafts.append(self._draft(task_started(task)))

    def _tell(self, told: Told, causes: str = "") -> None:
        self.drafts.append(self._draft(told, causes))

    def _draft(self, told: Told, causes: str = "") -> Draft:
        return self._site.draft(
            told.type,
            scrub_text(self._site.secrecy.hide(told.message)),
            self._now,
            level=told.level,
            instance_id=told.instance_id,
            target_id=told.target_id,
            operation=told.operation,
            operation_id=told.operation_id,
            causes=scrub_text(self._site.secrecy.hide(causes)),
        )


def _new_record(task: WorkflowTask, waits_for: tuple[str, ...], execution_id: str, now: datetime) -> OperationRecord:
    instance_id, target_id = ends(task)
    return OperationRecord(
        id=task.id,
        execution_id=execution_id,
        name=full_name(task),
        node_instance_id=instance_id,
        target_instance_id=target_id,
        retry=task.current_retries,
        max_retries=task.total_retries,
        created_at=now,
        place=task.place,
        waits_for=waits_for,
    )


def _ended_record(
    record: OperationRecord, task: WorkflowTask, is_retried: bool, now: datetime, secrecy: Secrecy
) -> OperationRecord:
    state = OperationState.SUCCEEDED
    if is_retried:
        state = OperationState.RESCHEDULED
    elif task.get_state() is not TaskState.SUCCEEDED:
        state = OperationState.FAILED
    error = "" if task.error is None else scrub_text(secrecy.hide(describe(task.error)))
    return replace(
        record,
        state=state,
        ended_at=now,
        error=error,
        result=_storable(secrecy.hidden(task.result)) if task.is_succeeded else None,
        is_interrupted=isinstance(task.error, OperationInterrupted),
    )


def _storable(result: Json) -> Json:
    """Return a result as it can be stored; None stands for one that has no form in JSON or is too long."""
    try:
        return result if result is None or len(to_json(result)) <= LONGEST_RESULT else None
    except (TypeError, ValueError, RecursionError):
        return None
