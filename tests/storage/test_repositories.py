"""What goes into a repository comes out of it."""

from dataclasses import replace

import pytest

from engine.domain.errors import InvalidValue, NotFound, StaleAttempt, VersionConflict
from engine.domain.event import Draft, EventType, Level
from engine.domain.execution import OperationRecord, OperationState, Status
from storage import deployments, events, executions, operations, views
from storage.database import Database
from tests.builders import NOW, a_plan, an_execution, minutes, store_deployment


def test_an_execution_comes_back_as_it_was_stored(database: Database) -> None:
    store_deployment(database)
    stored = an_execution(parameters={"a": [1, None, "ü"]}, force=True, wait_after_fail=7, origin="schedule:s")
    with database.write() as connection:
        number = executions.insert(connection, stored)

        assert replace(stored, number=number) == executions.get(connection, stored.id)


def test_an_unknown_execution_is_named(database: Database) -> None:
    with database.read() as connection, pytest.raises(NotFound, match="no execution `e9`"):
        executions.get(connection, "e9")


def test_a_unique_beginning_of_an_id_is_enough(database: Database) -> None:
    store_deployment(database)
    with database.write() as connection:
        executions.insert(connection, an_execution("abc-1"))
        executions.insert(connection, an_execution("abd-2", force=True))

        assert "abd-2" == executions.resolve(connection, "abd")
        with pytest.raises(InvalidValue, match="begins several"):
            executions.resolve(connection, "ab")


def test_a_status_is_compared_and_set(database: Database) -> None:
    store_deployment(database)
    with database.write() as connection:
        executions.insert(connection, an_execution())

        assert executions.set_status(connection, "e1", Status.PENDING, Status.STARTED, now=NOW)
        assert not executions.set_status(connection, "e1", Status.PENDING, Status.CANCELLED, now=NOW)


def test_an_attempt_begins_and_ends_once(database: Database) -> None:
    store_deployment(database)
    with database.write() as connection:
        executions.insert(connection, an_execution())

        assert executions.begin(connection, "e1", 1, NOW)
        assert not executions.begin(connection, "e1", 1, NOW)
        assert executions.finish(connection, "e1", 1, Status.TERMINATED, "", NOW)
        assert not executions.finish(connection, "e1", 1, Status.FAILED, "late", NOW)


def test_a_superseded_attempt_writes_nothing(database: Database) -> None:
    store_deployment(database)
    with database.write() as connection:
        executions.insert(connection, an_execution(attempt=2))

        assert not executions.begin(connection, "e1", 1, NOW)
        with pytest.raises(StaleAttempt):
            executions.require_attempt(connection, "e1", 1)


def test_progress_follows_the_operations(database: Database) -> None:
    store_deployment(database)
    records = [OperationRecord(id=f"o{n}", execution_id="e1", name="create", created_at=NOW) for n in range(3)]
    with database.write() as connection:
        executions.insert(connection, an_execution())
        operations.insert(connection, records)
        done = replace(records[0], state=OperationState.SUCCEEDED, started_at=NOW, ended_at=NOW)
        operations.update(connection, [done, replace(records[1], state=OperationState.STARTED, started_at=NOW)])
        operations.update(connection, [done])
        found = executions.get(connection, "e1")

        assert (3, 1) == (found.total_operations, found.finished_operations)
        assert [done] == operations.find(connection, "e1")[:1]


def test_an_ended_operation_does_not_change_any_more(database: Database) -> None:
    store_deployment(database)
    record = OperationRecord(id="o1", execution_id="e1", name="create", state=OperationState.SUCCEEDED)
    with database.write() as connection:
        executions.insert(connection, an_execution())
        operations.insert(connection, [record])
        operations.update(connection, [replace(record, state=OperationState.FAILED, error="late")])

        assert [record] == operations.find(connection, "e1")


def test_what_was_under_way_is_interrupted(database: Database) -> None:
    store_deployment(database)
    states = [OperationState.PENDING, OperationState.STARTED, OperationState.SUCCEEDED]
    with database.write() as connection:
        executions.insert(connection, an_execution())
        operations.insert(
            connection,
            [OperationRecord(id=f"o{n}", execution_id="e1", name="x", state=state) for n, state in enumerate(states)],
        )

        assert 1 == operations.interrupt(connection, "e1", "lost", NOW)
        assert ["pending", "failed", "succeeded"] == [one.state for one in operations.find(connection, "e1")]


