"""Groups of deployments and of executions: what is in them, how many run at once, how they end."""

from dataclasses import replace
from typing import Any

import pytest

from engine.domain.admission import Rule
from engine.domain.errors import AlreadyExists, InUse, InvalidParameters, InvalidValue, MaintenanceActive, NotFound
from engine.domain.event import EventType
from engine.domain.execution import CancelKind, OperationRecord, OperationState, StartRequest, Status
from engine.domain.group import DeploymentGroup, ExecutionGroupView, GroupStart, status_of
from engine.services import again, deploymentgroups, executiongroups, explaining, maintenance, purging
from engine.services import executions as services
from storage import deployments, events, executions, operations
from storage.database import Database
from tests.builders import NOW, a_plan, minutes, store_deployment

FLEET = DeploymentGroup(id="fleet", created_at=NOW)


@pytest.fixture(autouse=True)
def fleet(database: Database) -> None:
    """A group of four deployments."""
    names = tuple(f"d{n}" for n in range(4))
    for name in names:
        store_deployment(database, name)
    deploymentgroups.create(database, replace(FLEET, deployments=names))


def start(database: Database, **changes: Any) -> ExecutionGroupView:
    request = GroupStart(workflow_id="install", deployment_group_id="fleet", id="g", concurrency=2)
    return executiongroups.start(database, replace(request, **changes), now=NOW)


def statuses(database: Database, id: str = "g") -> list[str]:
    return [one.status.value for one in executiongroups.get(database, id).executions]


def end(database: Database, id: str, status: Status = Status.TERMINATED) -> None:
    with database.write() as connection:
        executions.begin(connection, id, 1, NOW)
        assert executions.finish(connection, id, 1, status, "", NOW)


def release(database: Database) -> None:
    with database.write() as connection:
        services.release_in(connection, now=NOW)


def members(database: Database, id: str) -> tuple[str, ...]:
    return deploymentgroups.get(database, id).deployments


P, Q, S, T, F, C = (
    Status.PENDING,
    Status.QUEUED,
    Status.STARTED,
    Status.TERMINATED,
    Status.FAILED,
    Status.CANCELLED,
)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], None),
        ([P, P], P),
        ([P, Q], Q),
        ([Q], Q),
        ([T, Q], S),
        ([S, T], S),
        ([Status.CANCELLING, C], S),
        ([T, C], T),
        ([T, F, C], F),
    ],
)
def test_the_status_of_a_group_follows_from_its_executions(found: list[Status], expected: Status | None) -> None:
    assert expected is status_of(found)


def test_a_group_begins_with_as_many_as_may_run(database: Database) -> None:
    view = start(database)

    assert ["pending", "pending", "queued", "queued"] == [one.status.value for one in view.executions]
    assert {P: 2, Q: 2} == dict(view.counts)


def test_each_end_lets_the_next_begin(database: Database) -> None:
    first = start(database).executions[0]
    end(database, first.id)
    release(database)

    assert ["terminated", "pending", "pending", "queued"] == statuses(database)


def test_what_waits_is_told_by_an_event_and_what_begins_is_not(database: Database) -> None:
    view = start(database)
    with database.read() as connection:
        told = [one for one in events.after(connection, 0) if one.type is EventType.WORKFLOW_QUEUED]

    assert [one.id for one in view.executions[2:]] == [one.execution_id for one in told]


def test_the_reason_for_waiting_names_the_group_and_what_would_free_it(database: Database) -> None:
    view = start(database, concurrency=1)
    [reason] = explaining.explain(database, view.executions[1].id, now=NOW).reasons

    assert (Rule.GROUP, "g", view.executions[0].id) == (
        reason.blocker.rule,
        reason.blocker.group_id,
        reason.blocker.execution_id,
    )
    assert "conductor executions group update g --concurrency NUMBER" == reason.remedy


def test_a_paused_group_waits_until_it_is_given_a_limit(database: Database) -> None:
    view = start(database, concurrency=0)
    [reason] = explaining.explain(database, view.executions[0].id, now=NOW).reasons

    assert ["queued"] * 4 == statuses(database)
    assert (Rule.PAUSE, NOW) == (reason.blocker.rule, reason.since)
    executiongroups.update(database, "g", concurrency=3)
    release(database)
    assert ["pending", "pending", "pending", "queued"] == statuses(database)


