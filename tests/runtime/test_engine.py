"""One engine leads; it comes when needed, leaves when told or idle, and is fenced off when superseded."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.domain.errors import EngineRunning, EngineUnavailable
from engine.domain.execution import Status
from engine.runtime.home import Home
from engine.runtime.launch import ensure_engine, stop_engine
from engine.runtime.leadership import Leadership, leader
from engine.runtime.processes import identity, scan
from storage import engines, executions
from tests.builders import store_deployment
from tests.runtime.fixtures import world as world
from tests.runtime.world import WORKER, World, statuses, until

STARTER = (
    "import sys; from pathlib import Path; from engine.runtime.home import Home; "
    "from engine.runtime.launch import ensure_engine; print(ensure_engine(Home(Path(sys.argv[1]))))"
)


@contextmanager
def headless(world: World, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Give an engine in the foreground; kill it if it is still there in the end."""
    command = [
        sys.executable,
        "-P",
        "-m",
        "engine.runtime.engine",
        "--home",
        str(world.home.root),
        "--no-schedules",
        *options,
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_an_execution_is_run(world: World) -> None:
    world.engine()
    id = world.start(("note", "hello"))

    assert [Status.TERMINATED] == statuses(world.until_ended(id))
    assert [f"{id} hello"] == world.ledger()


def test_a_failed_execution_keeps_its_own_words(world: World) -> None:
    world.engine()
    id = world.start(("fail", "the disk is too small"))

    assert "the disk is too small" == world.until_ended(id)[0].error


def test_the_queue_of_a_deployment_is_served_in_order(world: World) -> None:
    store_deployment(world.database, "one")
    ids = [world.start(("note", "ran"), deployment_id="one", status=Status.QUEUED) for _ in range(5)]
    world.engine()
    world.until_ended(*ids)

    assert [f"{id} ran" for id in ids] == world.ledger()


def test_many_executions_run_at_once(world: World) -> None:
    gate = world.home.root / "gate"
    world.engine()
    ids = [world.start(("note", "in"), ("bash", f"while [ ! -e {gate} ]; do sleep 0.05; done")) for _ in range(8)]
    for id in ids:
        world.until_noted(id, "in")
    gate.touch()

    assert {Status.TERMINATED} == set(statuses(world.until_ended(*ids)))


def test_an_execution_leaves_no_folder_behind(world: World) -> None:
    world.engine()
    world.until_ended(world.start(("note", "ran")), world.start(("exit", 1)))

    until(lambda: not list(world.home.runs.iterdir()))


def test_folders_of_ended_executions_are_swept_by_the_next_engine(world: World) -> None:
    forgotten = world.home.run("forgotten")
    forgotten.mkdir()
    (forgotten / "claim.1").write_text("{}")
    world.engine()

    until(lambda: not forgotten.exists())


def test_a_second_engine_is_refused_with_the_process_of_the_first(world: World) -> None:
    first = world.engine()
    with headless(world) as second:
        _, said = second.communicate(timeout=10)

    assert 75 == second.returncode
    assert f"an engine (process {first}) already leads" in said


def test_a_second_engine_is_refused_by_way_of_another_path_too(world: World, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(world.home.root)
    first = world.engine()

    assert first == ensure_engine(Home(tmp_path / "link"))


def test_many_starters_end_up_with_one_engine(world: World) -> None:
    def start(_: int) -> str:
        command = [sys.executable, "-P", "-c", STARTER, str(world.home.root)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    with ThreadPoolExecutor(12) as pool:
        answers = set(pool.map(start, range(12)))
    with world.database.read() as connection:
        newest = engines.latest(connection)

    assert answers == {str(world.engine_pid())}
    assert newest is not None
    assert 1 == newest.epoch


def test_sigterm_leaves_the_executions_alone(world: World) -> None:
    gate = world.fifo()
    with headless(world, "--worker", WORKER) as engine:
        id = world.start(("note", "begun"), ("wait", gate))
        world.until_noted(id, "begun")
        engine.send_signal(signal.SIGTERM)
        assert 0 == engine.wait(3)

    assert Status.STARTED is world.load(id).status
    assert leader(world.home) is None
    world.open(gate)
    assert [Status.TERMINATED] == statuses(world.until_ended(id))


def test_an_engine_says_on_stderr_what_it_does(world: World) -> None:
    with headless(world, "--worker", WORKER) as engine:
        id = world.start(("note", "ran"))
        world.until_ended(id)
        engine.send_signal(signal.SIGTERM)
        _, log = engine.communicate(timeout=5)

    assert f"leads {world.home.root}" in log
    assert f"{id} is handed over" in log
    assert "the engine leaves: told" in log


def test_an_engine_on_demand_leaves_when_there_is_nothing_to_do(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONDUCTOR_LINGER", "0.2")
    world.engine()
    id = world.start(("note", "ran"))
    world.until_ended(id)

    until(lambda: leader(world.home) is None)
    with world.database.read() as connection:
        newest = engines.latest(connection)
    assert newest is not None
    assert newest.stopped_at is not None


def test_an_engine_on_demand_stays_while_something_runs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONDUCTOR_LINGER", "0.0")
    gate = world.fifo()
    id = world.start(("note", "begun"), ("wait", gate))
    engine = world.engine()
    world.until_noted(id, "begun")

    assert engine == world.engine_pid()
    world.open(gate)
    until(lambda: leader(world.home) is None)


def test_an_engine_is_stopped_by_request(world: World) -> None:
    pid = world.engine()

    assert pid == stop_engine(world.home)
    assert identity(pid) is None
    assert stop_engine(world.home) is None


def test_an_engine_that_cannot_start_says_why(world: World) -> None:
    world.home.database.write_bytes(b"this is no database, " * 100)
    for trace in ("-wal", "-shm"):
        Path(f"{world.home.database}{trace}").unlink(missing_ok=True)

    with pytest.raises(EngineUnavailable, match="cannot open the database"):
        world.engine()


def test_an_engine_that_was_superseded_leaves(world: World) -> None:
    """The lock file was deleted while the first engine slept, so that a second one could take over."""
    with headless(world, "--worker", WORKER) as first:
        world.until_ready()
        os.kill(first.pid, signal.SIGSTOP)
        world.home.engine_lock.unlink()
        second = world.engine()
        id = world.start(("note", "ran"))
        os.kill(first.pid, signal.SIGCONT)
        assert 75 == first.wait(5)

    assert [Status.TERMINATED] == statuses(world.until_ended(id))
    assert [f"{id} ran"] == world.ledger()
    assert second == world.engine_pid()


def test_no_spare_outlives_its_engine(world: World) -> None:
    world.engine()
    world.until_ended(world.start(("note", "ran")))
    zygote = world.zygote()
    until(lambda: [one for one in scan() if one.parent == zygote])
    family = {one.pid for one in scan() if one.parent == zygote} | {zygote}
    workers = {one.pid for one in scan() if one.parent in family}
    world.kill(world.engine_pid())

    until(lambda: not [pid for pid in family | workers if identity(pid)])


def test_a_worker_that_cannot_be_imported_is_tried_ever_more_rarely(world: World) -> None:
    with headless(world, "--worker", "no_such_module:run") as engine:
        world.start(("note", "ran"))
        until(lambda: world.log().count("the worker cannot be imported: No module named 'no_such_module'") == 3)
        engine.terminate()
        _, log = engine.communicate(timeout=3)

    assert log.count("the zygote has died") < 8


def test_a_row_that_cannot_be_read_fails_alone(world: World) -> None:
    bad = world.start(("note", "ran"))
    with world.database.write() as connection:
        connection.execute("UPDATE execution SET parameters = '{' WHERE id = ?", (bad,))
    good = world.start(("note", "ran"))
    world.engine()

    assert [Status.TERMINATED] == statuses(world.until_ended(good))
    with world.database.write() as connection:
        row = connection.execute("SELECT status, error FROM execution WHERE id = ?", (bad,)).fetchone()
        connection.execute("UPDATE execution SET parameters = '{}' WHERE id = ?", (bad,))
    assert "failed" == row["status"]
    assert "cannot be read" in row["error"]


def test_an_engine_carries_no_mark_of_the_execution_that_started_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONDUCTOR_EXECUTION", "somebody:1")
    with headless(world) as engine:
        world.until_ready()

        assert "idle" == next(one.mark for one in scan() if one.pid == engine.pid)


def test_an_engine_leaves_when_its_database_is_deleted(world: World) -> None:
    with headless(world) as engine:
        world.until_ready()
        world.home.database.rename(world.home.root / "elsewhere.db")
        _, said = engine.communicate(timeout=5)
        (world.home.root / "elsewhere.db").rename(world.home.database)

    assert 1 == engine.returncode
    assert f"the database {world.home.database} was deleted or replaced" in said


def test_an_engine_leaves_in_time_though_its_poller_hangs(world: World) -> None:
    command = [sys.executable, "-P", "-m", "tests.runtime.hanging", str(world.home.root)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        world.until_ready()
        process.terminate()
        _, log = process.communicate(timeout=3)

    assert 0 == process.returncode
    assert "the poller has not stopped" in log


def test_the_schedules_are_polled_while_an_engine_leads(world: World) -> None:
    ensure_engine(world.home)

    until(lambda: (newest := _newest_engine(world)) is not None and newest.last_poll_at)


def _newest_engine(world: World) -> engines.EngineRecord | None:
    with world.database.read() as connection:
        return engines.latest(connection)


def test_leadership_is_held_once(world: World) -> None:
    held = Leadership.take(world.home)

    with pytest.raises(EngineRunning) as refused:
        Leadership.take(world.home)
    assert os.getpid() == refused.value.pid
    held.release()
    Leadership.take(world.home).release()


def test_an_execution_that_arrives_while_no_engine_runs_is_served_by_the_next(world: World) -> None:
    id = world.start(("note", "ran"))
    world.engine()
    world.until_ended(id)

    with world.database.read() as connection:
        assert not executions.live(connection)