def test_what_was_interrupted_does_not_count_as_finished(database: Database) -> None:
    store_deployment(database)
    states = [OperationState.PENDING, OperationState.STARTED, OperationState.SUCCEEDED]
    with database.write() as connection:
        executions.insert(connection, an_execution())
        operations.insert(
            connection,
            [OperationRecord(id=f"o{n}", execution_id="e1", name="x", state=state) for n, state in enumerate(states)],
        )
        operations.interrupt(connection, "e1", "lost", NOW)
        interrupted = executions.get(connection, "e1")
        operations.recount(connection, "e1")

        assert (1, 3) == (interrupted.finished_operations, interrupted.total_operations)
        assert 1 == executions.get(connection, "e1").finished_operations


def drafts(count: int, execution_id: str | None = "e1") -> list[Draft]:
    return [
        Draft(
            type=EventType.LOG,
            message=f"line {n}",
            timestamp=NOW,
            level=Level.WARNING,
            execution_id=execution_id,
            deployment_id="d1",
        )
        for n in range(count)
    ]


def test_events_are_followed_by_cursor_without_gap_or_repeat(database: Database) -> None:
    store_deployment(database)
    seen, cursor = list[str](), 0
    with database.write() as connection:
        executions.insert(connection, an_execution())
        events.append(connection, drafts(25))
        while page := events.after(connection, cursor, execution_id="e1", limit=10):
            seen += [one.message for one in page]
            cursor = page[-1].id

    assert [f"line {n}" for n in range(25)] == seen


def test_the_tail_is_the_newest_part_in_order(database: Database) -> None:
    store_deployment(database)
    with database.write() as connection:
        events.append(connection, drafts(5, None))

        assert ["line 3", "line 4"] == [one.message for one in events.tail(connection, 2)]
        assert ["line 3", "line 4"] == [one.message for one in events.tail(connection, 2, deployment_id="d1")]
        assert [] == events.tail(connection, 2, execution_id="e1")


def test_a_plan_comes_back_as_it_was_stored(database: Database) -> None:
    stored = store_deployment(database)
    with database.read() as connection:
        assert stored == deployments.get(connection, "d1")
        assert ("b1", a_plan().workflows) == deployments.workflows(connection, "d1")
        assert ["cloudify.nodes.Root"] == deployments.types(connection, "d1")


def test_runtime_properties_are_not_overwritten_unseen(database: Database) -> None:
    store_deployment(database)
    with database.write() as connection:
        version = deployments.set_runtime_properties(connection, "d1", "web_aaaaaa", {"port": 1}, expected_version=1)
        with pytest.raises(VersionConflict):
            deployments.set_runtime_properties(connection, "d1", "web_aaaaaa", {"port": 2}, expected_version=1)

        assert 2 == version
        assert {"port": 1} == deployments.instance(connection, "d1", "web_aaaaaa").runtime_properties


def test_a_deployment_takes_everything_of_its_own_with_it(database: Database) -> None:
    store_deployment(database)
    with database.write() as connection:
        executions.insert(connection, an_execution())
        events.append(connection, drafts(2))
        deployments.delete(connection, "d1")

        left = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("execution", "event")]
        assert [0, 0] == left
        assert [] == deployments.instances(connection, "d1")


def test_a_deployment_row_counts_what_hangs_on_it(database: Database) -> None:
    store_deployment(database)
    with database.write() as connection:
        executions.insert(connection, an_execution("e1", status=Status.TERMINATED, started_at=NOW, ended_at=NOW))
        executions.insert(connection, an_execution("e2", status=Status.STARTED, started_at=NOW + minutes(1)))
        executions.insert(connection, an_execution("e3", status=Status.QUEUED))
        deployments.set_instance_state(connection, "d1", "web_aaaaaa", "started")
        [row] = views.deployments(connection)

    assert ("e2", 1, 1) == (row.latest and row.latest.id, row.running, row.queued)
    assert (1, 1) == (row.instances, row.started_instances)
