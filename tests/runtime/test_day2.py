"""Check, heal, scale and roll back, by the real worker on the real database."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.domain.blueprint import Operation, Relationship
from engine.domain.deployment import ModificationStatus, NodeInstance
from engine.domain.event import EventType
from engine.domain.execution import Execution, Status
from engine.domain.json import Json
from engine.services import again
from engine.workflows.registry import BUILT_IN
from storage import deployments, executions, modifications, operations
from tests.runtime.worker_world import World, make_world, node, python, workflow

CHECK = "cloudify.interfaces.validation.check_status"

OPERATIONS = """
import os

def note(ctx, name, **_):
    with open(os.path.join(ctx.local_deployment_workdir(), "log"), "a") as file:
        where = ctx.instance if ctx.type == "node-instance" else ctx.source.instance
        file.write(f"{where.id.partition('_')[0]}.{name}\\n")

def unless_broken(ctx, name, **_):
    note(ctx, name)
    if os.path.exists(os.path.join(ctx.local_deployment_workdir(), "broken")):
        raise RuntimeError("it is broken")
    return name

def mend(ctx, name, **_):
    note(ctx, name)
    os.unlink(os.path.join(ctx.local_deployment_workdir(), "broken"))

def drift(ctx, **_):
    return {"size": [1, 2]}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def note(*names: str) -> dict[str, Operation]:
    return {name: python("wk_day2.note", {"name": name.rpartition(".")[2]}, max_retries=0) for name in names}


def unless_broken(name: str) -> dict[str, Operation]:
    return {name: python("wk_day2.unless_broken", {"name": name.rpartition(".")[2]}, max_retries=0)}


def related(target: str, kind: str = "connected_to", *names: str) -> Relationship:
    full = f"cloudify.relationships.{kind}"
    return Relationship(
        type=full,
        type_hierarchy=(full,),
        target=target,
        properties={"connection_type": "all_to_all"},
        source_operations={
            f"cloudify.interfaces.relationship_lifecycle.{name}": python("wk_day2.note", {"name": name})
            for name in names
        },
    )


def break_it(world: World) -> None:
    (world.home / "work" / "d1" / "broken").touch()


def log(world: World) -> list[str]:
    """Return what operations have noted since the last look."""
    path = world.home / "work" / "d1" / "log"
    found = path.read_text().split() if path.exists() else []
    path.unlink(missing_ok=True)
    return found


def instances(world: World) -> list[NodeInstance]:
    with world.database.read() as connection:
        return deployments.instances(connection, "d1")


def system(world: World, id: str) -> Json:
    return world.instance(id).system_properties


def resume(world: World, execution: Execution) -> Execution:
    return world.run_started(again.resume(world.database, execution.id, now=datetime.now(UTC)))


def modified(world: World) -> list[ModificationStatus]:
    with world.database.read() as connection:
        return [one.status for one in modifications.find(connection, "d1")]


def web(home: Path, **operations: Operation) -> World:
    """An application that is connected to a web server, both installed."""
    return webs(home, 1, operations)


def webs(home: Path, copies: int, operations: dict[str, Operation]) -> World:
    """The same with several web servers."""
    world = make_world(
        home,
        [
            node("web", {**note("create", "delete"), **operations}),
            node("app", note("create", "delete"), related("web", "connected_to", "establish", "unlink")),
        ],
        files={"wk_day2.py": OPERATIONS},
        copies={"web": copies},
    )
    assert Status.TERMINATED is world.run("install").status
    log(world)
    return world


def test_a_check_that_succeeds_is_kept_with_its_result(home: Path) -> None:
    world = web(home, **unless_broken(CHECK))

    execution = world.run("check_status")

    assert Status.TERMINATED is execution.status
    found = system(world, "web_000001")["status"]
    assert (True, "wk_day2.unless_broken", "check_status") == (found["ok"], found["task"], found["result"])
    assert {} == system(world, "app_000001")


