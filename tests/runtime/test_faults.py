"""What is killed loses nothing that was recorded, leaves nothing behind, and is judged truthfully."""

import os
import signal
import sys

import pytest

from engine.domain.errors import EngineUnavailable
from engine.domain.event import EventType
from engine.domain.execution import CancelKind, OperationState, Status
from engine.runtime.crashpoints import VARIABLE, CrashPoint
from engine.runtime.launch import stop_engine
from engine.runtime.leadership import leader
from engine.runtime.processes import identity, scan
from storage import events, operations
from tests.builders import store_deployment
from tests.runtime.fixtures import world as world
from tests.runtime.world import World, statuses, until

SLEEPER = "sleep 600 & echo $! > pid; wait"
STUBBORN = "trap '' TERM; echo $$ > pid; sleep 600; true"


def noted_pid(world: World) -> int:
    """Return the process id that a script wrote."""
    path = world.home.root / "pid"
    until(lambda: path.exists() and path.read_text().strip())
    return int(path.read_text())


def test_workers_without_an_engine_finish_and_say_so(world: World) -> None:
    gate = world.fifo()
    world.engine()
    id = world.start(("note", "begun"), ("wait", gate), ("note", "done"))
    world.until_noted(id, "begun")
    world.kill(world.engine_pid())
    world.open(gate)

    assert [Status.TERMINATED] == statuses(world.until_ended(id))
    assert leader(world.home) is None
    assert [f"{id} begun", f"{id} done"] == world.ledger()


def test_the_next_engine_adopts_what_still_lives(world: World) -> None:
    gate = world.fifo()
    world.engine()
    id = world.start(("note", "begun"), ("wait", gate))
    world.until_noted(id, "begun")
    world.kill(world.engine_pid())
    world.engine()
    queued = world.start(("note", "next"), deployment_id=world.load(id).deployment_id, status=Status.QUEUED)
    world.open(gate)

    assert [Status.TERMINATED, Status.TERMINATED] == statuses(world.until_ended(id, queued))
    assert 1 == world.ledger().count(f"{id} begun")


def test_a_killed_worker_fails_its_execution_with_the_signal(world: World) -> None:
    world.engine()
    id = world.start(("note", "begun"), ("bash", SLEEPER))
    sleeper = noted_pid(world)
    world.kill(world.worker(id))

    ended = world.until_ended(id)[0]
    assert Status.FAILED is ended.status
    assert "the worker was killed by signal 9 (SIGKILL)" in ended.error
    assert identity(sleeper) is None
    until(lambda: not world.left_of(id))


def test_an_operation_that_was_cut_off_says_that_its_effect_is_unknown(world: World) -> None:
    world.engine()
    id = world.start(("note", "begun"), ("bash", SLEEPER))
    noted_pid(world)
    world.kill(world.worker(id))
    world.until_ended(id)

    with world.database.read() as connection:
        found = operations.find(connection, id)
    assert [OperationState.FAILED] == [one.state for one in found]
    assert "effect is unknown" in found[0].error


def test_a_worker_that_ends_without_a_word_fails_its_execution(world: World) -> None:
    world.engine()
    id = world.start(("exit", 3))

    assert "the worker ended with exit status 3 before the workflow did" in world.until_ended(id)[0].error


def test_a_worker_is_judged_without_an_engine(world: World) -> None:
    world.engine()
    id = world.start(("bash", SLEEPER))
    noted_pid(world)
    world.kill(world.engine_pid())
    world.kill(world.worker(id))

    assert [Status.FAILED] == statuses(world.until_ended(id))
    until(lambda: not world.left_of(id))


def test_a_killed_shim_takes_its_worker_along_and_the_engine_judges(world: World) -> None:
    world.engine()
    id = world.start(("bash", SLEEPER))
    sleeper, worker = noted_pid(world), world.worker(id)
    world.kill(world.shim(id))

    ended = world.until_ended(id)[0]
    assert Status.FAILED is ended.status
    assert "the processes that served it were killed" in ended.error
    assert [None, None] == [identity(sleeper), identity(worker)]


