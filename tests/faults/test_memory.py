"""An engine that is out of memory: it leaves rather than limps, and the next one goes on."""

import resource
import subprocess
import sys
from pathlib import Path

from engine.domain.execution import Status
from engine.runtime.memory import OUT_OF_MEMORY
from engine.runtime.processes import identity
from storage import executions
from tests.builders import an_execution, store_deployment
from tests.runtime.fixtures import world as world
from tests.runtime.world import World, statuses, until

MANY = 30_000
"""Executions that wait: the engine reads them all at once."""
ROOM = 8 * 1024 * 1024


def address_space(pid: int) -> int:
    """Return how many bytes of addresses a process has now."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * resource.getpagesize()


def queue_many(world: World) -> None:
    store_deployment(world.database, "many")
    with world.database.write() as connection:
        for number in range(MANY):
            waiting = an_execution(f"waits-{number}", deployment_id="many", status=Status.QUEUED)
            executions.insert(connection, waiting)


def test_an_engine_without_memory_leaves_and_the_next_one_goes_on(world: World) -> None:
    first = world.engine()
    gate = world.fifo()
    id = world.start(("note", "begun"), ("wait", gate), ("note", "done"))
    world.until_noted(id, "begun")
    limit = address_space(first) + ROOM
    resource.prlimit(first, resource.RLIMIT_AS, (limit, limit))
    queue_many(world)
    until(lambda: identity(first) is None)
    assert "the engine is out of memory and leaves" in world.log()
    assert identity(world.worker(id)) is not None

    with world.database.write() as connection:
        executions.delete(connection, [f"waits-{number}" for number in range(MANY)])
    second = world.engine()
    world.open(gate)
    assert [Status.TERMINATED] == statuses(world.until_ended(id))
    assert second == world.engine_pid() != first
    assert [f"{id} begun", f"{id} done"] == world.ledger()


def test_a_thread_without_memory_ends_the_engine_too() -> None:
    """A poller or a courier that dies alone would leave an engine that looks alive."""
    program = (
        "import threading, time; from engine.runtime import memory; memory.leave_from_threads()\n"
        "def fail(): raise MemoryError\n"
        "threading.Thread(target=fail).start(); time.sleep(60)"
    )
    ended = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, check=False, timeout=30)

    assert OUT_OF_MEMORY == ended.returncode
