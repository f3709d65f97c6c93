"""A foreign program that keeps the database locked: nobody loses anything, and nobody waits without a sentence."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from engine.domain.errors import StorageFailed
from engine.domain.execution import StartRequest, Status
from engine.services import executions as service
from tests.builders import NOW, store_deployment
from tests.runtime.fixtures import world as world
from tests.runtime.world import World, statuses, until

HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def locked(world: World) -> Iterator["subprocess.Popen[str]"]:
    """Let a program that knows nothing of the gate hold the right to write."""
    command = [sys.executable, "-I", "-c", HOLDER, str(world.home.database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert "held\n" == holder.stdout.readline()
        try:
            yield holder
        finally:
            holder.kill()


def test_an_execution_that_ends_during_a_lock_is_recorded_after_it(world: World) -> None:
    world.engine()
    gate = world.fifo()
    id = world.start(("note", "begun"), ("wait", gate), ("note", "done"))
    world.until_noted(id, "begun")
    with locked(world):
        world.open(gate)
        world.until_noted(id, "done")
        assert Status.STARTED is world.load(id).status

    assert [Status.TERMINATED] == statuses(world.until_ended(id))


def test_what_is_handed_over_during_a_lock_begins_after_it(world: World) -> None:
    world.engine()
    id = world.start(("note", "ran"))
    with locked(world):
        until(lambda: world.home.run(id).exists() or f"{id} ran" in world.ledger())

    assert [Status.TERMINATED] == statuses(world.until_ended(id))
    assert [f"{id} ran"] == world.ledger()


def test_readers_do_not_notice_a_lock(world: World) -> None:
    store_deployment(world.database)
    with locked(world):
        assert [] == service_live(world)


def service_live(world: World) -> list[object]:
    with world.database.read() as connection:
        return list(connection.execute("SELECT id FROM execution"))


def test_the_end_of_a_holder_frees_the_database_at_once(world: World) -> None:
    store_deployment(world.database)
    with locked(world) as holder:
        holder.kill()
        holder.wait()
        started = service.start(world.database, StartRequest(workflow_id="install", deployment_id="d1"), now=NOW)

    assert Status.PENDING is started.status


@pytest.mark.fault
def test_a_command_during_a_long_lock_is_told_so(world: World) -> None:
    store_deployment(world.database)
    request = StartRequest(workflow_id="install", deployment_id="d1")
    with locked(world), pytest.raises(StorageFailed, match="database is locked"):
        service.start(world.database, request, now=NOW)

    assert Status.PENDING is service.start(world.database, request, now=NOW).status


@pytest.mark.fault
def test_an_engine_outlives_a_long_lock_and_moves_the_queue_after_it(world: World) -> None:
    engine = world.engine()
    store_deployment(world.database, "one")
    gate = world.fifo()
    first = world.start(("note", "begun"), ("wait", gate), deployment_id="one")
    world.until_noted(first, "begun")
    queued = world.start(("note", "ran"), deployment_id="one", status=Status.QUEUED)
    with locked(world):
        world.open(gate)
        until(lambda: "database is locked" in world.log(), within=20.0)

    ended = world.until_ended(first, queued, within=15.0)
    assert Status.TERMINATED is ended[1].status
    assert engine == world.engine_pid()
