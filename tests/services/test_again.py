"""Resume, requeue and run again, on a real database."""

from dataclasses import replace

import pytest

from engine.domain.errors import DeploymentBusy, IllegalAction, InvalidValue, MaintenanceActive
from engine.domain.execution import CancelKind, Execution, OperationRecord, OperationState, StartRequest, Status
from engine.services import again, cancelling, executions, maintenance
from storage import events, operations
from storage import executions as rows
from storage.database import Database
from tests.builders import NOW, an_execution, store_deployment

PENDING, STARTED, SUCCEEDED = OperationState.PENDING, OperationState.STARTED, OperationState.SUCCEEDED
FAILED, RESCHEDULED = OperationState.FAILED, OperationState.RESCHEDULED


@pytest.fixture(autouse=True)
def deployment(database: Database) -> None:
    store_deployment(database)


def start(database: Database, **options: bool) -> Execution:
    request = StartRequest(workflow_id="install", deployment_id="d1", **options)  # type: ignore[arg-type] # flags only
    return executions.start(database, request, now=NOW)


def ended(database: Database, status: Status = Status.FAILED, **options: bool) -> Execution:
    """Return an execution of which a worker has written the end."""
    execution = start(database, **options)
    with database.write() as connection:
        rows.begin(connection, execution.id, 1, NOW)
        rows.finish(connection, execution.id, 1, status, "it broke", NOW)
        return rows.get(connection, execution.id)


def add_operations(database: Database, execution: Execution, *tries: tuple[str, OperationState]) -> None:
    records = [
        OperationRecord(
            id=f"o{number}",
            execution_id=execution.id,
            name="create",
            place=place,
            state=state,
            started_at=None if state is PENDING else NOW,
            retry=number,
        )
        for number, (place, state) in enumerate(tries)
    ]
    with database.write() as connection:
        operations.insert(connection, records)
        operations.interrupt(connection, execution.id, "cut off", NOW)


def states(database: Database, execution: Execution) -> list[tuple[OperationState, bool]]:
    with database.read() as connection:
        return [(one.state, one.is_interrupted) for one in operations.find(connection, execution.id)]


@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED])
def test_a_resumed_execution_is_pending_again_as_its_next_attempt(database: Database, status: Status) -> None:
    execution = ended(database, status)

    resumed = again.resume(database, execution.id, now=NOW)

    expected = replace(execution, status=Status.PENDING, attempt=2, error="", ended_at=None, is_resumed=True)
    assert expected == resumed


@pytest.mark.parametrize("force", [False, True])
def test_only_failed_and_cancelled_executions_are_resumed(database: Database, force: bool) -> None:
    completed = ended(database, Status.TERMINATED)
    pending = start(database)

    for one in (completed, pending):
        with pytest.raises(IllegalAction, match=r"cannot (force-)?resume"):
            again.resume(database, one.id, force=force, now=NOW)


def test_a_dry_run_cannot_be_resumed(database: Database) -> None:
    with pytest.raises(InvalidValue, match="dry run"):
        again.resume(database, ended(database, dry_run=True).id, now=NOW)


def test_a_resume_resets_the_last_try_of_what_has_not_succeeded(database: Database) -> None:
    execution = ended(database)
    add_operations(database, execution, ("a", SUCCEEDED), ("b", RESCHEDULED), ("b", FAILED), ("c", PENDING))

    resumed = again.resume(database, execution.id, now=NOW)

    assert [SUCCEEDED, RESCHEDULED, PENDING, PENDING] == [state for state, _ in states(database, execution)]
    with database.read() as connection:
        assert [0, 1, 0, 0] == [one.retry for one in operations.find(connection, execution.id)]
    assert (4, 2) == (resumed.total_operations, resumed.finished_operations)


@pytest.mark.parametrize(("force", "is_interrupted"), [(False, True), (True, False)])
def test_what_was_interrupted_stays_marked_unless_all_is_reset(
    database: Database, force: bool, is_interrupted: bool
) -> None:
    execution = ended(database)
    add_operations(database, execution, ("a", STARTED))

    again.resume(database, execution.id, force=force, now=NOW)

    assert [(PENDING, is_interrupted)] == states(database, execution)


def test_a_resume_passes_the_same_gate_as_a_start(database: Database) -> None:
    execution = ended(database)
    other = start(database)

    with pytest.raises(DeploymentBusy, match=other.id):
        again.resume(database, execution.id, now=NOW)
    with database.read() as connection:
        assert execution == rows.get(connection, execution.id)


def test_a_queued_resume_stands_behind_those_that_wait_already(database: Database) -> None:
    execution = ended(database)
    running, waiting = start(database), start(database, queue=True)

    resumed = again.resume(database, execution.id, queue=True, now=NOW)

    assert Status.QUEUED is resumed.status
    with database.read() as connection:
        assert [running.id, waiting.id, resumed.id] == [one.id for one in rows.live(connection)]
        assert "waits: " in events.after(connection, 0, execution_id=execution.id)[-1].message
    later = start(database, queue=True)
    assert later.number > resumed.number


def test_maintenance_mode_holds_a_resume(database: Database) -> None:
    execution = ended(database)
    maintenance.activate(database, now=NOW)

    with pytest.raises(MaintenanceActive):
        again.resume(database, execution.id, now=NOW)


def test_a_requeued_execution_runs_anew_from_the_start(database: Database) -> None:
    execution = ended(database)
    add_operations(database, execution, ("a", SUCCEEDED), ("b", FAILED))

    requeued = again.requeue(database, execution.id, now=NOW)

    assert (Status.PENDING, 2, False, None) == (
        requeued.status,
        requeued.attempt,
        requeued.is_resumed,
        requeued.total_operations,
    )
    assert [] == states(database, execution)


def test_a_requeued_execution_waits_where_it_must(database: Database) -> None:
    execution = ended(database)
    start(database)

    assert Status.QUEUED is again.requeue(database, execution.id, now=NOW).status


def test_another_execution_does_the_same_with_the_same_arguments(database: Database) -> None:
    execution = ended(database, Status.TERMINATED, dry_run=True)

    another = again.rerun(database, execution.id, now=NOW)

    assert execution.id != another.id
    assert (execution.workflow_id, execution.parameters, True, Status.PENDING) == (
        another.workflow_id,
        another.parameters,
        another.dry_run,
        another.status,
    )


def test_all_executions_of_a_deployment_are_cancelled_together(database: Database) -> None:
    store_deployment(database, "d2")
    running, waiting = start(database), start(database, queue=True)
    with database.write() as connection:
        rows.begin(connection, running.id, 1, NOW)
    other = executions.start(database, StartRequest(workflow_id="install", deployment_id="d2"), now=NOW)

    asked = cancelling.cancel_all(database, "d1", CancelKind.CANCEL, now=NOW)

    assert [(waiting.id, Status.CANCELLED), (running.id, Status.CANCELLING)] == [(one.id, one.status) for one in asked]
    with database.read() as connection:
        assert Status.PENDING is rows.get(connection, other.id).status
    assert [] == cancelling.cancel_all(database, "d1", CancelKind.CANCEL, now=NOW)


def test_a_system_wide_execution_is_left_to_its_own_command(database: Database) -> None:
    with database.write() as connection:
        rows.insert(
            connection, an_execution("s", deployment_id=None, workflow_id="create_snapshot", status=Status.FAILED)
        )

    for action in (again.resume, again.requeue, again.rerun):
        with pytest.raises(InvalidValue, match="`create_snapshot` is started anew by its own command"):
            action(database, "s", now=NOW)