def test_a_killed_zygote_is_replaced_and_its_shims_live_on(world: World) -> None:
    gate = world.fifo()
    world.engine()
    before = world.start(("note", "begun"), ("wait", gate))
    world.until_noted(before, "begun")
    world.kill(world.zygote())
    after = world.start(("note", "after"))

    assert [Status.TERMINATED] == statuses(world.until_ended(after))
    world.open(gate)
    assert [Status.TERMINATED] == statuses(world.until_ended(before))


def test_all_processes_killed_at_once_are_judged_by_the_next_engine(world: World) -> None:
    world.engine()
    id = world.start(("note", "begun"), ("leave", "exec sleep 600"), ("bash", SLEEPER))
    noted_pid(world)
    victims = [world.engine_pid(), world.zygote(), world.shim(id), world.worker(id)]
    world.kill(*victims)
    assert Status.STARTED is world.load(id).status
    world.engine()

    ended = world.until_ended(id)[0]
    assert Status.FAILED is ended.status
    assert "killed" in ended.error
    until(lambda: not world.left_of(id))
    assert [f"{id} begun"] == world.ledger()


def test_a_new_start_is_possible_after_a_lost_one(world: World) -> None:
    world.engine()
    lost = world.start(("bash", SLEEPER))
    noted_pid(world)
    world.kill(world.engine_pid(), world.shim(lost))
    world.engine()
    deployment_id = world.until_ended(lost)[0].deployment_id
    again = world.start(("note", "again"), deployment_id=deployment_id)

    assert [Status.TERMINATED] == statuses(world.until_ended(again))


def test_a_kill_ends_a_daemon_that_forked_twice(world: World) -> None:
    world.engine()
    id = world.start(("vanish", ""), ("note", "gone"), ("bash", SLEEPER))
    world.until_noted(id, "gone")
    below = [one.pid for one in scan() if one.parent == world.shim(id)]
    assert len(below) == 2
    world.cancel(id, CancelKind.KILL)

    assert Status.CANCELLED is world.until_ended(id)[0].status
    assert [None, None] == [identity(pid) for pid in below]


def test_a_kill_ends_what_is_stopped(world: World) -> None:
    world.engine()
    id = world.start(("bash", SLEEPER))
    stopped = [noted_pid(world), world.worker(id)]
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    world.cancel(id, CancelKind.KILL)

    assert Status.CANCELLED is world.until_ended(id)[0].status
    assert [None, None] == [identity(pid) for pid in stopped]


def test_a_kill_ends_what_ignores_the_request(world: World) -> None:
    world.engine()
    id = world.start(("bash", STUBBORN))
    stubborn = noted_pid(world)
    world.cancel(id, CancelKind.KILL)

    assert Status.CANCELLED is world.until_ended(id)[0].status
    assert identity(stubborn) is None


def test_a_kill_tells_what_it_ended(world: World) -> None:
    world.engine()
    id = world.start(("bash", SLEEPER))
    sleeper = noted_pid(world)
    world.cancel(id, CancelKind.KILL)
    world.until_ended(id, within=30.0)
    with world.database.read() as connection:
        *_, report, end = events.after(connection, 0, execution_id=id)

    assert report.message.startswith("the kill of 'install' ended ")
    assert f" {sleeper}" in report.message
    assert EventType.WORKFLOW_CANCELLED is end.type


def test_a_kill_works_without_an_engine(world: World) -> None:
    world.engine()
    id = world.start(("bash", SLEEPER))
    sleeper = noted_pid(world)
    world.kill(world.engine_pid())
    world.cancel(id, CancelKind.KILL)

    assert Status.CANCELLED is world.until_ended(id)[0].status
    assert identity(sleeper) is None


def test_a_kill_whose_shim_is_lost_ends_cancelled(world: World) -> None:
    world.engine()
    id = world.start(("bash", SLEEPER))
    sleeper = noted_pid(world)
    world.kill(world.engine_pid())
    os.kill(world.shim(id), signal.SIGSTOP)
    world.cancel(id, CancelKind.KILL)
    world.kill(world.shim(id))
    world.engine()

    assert Status.CANCELLED is world.until_ended(id)[0].status
    assert identity(sleeper) is None


def test_daemons_live_on_after_a_normal_end(world: World) -> None:
    world.engine()
    id = world.start(("leave", "exec sleep 600"))
    assert [Status.TERMINATED] == statuses(world.until_ended(id))
    until(lambda: not world.home.run(id).exists())

    until(lambda: 1 == len(world.left_of(id)))
    world.kill(*(one.pid for one in world.left_of(id)))