def test_a_check_that_fails_is_tried_once_kept_and_fails_the_workflow(home: Path) -> None:
    world = web(home, **{CHECK: python("wk_day2.unless_broken", {"name": "check"})})
    world.run("check_status")
    log(world)
    break_it(world)

    execution = world.run("check_status")

    assert Status.FAILED is execution.status
    assert ["web.check"] == log(world)
    found = system(world, "web_000001")
    assert (False, "it is broken", True) == (
        found["status"]["ok"],
        found["status"]["result"],
        found["previous_status"]["ok"],
    )


def test_drift_is_kept_until_the_node_instance_is_configured_again(home: Path) -> None:
    world = web(home, check_drift=python("wk_day2.drift"))

    execution = world.run("check_drift")

    assert Status.TERMINATED is execution.status
    found = system(world, "web_000001")["configuration_drift"]
    assert (False, {"size": [1, 2]}) == (found["ok"], found["result"])
    world.run("reinstall")
    assert {} == system(world, "web_000001")


def test_heal_leaves_alone_what_is_well(home: Path) -> None:
    world = web(home, **unless_broken(CHECK), **note("heal"))

    assert Status.TERMINATED is world.run("heal").status
    assert ["web.check_status"] == log(world)


def test_heal_lets_heal_itself_what_can(home: Path) -> None:
    heal = python("wk_day2.mend", {"name": "heal"}, max_retries=0)
    world = web(home, **unless_broken(CHECK), **note("preheal", "postheal"), heal=heal)
    break_it(world)

    assert Status.TERMINATED is world.run("heal").status
    assert ["web.check_status", "web.preheal", "web.heal", "web.postheal"] == log(world)
    assert (True, "healed") == (
        system(world, "web_000001")["status"]["ok"],
        system(world, "web_000001")["status"]["task"],
    )


@pytest.mark.parametrize("can_heal", [True, False])
def test_heal_installs_anew_what_cannot_heal_itself(home: Path, can_heal: bool) -> None:
    world = web(home, **unless_broken(CHECK), **(unless_broken("heal") if can_heal else {}))
    break_it(world)

    execution = world.run("heal")

    assert Status.TERMINATED is execution.status
    healing = ["web.heal"] if can_heal else []
    assert ["web.check_status", *healing, "app.unlink", "web.delete", "web.create", "app.establish"] == log(world)
    assert "started" == world.instance("web_000001").state


def test_heal_says_what_it_may_not_install_anew(home: Path) -> None:
    world = web(home, **unless_broken(CHECK))
    break_it(world)

    execution = world.run("heal", {"allow_reinstall": False})

    assert Status.FAILED is execution.status
    assert "`web_000001` could not be healed, and `allow_reinstall` is false" == execution.error


def test_heal_of_a_named_instance_installs_it_anew_where_nobody_checks(home: Path) -> None:
    world = web(home)

    world.run("heal", {"node_instance_id": "web_000001"})

    assert ["app.unlink", "web.delete", "web.create", "app.establish"] == log(world)


def test_scaling_out_installs_further_instances_and_connects_the_others(home: Path) -> None:
    world = web(home)

    execution = world.run("scale", {"scalable_entity_name": "web", "delta": 2})

    assert (Status.TERMINATED, "") == (execution.status, execution.error)
    assert ["app.establish", "app.establish", "web.create", "web.create"] == sorted(log(world))
    assert {"started"} == {one.state for one in instances(world)}
    assert [1, 2, 3] == sorted(one.index for one in instances(world) if one.node_id == "web")
    assert 3 == len(world.instance("app_000001").relationships)
    assert [ModificationStatus.FINISHED] == modified(world)


def test_scaling_in_uninstalls_instances_and_forgets_them(home: Path) -> None:
    world = webs(home, 3, {})

    execution = world.run("scale", {"scalable_entity_name": "web", "delta": -2, "exclude_instances": ["web_000001"]})

    assert (Status.TERMINATED, "") == (execution.status, execution.error)
    assert ["app.unlink", "app.unlink", "web.delete", "web.delete"] == log(world)
    assert {"web_000001", "app_000001"} == {one.id for one in instances(world)}
    assert ["web_000001"] == [one.target_instance for one in world.instance("app_000001").relationships]


