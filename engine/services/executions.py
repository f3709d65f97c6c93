"""The use cases of executions: start, cancel, release from the queue, and the verdict on a lost worker."""

from dataclasses import replace
from datetime import datetime
from sqlite3 import Connection
from uuid import uuid4

from engine.domain import admission, availability
from engine.domain.blueprint import Workflow
from engine.domain.errors import DependentsExist, IllegalAction, InvalidValue, MaintenanceActive
from engine.domain.event import Draft, EventType, Level
from engine.domain.execution import CancelKind, Execution, StartRequest, Status
from engine.domain.update import WORKFLOW as UPDATE
from engine.services import dependents, settings
from engine.services.lacking import lacking
from engine.services.parameters import merged
from storage import deployments, events, executions, maintenance, operations
from storage.database import Database


def start(database: Database, request: StartRequest, *, now: datetime, id: str | None = None) -> Execution:
    """Start an execution, or queue it where that is asked for and needed.

    Raises:
        NotFound: the deployment or the workflow does not exist.
        InvalidValue: the parameters do not fit, or the workflow is not available now.
        ExecutionRefused: something runs or waits that this start may neither join nor wait for.
        DependentsExist: others depend on what it takes away.
        MaintenanceActive: maintenance mode holds everything but system-wide executions.
    """
    with database.write() as connection:
        return start_in(connection, request, now=now, id=id)


def start_in(connection: Connection, request: StartRequest, *, now: datetime, id: str | None = None) -> Execution:
    """Do what `start` does inside the caller's transaction, so that a schedule fires and advances at once."""
    if not request.is_system_wide:
        refuse_in_maintenance(connection)
    return admit(connection, request, accepted(connection, request, now=now, id=id), now=now)


def admit(connection: Connection, request: StartRequest, execution: Execution, *, now: datetime) -> Execution:
    """Store an accepted execution: it begins now or waits.

    Raises:
        ExecutionRefused: something runs or waits that it may neither join nor wait for.
        DependentsExist: others depend on what it takes away.
    """
    decision = _decided(connection, request)
    if isinstance(decision, admission.Refuse):
        raise decision.error
    dependents.refuse_start(connection, request)
    if isinstance(decision, admission.Start):
        execution = replace(execution, status=Status.PENDING)
    execution = replace(execution, number=executions.insert(connection, execution))
    if isinstance(decision, admission.Queue):
        reason = "; ".join(blocker.sentence for blocker in decision.blockers)
        events.append(connection, [_event(execution, EventType.WORKFLOW_QUEUED, f"waits: {reason}", now)])
    else:
        dependents.tell_of_force(connection, execution, now=now)
    return execution


def _decided(connection: Connection, request: StartRequest) -> admission.Decision:
    """Return the answer to a request; what cannot stand in its way is not even read."""
    limit = settings.limit_in(connection)
    if limit or request.deployment_id is None:
        return admission.decide(request, executions.live(connection), limit=limit)
    return admission.decide(request, executions.live_near(connection, request.deployment_id))


def refuse_in_maintenance(connection: Connection) -> None:
    """Raise MaintenanceActive while maintenance mode is on or asked for."""
    if maintenance.get(connection) is not None:
        raise MaintenanceActive


def accepted(connection: Connection, request: StartRequest, *, now: datetime, id: str | None = None) -> Execution:
    """Return what the request asks for as an execution that waits; nothing is stored.

    Raises:
        NotFound: the deployment or the workflow does not exist.
        InvalidValue: the parameters do not fit, or the workflow is not available now.
    """
    blueprint_id, values = _prepared(connection, request)
    return waiting(replace(request, parameters=values), blueprint_id, now=now, id=id)


def waiting(request: StartRequest, blueprint_id: str | None, *, now: datetime, id: str | None = None) -> Execution:
    """Return what a checked request asks for as an execution that waits; nothing is stored."""
    return Execution(
        id=id or str(uuid4()),
        number=0,
        workflow_id=request.workflow_id,
        deployment_id=request.deployment_id,
        blueprint_id=blueprint_id,
        status=Status.QUEUED,
        parameters=request.parameters,
        force=request.force,
        dry_run=request.dry_run,
        allow_custom_parameters=request.allow_custom_parameters,
        wait_after_fail=request.wait_after_fail,
        origin=request.origin,
        created_at=now,
    )


