"""A foreign program that keeps the database locked: nobody loses anything, and nobody waits without a sentence."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from engine.domain.errors import StorageFailed
from engine.domain.execution import StartRequest, Status
from engine.services import executions as service
from storage.database import PATIENCE, Database
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


MINUTE = 60.0
BUSY = "it is busy, (another program has locked it|a process of Conductor stands still)"
WRITER = """
import sys
from pathlib import Path
from storage.database import Database
with Database(Path(sys.argv[1])).write():
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def frozen_writer(world: World) -> Iterator[None]:
    """Let a process of Conductor stand still in the middle of a transaction."""
    command = [sys.executable, "-P", "-c", WRITER, str(world.home.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert "held\n" == writer.stdout.readline()
        os.kill(writer.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            writer.kill()


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


def seconds_until_told(world: World) -> float:
    """Return how long a command waits until it is told that the database is busy."""
    request = StartRequest(workflow_id="install", deployment_id="d1")
    begin = time.monotonic()
    with pytest.raises(StorageFailed, match=BUSY):
        service.start(Database(world.home.root), request, now=NOW)
    return time.monotonic() - begin


@pytest.mark.fault
def test_commands_during_a_long_lock_are_told_so_soon_however_many_there_are(world: World) -> None:
    """Nobody waits for the patience of those before him. The bound leaves a loaded machine twice the time."""
    store_deployment(world.database)
    with locked(world), ThreadPoolExecutor(8) as pool:
        waited = list(pool.map(lambda _: seconds_until_told(world), range(8)))

    assert 3.0 < max(waited) < 2 * (PATIENCE + 1)
    request = StartRequest(workflow_id="install", deployment_id="d1")
    assert Status.PENDING is service.start(world.database, request, now=NOW).status


@pytest.mark.fault
def test_a_writer_that_stands_still_in_the_middle_holds_nobody_up_without_a_word(world: World) -> None:
    store_deployment(world.database)
    with frozen_writer(world):
        assert seconds_until_told(world) < 2 * (PATIENCE + 1)
    request = StartRequest(workflow_id="install", deployment_id="d1")
    assert Status.PENDING is service.start(world.database, request, now=NOW).status


@pytest.mark.fault
@pytest.mark.timeout(300)
def test_after_a_lock_of_a_full_minute_everything_is_as_it_would_have_been(world: World) -> None:
    """What ended well, what failed and what waited: no status is lost, and the engine is the same."""
    engine = world.engine()
    store_deployment(world.database, "one")
    gates = [world.fifo(), world.fifo()]
    good = world.start(("note", "begun"), ("wait", gates[0]), ("note", "done"), deployment_id="one")
    bad = world.start(("note", "begun"), ("wait", gates[1]), ("fail", "it broke"))
    for id in (good, bad):
        world.until_noted(id, "begun")
    queued = world.start(("note", "ran"), deployment_id="one", status=Status.QUEUED)
    begin = time.monotonic()
    with locked(world):
        for gate in gates:
            world.open(gate)
        world.until_noted(good, "done")
        until(lambda: time.monotonic() - begin > MINUTE, within=2 * MINUTE)
        assert {Status.STARTED} == {world.load(id).status for id in (good, bad)}

    ended = world.until_ended(good, bad, queued)
    assert [Status.TERMINATED, Status.FAILED, Status.TERMINATED] == statuses(ended)
    assert "it broke" in ended[1].error
    assert engine == world.engine_pid()