def test_a_failed_scaling_takes_back_what_it_has_added(home: Path) -> None:
    world = web(home, **unless_broken("start"))
    break_it(world)

    execution = world.run("scale", {"scalable_entity_name": "web"})

    assert Status.FAILED is execution.status
    assert ["web.create", "web.start", "app.unlink", "web.delete"] == [one for one in log(world) if one != "x"]
    assert ["web_000001", "app_000001"] == [one.id for one in instances(world)]
    assert [ModificationStatus.ROLLEDBACK] == modified(world)


def test_a_scaling_that_was_not_taken_back_goes_on_when_it_is_resumed(home: Path) -> None:
    world = web(home, **unless_broken("start"))
    break_it(world)
    failed = world.run("scale", {"scalable_entity_name": "web", "rollback_if_failed": False})
    (home / "work" / "d1" / "broken").unlink()
    log(world)

    resumed = resume(world, failed)

    assert Status.TERMINATED is resumed.status
    assert ["web.start", "app.establish"] == log(world)
    assert 3 == len(instances(world))
    assert [ModificationStatus.FINISHED] == modified(world)


def test_an_open_modification_holds_the_next_until_it_is_aborted(home: Path) -> None:
    world = web(home, **unless_broken("start"))
    break_it(world)
    world.run("scale", {"scalable_entity_name": "web", "rollback_if_failed": False})
    (home / "work" / "d1" / "broken").unlink()

    refused = world.run("scale", {"scalable_entity_name": "web"})
    done = world.run("scale", {"scalable_entity_name": "web", "abort_started": True})

    assert "abort_started=true" in refused.error
    assert Status.TERMINATED is done.status
    assert [ModificationStatus.ROLLEDBACK, ModificationStatus.FINISHED] == modified(world)
    assert 3 == len(instances(world))


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"scalable_entity_name": "nothing"}, "the deployment has no node and no scaling group `nothing`"),
        ({"scalable_entity_name": "web", "include_instances": ["web_000001"]}, "need a negative delta"),
        (
            {"scalable_entity_name": "web", "delta": -1, "include_instances": "x", "exclude_instances": "x"},
            "x cannot be both included and excluded",
        ),
        (
            {"scalable_entity_name": "web", "delta": -1, "exclude_instances": "x"},
            "the deployment has no node instance x",
        ),
        (
            {"scalable_entity_name": "web", "delta": -1, "exclude_instances": "web_000001"},
            "`web` cannot lose 1 instances per container without web_000001",
        ),
    ],
)
def test_impossible_wishes_change_nothing(home: Path, parameters: Json, sentence: str) -> None:
    world = web(home)

    execution = world.run("scale", parameters)

    assert Status.FAILED is execution.status
    assert sentence in execution.error
    assert [] == modified(world)


def test_a_delta_of_nothing_does_nothing(home: Path) -> None:
    world = web(home)

    execution = world.run("scale", {"scalable_entity_name": "web", "delta": 0})

    assert Status.TERMINATED is execution.status
    assert ["delta is 0: `web` stays as it is"] == world.messages(execution)


def test_rollback_takes_back_what_is_half_done(home: Path) -> None:
    world = make_world(
        home,
        [
            node("base", note("create")),
            node("part", {**note("stop", "delete"), **unless_broken("start")}),
            node("half", {**note("delete"), **unless_broken("create")}),
        ],
        files={"wk_day2.py": OPERATIONS},
    )
    (home / "work" / "d1").mkdir(parents=True)
    break_it(world)
    world.run("install")
    log(world)

    execution = world.run("rollback")

    assert Status.TERMINATED is execution.status
    assert ["half.delete", "part.stop"] == sorted(log(world))
    assert ["started", "configured", "uninitialized"] == [one.state for one in instances(world)]


def test_a_full_rollback_uninstalls_everything(home: Path) -> None:
    world = web(home)

    assert Status.TERMINATED is world.run("rollback", {"full_rollback": True}).status
    assert ["app.unlink", "app.delete", "web.delete"] == log(world)


