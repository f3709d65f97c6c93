"""The ways in which an ended execution runs again: it goes on, it begins anew, or another one does the same."""

from datetime import datetime
from sqlite3 import Connection

from engine.domain import admission
from engine.domain.errors import IllegalAction, InvalidValue
from engine.domain.event import Draft, EventType
from engine.domain.execution import Execution, StartRequest, Status
from engine.services import dependents, settings
from engine.services import executions as execution_services
from storage import events, executiongroups, executions, operations, updates
from storage.database import Database


def resume(database: Database, id: str, *, force: bool = False, queue: bool = False, now: datetime) -> Execution:
    """Let a failed or cancelled execution go on where it stopped; what has succeeded does not run again.

    It passes the same gate as a start, as the next attempt. `force` lets interrupted operations run again too.

    Raises:
        NotFound: there is no such execution.
        IllegalAction: it has neither failed nor been cancelled.
        InvalidValue: it was a dry run, which leaves nothing to go on with.
        ExecutionRefused: something runs or waits that it may neither join nor wait for.
        DependentsExist: others depend on what it takes away.
        MaintenanceActive: maintenance mode holds it.
    """
    action = "force-resume" if force else "resume"
    with database.write() as connection:
        execution = _ended_badly(connection, id, action)
        if execution.dry_run:
            raise InvalidValue(
                f"cannot {action} execution `{id}`: a dry run leaves nothing to go on with; run it again"
            )
        operations.reset(connection, id, with_interrupted=force)
        return _admit(connection, execution, queue=queue, is_resumed=True, now=now)


def resume_later(connection: Connection, execution: Execution, *, force: bool = False, now: datetime) -> None:
    """Do what `resume` does inside the caller's transaction, by way of the queue; the caller releases it."""
    operations.reset(connection, execution.id, with_interrupted=force)
    executions.begin_again(connection, execution.id, execution.attempt, Status.QUEUED, is_resumed=True, now=now)


def requeue(database: Database, id: str, *, now: datetime) -> Execution:
    """Put a failed or cancelled execution back as it was accepted first: it runs from the start, or waits its turn.

    Raises:
        NotFound: there is no such execution.
        IllegalAction: it has neither failed nor been cancelled.
        MaintenanceActive: maintenance mode holds it.
    """
    with database.write() as connection:
        execution = _ended_badly(connection, id, "requeue")
        operations.forget(connection, id)
        return _admit(connection, execution, queue=True, is_resumed=False, now=now)


def rerun(database: Database, id: str, *, force: bool = False, queue: bool = False, now: datetime) -> Execution:
    """Start another execution of the same workflow with the same parameters and arguments.

    Raises:
        NotFound: there is no such execution, or its deployment or workflow is gone.
        InvalidValue: the parameters do not fit any more.
        ExecutionRefused: something runs or waits that it may neither join nor wait for.
        MaintenanceActive: maintenance mode holds it.
    """
    with database.write() as connection:
        execution = _of_deployment(connection, id, "rerun")
        if updates.of_execution(connection, id) is not None:
            raise InvalidValue(
                f"cannot rerun execution `{id}`: an update is started anew by "
                f"`conductor deployments update {execution.deployment_id}`"
            )
        request = _request(execution, queue=queue, force=force)
        return execution_services.start_in(connection, request, now=now)


def _ended_badly(connection: Connection, id: str, action: str) -> Execution:
    execution = _of_deployment(connection, id, action)
    if execution.status not in {Status.FAILED, Status.CANCELLED}:
        raise IllegalAction(action, id, execution.status.display)
    execution_services.refuse_in_maintenance(connection)
    return execution


def _of_deployment(connection: Connection, id: str, action: str) -> Execution:
    """Return an execution; a system-wide one belongs to what it was started for, such as a snapshot that has failed."""
    execution = executions.get(connection, id)
    if execution.is_system_wide:
        raise InvalidValue(
            f"cannot {action} execution `{id}`: `{execution.workflow_id}` is started anew by its own command"
        )
    return execution


def _admit(connection: Connection, execution: Execution, *, queue: bool, is_resumed: bool, now: datetime) -> Execution:
    """Begin the next attempt, at once or in the queue."""
    request = _request(execution, queue=queue, force=execution.force)
    decision = admission.decide(
        request,
        executions.live(connection),
        limit=settings.limit_in(connection),
        limits=executiongroups.limits_of(connection, execution.id),
    )
    if isinstance(decision, admission.Refuse):
        raise decision.error
    dependents.refuse_start(connection, request)
    waits = isinstance(decision, admission.Queue)
    status = Status.QUEUED if waits else Status.PENDING
    executions.begin_again(connection, execution.id, execution.attempt, status, is_resumed=is_resumed, now=now)
    if isinstance(decision, admission.Queue):
        events.append(connection, [_waits(execution, decision, now)])
    else:
        dependents.tell_of_force(connection, execution, now=now)
    return executions.get(connection, execution.id)


def _request(execution: Execution, *, queue: bool, force: bool) -> StartRequest:
    return StartRequest(
        workflow_id=execution.workflow_id,
        deployment_id=execution.deployment_id,
        parameters=execution.parameters,
        force=force,
        queue=queue,
        dry_run=execution.dry_run,
        allow_custom_parameters=execution.allow_custom_parameters,
        wait_after_fail=execution.wait_after_fail,
    )


def _waits(execution: Execution, decision: admission.Queue, now: datetime) -> Draft:
    return Draft(
        type=EventType.WORKFLOW_QUEUED,
        message=f"waits: {'; '.join(blocker.sentence for blocker in decision.blockers)}",
        timestamp=now,
        execution_id=execution.id,
        deployment_id=execution.deployment_id,
        workflow_id=execution.workflow_id,
    )
