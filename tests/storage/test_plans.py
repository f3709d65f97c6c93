"""What screens read never walks through all events, nor through all executions to find those that live."""

from collections.abc import Callable

import pytest

from engine.domain.execution import ACTIVE, WAITING, Status
from engine.domain.view import EngineState, EngineView
from engine.services import insight, views
from storage import events, executions
from storage.database import Database
from tests.builders import NOW, an_execution, store_deployment

ENGINE = EngineView(state=EngineState.ABSENT)
READS: dict[str, Callable[[Database], object]] = {
    "home": lambda database: views.home(database, ENGINE, now=NOW),
    "pulse": lambda database: views.pulse(database, ENGINE, now=NOW),
    "queue": lambda database: insight.queue(database, now=NOW),
    "execution": lambda database: views.execution(database, "e1", now=NOW),
    "deployment": lambda database: views.deployment(database, "d1", now=NOW),
}


def statements_of(database: Database, read: Callable[[Database], object]) -> dict[str, list[str]]:
    """Return how SQLite goes about each statement of a read."""
    statements: list[str] = []
    with database.read() as connection:
        pass
    connection.set_trace_callback(statements.append)
    read(database)
    connection.set_trace_callback(None)
    asked = [one for one in statements if one.startswith("SELECT")]
    assert asked
    return {one: [row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {one}")] for one in asked}


def plans_of(database: Database, read: Callable[[Database], object]) -> list[str]:
    return [plan for plans in statements_of(database, read).values() for plan in plans]


@pytest.mark.parametrize("name", READS)
def test_no_screen_sorts_or_searches_all_events(database: Database, name: str) -> None:
    store_deployment(database)
    with database.write() as connection:
        executions.insert(connection, an_execution())

    walks = [
        statement
        for statement, plans in statements_of(database, READS[name]).items()
        if any(plan.startswith("SCAN event") for plan in plans)
        and ("LIMIT" not in statement or any("TEMP B-TREE" in plan for plan in plans))
    ]

    assert [] == walks


@pytest.mark.parametrize("statuses", [ACTIVE, WAITING], ids=["active", "waiting"])
def test_what_lives_is_found_by_its_own_index(database: Database, statuses: frozenset[Status]) -> None:
    def read(database: Database) -> None:
        with database.read() as connection:
            executions.count(connection, statuses=statuses)
            executions.find(connection, statuses=statuses)
            executions.queued(connection)

    assert all("execution_live" in plan for plan in plans_of(database, read) if "execution" in plan)


def test_a_log_is_read_by_its_execution(database: Database) -> None:
    def read(database: Database) -> None:
        with database.read() as connection:
            events.tail(connection, 10, execution_id="e1")
            events.after(connection, 5, execution_id="e1")

    assert all("event_of_execution" in plan for plan in plans_of(database, read))
