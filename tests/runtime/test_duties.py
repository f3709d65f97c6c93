"""What the leading engine does by itself: it follows the settings, lets go of the old, and tells hooks."""

from datetime import UTC, datetime
from pathlib import Path

from engine.domain.execution import CancelKind, Status
from engine.domain.hook import DeliveryState
from engine.runtime.doorbell import ring
from engine.runtime.processes import scan
from engine.services import executions as services
from engine.services import hooks, maintenance, settings
from storage import executions
from tests.builders import NOW, an_execution, store_deployment
from tests.runtime.fixtures import world as world
from tests.runtime.world import World, until


def test_an_engine_removes_what_the_retention_lets_go(world: World) -> None:
    store_deployment(world.database)
    settings.change(world.database, "retention_days", 1)
    with world.database.write() as connection:
        executions.insert(connection, an_execution("old", status=Status.TERMINATED, ended_at=NOW.replace(year=2020)))
        executions.insert(connection, an_execution("new", status=Status.FAILED, ended_at=datetime.now(UTC)))
    world.engine()

    def left() -> list[str]:
        with world.database.read() as connection:
            return [one.id for one in executions.find(connection)]

    until(lambda: left() == ["new"])


def test_an_engine_keeps_to_the_limit_and_follows_its_change(world: World) -> None:
    settings.change(world.database, "max_concurrent_executions", 1)
    world.engine()
    gate = world.fifo()
    first = world.start(("note", "in"), ("wait", gate))
    world.until_noted(first, "in")
    second = world.start(("note", "in"), status=Status.QUEUED)
    assert [] == services.release(world.database, now=NOW)

    settings.reset(world.database, "max_concurrent_executions")
    world.until_ended(second)
    world.open(gate)
    world.until_ended(first)


def test_the_queue_is_woken_by_a_cancel_by_leaving_maintenance_and_by_a_slow_tick(world: World) -> None:
    world.engine()
    gate = world.fifo()
    running = world.start(("note", "in"), ("wait", gate))
    world.until_noted(running, "in")
    with world.database.write() as connection:
        executions.insert(connection, an_execution("barrier", deployment_id=None, status=Status.QUEUED))
    behind = world.start(("note", "ran"), status=Status.QUEUED)
    assert [] == services.release(world.database, now=NOW)
    world.cancel("barrier", CancelKind.CANCEL)
    world.until_ended(behind)

    maintenance.activate(world.database, now=NOW)
    held = world.start(("note", "ran"), status=Status.QUEUED)
    assert [] == services.release(world.database, now=NOW)
    maintenance.deactivate(world.database, now=NOW)
    ring(world.home.root)
    world.until_ended(held)

    store_deployment(world.database, "silent")
    with world.database.write() as connection:
        silent = an_execution("silent", deployment_id="silent", status=Status.QUEUED, parameters={"script": []})
        executions.insert(connection, silent)
    world.until_ended("silent")
    world.open(gate)
    world.until_ended(running)


def test_an_engine_reaches_maintenance_when_the_last_one_ends(world: World) -> None:
    world.engine()
    gate = world.fifo()
    running = world.start(("note", "in"), ("wait", gate))
    world.until_noted(running, "in")
    maintenance.activate(world.database, now=NOW)
    assert maintenance.status(world.database).activated_at is None

    world.open(gate)
    until(lambda: maintenance.status(world.database).activated_at is not None)


def test_an_engine_that_is_killed_leaves_its_hooks_to_the_next(world: World, tmp_path: Path) -> None:
    out, go = tmp_path / "out", tmp_path / "go"
    script = f"echo $$ >> {out}; [ -e {go} ] || exec sleep 600"
    hooks.create(world.database, "h", ["failed"], command=f"bash -c '{script}'", url=None, now=NOW)
    engine = world.engine()
    lost = world.start(("exit", 1))
    world.until_ended(lost)
    until(lambda: out.exists() and out.read_text().endswith("\n"))
    left = int(out.read_text().split()[0])
    world.kill(engine)
    go.touch()
    world.engine()
    until(lambda: [DeliveryState.DELIVERED] == [one.state for one in hooks.deliveries(world.database, "h", limit=9)])

    assert 2 == len(out.read_text().split())
    world.kill(left)


def test_an_engine_that_is_told_to_leave_ends_the_hooks_under_way(world: World, tmp_path: Path) -> None:
    out = tmp_path / "out"
    hooks.create(
        world.database, "h", ["failed"], command=f"bash -c 'echo $$ > {out}; exec sleep 600'", url=None, now=NOW
    )
    world.engine()
    world.until_ended(world.start(("exit", 1)))
    until(lambda: out.exists() and out.read_text().endswith("\n"))
    world.close()

    assert int(out.read_text()) not in {one.pid for one in scan()}