def _prepared(connection: Connection, request: StartRequest) -> tuple[str | None, dict[str, object]]:
    """Return the blueprint's id and the merged parameters."""
    if request.deployment_id is None:
        return None, dict(request.parameters)
    blueprint_id, workflows = deployments.workflows(connection, request.deployment_id)
    workflow = workflows.get(request.workflow_id)
    if workflow is None and request.workflow_id == UPDATE:
        raise InvalidValue(f"an update is started by `conductor deployments update {request.deployment_id}`")
    if workflow is None:
        raise lacking(request.deployment_id, "workflow", request.workflow_id, workflows)
    if not request.force:
        _require_available(connection, request.deployment_id, workflow)
    allows = request.allow_custom_parameters
    return blueprint_id, merged(connection, request.deployment_id, workflow, request.parameters, allow_custom=allows)


def _require_available(connection: Connection, deployment_id: str, workflow: Workflow) -> None:
    if not workflow.availability_rules:
        return
    states = deployments.instance_states(connection, deployment_id)
    needs_types = bool(workflow.availability_rules.get("node_types_required"))
    types = deployments.types(connection, deployment_id) if needs_types else ()
    availability.require(workflow, states=states, types=types)


def cancel(database: Database, id: str, kind: CancelKind, *, now: datetime) -> Execution:
    """Ask an execution to stop; what holds no worker yet is cancelled at once.

    A kill of a final execution changes nothing here: the caller ends the processes that are left.

    Raises:
        NotFound: there is no such execution.
        IllegalAction: it has ended, or is being stopped as hard already.
    """
    with database.write() as connection:
        return cancel_in(connection, id, kind, now=now)


def cancel_in(connection: Connection, id: str, kind: CancelKind, *, now: datetime) -> Execution:
    """Do what `cancel` does inside the caller's transaction, so that several stop at once."""
    execution = executions.get(connection, id)
    target = _cancel_target(execution, kind)
    if target is not None:
        executions.set_status(connection, id, execution.status, target, now=now, error="")
        events.append(connection, [_cancel_event(execution, target, now)])
    return executions.get(connection, id)


def _cancel_target(execution: Execution, kind: CancelKind) -> Status | None:
    """Return the status that the request leads to; None leaves it as it is (semantics §1.5)."""
    status = execution.status
    if status in {Status.QUEUED, Status.PENDING}:
        return Status.CANCELLED
    if kind is CancelKind.KILL and (status.is_final or status is Status.KILL_CANCELLING):
        return None
    if kind.status in _HARDER.get(status, frozenset()):
        return kind.status
    raise IllegalAction(kind.value, execution.id, status.display)


_HARDER = {
    Status.STARTED: frozenset({Status.CANCELLING, Status.FORCE_CANCELLING, Status.KILL_CANCELLING}),
    Status.CANCELLING: frozenset({Status.FORCE_CANCELLING, Status.KILL_CANCELLING}),
    Status.FORCE_CANCELLING: frozenset({Status.KILL_CANCELLING}),
}


def _cancel_event(execution: Execution, target: Status, now: datetime) -> Draft:
    if target is Status.CANCELLED:
        message = f"'{execution.workflow_id}' workflow execution cancelled before it began"
        return _event(execution, EventType.WORKFLOW_CANCELLED, message, now, Level.WARNING)
    message = f"'{execution.workflow_id}' workflow execution is {target.value.replace('_', ' ')}"
    return _event(execution, EventType.WORKFLOW_CANCELLING, message, now, Level.WARNING)


def release(database: Database, *, now: datetime) -> list[admission.Live]:
    """Take from the queue what may start now and return it as it waited; nothing is written when nothing may.

    Rows are not read beyond what the rules need: one that is damaged holds up nobody else.
    """
    with database.read() as connection:
        if not _promotable(connection):
            return []
    with database.write() as connection:
        return release_in(connection, now=now)


