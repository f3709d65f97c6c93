"""Events are searched in the database, by their message and by their place."""

from dataclasses import replace

import pytest

from engine.domain.event import Draft, EventType
from storage import events, executions
from storage.database import Database
from tests.builders import NOW, an_execution, store_deployment

LINE = Draft(type=EventType.LOG, message="", timestamp=NOW, execution_id="e1", deployment_id="d1")


@pytest.fixture
def searched(database: Database) -> Database:
    store_deployment(database)
    with database.write() as connection:
        executions.insert(connection, an_execution("e1"))
        executions.insert(connection, an_execution("e2", force=True))
        told = ["one Line", "50% of it", "a_b", "axb", r"back\slash", "line of another"]
        drafts = [replace(LINE, message=one) for one in told[:-1]]
        drafts.append(replace(LINE, message=told[-1], execution_id="e2"))
        drafts.append(replace(LINE, message="x", node_instance_id="vm_1", operation="cloudify.lifecycle.create"))
        events.append(connection, drafts)
    return database


@pytest.mark.parametrize(
    ("text", "amount"),
    [("LINE", 1), ("%", 1), ("a_b", 1), ("\\", 1), ("vm_1.create", 1), ("vm_1", 1), ("vm_2", 0), ("create", 1)],
)
def test_a_text_is_found_as_it_is_written_whatever_the_case(searched: Database, text: str, amount: int) -> None:
    with searched.read() as connection:
        assert amount == events.count(connection, text, execution_id="e1")


def test_the_nearest_one_before_or_after_is_found(searched: Database) -> None:
    with searched.read() as connection:
        assert 6 == events.find(connection, "line", before=7)
        assert 1 == events.find(connection, "line", before=6)
        assert 6 == events.find(connection, "line", after=1)
        assert events.find(connection, "line", after=6) is None
        assert events.find(connection, "line", execution_id="e1", after=1) is None
