"""Updates of deployments as they are asked for: what is refused, what waits, and what is told."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.domain.blueprint import Output
from engine.domain.errors import DependentsExist, DeploymentBusy, InUse, InvalidValue, MaintenanceActive, NotFound
from engine.domain.execution import CancelKind, StartRequest, Status
from engine.domain.json import Json
from engine.domain.update import UpdateRequest, UpdateStage, UpdateState
from engine.services import again, blueprints, executions, maintenance, updates
from storage import deployments
from tests.builders import a_plan, store_deployment, upload
from tests.runtime.update_world import World, make_world

NODES = """\
  host: { type: cloudify.nodes.Compute }
  web:
    type: app.Thing
    properties: { port: 80 }
    relationships:
      - { type: cloudify.relationships.contained_in, target: host }
  other: { type: cloudify.nodes.Compute }
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = make_world(tmp_path)
    world.upload("v1", NODES)
    world.deploy("v1")
    return world


def now() -> datetime:
    return datetime.now(UTC)


def install(world: World) -> str:
    """Accept an install that nobody runs, and return its id."""
    request = StartRequest(workflow_id="install", deployment_id="d1")
    return executions.start(world.database, request, now=now()).id


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            NODES.replace("web:\n    type: app.Thing", "web:\n    type: app.Mutable"),
            "`web`: a node keeps its type, which would change from `app.Thing` to `app.Mutable`; give the node another "
            "name, so that the old one is removed and the new one added",
        ),
        (
            NODES.replace("target: host", "target: other"),
            "`web`: a node stays where it is contained, which would change from `host` to `other`",
        ),
        (
            NODES.replace("target: host }", "target: host, properties: { connection_type: all_to_one } }"),
            "`web.[cloudify.relationships.contained_in host]`: a relationship keeps its properties",
        ),
    ],
)
def test_what_cannot_change_is_refused_with_its_place_and_the_mend(world: World, changed: str, sentence: str) -> None:
    world.upload("v2", changed)

    for ask in (world.preview, world.start):
        with pytest.raises(InvalidValue) as error:
            ask("v2")
        assert sentence in str(error.value)
    assert [] == updates.find(world.database)


def test_nodes_cannot_move_into_a_scaling_group(world: World) -> None:
    group = (
        "groups: { both: { members: [host] } }\npolicies: { p: { type: cloudify.policies.scaling, targets: [both] } }\n"
    )
    world.upload("v2", NODES, rest=group)

    with pytest.raises(InvalidValue, match="`both`: node instances cannot change their scaling group; keep"):
        world.preview("v2")


def test_a_scaling_group_of_new_nodes_alone_may_come(world: World) -> None:
    group = (
        "groups: { more: { members: [new] } }\npolicies: { p: { type: cloudify.policies.scaling, targets: [more] } }\n"
    )
    world.upload("v2", NODES + "  new: { type: app.Thing }\n", rest=group)

    assert {"group more", "node new"} == {f"{one.entity} {one.name}" for one in world.preview("v2").steps}


