"""Signals to each kind of process, in the middle of its work: told to end, made to stand still, and let go on."""

import os
import signal
from collections.abc import Callable

import pytest

from engine.domain.errors import EngineRunning
from engine.domain.execution import CancelKind, Status
from engine.runtime.leadership import Leadership, leader
from engine.runtime.processes import identity
from tests.runtime.fixtures import world as world
from tests.runtime.world import World, statuses, until

STOPPED = frozenset({"T", "t"})
SLEEPER = "echo $$ > pid; exec sleep 600"


def noted_pid(world: World) -> int:
    """Return the process id that a script wrote."""
    path = world.home.root / "pid"
    until(lambda: path.exists() and path.read_text().strip())
    return int(path.read_text())


def stop(*pids: int) -> None:
    """Make processes stand still, and wait until they do."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    until(lambda: all(state(pid) in STOPPED for pid in pids))


def state(pid: int) -> str:
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0]


def begun(world: World, *rest: tuple[str, object]) -> tuple[str, str]:
    """Return an execution that stands at a gate, and the gate."""
    gate = world.fifo()
    id = world.start(("note", "begun"), ("wait", gate), ("note", "done"), *rest)
    world.until_noted(id, "begun")
    return id, gate


def test_a_stopped_engine_holds_up_no_execution_that_runs(world: World) -> None:
    world.engine()
    id, gate = begun(world)
    engine = world.engine_pid()
    stop(engine)
    world.open(gate)

    assert [Status.TERMINATED] == statuses(world.until_ended(id))
    os.kill(engine, signal.SIGCONT)


def test_a_stopped_engine_keeps_its_lock(world: World) -> None:
    first = world.engine()
    stop(first)

    with pytest.raises(EngineRunning, match=str(first)):
        Leadership.take(world.home)
    os.kill(first, signal.SIGCONT)


def test_a_stopped_engine_goes_on_where_it_was(world: World) -> None:
    engine = world.engine()
    id, gate = begun(world)
    queued = world.start(("note", "ran"), deployment_id=world.load(id).deployment_id, status=Status.QUEUED)
    stop(engine)
    world.open(gate)
    world.until_ended(id)
    assert Status.QUEUED is world.load(queued).status
    os.kill(engine, signal.SIGCONT)

    assert [Status.TERMINATED] == statuses(world.until_ended(queued))
    assert [f"{id} begun", f"{id} done", f"{queued} ran"] == world.ledger()


def test_a_kill_works_while_the_engine_stands_still(world: World) -> None:
    engine = world.engine()
    id = world.start(("bash", SLEEPER))
    sleeper = noted_pid(world)
    stop(engine)
    world.cancel(id, CancelKind.KILL)

    assert Status.CANCELLED is world.until_ended(id)[0].status
    assert identity(sleeper) is None
    os.kill(engine, signal.SIGCONT)


def test_an_engine_that_was_taken_over_while_it_stood_still_leaves_and_repeats_nothing(world: World) -> None:
    first = world.engine()
    id, gate = begun(world)
    queued = world.start(("note", "ran"), deployment_id=world.load(id).deployment_id, status=Status.QUEUED)
    stop(first)
    world.home.engine_lock.unlink()
    second = world.engine()
    late = world.start(("note", "ran"))
    world.until_ended(late)
    os.kill(first, signal.SIGCONT)
    until(lambda: identity(first) is None)
    world.open(gate)

    assert [Status.TERMINATED, Status.TERMINATED] == statuses(world.until_ended(id, queued))
    assert second == world.engine_pid() != first
    assert sorted(world.ledger()) == sorted([f"{id} begun", f"{id} done", f"{queued} ran", f"{late} ran"])


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV])
def test_a_zygote_that_is_told_to_end_is_replaced(world: World, signum: signal.Signals) -> None:
    world.engine()
    before, gate = begun(world)
    zygote = world.zygote()
    os.kill(zygote, signum)
    until(lambda: identity(zygote) is None)
    after = world.start(("note", "after"))

    assert [Status.TERMINATED] == statuses(world.until_ended(after))
    world.open(gate)
    assert [Status.TERMINATED] == statuses(world.until_ended(before))


def test_a_stopped_zygote_forks_later_and_once(world: World) -> None:
    world.engine()
    world.until_ended(world.start(("note", "warm")))
    zygote = world.zygote()
    stop(zygote)
    ids = [world.start(("note", "ran")) for _ in range(3)]
    until(lambda: all(f"{id} is handed over" in world.log() for id in ids))
    assert {Status.PENDING} == {world.load(id).status for id in ids}
    os.kill(zygote, signal.SIGCONT)

    assert {Status.TERMINATED} == set(statuses(world.until_ended(*ids)))
    assert sorted(f"{id} ran" for id in ids) == sorted(world.ledger()[1:])


def test_what_waits_for_a_stopped_zygote_can_be_cancelled(world: World) -> None:
    world.engine()
    world.until_ended(world.start(("note", "warm")))
    zygote = world.zygote()
    stop(zygote)
    id = world.start(("note", "ran"))
    until(lambda: f"{id} is handed over" in world.log())
    world.cancel(id, CancelKind.CANCEL)
    os.kill(zygote, signal.SIGCONT)
    later = world.start(("note", "ran"))
    world.until_ended(later)

    assert Status.CANCELLED is world.load(id).status
    assert f"{id} ran" not in world.ledger()


def test_a_worker_that_is_told_to_end_fails_its_execution_with_the_signal(world: World) -> None:
    world.engine()
    id = world.start(("note", "begun"), ("bash", SLEEPER))
    sleeper = noted_pid(world)
    os.kill(world.worker(id), signal.SIGTERM)

    ended = world.until_ended(id)[0]
    assert (Status.FAILED, "the worker was killed by signal 15 (SIGTERM)") == (ended.status, ended.error)
    until(lambda: identity(sleeper) is None)


def test_a_stopped_worker_is_not_taken_for_dead(world: World) -> None:
    world.engine()
    gate = world.fifo()
    id = world.start(("bash", f"echo $$ > pid; read line < {gate}"), ("note", "done"))
    noted_pid(world)
    worker = world.worker(id)
    stop(worker)
    world.open(gate)
    world.kill(world.engine_pid())
    world.engine()
    world.until_ended(world.start(("note", "another")))
    assert Status.STARTED is world.load(id).status
    os.kill(worker, signal.SIGCONT)

    assert [Status.TERMINATED] == statuses(world.until_ended(id))
    assert 1 == world.ledger().count(f"{id} done")


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_shim_is_deaf_to_requests_to_end(world: World, signum: signal.Signals) -> None:
    world.engine()
    id, gate = begun(world)
    os.kill(world.shim(id), signum)
    world.open(gate)

    assert [Status.TERMINATED] == statuses(world.until_ended(id))


def test_a_stopped_shim_holds_up_no_worker(world: World) -> None:
    world.engine()
    id, gate = begun(world)
    shim = world.shim(id)
    stop(shim)
    world.open(gate)

    assert [Status.TERMINATED] == statuses(world.until_ended(id))
    os.kill(shim, signal.SIGCONT)


@pytest.mark.fault
def test_a_kill_that_a_stopped_shim_does_not_carry_out_is_carried_out_by_the_engine(world: World) -> None:
    world.engine()
    id = world.start(("bash", SLEEPER))
    sleeper = noted_pid(world)
    stop(world.shim(id))
    world.cancel(id, CancelKind.KILL)

    assert Status.CANCELLED is world.until_ended(id)[0].status
    assert identity(sleeper) is None


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGKILL])
def test_an_operation_that_is_ended_is_the_worker_s_to_judge(world: World, signum: signal.Signals) -> None:
    world.engine()
    id = world.start(("bash", SLEEPER), ("note", "went on"))
    os.kill(noted_pid(world), signum)

    assert [Status.TERMINATED] == statuses(world.until_ended(id))
    assert [f"{id} went on"] == world.ledger()


def test_a_stopped_operation_is_waited_for(world: World) -> None:
    world.engine()
    gate = world.fifo()
    id = world.start(("bash", f"echo $$ > pid; read line < {gate}"), ("note", "went on"))
    operation = noted_pid(world)
    stop(operation)
    assert Status.STARTED is world.load(id).status
    os.kill(operation, signal.SIGCONT)
    world.open(gate)

    assert [Status.TERMINATED] == statuses(world.until_ended(id))


def stop_engine(world: World, _id: str) -> list[int]:
    return [world.engine_pid()]


def stop_zygote(world: World, _id: str) -> list[int]:
    return [world.zygote()]


def stop_everything(world: World, id: str) -> list[int]:
    return [world.engine_pid(), world.zygote(), world.shim(id), world.worker(id)]


def test_all_processes_told_to_end_at_once_lose_nothing(world: World) -> None:
    """As when a machine is shut down: the worker ends by the signal, and what waited goes on under the next engine."""
    world.engine()
    id, _ = begun(world)
    queued = world.start(("note", "ran"), deployment_id=world.load(id).deployment_id, status=Status.QUEUED)
    engine = world.engine_pid()
    for pid in stop_everything(world, id):
        os.kill(pid, signal.SIGTERM)
    until(lambda: identity(engine) is None)
    lost = world.until_ended(id)[0]
    assert (Status.FAILED, "the worker was killed by signal 15 (SIGTERM)") == (lost.status, lost.error)
    world.engine()

    assert [Status.TERMINATED] == statuses(world.until_ended(queued))
    assert [f"{id} begun", f"{queued} ran"] == world.ledger()


@pytest.mark.parametrize("victims", [stop_engine, stop_zygote, stop_everything], ids=lambda one: one.__name__)
def test_whoever_stood_still_for_a_while_loses_nothing(world: World, victims: Callable[..., list[int]]) -> None:
    world.engine()
    id, gate = begun(world)
    pids = victims(world, id)
    stop(*pids)
    queued = world.start(("note", "ran"), deployment_id=world.load(id).deployment_id, status=Status.QUEUED)
    for pid in pids:
        os.kill(pid, signal.SIGCONT)
    world.open(gate)

    assert [Status.TERMINATED, Status.TERMINATED] == statuses(world.until_ended(id, queued))
    assert [f"{id} begun", f"{id} done", f"{queued} ran"] == world.ledger()
    assert leader(world.home) is not None
