"""Deployments that others read capabilities of, on a real database: what is refused, what passes, what is told."""

from dataclasses import replace
from typing import Any

import pytest

from engine.domain.blueprint import Output, Plan, Workflow
from engine.domain.deployment import InstanceState
from engine.domain.errors import DependentsExist, DeploymentBusy
from engine.domain.event import EventType, Level
from engine.domain.execution import CancelKind, Execution, StartRequest, Status
from engine.domain.group import DeploymentGroup, GroupStart
from engine.services import again, deploymentgroups, executiongroups, views
from engine.services import deployments as deployment_services
from engine.services import executions as services
from storage import dependencies, deployments, events, executions
from storage.database import Database
from tests.builders import NOW, a_plan, an_execution, store_deployment

REFUSED = "Can't execute workflow `{}` on deployment `a`: existing installations depend on it: `b`; {} those first"
WORKFLOWS = {
    name: Workflow(name=name, plugin="default_workflows", function=name)
    for name in ("install", "uninstall", "stop", "heal")
}


def a_reading_plan(*sources: str) -> Plan:
    outputs = {f"of_{one}": Output(value={"get_capability": [one, "address"]}) for one in sources}
    return a_plan(workflows=WORKFLOWS, outputs=outputs)


@pytest.fixture(autouse=True)
def pair(database: Database) -> None:
    """The deployment `a`, and `b`, which reads from it and is installed."""
    store_deployment(database, "a", a_reading_plan())
    store_deployment(database, "b", a_reading_plan("a"))
    put(database, "b", InstanceState.STARTED)


def put(database: Database, deployment_id: str, state: InstanceState) -> None:
    with database.write() as connection:
        for one in deployments.instances(connection, deployment_id):
            deployments.set_instance_state(connection, deployment_id, one.id, state)


def start(database: Database, workflow_id: str, deployment_id: str = "a", **changes: Any) -> Execution:
    return services.start(
        database, StartRequest(workflow_id=workflow_id, deployment_id=deployment_id, **changes), now=NOW
    )


def got(database: Database, id: str) -> Execution:
    with database.read() as connection:
        return executions.get(connection, id)


def end(database: Database, id: str) -> None:
    with database.write() as connection:
        executions.begin(connection, id, 1, NOW)
        assert executions.finish(connection, id, 1, Status.TERMINATED, "", NOW)


def warnings(database: Database, **scope: Any) -> list[str]:
    with database.read() as connection:
        found = events.tail(connection, 100, **scope)
    return [one.message for one in found if one.type is EventType.ENGINE_EVENT and one.level is Level.WARNING]


@pytest.mark.parametrize("workflow_id", ["stop", "uninstall", "heal"])
def test_what_takes_away_is_refused_while_another_deployment_reads_from_it(
    database: Database, workflow_id: str
) -> None:
    first = "uninstall" if workflow_id == "uninstall" else "delete"
    with pytest.raises(DependentsExist) as error:
        start(database, workflow_id)
    with pytest.raises(DependentsExist):
        start(database, workflow_id, queue=True)

    assert REFUSED.format(workflow_id, first) + ", or start it with --force" == str(error.value)
    with database.read() as connection:
        assert [] == executions.find(connection)


def test_other_workflows_and_other_deployments_are_free(database: Database) -> None:
    assert Status.PENDING is start(database, "install").status
    assert Status.PENDING is start(database, "uninstall", "b").status


def test_an_uninstall_does_not_mind_dependents_that_are_not_installed_and_a_stop_does(database: Database) -> None:
    put(database, "b", InstanceState.STOPPED)

    with pytest.raises(DependentsExist):
        start(database, "stop")
    assert Status.PENDING is start(database, "uninstall").status


def test_a_dependent_that_is_being_taken_away_itself_is_in_nobodys_way(database: Database) -> None:
    going = start(database, "uninstall", "b")
    assert Status.PENDING is start(database, "stop").status

    services.cancel(database, going.id, CancelKind.CANCEL, now=NOW)
    with pytest.raises(DependentsExist):
        start(database, "uninstall", force=False, queue=True)


def test_a_forced_one_passes_and_tells_who_depends_on_it(database: Database) -> None:
    forced = start(database, "uninstall", force=True)

    assert Status.PENDING is forced.status
    told = "'uninstall' runs by force, although existing installations depend on it: `b`"
    assert [told] == warnings(database, execution_id=forced.id)


def test_force_that_was_not_needed_tells_nothing(database: Database) -> None:
    put(database, "b", InstanceState.UNINITIALIZED)

    assert [] == warnings(database, execution_id=start(database, "uninstall", force=True).id)


