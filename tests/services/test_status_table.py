"""Semantics §1.3, row by row: each pair of statuses, against the rules, the repository and the database's own guard."""

import sqlite3

import pytest

from engine.domain.errors import IllegalTransition
from engine.domain.execution import ACTIVE, FINAL, TRANSITIONS, Status
from storage import executions
from storage.database import Database
from tests.builders import NOW, an_execution, store_deployment
from tests.law import LAW, NEXT_ATTEMPT

PAIRS = [pytest.param(*pair, word, id=f"{pair[0]} to {pair[1]}: {word}") for pair, word in LAW.items()]


@pytest.fixture
def stored(database: Database, source: Status) -> Database:
    """A database with one execution that has the status."""
    store_deployment(database)
    with database.write() as connection:
        ended_at = NOW if source in FINAL else None
        executions.insert(connection, an_execution(status=source, ended_at=ended_at))
    return database


@pytest.mark.parametrize(("source", "target", "word"), PAIRS)
def test_a_step(stored: Database, source: Status, target: Status, word: str) -> None:
    if word == "yes":
        with stored.write() as connection:
            assert executions.set_status(connection, "e1", source, target, now=NOW)
    else:
        with pytest.raises(IllegalTransition), stored.write() as connection:
            executions.set_status(connection, "e1", source, target, now=NOW)
    with stored.read() as connection:
        found = executions.get(connection, "e1")

    assert (target if word == "yes" else source) is found.status
    assert (found.ended_at is not None) == found.is_final


@pytest.mark.parametrize(("source", "target", "word"), PAIRS)
def test_a_step_past_all_code(stored: Database, source: Status, target: Status, word: str) -> None:
    """Whoever writes into the database by hand meets the same table."""
    refused: sqlite3.IntegrityError | None = None
    try:
        with stored.write() as connection:
            connection.execute("UPDATE execution SET status = ?", (target,))
    except sqlite3.IntegrityError as error:
        refused = error

    assert (word == "no") == (refused is not None)


@pytest.mark.parametrize(
    ("source", "target"),
    [pytest.param(*pair, id=f"{pair[0]} to {pair[1]}") for pair in LAW if LAW[pair] == "no" and pair[0] in FINAL],
)
def test_a_next_attempt(stored: Database, source: Status, target: Status) -> None:
    with stored.write() as connection:
        if target in {Status.PENDING, Status.QUEUED}:
            is_begun = executions.begin_again(connection, "e1", 1, target, is_resumed=True, now=NOW)
            assert is_begun == ((source, target) in NEXT_ATTEMPT)
        found = executions.get(connection, "e1")

    assert found.attempt == 1 + ((source, target) in NEXT_ATTEMPT)


@pytest.mark.parametrize("source", sorted(set(Status) - {Status.SCHEDULED}))
@pytest.mark.parametrize("end", sorted(FINAL))
def test_a_worker_that_writes_its_end(stored: Database, source: Status, end: Status) -> None:
    """What has no worker takes no end from one; what ends against the table is left to whoever settles it."""
    with stored.write() as connection:
        is_written = executions.finish(connection, "e1", 1, end, "", NOW)

    assert is_written == (source in ACTIVE and LAW[source, end] == "yes")


def test_the_rules_of_the_product_are_those_of_the_table() -> None:
    expected = {pair for pair, word in LAW.items() if word == "yes"} | NEXT_ATTEMPT

    assert expected == {
        (source, target)
        for source, targets in TRANSITIONS.items()
        for target in targets
        if Status.SCHEDULED not in (source, target)
    }
