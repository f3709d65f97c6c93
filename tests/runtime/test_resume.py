"""What a resumed worker runs again and what it passes by, against the real database with real operations."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.domain.blueprint import Operation
from engine.domain.event import EventType
from engine.domain.execution import Execution, OperationState, Status
from engine.services import again, settings
from engine.services import executions as service
from tests.runtime.worker_world import World, depends_on, make_world, node, python, workflow

OPERATIONS = """
import os

def _note(ctx, name):
    with open(os.path.join(ctx.local_deployment_workdir(), "log"), "a") as file:
        file.write(f"{ctx.instance.id.partition('_')[0]}.{name}\\n")

def _is_broken(ctx):
    return not os.path.exists(os.path.join(ctx.local_deployment_workdir(), "mended"))

def create(ctx, **_):
    _note(ctx, "create")

def configure(ctx, **_):
    _note(ctx, "configure")

def start(ctx, **_):
    _note(ctx, "start")

def stop(ctx, **_):
    _note(ctx, "stop")

def prestop(ctx, **_):
    _note(ctx, "prestop")

def delete(ctx, **_):
    _note(ctx, "delete")

def broken(ctx, name, **_):
    _note(ctx, name)
    if _is_broken(ctx):
        raise RuntimeError("not mended yet")
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def log(world: World) -> list[str]:
    path = world.home / "work" / "d1" / "log"
    return path.read_text().split() if path.exists() else []


def mend(world: World) -> None:
    mended = world.home / "work" / "d1" / "mended"
    mended.parent.mkdir(parents=True, exist_ok=True)
    mended.touch()


def broken(name: str) -> dict[str, Operation]:
    return {name: python("wk_resume.broken", {"name": name}, max_retries=0)}


def fine(*names: str) -> dict[str, Operation]:
    return {name: python(f"wk_resume.{name}", max_retries=0) for name in names}


def resume(world: World, execution: Execution, **options: bool) -> Execution:
    return world.run_started(again.resume(world.database, execution.id, now=datetime.now(UTC), **options))


def shop(home: Path, operations: dict[str, Operation]) -> World:
    """A base on which a part depends that has these operations."""
    return make_world(
        home,
        [node("base", fine("create", "start")), node("part", operations, depends_on("base"))],
        files={"wk_resume.py": OPERATIONS},
    )


def test_a_resumed_install_runs_only_what_has_not_succeeded(home: Path) -> None:
    world = shop(home, {**fine("create"), **broken("configure"), **fine("start")})
    failed = world.run("install")
    mend(world)

    resumed = resume(world, failed)

    assert (Status.FAILED, Status.TERMINATED) == (failed.status, resumed.status)
    assert ["base.create", "base.start", "part.create", "part.configure", "part.configure", "part.start"] == log(world)
    assert ["started", "started"] == [world.instance(each.id).state for each in world.instances]
    assert (5, 5) == (resumed.total_operations, resumed.finished_operations)
    assert [OperationState.SUCCEEDED] * 5 == [one.state for one in world.operations(resumed)]


def test_a_resumed_install_tells_nothing_twice(home: Path) -> None:
    world = shop(home, {**fine("create"), **broken("configure")})
    failed = world.run("install")
    mend(world)

    resumed = resume(world, failed)

    told = [(one.message, one.node_instance_id) for one in world.events(resumed) if one.type is not EventType.LOG]
    repeated = {message for message, instance in told if told.count((message, instance)) > 1}
    assert {
        "Task started 'wk_resume.broken'",
    } == repeated
    assert "Resuming 'install' workflow execution" in world.messages(resumed, EventType.WORKFLOW_STARTED)


def test_an_execution_can_be_resumed_as_often_as_it_fails(home: Path) -> None:
    world = shop(home, {**fine("create"), **broken("configure")})
    execution = world.run("install")

    execution = resume(world, execution)
    execution = resume(world, execution)
    mend(world)
    execution = resume(world, execution)

    assert (Status.TERMINATED, 4, 4, 4) == (
        execution.status,
        execution.attempt,
        execution.total_operations,
        execution.finished_operations,
    )
    assert 4 == log(world).count("part.configure")
    assert 1 == log(world).count("part.create")


def test_a_half_created_instance_is_deleted_before_it_is_created_again(home: Path) -> None:
    world = shop(home, {**broken("create"), **fine("delete", "start")})
    failed = world.run("install")
    assert "creating" == world.instance("part_000001").state
    mend(world)

    resumed = resume(world, failed)

    assert Status.TERMINATED is resumed.status
    assert ["part.create", "part.delete", "part.create", "part.start"] == log(world)[2:]
    messages = world.messages(resumed, EventType.WORKFLOW_NODE_EVENT)
    assert "Rolling back prior to resuming install" in messages
    assert "Finished rolling back, now resuming install" in messages


