"""The use cases of execution groups: start, look, set the limit, cancel, resume."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from sqlite3 import Connection
from uuid import uuid4

from engine.domain.errors import AlreadyExists, IllegalAction, InvalidValue
from engine.domain.event import Draft, EventType
from engine.domain.execution import CancelKind, Execution, StartRequest, Status
from engine.domain.group import ExecutionGroup, ExecutionGroupView, GroupStart, check_concurrency, status_of
from engine.domain.naming import check_id
from engine.services import again
from engine.services import executions as services
from storage import deploymentgroups, deployments, events, executiongroups, executions
from storage.database import Database


def start(database: Database, request: GroupStart, *, now: datetime) -> ExecutionGroupView:
    """Start a workflow on every deployment of a group that has it: all of them are accepted, or none.

    What may run begins at once, up to the limit; the rest waits in the queue.

    Raises:
        NotFound: a group does not exist.
        InvalidValue: no deployment has the workflow, or parameters do not fit one of them.
        MaintenanceActive: maintenance mode holds everything.
    """
    id = check_id("execution group", request.id or str(uuid4()))
    check_concurrency(request.concurrency)
    with database.write() as connection:
        services.refuse_in_maintenance(connection)
        members = deploymentgroups.get(connection, request.deployment_group_id).deployments
        _require_groups(connection, request.success_group_id, request.failed_group_id)
        if executiongroups.exists(connection, id):
            raise AlreadyExists("execution group", id)
        executiongroups.insert(connection, _group(id, request, now))
        events.append(connection, _left_out(connection, id, members, request.workflow_id, now))
        accepted = list(_accepted(connection, members, request, now))
        if not accepted:
            raise InvalidValue(
                f"no deployment of group `{request.deployment_group_id}` has the workflow `{request.workflow_id}`"
            )
        for execution in accepted:
            executions.insert(connection, execution)
            executiongroups.add(connection, id, execution.id)
        services.release_in(connection, now=now)
        events.append(connection, [_waits(one, id, now) for one in accepted if _is_queued(connection, one)])
        return _view(connection, id)


def _left_out(connection: Connection, id: str, members: Iterable[str], workflow_id: str, now: datetime) -> list[Draft]:
    """Return what the group is told of deployments that do not have the workflow."""
    return [
        Draft(
            type=EventType.LOG,
            message=f"deployment `{one}` has no workflow `{workflow_id}` and is left out",
            timestamp=now,
            workflow_id=workflow_id,
            execution_group_id=id,
        )
        for one in members
        if workflow_id not in deployments.workflows(connection, one)[1]
    ]


def _group(id: str, request: GroupStart, now: datetime) -> ExecutionGroup:
    return ExecutionGroup(
        id=id,
        workflow_id=request.workflow_id,
        deployment_group_id=request.deployment_group_id,
        concurrency=request.concurrency,
        success_group_id=request.success_group_id,
        failed_group_id=request.failed_group_id,
        created_at=now,
    )


def _require_groups(connection: Connection, *ids: str | None) -> None:
    for id in ids:
        if id is not None:
            deploymentgroups.get(connection, id)


def _accepted(
    connection: Connection, members: Iterable[str], request: GroupStart, now: datetime
) -> Iterable[Execution]:
    for deployment_id in members:
        if request.workflow_id in deployments.workflows(connection, deployment_id)[1]:
            yield services.accepted(connection, _member_request(deployment_id, request), now=now)


def _member_request(deployment_id: str, request: GroupStart) -> StartRequest:
    return StartRequest(
        workflow_id=request.workflow_id,
        deployment_id=deployment_id,
        parameters={**request.parameters, **request.overrides.get(deployment_id, {})},
        force=request.force,
        queue=True,
        dry_run=request.dry_run,
        allow_custom_parameters=request.allow_custom_parameters,
        wait_after_fail=request.wait_after_fail,
    )


def _is_queued(connection: Connection, execution: Execution) -> bool:
    return executions.get(connection, execution.id).status is Status.QUEUED


def _waits(execution: Execution, group_id: str, now: datetime) -> Draft:
    return Draft(
        type=EventType.WORKFLOW_QUEUED,
        message=f"waits for its turn in execution group {group_id}",
        timestamp=now,
        execution_id=execution.id,
        deployment_id=execution.deployment_id,
        workflow_id=execution.workflow_id,
    )


def get(database: Database, id: str) -> ExecutionGroupView:
    """Return one group with its executions.

    Raises:
        NotFound: there is no such group.
    """
    with database.read() as connection:
        return _view(connection, id)


def _view(connection: Connection, id: str) -> ExecutionGroupView:
    group = executiongroups.get(connection, id)
    members = tuple(executions.get(connection, member) for member in executiongroups.members(connection, id))
    found = executiongroups.counts(connection)[id]
    return ExecutionGroupView(group=group, status=status_of(found.keys()), counts=found, executions=members)


def listing(database: Database) -> list[ExecutionGroupView]:
    """Return all groups, oldest first, without their executions."""
    with database.read() as connection:
        groups, found = executiongroups.find(connection), executiongroups.counts(connection)
    return [
        ExecutionGroupView(group=one, status=status_of(found[one.id].keys()), counts=found[one.id]) for one in groups
    ]


def update(
    database: Database,
    id: str,
    *,
    concurrency: int | None = None,
    success_group_id: str | None = None,
    failed_group_id: str | None = None,
) -> ExecutionGroupView:
    """Change a group; what is None stays. A lower limit stops nothing that runs.

    Raises:
        NotFound: a group does not exist.
        InvalidValue: the limit is no number of executions.
    """
    with database.write() as connection:
        group = executiongroups.get(connection, id)
        _require_groups(connection, success_group_id, failed_group_id)
        changed = replace(
            group,
            concurrency=group.concurrency if concurrency is None else check_concurrency(concurrency),
            success_group_id=success_group_id or group.success_group_id,
            failed_group_id=failed_group_id or group.failed_group_id,
        )
        executiongroups.update(connection, changed)
        return _view(connection, id)


def add(database: Database, id: str, execution_ids: Iterable[str]) -> ExecutionGroupView:
    """Put executions into a group, by their ids or the unique beginnings of them; those of other groups stay there.

    What runs goes on; what waits must satisfy this group's limit, too.

    Raises:
        NotFound: the group or an execution does not exist.
        InvalidValue: an execution is system-wide, and needs the engine for itself anyway.
    """
    with database.write() as connection:
        executiongroups.get(connection, id)
        for prefix in execution_ids:
            execution = executions.get(connection, executions.resolve(connection, prefix))
            if execution.is_system_wide:
                raise InvalidValue(f"{execution.workflow_id} `{execution.id}` is system-wide and cannot be in a group")
            executiongroups.add(connection, id, execution.id)
        return _view(connection, id)


def cancel(database: Database, id: str, kind: CancelKind, *, now: datetime) -> list[Execution]:
    """Ask every execution of a group to stop that has not ended, all at once, and return them.

    Raises:
        NotFound: there is no such group.
    """
    with database.write() as connection:
        executiongroups.get(connection, id)
        found = [executions.get(connection, member) for member in executiongroups.members(connection, id)]
        return [
            execution
            for one in found
            if not one.is_final and (execution := _cancelled(connection, one, kind, now)) is not None
        ]


def resume(database: Database, id: str, *, force: bool = False, now: datetime) -> list[Execution]:
    """Let every execution of a group go on that has failed or been cancelled, within its limits, and return them.

    Each passes the gate as a start does, in the order in which they arrived. Dry runs leave nothing to go on with.

    Raises:
        NotFound: there is no such group.
        MaintenanceActive: maintenance mode holds everything.
    """
    with database.write() as connection:
        services.refuse_in_maintenance(connection)
        executiongroups.get(connection, id)
        found = [executions.get(connection, member) for member in executiongroups.members(connection, id)]
        resumed = [one for one in found if one.status in {Status.FAILED, Status.CANCELLED} and not one.dry_run]
        for one in resumed:
            again.resume_later(connection, one, force=force, now=now)
        services.release_in(connection, now=now)
        events.append(connection, [_waits(one, id, now) for one in resumed if _is_queued(connection, one)])
        return [executions.get(connection, one.id) for one in resumed]


def _cancelled(connection: Connection, execution: Execution, kind: CancelKind, now: datetime) -> Execution | None:
    """Return the execution after the request; None when it is being stopped as hard already."""
    try:
        return services.cancel_in(connection, execution.id, kind, now=now)
    except IllegalAction:
        return None