DRY: list[tuple[str, Json]] = [
    ("install", {}),
    ("uninstall", {}),
    ("reinstall", {}),
    ("start", {}),
    ("stop", {}),
    ("restart", {}),
    ("execute_operation", {"operation": "cloudify.interfaces.lifecycle.start"}),
    ("check_status", {}),
    ("check_drift", {}),
    ("heal", {"node_instance_id": "web_000001"}),
    ("heal", {"force_reinstall": True}),
    ("scale", {"scalable_entity_name": "web", "delta": 2}),
    ("scale", {"scalable_entity_name": "web", "delta": -1}),
    ("rollback", {"full_rollback": True}),
    ("pull", {}),
    ("auto_heal_reinstall_node_subgraph", {"node_instance_id": "web_000001"}),
    ("scale_entity", {"scalable_entity_name": "web", "delta": 1}),
    ("install_new_agents", {}),
    ("validate_agents", {}),
]


def test_every_built_in_workflow_is_run_dry() -> None:
    assert set(BUILT_IN) == {name for name, _ in DRY}


@pytest.mark.parametrize(("workflow", "parameters"), DRY)
def test_a_dry_run_leaves_nothing_but_events(home: Path, workflow: str, parameters: Json) -> None:
    world = web(home, **note(CHECK, "check_drift", "start", "stop", "heal"))
    before = instances(world)

    execution = world.run(workflow, parameters, dry_run=True)

    expected = Status.FAILED if "agents" in workflow else Status.TERMINATED  # of which there are none
    assert (expected, None, None) == (execution.status, execution.total_operations, execution.finished_operations)
    assert (before, [], [], []) == (instances(world), log(world), modified(world), world.operations(execution))
    assert all(message.endswith("(dry run)") for message in world.messages(execution, EventType.TASK_STARTED))


def test_a_dry_run_of_a_scaling_goes_through_the_instances_that_would_come(home: Path) -> None:
    world = web(home)

    execution = world.run("scale", {"scalable_entity_name": "web", "delta": 1}, dry_run=True)

    started = [one.node_instance_id for one in world.events(execution) if one.message.startswith("Task started")]
    assert [True, False] == [(one or "").startswith("web_") for one in started]


def test_a_resumed_heal_goes_on_with_the_same_instances(home: Path) -> None:
    world = web(home, **unless_broken(CHECK), **unless_broken("start"))
    break_it(world)
    failed = world.run("heal")
    (home / "work" / "d1" / "broken").unlink()
    log(world)

    resumed = resume(world, failed)

    assert (Status.FAILED, Status.TERMINATED) == (failed.status, resumed.status)
    assert ["web.start", "app.establish"] == log(world)
    assert {"started"} == {one.state for one in instances(world)}


def test_a_resumed_rollback_goes_on_with_the_same_instances(home: Path) -> None:
    world = web(home, **note("stop"))
    with world.database.write() as connection:
        deployments.set_instance_state(connection, "d1", "web_000001", "starting")
        deployments.set_instance_state(connection, "d1", "app_000001", "creating")
    execution = world.start("rollback")
    with world.database.write() as connection:
        executions.begin(connection, execution.id, 1, datetime.now(UTC))
        operations.add_passages(
            connection, execution.id, ["rollback-scope/web_000001", "rollback-scope/app_000001", "rollback-scope/ended"]
        )
        deployments.set_instance_state(connection, "d1", "web_000001", "stopping")
        executions.finish(connection, execution.id, 1, Status.FAILED, "it broke off", datetime.now(UTC))

    resumed = resume(world, execution)

    assert Status.TERMINATED is resumed.status
    assert ["configured", "uninitialized"] == [one.state for one in instances(world)]


def test_a_dry_run_reads_states_and_keeps_no_record_of_it(home: Path) -> None:
    source = "def look(ctx, **_):\n    ctx.logger.info(next(iter(ctx.node_instances)).get_state().get())\n"
    world = make_world(home, [node("web")], files={"wk_look.py": source}, workflows=workflow("wk_look.look"))

    execution = world.run("custom", dry_run=True)

    assert (Status.TERMINATED, None, []) == (
        execution.status,
        execution.total_operations,
        world.operations(execution),
    )
    assert ["uninitialized"] == world.messages(execution)