def test_a_half_started_instance_is_stopped_before_it_is_started_again(home: Path) -> None:
    world = shop(home, {**fine("create", "prestop", "stop"), **broken("start")})
    failed = world.run("install")
    mend(world)

    resume(world, failed)

    assert ["part.create", "part.start", "part.prestop", "part.stop", "part.start"] == log(world)[2:]
    assert "started" == world.instance("part_000001").state


def test_a_failure_of_the_clean_up_before_a_resume_is_passed_over(home: Path) -> None:
    world = shop(home, {**broken("create"), "delete": python("wk_resume.nowhere", max_retries=0)})
    failed = world.run("install")
    mend(world)

    assert Status.TERMINATED is resume(world, failed).status


def test_an_interrupted_operation_is_not_simply_run_again(home: Path) -> None:
    world = shop(home, fine("create"))
    failed = interrupted(world)

    resumed = resume(world, failed)

    assert Status.FAILED is resumed.status
    assert "`cloudify.interfaces.lifecycle.create` was interrupted in an earlier attempt" in resumed.error
    assert f"conductor executions resume {failed.id} --reset-operations" in resumed.error
    assert Status.FAILED is resume(world, resumed).status
    assert [] == log(world)


def test_a_resume_that_resets_operations_runs_an_interrupted_one_again(home: Path) -> None:
    world = shop(home, fine("create", "start"))
    failed = interrupted(world)

    resumed = resume(world, failed, force=True)

    assert Status.TERMINATED is resumed.status
    assert ["base.create", "base.start", "part.create", "part.start"] == log(world)


def test_an_interrupted_operation_that_is_marked_resumable_runs_again(home: Path) -> None:
    marked = "from engine.sdk import operation\ncreate = operation(resumable=True)(lambda ctx, **_: None)\n"
    world = make_world(home, [node("base", {"create": python("wk_marked.create")})], files={"wk_marked.py": marked})
    failed = interrupted(world)

    assert Status.TERMINATED is resume(world, failed).status


DYING = """
import os, sys
from pathlib import Path
from engine.runtime import operations, worker

operations.Operations._call = lambda *_: os._exit(9)
worker.run(Path(sys.argv[1]), sys.argv[2], 1)
"""


def interrupted(world: World) -> Execution:
    """Return an install that lost its worker, a process of its own, in the first operation."""
    execution = world.start("install")
    ended = subprocess.run([sys.executable, "-c", DYING, str(world.home), execution.id], check=False)
    assert 9 == ended.returncode
    service.settle(world.database, execution.id, 1, "the worker was killed", now=datetime.now(UTC))
    return world.execution(execution.id)


def test_a_workflow_of_the_blueprint_is_resumed_only_if_it_says_that_it_can_be(home: Path) -> None:
    source = "def plain(ctx, **_):\n    raise RuntimeError('no')\n"
    world = make_world(home, [node("base")], files={"wk_plain.py": source}, workflows=workflow("wk_plain.plain"))

    resumed = resume(world, world.run("custom"))

    assert resumed.error.startswith("Cannot resume - workflow not resumable: custom")


def test_a_resumable_workflow_of_the_blueprint_gets_the_results_of_what_has_succeeded(home: Path) -> None:
    source = """
from engine.sdk import workflow

@workflow(resumable=True)
def steps(ctx, **_):
    instance = next(iter(ctx.node_instances))
    instance.send_event("begins")
    first = instance.execute_operation("cloudify.interfaces.lifecycle.create").get()
    ctx.logger.info("%s, resumed: %s", first, ctx.resume)
    instance.execute_operation("cloudify.interfaces.lifecycle.start").get()

def answer(ctx, **_):
    return {"answer": 42}
"""
    world = make_world(
        home,
        [node("base", {"create": python("wk_steps.answer"), **broken("start")})],
        files={"wk_steps.py": source, "wk_resume.py": OPERATIONS},
        workflows=workflow("wk_steps.steps"),
    )
    failed = world.run("custom")
    mend(world)

    resumed = resume(world, failed)

    assert Status.TERMINATED is resumed.status
    assert ["{'answer': 42}, resumed: False", "{'answer': 42}, resumed: True"] == [
        message for message in world.messages(resumed) if "resumed" in message
    ]
    assert 1 == world.messages(resumed, EventType.WORKFLOW_NODE_EVENT).count("begins")
    assert (2, 2) == (resumed.total_operations, resumed.finished_operations)


def test_a_resumed_reinstall_does_not_uninstall_again(home: Path) -> None:
    world = shop(home, {**fine("create", "delete"), **broken("start")})
    mend(world)
    world.run("install")
    (home / "work" / "d1" / "mended").unlink()
    (home / "work" / "d1" / "log").unlink()
    failed = world.run("reinstall")
    mend(world)

    resumed = resume(world, failed)

    assert Status.TERMINATED is resumed.status
    assert 1 == log(world).count("part.delete")
    assert 2 == log(world).count("part.start")
    assert "started" == world.instance("part_000001").state