def test_a_forced_one_that_waited_tells_it_when_it_begins(database: Database) -> None:
    system = services.start(database, StartRequest(workflow_id="anything", deployment_id=None), now=NOW)
    waiting = start(database, "uninstall", force=True, queue=True)
    assert (Status.QUEUED, []) == (waiting.status, warnings(database, execution_id=waiting.id))

    end(database, system.id)

    assert [waiting.id] == [one.id for one in services.release(database, now=NOW)]
    assert 1 == len(warnings(database, execution_id=waiting.id))


def test_what_waited_fails_when_others_depend_on_it_by_then_and_makes_room(database: Database) -> None:
    put(database, "b", InstanceState.UNINITIALIZED)
    running = start(database, "install")
    waiting, behind = start(database, "uninstall", queue=True), start(database, "install", queue=True)
    put(database, "b", InstanceState.STARTED)

    end(database, running.id)
    released = [one.id for one in services.release(database, now=NOW)]

    failed = got(database, waiting.id)
    assert ([behind.id], Status.FAILED) == (released, failed.status)
    assert failed.error.startswith("Error dequeueing execution: " + REFUSED.format("uninstall", "uninstall"))
    with database.read() as connection:
        told = [one.message for one in events.tail(connection, 9, execution_id=waiting.id)]
    assert f"'uninstall' workflow execution failed: {failed.error}" == told[-1]


def test_who_is_busy_is_told_before_who_depends(database: Database) -> None:
    start(database, "install")

    with pytest.raises(DeploymentBusy):
        start(database, "uninstall")


def test_a_resume_is_refused_as_a_start_is(database: Database) -> None:
    with database.write() as connection:
        ended = an_execution("ended", deployment_id="a", workflow_id="uninstall", status=Status.FAILED, ended_at=NOW)
        executions.insert(connection, ended)

    with pytest.raises(DependentsExist):
        again.resume(database, "ended", now=NOW)
    assert Status.FAILED is got(database, "ended").status


def test_a_group_takes_a_source_and_its_dependent_away_together(database: Database) -> None:
    deploymentgroups.create(database, DeploymentGroup(id="both", deployments=("a", "b"), created_at=NOW))

    view = executiongroups.start(
        database, GroupStart(deployment_group_id="both", workflow_id="uninstall", id="g"), now=NOW
    )

    assert {Status.PENDING} == {one.status for one in view.executions}


def test_a_source_alone_fails_in_its_group_and_is_not_said_to_wait(database: Database) -> None:
    deploymentgroups.create(database, DeploymentGroup(id="one", deployments=("a",), created_at=NOW))

    [member] = executiongroups.start(
        database, GroupStart(deployment_group_id="one", workflow_id="uninstall", id="g"), now=NOW
    ).executions

    assert Status.FAILED is member.status
    with database.read() as connection:
        types = [one.type for one in events.tail(connection, 9, execution_id=member.id)]
    assert EventType.WORKFLOW_FAILED in types
    assert EventType.WORKFLOW_QUEUED not in types


def test_a_source_is_deleted_by_force_alone_and_its_dependents_are_told(database: Database) -> None:
    with pytest.raises(DependentsExist) as error:
        deployment_services.delete(database, "a", now=NOW)
    assert (
        "Can't delete deployment `a`: existing installations depend on it: `b`; delete those first, or add --force"
    ) == str(error.value)

    deployment_services.delete(database, "a", force=True, now=NOW)

    assert ["deployment `a`, whose capabilities this one reads, was deleted by force"] == warnings(
        database, deployment_id="b"
    )


def test_a_group_is_deleted_with_a_source_and_its_dependent(database: Database) -> None:
    put(database, "b", InstanceState.DELETED)
    deploymentgroups.create(database, DeploymentGroup(id="both", deployments=("a", "b"), created_at=NOW))

    assert ("a", "b") == deploymentgroups.delete(database, "both", takes_deployments=True, now=NOW)


def test_a_deleted_dependent_and_one_with_another_plan_need_nothing_any_more(database: Database) -> None:
    other = store_deployment(database, "c", a_reading_plan("a", "c", "nonsuch"))
    assert (("a", "nonsuch"), ("b", "c")) == (reads(database, "c"), needed_by(database))

    with database.write() as connection:
        deployments.replace_plan(connection, replace(other, plan=a_reading_plan("b")))
        assert ("b",) == dependencies.sources(connection, "c")
        deployments.delete(connection, "b")

    assert () == needed_by(database)
    assert Status.PENDING is start(database, "uninstall").status


def reads(database: Database, id: str) -> tuple[str, ...]:
    return views.deployment(database, id, now=NOW).depends_on


def needed_by(database: Database) -> tuple[str, ...]:
    return views.deployment(database, "a", now=NOW).needed_by