@pytest.mark.parametrize(
    ("blueprint", "inputs", "options", "sentence"),
    [
        ("v1", {"nonsuch": 1}, {}, "the blueprint has no input `nonsuch`"),
        ("v1", {}, {"reinstall": ("wep",)}, "cannot reinstall `wep`: no node or node instance .*did you mean `web`"),
        ("v1", {}, {"install_first": True, "skip_install": True}, "--install-first has nothing to install first"),
        ("v1", {}, {"force_reinstall": True, "skip_reinstall": True}, "contradict each other"),
        ("v1", {}, {"workflow": "install", "skip_uninstall": True}, "so --skip-uninstall has no meaning with it"),
        ("v1", {}, {"workflow": "install", "reinstall": ("web",)}, "so --reinstall-list has no meaning with it"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(
    world: World, blueprint: str, inputs: Json, options: Json, sentence: str
) -> None:
    with pytest.raises(InvalidValue, match=sentence):
        world.start(blueprint, inputs, **options)


def test_what_does_not_exist_is_named(world: World) -> None:
    with pytest.raises(NotFound, match="there is no blueprint `v9`"):
        world.start("v9")
    with pytest.raises(NotFound, match=r"has no workflow `instal`.*did you mean `install`"):
        world.start("v1", workflow="instal")
    with pytest.raises(NotFound, match="there is no update `cafe`"):
        updates.get(world.database, "cafe")
    with pytest.raises(NotFound, match="there is no deployment `d9`"):
        updates.find(world.database, deployment_id="d9")


def test_inputs_that_the_new_blueprint_has_no_more_are_left_out(world: World) -> None:
    world.upload("v2", NODES)
    folder = world.sources / "v3"
    folder.mkdir()
    text = (
        (world.sources / "v1" / "blueprint.yaml")
        .read_text()
        .replace("  size: { default: 1 }", "  kind: { default: a }")
    )
    (folder / "blueprint.yaml").write_text(text)
    upload(world.database, world.home, folder, "v3")

    preview = world.preview("v3", {"kind": "b"})

    assert ({"size": 1}, {"kind": "b"}) == (preview.old_inputs, preview.new_inputs)


def test_an_update_is_refused_while_another_deployment_reads_from_it(world: World) -> None:
    reading = Output(value={"get_capability": ["d1", "address"]})
    store_deployment(world.database, "reader", a_plan(outputs={"address": reading}))
    world.upload("v2", NODES + "  new: { type: app.Thing }\n")

    with pytest.raises(DependentsExist, match=r"execute workflow `update` on deployment `d1`.*depend on it: `reader`"):
        world.start("v2")
    assert [] == updates.find(world.database)

    forced = updates.start(
        world.database, world.home, UpdateRequest(deployment_id="d1", blueprint_id="v2"), force=True, now=now()
    )
    assert Status.PENDING is forced.status


def test_an_update_passes_the_gate_like_any_workflow_of_its_deployment(world: World) -> None:
    running = install(world)

    with pytest.raises(DeploymentBusy, match=running):
        world.start("v1")
    assert [] == updates.find(world.database)
    assert Status.QUEUED is world.start("v1", queue=True).status
    forced = updates.start(world.database, world.home, world.request("v1"), force=True, now=now())
    assert Status.PENDING is forced.status


def test_maintenance_mode_holds_updates(world: World) -> None:
    maintenance.activate(world.database, now=now())

    with pytest.raises(MaintenanceActive):
        world.start("v1")


def test_an_update_that_waits_is_recomputed_when_it_begins(world: World) -> None:
    world.upload("v2", NODES.replace("port: 80", "port: 81"))
    world.upload("v3", NODES.replace("port: 80", "port: 82"))
    first = world.start("v2")
    second = world.start("v3", queue=True)

    world.run(first)
    [released] = executions.release(world.database, now=now())
    world.run(second)

    assert second.id == released.id
    record = world.record(second)
    assert ("v2", "v3") == (record.old_blueprint_id, record.new_blueprint_id)


def test_the_state_of_an_update_is_told_by_its_record_and_its_execution(world: World) -> None:
    world.upload("v2", NODES)
    execution = world.start("v2")

    accepted = world.record(execution)
    executions.cancel(world.database, execution.id, CancelKind.CANCEL, now=now())

    assert (UpdateStage.ACCEPTED, UpdateState.UPDATING) == (accepted.stage, accepted.state)
    assert UpdateState.FAILED is world.record(execution).state
    assert "v1" == world.deployment().blueprint_id


def test_updates_are_found_by_deployment_and_by_the_beginning_of_their_ids(world: World) -> None:
    execution = world.start("v1")

    assert [execution.id] == [one.id for one in updates.find(world.database, deployment_id="d1")]
    assert execution.id == updates.get(world.database, execution.id[:6]).id


def test_a_blueprint_to_which_a_deployment_is_being_updated_cannot_be_deleted(world: World) -> None:
    world.upload("v2", NODES)
    world.start("v2")

    with pytest.raises(InUse, match="deployments are being updated to it: d1"):
        blueprints.delete(world.database, world.home, "v2")


def test_an_update_is_not_run_again_nor_started_as_a_workflow(world: World) -> None:
    execution = world.update("v1")

    with pytest.raises(InvalidValue, match="an update is started anew by `conductor deployments update d1`"):
        again.rerun(world.database, execution.id, now=now())
    with pytest.raises(InvalidValue, match="an update is started by `conductor deployments update d1`"):
        executions.start(world.database, StartRequest(workflow_id="update", deployment_id="d1"), now=now())


SCRIPTED = """\
  web:
    type: cloudify.nodes.Root
    interfaces:
      cloudify.interfaces.lifecycle: { create: scripts/create.sh, stop: scripts/stop.sh }
    relationships:
      - type: cloudify.relationships.depends_on
        target: base
        source_interfaces:
          cloudify.interfaces.relationship_lifecycle: { establish: scripts/establish.sh }
  base: { type: cloudify.nodes.Root }
"""


@pytest.mark.parametrize(
    ("changed", "steps"),
    [
        (
            "create",
            {"modify script web.cloudify.interfaces.lifecycle.create": "reinstalls"},
        ),
        (
            "stop",
            {"modify script web.cloudify.interfaces.lifecycle.stop": "changes"},
        ),
        (
            "establish",
            {
                "modify script web.[cloudify.relationships.depends_on base]."
                "cloudify.interfaces.relationship_lifecycle.establish": "reinstalls"
            },
        ),
        ("nothing", {}),
    ],
)
def test_a_script_that_is_another_one_in_the_new_blueprint_is_a_step(
    tmp_path: Path, changed: str, steps: dict[str, str]
) -> None:
    world = make_world(tmp_path)
    for version in ("a", "b"):
        names = ("create", "stop", "establish")
        files = {f"scripts/{name}.sh": f"echo {version if name == changed else ''}\n" for name in names}
        world.upload(version, SCRIPTED, files=files)
    world.deploy("a")
    with world.database.write() as connection:
        for one in deployments.instances(connection, "d1"):
            deployments.set_instance_state(connection, "d1", one.id, "started")

    assert steps == {f"{one.action} {one.entity} {one.name}": one.effect for one in world.preview("b").steps}
