"""Maintenance mode: running executions finish, nothing starts, the queue is held."""

import pytest

from engine.domain.errors import MaintenanceActive
from engine.domain.execution import Execution, StartRequest, Status
from engine.domain.maintenance import MaintenanceStatus
from engine.services import executions as services
from engine.services import maintenance
from storage import executions
from storage.database import Database
from tests.builders import NOW, minutes, store_deployment

LATER = NOW + minutes(1)


def start(database: Database, deployment_id: str | None = "d1", *, queue: bool = False) -> Execution:
    request = StartRequest(workflow_id="install", deployment_id=deployment_id, queue=queue)
    return services.start(database, request, now=NOW)


def finish(database: Database, execution: Execution) -> None:
    with database.write() as connection:
        executions.begin(connection, execution.id, 1, NOW)
        assert executions.finish(connection, execution.id, 1, Status.TERMINATED, "", NOW)


@pytest.fixture(autouse=True)
def deployments(database: Database) -> None:
    store_deployment(database, "d1")
    store_deployment(database, "d2")


def test_an_idle_engine_is_in_maintenance_at_once(database: Database) -> None:
    assert maintenance.activate(database, now=NOW)

    assert MaintenanceStatus.ACTIVATED is maintenance.status(database).status


def test_running_executions_are_awaited_and_named(database: Database) -> None:
    running = start(database)
    maintenance.activate(database, now=NOW)
    status = maintenance.status(database)
    finish(database, running)

    assert (MaintenanceStatus.ACTIVATING, (running,)) == (status.status, status.remaining)
    assert maintenance.advance(database, now=LATER)
    assert LATER == maintenance.status(database).activated_at


def test_waiting_executions_are_not_awaited(database: Database) -> None:
    running = start(database)
    start(database, queue=True)
    maintenance.activate(database, now=NOW)
    finish(database, running)

    assert maintenance.advance(database, now=LATER)


@pytest.mark.parametrize("queue", [False, True])
def test_nothing_starts_in_maintenance(database: Database, queue: bool) -> None:
    maintenance.activate(database, now=NOW)

    with pytest.raises(MaintenanceActive):
        start(database, "d2", queue=queue)


def test_the_queue_is_held_and_released(database: Database) -> None:
    running = start(database)
    waiting = start(database, queue=True)
    maintenance.activate(database, now=NOW)
    finish(database, running)

    assert [] == services.release(database, now=NOW)
    maintenance.deactivate(database, now=LATER)
    assert [waiting.id] == [one.id for one in services.release(database, now=NOW)]


def test_system_wide_executions_pass_maintenance(database: Database) -> None:
    maintenance.activate(database, now=NOW)

    assert Status.PENDING is start(database, None).status


def test_a_snapshot_that_waits_begins_once_nothing_runs_though_the_queue_is_held(database: Database) -> None:
    running = start(database)
    start(database, queue=True)
    snapshot = start(database, None, queue=True)
    maintenance.activate(database, now=NOW)

    assert [] == services.release(database, now=NOW)
    finish(database, running)
    assert [snapshot.id] == [one.id for one in services.release(database, now=NOW)]


def test_asking_twice_changes_nothing(database: Database) -> None:
    assert [True, False] == [maintenance.activate(database, now=NOW) for _ in range(2)]
    assert [True, False] == [maintenance.deactivate(database, now=NOW) for _ in range(2)]
