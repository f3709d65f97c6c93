"""Why an execution waits, and until when."""

from engine.domain.admission import Rule
from engine.domain.execution import Status
from engine.services import explaining, maintenance, settings
from storage import executions
from storage.database import Database
from tests.builders import NOW, an_execution, minutes, store_deployment


def a_past(database: Database, *taken: float) -> None:
    """Store successful installs of `d1` that took so many minutes."""
    store_deployment(database)
    with database.write() as connection:
        for n, length in enumerate(taken):
            began = NOW - minutes(1000 - n)
            ended = began + minutes(length)
            old = an_execution(f"old{n}", status=Status.TERMINATED, started_at=began, ended_at=ended)
            executions.insert(connection, old)


def a_queue(database: Database) -> None:
    with database.write() as connection:
        executions.insert(connection, an_execution("run", status=Status.STARTED, started_at=NOW - minutes(1)))
        executions.insert(connection, an_execution("a", status=Status.QUEUED))
        executions.insert(connection, an_execution("b", status=Status.QUEUED, created_at=NOW + minutes(1)))


def test_each_blocker_is_told_with_its_beginning_and_its_probable_end(database: Database) -> None:
    a_past(database, 4, 4, 4)
    a_queue(database)
    told = explaining.explain(database, "b", now=NOW)

    assert (2, NOW + minutes(7)) == (told.position, told.starts_at)
    assert [
        (Rule.DEPLOYMENT, "run", NOW - minutes(1), NOW + minutes(3)),
        (Rule.DEPLOYMENT, "a", NOW, NOW + minutes(7)),
    ] == [(one.blocker.rule, one.blocker.execution_id, one.since, one.ends_at) for one in told.reasons]


def test_the_remedy_is_a_command(database: Database) -> None:
    a_past(database)
    a_queue(database)

    assert "conductor executions cancel run" == explaining.explain(database, "a", now=NOW).reasons[0].remedy


def test_a_limit_is_told_with_the_setting_that_lifts_it(database: Database) -> None:
    a_past(database)
    store_deployment(database, "d2")
    settings.change(database, "max_concurrent_executions", 1)
    with database.write() as connection:
        executions.insert(connection, an_execution("run", deployment_id="d2", status=Status.STARTED))
        executions.insert(connection, an_execution("a", status=Status.QUEUED))
    [reason] = explaining.explain(database, "a", now=NOW).reasons

    assert (Rule.CAPACITY, "run") == (reason.blocker.rule, reason.blocker.execution_id)
    assert "conductor settings set max_concurrent_executions NUMBER" == reason.remedy


def test_without_a_past_no_start_is_promised(database: Database) -> None:
    a_past(database)
    a_queue(database)

    assert explaining.explain(database, "a", now=NOW).starts_at is None


def test_only_the_newest_twenty_count(database: Database) -> None:
    a_past(database, *[100] * 10, *[4] * 20)
    a_queue(database)

    assert NOW + minutes(3) == explaining.explain(database, "a", now=NOW).starts_at


def test_what_runs_has_no_reason_to_wait(database: Database) -> None:
    a_past(database)
    a_queue(database)
    told = explaining.explain(database, "run", now=NOW)

    assert (None, ()) == (told.position, told.reasons)


def test_maintenance_holds_the_queue_and_is_said(database: Database) -> None:
    a_past(database, 4)
    a_queue(database)
    maintenance.activate(database, now=NOW + minutes(2))
    told = explaining.explain(database, "a", now=NOW + minutes(3))
    held, _ = told.reasons
    with database.read() as connection:
        rows = explaining.queue(connection, now=NOW)

    assert (True, None) == (told.is_held, told.starts_at)
    assert (Rule.MAINTENANCE, NOW + minutes(2)) == (held.blocker.rule, held.since)
    assert "conductor maintenance-mode deactivate" == held.remedy
    assert ["maintenance mode holds the queue"] * 2 == [row.blockers[0].sentence for row in rows]


def test_what_maintenance_holds_holds_back_no_snapshot(database: Database) -> None:
    a_past(database)
    a_queue(database)
    with database.write() as connection:
        executions.insert(connection, an_execution("snap", deployment_id=None, status=Status.QUEUED))
    maintenance.activate(database, now=NOW)

    assert ["run"] == [one.blocker.execution_id for one in explaining.explain(database, "snap", now=NOW).reasons]


def test_the_queue_says_of_each_why_it_waits_and_until_when(database: Database) -> None:
    a_past(database, 4)
    a_queue(database)
    with database.read() as connection:
        rows = explaining.queue(connection, now=NOW)

    assert [(1, "a", ["run"], NOW + minutes(3)), (2, "b", ["run", "a"], NOW + minutes(7))] == [
        (row.position, row.execution.id, [one.execution_id for one in row.blockers], row.starts_at) for row in rows
    ]