def test_a_resumed_restart_continues_with_the_starts(home: Path) -> None:
    world = shop(home, {**fine("create", "stop"), **broken("start")})
    mend(world)
    world.run("install")
    (home / "work" / "d1" / "mended").unlink()
    (home / "work" / "d1" / "log").unlink()
    failed = world.run("restart")
    mend(world)

    resumed = resume(world, failed)

    assert Status.TERMINATED is resumed.status
    assert ["part.stop", "base.start", "part.start", "part.start"] == log(world)


def test_a_requeued_execution_runs_everything(home: Path) -> None:
    world = shop(home, {**broken("configure")})
    failed = world.run("install")
    mend(world)

    requeued = again.requeue(world.database, failed.id, now=datetime.now(UTC))
    done = world.run_started(requeued)

    assert Status.TERMINATED is done.status
    assert "Starting 'install' workflow execution" == world.messages(done, EventType.WORKFLOW_STARTED)[-1]


def test_retries_follow_the_settings(home: Path) -> None:
    world = make_world(
        home,
        [node("base", {"create": python("wk_resume.broken", {"name": "create"})})],
        files={"wk_resume.py": OPERATIONS},
    )
    settings.change(world.database, "task_retries", 2)
    settings.change(world.database, "task_retry_interval", 0)

    world.run("install")

    assert 3 == log(world).count("base.create")


def test_a_failed_subgraph_is_installed_anew_as_often_as_the_settings_say(home: Path) -> None:
    world = shop(home, {**fine("create", "delete"), **broken("start")})
    settings.change(world.database, "subgraph_retries", 1)

    world.run("install")

    assert ["part.create", "part.start", "part.delete", "part.create", "part.start"] == log(world)[2:]


def test_a_resumed_install_takes_up_a_reinstallation_from_its_beginning(home: Path) -> None:
    world = shop(home, {**fine("create", "delete"), **broken("start")})
    settings.change(world.database, "subgraph_retries", 1)
    failed = world.run("install")
    mend(world)

    resumed = resume(world, failed)

    assert Status.TERMINATED is resumed.status
    assert ["part.delete", "part.create", "part.start"] == log(world)[7:]
    assert "started" == world.instance("part_000001").state


def test_a_failed_uninstallation_is_tried_as_often_as_the_settings_say(home: Path) -> None:
    world = shop(home, {**fine("create", "stop"), **broken("delete")})
    settings.change(world.database, "subgraph_retries", 1)
    world.run("install")

    execution = world.run("uninstall")

    assert Status.FAILED is execution.status
    assert ["part.stop", "part.delete", "part.delete"] == log(world)[3:]


KILLED = """
import os, sys
from pathlib import Path
from engine.runtime import recorder, worker

commit, at, number = recorder.Recorder._commit, int(sys.argv[3]), 0

def dying(self, batch):
    global number
    number += 1
    if number == at and sys.argv[4] == "before":
        os._exit(9)
    result = commit(self, batch)
    if number == at:
        os._exit(9)
    return result

recorder.Recorder._commit = dying
worker.run(Path(sys.argv[1]), sys.argv[2], 1)
"""


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("commit", [1, 2, 3, 4, 5])
def test_an_install_whose_worker_dies_around_a_commit_goes_on_from_there(home: Path, commit: int, moment: str) -> None:
    world = shop(home, fine("create", "configure", "start"))
    execution = world.start("install")
    command = [sys.executable, "-c", KILLED, str(home), execution.id, str(commit), moment]
    assert 9 == subprocess.run(command, check=False).returncode
    service.settle(world.database, execution.id, 1, "the worker was killed", now=datetime.now(UTC))
    lost = world.operations(execution)
    before = log(world)

    resumed = resume(world, world.execution(execution.id), force=True)

    assert (Status.TERMINATED, 5, 5) == (resumed.status, resumed.total_operations, resumed.finished_operations)
    assert ["started", "started"] == [world.instance(each.id).state for each in world.instances]
    again = log(world)[len(before) :]
    names = [f"{(one.node_instance_id or '').partition('_')[0]}.{one.name.rpartition('.')[2]}" for one in lost]
    good = {name for name, one in zip(names, lost, strict=True) if one.state is OperationState.SUCCEEDED}
    wanted = ["base.create", "base.start", "part.create", "part.configure", "part.start"]
    assert [name for name in wanted if name not in good] == again
    told = world.messages(resumed, EventType.WORKFLOW_NODE_EVENT)
    assert 2 == told.count("Node instance started")
