"""Start, queue, release, cancel and settle, on a real database."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from engine.domain.blueprint import Parameter
from engine.domain.errors import DeploymentBusy, InvalidParameters, NotFound
from engine.domain.execution import CancelKind, Execution, OperationRecord, OperationState, StartRequest, Status
from engine.services import executions as services
from engine.services import settings
from storage import deployments, events, executions, operations
from storage.database import Database
from tests.builders import NOW, a_plan, an_execution, minutes, store_deployment


def ask(deployment_id: str = "d1", workflow_id: str = "install", **changes: Any) -> StartRequest:
    return StartRequest(workflow_id=workflow_id, deployment_id=deployment_id, **changes)


def start(database: Database, *args: Any, **changes: Any) -> Execution:
    return services.start(database, ask(*args, **changes), now=NOW)


def status_of(database: Database, id: str) -> Status:
    with database.read() as connection:
        return executions.get(connection, id).status


def finish(database: Database, id: str) -> None:
    with database.write() as connection:
        executions.begin(connection, id, 1, NOW)
        assert executions.finish(connection, id, 1, Status.TERMINATED, "", NOW)


@pytest.fixture(autouse=True)
def deployment(database: Database) -> None:
    store_deployment(database)


def test_what_may_run_is_pending_at_once(database: Database) -> None:
    started = start(database, queue=True)

    assert Status.PENDING is started.status
    assert "b1" == started.blueprint_id


def test_a_refused_start_leaves_nothing(database: Database) -> None:
    first = start(database)
    with pytest.raises(DeploymentBusy, match=first.id):
        start(database)

    with database.read() as connection:
        assert [first] == executions.find(connection)


def test_every_argument_survives_the_queue(database: Database) -> None:
    running = start(database)
    arguments = {"dry_run": True, "wait_after_fail": 5, "allow_custom_parameters": True, "origin": "schedule:s"}
    queued = start(database, queue=True, parameters={"x": 1}, **arguments)
    finish(database, running.id)
    services.release(database, now=NOW)
    with database.read() as connection:
        released = executions.get(connection, queued.id)

    assert (Status.PENDING, {"x": 1}) == (released.status, released.parameters)
    assert arguments == {name: getattr(released, name) for name in arguments}


def test_the_wish_to_run_beside_others_survives_the_queue(database: Database) -> None:
    with database.write() as connection:
        executions.insert(connection, an_execution("snap", deployment_id=None, status=Status.STARTED))
        executions.insert(connection, an_execution("other", status=Status.STARTED))
    forced = start(database, queue=True, force=True)
    assert (Status.QUEUED, []) == (forced.status, services.release(database, now=NOW))
    with database.write() as connection:
        assert executions.finish(connection, "snap", 1, Status.TERMINATED, "", NOW)

    assert [forced.id] == [one.id for one in services.release(database, now=NOW)]


def test_the_reason_for_waiting_is_an_event(database: Database) -> None:
    first = start(database)
    second = start(database, queue=True)

    with database.read() as connection:
        [told] = events.after(connection, 0, execution_id=second.id)
    assert f"waits: install {first.id} of this deployment is running" == told.message


def test_of_many_simultaneous_starts_one_runs(database: Database) -> None:
    def attempt(_: int) -> bool:
        try:
            start(database)
        except DeploymentBusy:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert 1 == sum(pool.map(attempt, range(32)))


def test_the_queue_is_served_in_order(database: Database) -> None:
    served = [start(database, queue=True).id for _ in range(5)]
    seen = []
    for _ in range(5):
        with database.read() as connection:
            [active] = executions.active(connection)
        seen.append(active.id)
        finish(database, active.id)
        services.release(database, now=NOW)

    assert served == seen


def test_declared_parameters_are_merged_and_converted(database: Database) -> None:
    assert {"depth": 1} == start(database, workflow_id="report").parameters
    store_deployment(database, "d2")
    assert {"depth": 5} == start(database, "d2", "report", parameters={"depth": "5"}).parameters


def test_functions_in_parameters_are_answered_when_the_start_is_accepted(database: Database) -> None:
    plan = a_plan()
    report = replace(
        plan.workflows["report"],
        parameters={
            "depth": Parameter(type="integer", default={"get_input": "levels"}, has_default=True),
            "where": Parameter(default={"concat": ["http://", {"get_attribute": ["web", "host"]}]}, has_default=True),
        },
    )
    store_deployment(database, "d2", replace(plan, workflows={"report": report}), inputs={"levels": 3})
    with database.write() as connection:
        deployments.set_runtime_properties(connection, "d2", "web_aaaaaa", {"host": "shop"})

    assert {"depth": 3, "where": "http://shop"} == start(database, "d2", "report").parameters


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        pytest.param({"deep": 1}, "does not have the following parameters declared: deep", id="unknown"),
        pytest.param({"depth": "x"}, 'Parameter "depth" must be of type integer', id="wrong type"),
        pytest.param({"depth": None}, 'Parameter "depth" must be of type integer', id="null for a number"),
    ],
)
def test_wrong_parameters_are_refused(database: Database, parameters: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidParameters, match=sentence):
        start(database, workflow_id="report", parameters=parameters)


def test_an_unknown_workflow_is_answered_with_the_known_ones(database: Database) -> None:
    with pytest.raises(NotFound, match=r"deployment `d1` has no workflow `instal` \(did you mean `install`\?\)"):
        start(database, workflow_id="instal")


def test_an_unavailable_workflow_is_refused_unless_forced(database: Database) -> None:
    plan = a_plan()
    install = plan.workflows["install"]
    rules = {"node_instances_active": ["all"]}
    with_rule = type(install)(name="install", plugin="p", function="f", availability_rules=rules)
    store_deployment(database, "d2", a_plan(workflows={"install": with_rule}))

    with pytest.raises(InvalidParameters, match="0 of 1 are"):
        start(database, "d2")
    assert Status.PENDING is start(database, "d2", force=True).status


def test_a_worker_cannot_begin_what_was_cancelled(database: Database) -> None:
    started = start(database)
    services.cancel(database, started.id, CancelKind.CANCEL, now=NOW)

    with database.write() as connection:
        assert not executions.begin(connection, started.id, 1, NOW)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (Status.PENDING, Status.FAILED),
        (Status.STARTED, Status.FAILED),
        (Status.CANCELLING, Status.FAILED),
        (Status.FORCE_CANCELLING, Status.CANCELLED),
        (Status.KILL_CANCELLING, Status.CANCELLED),
    ],
)
def test_the_verdict_on_a_lost_worker_is_truthful(database: Database, status: Status, verdict: Status) -> None:
    with database.write() as connection:
        executions.insert(connection, an_execution(status=status))
    settled = services.settle(database, "e1", 1, "the worker was killed by signal 9", now=NOW + minutes(1))

    assert settled is not None
    assert (verdict, NOW + minutes(1)) == (settled.status, settled.ended_at)
    assert ("killed by signal 9" in settled.error) == (verdict is Status.FAILED)


def test_a_verdict_is_pronounced_once(database: Database) -> None:
    started = start(database)
    services.settle(database, started.id, 1, "lost", now=NOW)

    assert services.settle(database, started.id, 1, "lost again", now=NOW) is None


def test_a_verdict_on_an_older_attempt_changes_nothing(database: Database) -> None:
    with database.write() as connection:
        executions.insert(connection, an_execution(attempt=2))

    assert services.settle(database, "e1", 1, "lost", now=NOW) is None
    assert Status.PENDING is status_of(database, "e1")


def test_what_a_lost_worker_left_under_way_is_marked_as_unknown(database: Database) -> None:
    with database.write() as connection:
        executions.insert(connection, an_execution(status=Status.STARTED))
        record = OperationRecord(id="o1", execution_id="e1", name="create", state=OperationState.STARTED)
        operations.insert(connection, [record])
    services.settle(database, "e1", 1, "lost", now=NOW)

    with database.read() as connection:
        [found] = operations.find(connection, "e1")
    assert (OperationState.FAILED, "interrupted, its effect is unknown: lost") == (found.state, found.error)


def test_the_limit_of_the_settings_holds_starts_and_the_queue(database: Database) -> None:
    store_deployment(database, "d2")
    settings.change(database, "max_concurrent_executions", 1)
    first, second = start(database), start(database, "d2")

    assert (Status.PENDING, Status.QUEUED) == (first.status, second.status)
    assert [] == services.release(database, now=NOW)
    finish(database, first.id)
    assert [second.id] == [one.id for one in services.release(database, now=NOW)]


def test_what_lives_is_found_by_its_index_alone(database: Database) -> None:
    with database.read() as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN SELECT id FROM {executions.LIVE}").fetchall()

    assert all("execution_live" in row["detail"] for row in plan)


def test_a_damaged_row_holds_up_nobody_else(database: Database) -> None:
    store_deployment(database, "d2")
    with database.write() as connection:
        executions.insert(connection, an_execution("damaged", status=Status.QUEUED))
        executions.insert(connection, an_execution("sound", status=Status.QUEUED, deployment_id="d2"))
        connection.execute("UPDATE execution SET parameters = '{' WHERE id = 'damaged'")

    assert ["damaged", "sound"] == [one.id for one in services.release(database, now=NOW)]
