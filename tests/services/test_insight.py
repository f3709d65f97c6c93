"""What earlier runs let expect, what the queue looks at, and how many of everything there are."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from engine.domain.execution import OperationRecord, OperationState, Status
from engine.domain.past import Past
from engine.domain.view import EngineState, EngineView, Totals
from engine.services import insight, views
from storage import executions, operations
from storage.database import Database
from tests.builders import NOW, an_execution, minutes, store_deployment

CREATE = "cloudify.interfaces.lifecycle.create"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(tmp_path)
    store_deployment(opened)
    yield opened
    opened.close()


def store_run(database: Database, id: str, took: float, status: Status = Status.TERMINATED) -> None:
    """Store a run of `install` with one operation that took half of its time."""
    ended = NOW + minutes(took)
    with database.write() as connection:
        executions.insert(connection, an_execution(id, status=status, started_at=NOW, ended_at=ended))
        record = OperationRecord(
            id=f"{id}-1",
            execution_id=id,
            name=CREATE,
            node_instance_id="web_aaaaaa",
            state=OperationState.SUCCEEDED,
            started_at=NOW,
            ended_at=NOW + minutes(took / 2),
            waits_for=("x", "y"),
        )
        operations.insert(connection, [record])


def test_the_past_is_that_of_successful_earlier_runs(database: Database) -> None:
    store_run(database, "good", 4)
    store_run(database, "bad", 40, Status.FAILED)
    store_run(database, "this", 6, Status.FAILED)
    store_run(database, "later", 90)

    past = insight.past(database, "this")

    assert past.whole is not None
    assert (minutes(4), 1) == (past.whole.median, past.whole.count)
    assert {(CREATE, "web_aaaaaa", ""): minutes(2)} == past.tasks
    assert past.reference is not None
    assert ("good", "good-1") == (past.reference.id, past.reference_operations[0].id)


def test_without_a_past_nothing_is_expected(database: Database) -> None:
    store_run(database, "first", 4)

    assert Past() == insight.past(database, "first")
    assert Past().expect(an_execution(started_at=NOW, status=Status.STARTED), NOW).ends_at is None


def test_a_run_is_overdue_once_it_lasts_longer_than_nine_of_ten(database: Database) -> None:
    store_run(database, "good", 4)
    store_run(database, "this", 6)
    past = insight.past(database, "this")
    running = an_execution(status=Status.STARTED, started_at=NOW)

    early, late = past.expect(running, NOW + minutes(1)), past.expect(running, NOW + minutes(5))

    assert (NOW + minutes(4), False) == (early.ends_at, early.is_overdue)
    assert (NOW + minutes(5), True) == (late.ends_at, late.is_overdue)


def test_what_an_operation_waits_for_is_stored(database: Database) -> None:
    store_run(database, "this", 6)

    with database.read() as connection:
        assert ("x", "y") == operations.find(connection, "this")[0].waits_for


def test_the_queue_comes_with_all_that_decides(database: Database) -> None:
    store_run(database, "good", 4)
    with database.write() as connection:
        executions.insert(connection, an_execution("runs", status=Status.STARTED, started_at=NOW))
        executions.insert(connection, an_execution("waits", status=Status.QUEUED))

    view = insight.queue(database, now=NOW + timedelta(seconds=1))

    assert ["waits"] == [row.execution.id for row in view.rows]
    assert ["runs", "waits"] == [one.id for one in view.live]
    assert NOW + minutes(4) == view.expected["runs"].ends_at == view.rows[0].starts_at


def test_everything_is_counted(database: Database) -> None:
    store_run(database, "bad", 1, Status.FAILED)
    with database.write() as connection:
        executions.insert(connection, an_execution("runs", status=Status.STARTED, started_at=NOW))
        executions.insert(connection, an_execution("waits", status=Status.QUEUED))
        assert (1, 3) == (executions.count(connection, statuses=[Status.FAILED]), executions.count(connection))

    pulse = views.pulse(database, EngineView(state=EngineState.ABSENT), now=NOW + minutes(2))

    assert replace(Totals(), deployments=1, running=1, queued=1, failed_last_day=1) == pulse.totals
    assert (["runs"], ["bad"]) == ([one.id for one in pulse.running], [one.id for one in pulse.recent])