def release_in(connection: Connection, *, now: datetime) -> list[admission.Live]:
    """Do what `release` does inside the caller's transaction.

    What others have come to depend on meanwhile fails instead of starting, and makes room for what waits behind it.
    """
    promotable = _promotable(connection)
    while any(_has_failed_to_leave(connection, one, now) for one in promotable):
        promotable = _promotable(connection)
    for one in promotable:
        executions.set_status(connection, one.id, Status.QUEUED, Status.PENDING, now=now)
        dependents.tell_of_force(connection, one, now=now)
    return list(promotable)


def _has_failed_to_leave(connection: Connection, one: admission.Live, now: datetime) -> bool:
    """Say whether an execution may not start after all; it has failed then (semantics §2.4)."""
    try:
        dependents.refuse_start(connection, one)
    except DependentsExist as refusal:
        error = f"Error dequeueing execution: {refusal}"
        executions.set_status(connection, one.id, Status.QUEUED, Status.FAILED, now=now, error=error)
        events.append(connection, [_verdict_event(one, Status.FAILED, error, now)])
        return True
    return False


def _promotable(connection: Connection) -> tuple[admission.Live, ...]:
    """Return what may leave the queue; in maintenance mode that is system-wide executions alone."""
    return admission.next_to_start(executions.live(connection), limit=settings.limit_in(connection))


def settle(
    database: Database, id: str, attempt: int, reason: str, *, note: str = "", now: datetime
) -> Execution | None:
    """Pronounce the verdict on an attempt whose worker is gone and whose processes have ended.

    It is `cancelled` where a force or kill was asked for, else `failed` with the reason. `note` says which processes
    were ended, if any. None means that it had been settled before.
    """
    with database.write() as connection:
        execution = executions.get(connection, id)
        if execution.is_final or execution.attempt != attempt:
            return None
        was_asked = execution.status in {Status.FORCE_CANCELLING, Status.KILL_CANCELLING}
        verdict = Status.CANCELLED if was_asked else Status.FAILED
        executions.finish(connection, id, attempt, verdict, "" if was_asked else reason, now)
        _close_operations(connection, id, reason, now)
        told = [_note(execution, note, now)] if note else []
        events.append(connection, [*told, _verdict_event(execution, verdict, reason, now)])
        return executions.get(connection, id)


def note_killed(database: Database, id: str, note: str, *, now: datetime) -> None:
    """Tell which processes of an ended execution were ended; its result stays.

    Raises:
        NotFound: there is no such execution.
    """
    with database.write() as connection:
        events.append(connection, [_note(executions.get(connection, id), note, now)])


def _note(execution: Execution, note: str, now: datetime) -> Draft:
    message = f"the kill of '{execution.workflow_id}' {note}"
    return _event(execution, EventType.ENGINE_EVENT, message, now, Level.WARNING)


def _close_operations(connection: Connection, execution_id: str, reason: str, now: datetime) -> None:
    """Mark what was under way: nobody knows how far it came."""
    error = f"interrupted, its effect is unknown: {reason}"
    operations.interrupt(connection, execution_id, error, now)


def _verdict_event(execution: Execution | admission.Live, verdict: Status, reason: str, now: datetime) -> Draft:
    if verdict is Status.CANCELLED:
        message = f"'{execution.workflow_id}' workflow execution cancelled"
        return _event(execution, EventType.WORKFLOW_CANCELLED, message, now, Level.WARNING)
    message = f"'{execution.workflow_id}' workflow execution failed: {reason}"
    return _event(execution, EventType.WORKFLOW_FAILED, message, now, Level.ERROR)


def _event(
    execution: Execution | admission.Live, type: EventType, message: str, now: datetime, level: Level = Level.INFO
) -> Draft:
    return Draft(
        type=type,
        message=message,
        timestamp=now,
        level=level,
        execution_id=execution.id,
        deployment_id=execution.deployment_id,
        workflow_id=execution.workflow_id,
    )