def test_daemons_survive_a_kill_of_a_later_execution(world: World) -> None:
    world.engine()
    first = world.start(("leave", "exec sleep 600"))
    world.until_ended(first)
    second = world.start(("bash", SLEEPER))
    noted_pid(world)
    world.cancel(second, CancelKind.KILL)
    world.until_ended(second)

    left = world.left_of(first)
    assert 1 == len(left)
    world.kill(*(one.pid for one in left))


def test_an_engine_that_an_operation_started_survives_the_kill_of_that_operation(world: World) -> None:
    world.engine()
    command = (
        "from pathlib import Path; from engine.runtime.home import Home; from engine.runtime.launch import *; "
        f"ensure_engine(Home(Path({str(world.home.root)!r})), options=['--worker', 'tests.runtime.scripted:run'])"
    )
    gate = world.fifo()
    id = world.start(
        ("wait", gate), ("bash", f'{sys.executable} -P -c "{command}"'), ("note", "led"), ("bash", SLEEPER)
    )
    world.until_status(id, Status.STARTED)
    stop_engine(world.home)
    world.open(gate)
    world.until_noted(id, "led")
    noted_pid(world)
    other = world.start(("bash", "sleep 600"))
    world.until_status(other, Status.STARTED)
    new_engine = world.engine_pid()
    world.cancel(id, CancelKind.KILL)
    world.until_ended(id)

    assert new_engine == world.engine_pid()
    assert Status.STARTED is world.load(other).status
    world.cancel(other, CancelKind.KILL)
    world.until_ended(other)


@pytest.mark.parametrize("point", [one for one in CrashPoint if one.startswith("shim")])
def test_a_shim_may_die_anywhere(world: World, point: CrashPoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, f"{point}:1")
    world.engine()
    id = world.start(("note", "ran"), ("die", int(signal.SIGKILL)))

    ended = world.until_ended(id)[0]
    assert Status.FAILED is ended.status
    assert world.ledger().count(f"{id} ran") <= 1
    until(lambda: not world.left_of(id))


@pytest.mark.parametrize("point", [one for one in CrashPoint if one.startswith(("engine", "dispatch", "reconcile"))])
def test_an_engine_may_die_anywhere(world: World, point: CrashPoint, monkeypatch: pytest.MonkeyPatch) -> None:
    world.engine()
    lost = world.start(("note", "ran"), ("bash", SLEEPER))
    noted_pid(world)
    world.kill(world.engine_pid(), world.shim(lost))
    queued = world.start(("note", "ran"), status=Status.QUEUED)
    monkeypatch.setenv(VARIABLE, f"{point}:1")
    crash_an_engine(world)
    monkeypatch.delenv(VARIABLE)
    world.engine()

    assert [Status.FAILED, Status.TERMINATED] == statuses(world.until_ended(lost, queued))
    assert sorted([f"{lost} ran", f"{queued} ran"]) == sorted(world.ledger())


def crash_an_engine(world: World) -> None:
    """Start an engine that dies at its crash point, before or after it is ready."""
    try:
        world.engine()
    except EngineUnavailable:
        return
    until(lambda: leader(world.home) is None)


def test_nothing_that_was_queued_is_lost_with_the_engine(world: World) -> None:
    store_deployment(world.database, "one")
    gate = world.fifo()
    world.engine()
    first = world.start(("wait", gate), ("note", "ran"), deployment_id="one")
    rest = [world.start(("note", "ran"), deployment_id="one", status=Status.QUEUED) for _ in range(3)]
    world.until_status(first, Status.STARTED)
    world.kill(world.engine_pid())
    world.open(gate)
    world.until_ended(first)
    assert {Status.QUEUED} == {world.load(id).status for id in rest}
    world.engine()
    world.until_ended(*rest)

    assert [f"{id} ran" for id in (first, *rest)] == world.ledger()


def test_a_pending_execution_can_be_cancelled_while_no_engine_lives(world: World) -> None:
    id = world.start(("note", "ran"))
    world.cancel(id, CancelKind.CANCEL)
    world.engine()
    later = world.start(("note", "ran"))
    world.until_ended(later)

    assert Status.CANCELLED is world.load(id).status
    assert [f"{later} ran"] == world.ledger()