def test_a_lower_limit_stops_nothing_that_runs(database: Database) -> None:
    first = start(database).executions[0]
    executiongroups.update(database, "g", concurrency=1)
    end(database, first.id)
    release(database)

    assert ["terminated", "pending", "queued", "queued"] == statuses(database)


def test_a_busy_deployment_keeps_no_other_of_the_group_waiting(database: Database) -> None:
    services.start(database, StartRequest(workflow_id="install", deployment_id="d0"), now=NOW)
    start(database)

    assert ["queued", "pending", "pending", "queued"] == statuses(database)


def test_deployments_without_the_workflow_are_left_out(database: Database) -> None:
    plan = a_plan()
    store_deployment(database, "bare", replace(plan, workflows={"report": plan.workflows["report"]}))
    deploymentgroups.add(database, "fleet", ["bare"])

    assert "bare" not in [one.deployment_id for one in start(database).executions]


def test_parameters_of_one_deployment_win(database: Database) -> None:
    view = start(database, workflow_id="report", parameters={"depth": 2}, overrides={"d1": {"depth": 7}})

    assert [2, 7, 2, 2] == [one.parameters["depth"] for one in view.executions]


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        ({"concurrency": -1}, InvalidValue, "concurrency must be a nonnegative number, but got: -1"),
        ({"workflow_id": "nap"}, InvalidValue, "no deployment of group `fleet` has the workflow `nap`"),
        ({"deployment_group_id": "navy"}, NotFound, "there is no deployment group `navy`"),
        ({"success_group_id": "navy"}, NotFound, "there is no deployment group `navy`"),
        ({"workflow_id": "report", "overrides": {"d3": {"depth": "x"}}}, InvalidParameters, "depth"),
        ({"id": "../x"}, InvalidValue, "cannot be the id"),
    ],
)
def test_a_start_that_does_not_fit_leaves_nothing(
    database: Database, changes: dict[str, Any], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        start(database, **changes)

    assert [] == executiongroups.listing(database)
    with database.read() as connection:
        assert [] == executions.find(connection)


def test_a_name_is_given_once(database: Database) -> None:
    start(database)

    with pytest.raises(AlreadyExists):
        start(database)


def test_nothing_starts_in_maintenance(database: Database) -> None:
    maintenance.activate(database, now=NOW)

    with pytest.raises(MaintenanceActive):
        start(database)


def test_deployments_join_the_group_for_their_end(database: Database) -> None:
    for name in ("good", "bad"):
        deploymentgroups.create(database, replace(FLEET, id=name))
    view = start(database, concurrency=4, success_group_id="good", failed_group_id="bad")
    one, two, three, four = (execution.id for execution in view.executions)
    end(database, one)
    end(database, two, Status.FAILED)
    services.settle(database, three, 1, "lost", now=NOW)
    services.cancel(database, four, CancelKind.CANCEL, now=NOW)

    assert (("d0",), ("d1", "d2")) == (members(database, "good"), members(database, "bad"))


def test_a_group_for_an_end_that_is_named_later_takes_in_who_has_ended(database: Database) -> None:
    deploymentgroups.create(database, replace(FLEET, id="good"))
    end(database, start(database).executions[0].id)
    executiongroups.update(database, "g", success_group_id="good")

    assert ("d0",) == members(database, "good")


def test_an_execution_of_two_groups_waits_for_both(database: Database) -> None:
    view = start(database, concurrency=4)
    start_other = GroupStart(workflow_id="install", deployment_group_id="fleet", id="h", concurrency=4)
    waiting = executiongroups.start(database, start_other, now=NOW).executions[0]
    executiongroups.start(database, replace(start_other, id="p", concurrency=0), now=NOW)
    executiongroups.add(database, "p", [waiting.id[:13]])
    end(database, view.executions[0].id)
    release(database)

    assert Q is executiongroups.get(database, "h").executions[0].status
    executiongroups.update(database, "p", concurrency=1)
    release(database)
    assert P is executiongroups.get(database, "h").executions[0].status


def test_a_resumed_execution_waits_for_its_place_in_the_group(database: Database) -> None:
    first, second, *_ = (one.id for one in start(database, concurrency=1).executions)
    end(database, first, Status.FAILED)
    release(database)
    assert Q is again.resume(database, first, now=NOW).status

    end(database, second)
    executiongroups.update(database, "g", concurrency=3)
    release(database)
    assert sorted(["pending", "terminated", "pending", "pending"]) == sorted(statuses(database))


def test_who_has_ended_is_sorted_when_it_joins(database: Database) -> None:
    deploymentgroups.create(database, replace(FLEET, id="good"))
    ended = start(database).executions[0]
    end(database, ended.id)
    start_other = GroupStart(workflow_id="install", deployment_group_id="fleet", id="h", success_group_id="good")
    executiongroups.start(database, start_other, now=NOW)
    executiongroups.add(database, "h", [ended.id])

    assert ("d0",) == members(database, "good")


def test_a_system_wide_execution_joins_no_group(database: Database) -> None:
    for one in start(database, concurrency=4).executions:
        end(database, one.id)
    made = services.start(database, StartRequest(workflow_id="create_snapshot", deployment_id=None), now=NOW)

    with pytest.raises(InvalidValue, match="is system-wide"):
        executiongroups.add(database, "g", [made.id])


def test_cancelling_a_group_lets_none_of_it_begin(database: Database) -> None:
    view = start(database)
    with database.write() as connection:
        executions.begin(connection, view.executions[0].id, 1, NOW)
    asked = executiongroups.cancel(database, "g", CancelKind.CANCEL, now=NOW)
    release(database)

    assert 4 == len(asked)
    assert ["cancelling", "cancelled", "cancelled", "cancelled"] == statuses(database)
    assert [] == executiongroups.cancel(database, "g", CancelKind.CANCEL, now=NOW)
    assert 1 == len(executiongroups.cancel(database, "g", CancelKind.KILL, now=NOW))


def told(database: Database, id: str = "g") -> list[tuple[EventType, str]]:
    with database.read() as connection:
        return [(one.type, one.message) for one in events.after(connection, 0, group_id=id)]


def test_each_change_of_status_is_told_of_the_group(database: Database) -> None:
    first, second, third, _ = (one.id for one in start(database).executions)
    end(database, first)
    services.settle(database, second, 1, "it is\nlost", now=NOW)
    release(database)
    services.cancel(database, third, CancelKind.CANCEL, now=NOW)

    assert [
        f"execution '{first}' changed state to 'pending'",
        f"execution '{second}' changed state to 'pending'",
        f"execution '{first}' changed state to 'started'",
        f"execution '{first}' changed state to 'terminated'",
        f"execution '{second}' changed state to 'failed' with error 'it is'",
        f"execution '{third}' changed state to 'pending'",
    ] == [message for _, message in told(database)][:6]
    assert f"execution '{third}' changed state to 'cancelled'" == told(database)[-1][1]
    assert {EventType.EXECUTION_STATE_CHANGE} == {type for type, _ in told(database)}


def test_what_is_told_of_a_group_is_told_of_no_execution(database: Database) -> None:
    first = start(database).executions[0].id
    with database.read() as connection:
        [one, _] = events.after(connection, 0, group_id="g")
        assert (None, None, "g") == (one.execution_id, one.deployment_id, one.execution_group_id)
        assert [] == events.after(connection, 0, execution_id=first)


def test_an_execution_of_two_groups_is_told_of_in_both(database: Database) -> None:
    first = start(database).executions[0].id
    executiongroups.start(database, GroupStart(workflow_id="install", deployment_group_id="fleet", id="h"), now=NOW)
    executiongroups.add(database, "h", [first])
    end(database, first)

    for id in ("g", "h"):
        assert f"execution '{first}' changed state to 'terminated'" in [message for _, message in told(database, id)]


def test_what_is_told_of_a_group_is_found_by_its_index(database: Database) -> None:
    query = "SELECT id FROM event WHERE execution_group_id = ? AND id > ? ORDER BY id"
    with database.read() as connection:
        [row] = connection.execute(f"EXPLAIN QUERY PLAN {query}", ("g", 0)).fetchall()

    assert "USING COVERING INDEX event_of_group" in row["detail"]


def test_a_deployment_that_is_left_out_is_told_of(database: Database) -> None:
    plan = a_plan()
    store_deployment(database, "bare", replace(plan, workflows={"report": plan.workflows["report"]}))
    deploymentgroups.add(database, "fleet", ["bare"])
    start(database, concurrency=0)

    assert [(EventType.LOG, "deployment `bare` has no workflow `install` and is left out")] == told(database)


def ended_group(database: Database, concurrency: int = 4) -> list[str]:
    """Start a group and let its executions end: well, badly, cancelled, and cancelled."""
    ids = [one.id for one in start(database, concurrency=concurrency).executions]
    end(database, ids[0])
    end(database, ids[1], Status.FAILED)
    executiongroups.cancel(database, "g", CancelKind.KILL, now=NOW)
    assert ["terminated", "failed", "cancelled", "cancelled"] == statuses(database)
    return ids


def test_a_resumed_group_lets_go_on_what_did_not_end_well_within_its_limit(database: Database) -> None:
    _, *lost = ended_group(database)
    executiongroups.update(database, "g", concurrency=2)
    resumed = executiongroups.resume(database, "g", now=NOW)

    assert lost == [one.id for one in resumed]
    assert ["pending", "pending", "queued"] == [one.status.value for one in resumed]
    assert all(one.is_resumed and one.attempt == 2 and one.ended_at is None for one in resumed)
    assert S is executiongroups.get(database, "g").status


def test_a_resumed_member_passes_the_gate(database: Database) -> None:
    ended_group(database)
    services.start(database, StartRequest(workflow_id="install", deployment_id="d1"), now=NOW)
    resumed = executiongroups.resume(database, "g", now=NOW)

    assert ["queued", "pending", "pending"] == [one.status.value for one in resumed]


def test_a_resumed_group_that_is_paused_waits(database: Database) -> None:
    ended_group(database)
    executiongroups.update(database, "g", concurrency=0)

    assert {Q} == {one.status for one in executiongroups.resume(database, "g", now=NOW)}


def test_a_resumed_group_repeats_no_operation_that_has_succeeded(database: Database) -> None:
    failed = ended_group(database)[1]
    states = {"done": OperationState.SUCCEEDED, "lost": OperationState.FAILED, "cut": OperationState.FAILED}
    records = [
        OperationRecord(id=id, execution_id=failed, name=id, state=state, is_interrupted=id == "cut")
        for id, state in states.items()
    ]
    with database.write() as connection:
        operations.insert(connection, records)
    executiongroups.resume(database, "g", now=NOW)

    with database.read() as connection:
        found = {one.id: (one.state.value, one.is_interrupted) for one in operations.find(connection, failed)}
    assert {"done": ("succeeded", False), "lost": ("pending", False), "cut": ("pending", True)} == found
    executiongroups.cancel(database, "g", CancelKind.CANCEL, now=NOW)
    executiongroups.resume(database, "g", force=True, now=NOW)
    with database.read() as connection:
        assert not any(one.is_interrupted for one in operations.find(connection, failed))


def test_a_group_without_a_loss_has_nothing_to_resume(database: Database) -> None:
    for one in start(database, concurrency=4).executions:
        end(database, one.id)

    assert [] == executiongroups.resume(database, "g", now=NOW)
    with pytest.raises(NotFound):
        executiongroups.resume(database, "unknown", now=NOW)


def test_a_dry_run_of_a_group_leaves_nothing_to_go_on_with(database: Database) -> None:
    start(database, dry_run=True)
    executiongroups.cancel(database, "g", CancelKind.CANCEL, now=NOW)

    assert [] == executiongroups.resume(database, "g", now=NOW)


def test_no_group_goes_on_in_maintenance(database: Database) -> None:
    ended_group(database)
    maintenance.activate(database, now=NOW)

    with pytest.raises(MaintenanceActive):
        executiongroups.resume(database, "g", now=NOW)


def test_a_group_goes_with_the_last_of_its_executions(database: Database) -> None:
    ids = ended_group(database)
    assert 1 == purging.purge(database, purging.Purge(deployment_id="d1"))
    assert 3 == len(executiongroups.get(database, "g").executions)
    assert 3 == purging.purge(database, purging.Purge())

    with pytest.raises(NotFound):
        executiongroups.get(database, "g")
    assert [] == told(database)
    assert 4 == len(ids)


def test_a_group_that_has_ended_has_nothing_to_cancel(database: Database) -> None:
    for one in start(database, concurrency=4).executions:
        end(database, one.id)

    assert [] == executiongroups.cancel(database, "g", CancelKind.KILL, now=NOW)
    assert T is executiongroups.get(database, "g").status


def test_a_deleted_deployment_leaves_its_groups(database: Database) -> None:
    from engine.services import deployments

    deployments.delete(database, "d0", now=NOW)

    assert ("d1", "d2", "d3") == members(database, "fleet")


def test_members_come_and_go(database: Database) -> None:
    assert 2 == deploymentgroups.remove(database, "fleet", ["d0", "d1", "unknown"])
    assert 1 == deploymentgroups.add(database, "fleet", ["d0", "d2"])
    assert ("d0", "d2", "d3") == members(database, "fleet")


def test_an_unknown_deployment_cannot_join_and_nobody_joins_with_it(database: Database) -> None:
    deploymentgroups.create(database, replace(FLEET, id="navy"))
    with pytest.raises(NotFound):
        deploymentgroups.add(database, "navy", ["d0", "unknown"])

    assert () == members(database, "navy")


def test_a_group_makes_deployments_under_free_names(database: Database) -> None:
    made = deploymentgroups.create(database, replace(FLEET, id="web", default_blueprint_id="b1"))
    store_deployment(database, "web-2")
    deploymentgroups.grow(database, "web", 2, now=NOW)

    assert () == made.deployments
    assert ("web-1", "web-3") == members(database, "web")


@pytest.mark.parametrize(
    ("number", "sentence"), [(0, "1 to 1000"), (1001, "1 to 1000"), (1, "has no default blueprint")]
)
def test_deployments_that_cannot_be_made_are_refused(database: Database, number: int, sentence: str) -> None:
    with pytest.raises(InvalidValue, match=sentence):
        deploymentgroups.grow(database, "fleet", number, now=NOW)


def test_a_deleted_group_takes_nothing_along(database: Database) -> None:
    start(database)
    deploymentgroups.delete(database, "fleet", now=NOW)

    assert executiongroups.get(database, "g").group.deployment_group_id is None
    assert 4 == len(statuses(database))
    with pytest.raises(NotFound):
        deploymentgroups.get(database, "fleet")


def test_a_group_takes_its_deployments_along_where_that_is_wanted(database: Database) -> None:
    gone = deploymentgroups.delete(database, "fleet", takes_deployments=True, now=NOW)

    with database.read() as connection:
        assert not [id for id in gone if deployments.exists(connection, id)]
    with pytest.raises(NotFound):
        deploymentgroups.get(database, "fleet")


def test_a_group_goes_with_all_of_its_deployments_or_with_none(database: Database) -> None:
    before = members(database, "fleet")
    start(database)

    with pytest.raises(InUse, match="executions run or wait"):
        deploymentgroups.delete(database, "fleet", takes_deployments=True, force=True, now=NOW)

    with database.read() as connection:
        assert all(deployments.exists(connection, id) for id in before)
    assert before == members(database, "fleet")


def test_groups_are_listed_in_the_order_of_their_starts(database: Database) -> None:
    start(database, id="z")
    request = GroupStart(workflow_id="install", deployment_group_id="fleet", id="a")
    executiongroups.start(database, request, now=NOW + minutes(1))

    assert [("z", Q), ("a", Q)] == [(one.group.id, one.status) for one in executiongroups.listing(database)]
