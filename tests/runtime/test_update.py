"""Updates of deployments, by the real worker on real blueprints: what runs, of which version, in which order."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.domain.execution import Status
from engine.domain.update import UpdateStage, UpdateState
from engine.services import secrets
from tests.runtime.update_world import World, make_world

V1 = """\
  db: { type: app.Thing, properties: { port: 1 } }
  old: { type: app.Thing }
  web:
    type: app.Thing
    properties: { port: 80 }
    relationships:
      - { type: app.linked_to, target: db }
      - { type: app.linked_to, target: old }
"""
V2 = """\
  db: { type: app.Thing, properties: { port: 1 } }
  cache: { type: app.Thing }
  web:
    type: app.Thing
    properties: { port: 81 }
    relationships:
      - { type: app.linked_to, target: db }
      - { type: app.linked_to, target: cache }
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Version 1, installed, and version 2, uploaded."""
    world = make_world(tmp_path)
    world.upload("v1", V1)
    world.upload("v2", V2)
    world.deploy("v1")
    assert Status.TERMINATED is world.workflow("install").status
    world.log()
    return world


def test_what_goes_is_taken_away_by_the_old_plan_and_what_comes_is_made_by_the_new(world: World) -> None:
    execution = world.update("v2")

    assert (Status.TERMINATED, "") == (execution.status, execution.error)
    log = world.log()
    assert [
        "v1 web.stop:80",
        "v1 web>old.unlink",
        "v1 web>db.unlink",
        "v1 web.delete:80",
        "v1 old.stop:0",
        "v1 old.delete:0",
        "v2 cache.create:0",
        "v2 cache.start:0",
        "v2 web.create:81",
        "v2 web.start:81",
        "v2 web>db.establish",
        "v2 web>cache.establish",
    ] == log
    assert {"db": ["started"], "web": ["started"], "cache": ["started"]} == world.states()
    assert "v2" == world.deployment().blueprint_id
    record = world.record(execution)
    assert (UpdateStage.FINISHED, UpdateState.SUCCESSFUL) == (record.stage, record.state)


def test_a_preview_says_what_would_happen_and_changes_nothing(world: World) -> None:
    before = (world.deployment(), world.instances())

    preview = world.preview("v2")

    names = {one.id: one.node_id for one in world.instances()}
    assert ("cache",) == preview.installed
    assert ["old"] == [names[id] for id in preview.uninstalled]
    assert ["web"] == [names[id] for id in preview.reinstalled]
    assert {
        "remove node old": "uninstalls",
        "add node cache": "installs",
        "modify property web.port": "reinstalls",
        "remove relationship web.[app.linked_to old]": "changes",
        "add relationship web.[app.linked_to cache]": "changes",
    } == {f"{one.action} {one.entity} {one.name}": one.effect for one in preview.steps}
    assert before == (world.deployment(), world.instances())
    assert [] == world.log()


def test_an_update_that_fails_before_the_switch_leaves_the_old_plan_and_goes_on_when_resumed(world: World) -> None:
    broken = world.break_("old.stop:0")

    failed = world.update("v2")

    assert Status.FAILED is failed.status
    assert "v1" == world.deployment().blueprint_id
    assert (UpdateStage.BEGUN, UpdateState.FAILED) == (world.record(failed).stage, world.record(failed).state)
    assert {"db": ["started"], "web": ["deleted"], "old": ["stopping"]} == world.states()
    broken.unlink()
    world.log()
    resumed = world.resume(failed)
    assert (Status.TERMINATED, "") == (resumed.status, resumed.error)
    assert ["v1 old.stop:0", "v1 old.delete:0", "v2 cache.create:0"] == world.log()[:3]
    assert {"db": ["started"], "web": ["started"], "cache": ["started"]} == world.states()


def test_what_a_failed_update_has_taken_away_can_be_installed_as_it_was(world: World) -> None:
    world.break_("old.stop:0")
    world.update("v2")
    world.log()

    execution = world.workflow("install")

    assert Status.TERMINATED is execution.status
    assert {"db": ["started"], "web": ["started"], "old": ["started"]} == world.states()
    assert "v1 web.create:80" in world.log()


def test_an_update_that_fails_after_the_switch_has_the_new_plan_and_goes_on_when_resumed(world: World) -> None:
    broken = world.break_("cache.start:0")

    failed = world.update("v2")

    assert Status.FAILED is failed.status
    assert "v2" == world.deployment().blueprint_id
    assert (UpdateStage.SWITCHED, UpdateState.FAILED) == (world.record(failed).stage, world.record(failed).state)
    broken.unlink()
    world.log()
    resumed = world.resume(failed)
    assert (Status.TERMINATED, "") == (resumed.status, resumed.error)
    assert ["v2 cache.stop:0", "v2 cache.start:0", "v2 web.create:81"] == world.log()[:3]
    assert {"db": ["started"], "web": ["started"], "cache": ["started"]} == world.states()
    assert UpdateState.SUCCESSFUL is world.record(resumed).state


def test_an_install_brings_what_a_failed_update_has_not(world: World) -> None:
    broken = world.break_("web.create:81")
    world.update("v2")
    broken.unlink()
    world.log()

    execution = world.workflow("install")

    assert Status.TERMINATED is execution.status
    assert ["v2 web.create:81", "v2 web.start:81"] == world.log()[:2]


def test_another_update_takes_over_from_a_failed_one_which_cannot_be_resumed_then(world: World) -> None:
    broken = world.break_("cache.start:0")
    failed = world.update("v2")
    broken.unlink()
    assert Status.TERMINATED is world.update("v1").status

    resumed = world.resume(failed)

    assert Status.FAILED is resumed.status
    assert "cannot go on: a later one" in resumed.error
    assert "v1" == world.deployment().blueprint_id
    assert {"db": ["started"], "web": ["started"], "old": ["started"]} == world.states()


def test_an_update_back_mends_what_a_failed_one_has_begun_to_take_away(world: World) -> None:
    broken = world.break_("old.delete:0")
    world.update("v2")
    broken.unlink()
    world.log()

    execution = world.update("v1")

    assert Status.TERMINATED is execution.status
    assert ["v1 old.delete:0", "v1 old.create:0", "v1 old.start:0", "v1 web.create:80"] == world.log()[:4]
    assert {"db": ["started"], "web": ["started"], "old": ["started"]} == world.states()


def test_relationships_between_nodes_that_stay_are_unlinked_and_established(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    link = "    relationships: [{{ type: app.linked_to, target: {} }}]\n"
    nodes = "  a: {{ type: app.Thing }}\n  b: {{ type: app.Thing }}\n  c:\n    type: app.Thing\n{}"
    world.upload("v1", nodes.replace("{{", "{").replace("}}", "}").replace("{}", link.format("a")))
    world.upload("v2", nodes.replace("{{", "{").replace("}}", "}").replace("{}", link.format("b")))
    world.deploy("v1")
    world.workflow("install")
    world.log()

    preview = world.preview("v2")
    execution = world.update("v2")

    assert {"unlinks", "establishes"} == {one.effect for one in preview.steps}
    assert Status.TERMINATED is execution.status
    assert ["v1 c>a.unlink", "v2 c>b.establish"] == world.log()
    source = next(one for one in world.instances() if one.node_id == "c")
    assert ["b"] == [one.target_node for one in source.relationships]


def mutable(tmp_path: Path) -> World:
    """A node that can change where it is, and a node that is contained in it; both installed."""
    world = make_world(tmp_path)
    nodes = """\
  box: {{ type: app.Mutable, properties: {{ port: {port} }} }}
  inner:
    type: app.Thing
    relationships: [{{ type: cloudify.relationships.contained_in, target: box }}]
"""
    world.upload("v1", nodes.format(port=1))
    world.upload("v2", nodes.format(port=2))
    world.deploy("v1")
    world.workflow("install")
    world.log()
    return world


def test_a_node_with_an_update_operation_changes_where_it_is(tmp_path: Path) -> None:
    world = mutable(tmp_path)

    preview = world.preview("v2")
    execution = world.update("v2")

    assert ["updates"] == [one.effect for one in preview.steps]
    assert Status.TERMINATED is execution.status
    assert ["v2 box.update:2"] == world.log()


def test_what_cannot_change_where_it_is_is_installed_anew_with_what_it_contains(tmp_path: Path) -> None:
    world = mutable(tmp_path)
    world.break_("box.update:2")

    execution = world.update("v2")

    assert (Status.TERMINATED, "") == (execution.status, execution.error)
    assert [
        "v2 box.update:2",
        *("v2 inner.stop:0", "v2 inner.delete:0", "v2 box.stop:2", "v2 box.delete:2"),
        *("v2 box.create:2", "v2 box.start:2", "v2 inner.create:0", "v2 inner.start:0"),
    ] == world.log()


def test_what_may_not_be_installed_anew_fails_the_update(tmp_path: Path) -> None:
    world = mutable(tmp_path)
    world.break_("box.update:2")

    execution = world.update("v2", skip_reinstall=True)

    assert Status.FAILED is execution.status
    assert "could not be updated, and skip_reinstall forbids to install it anew" in execution.error


def test_a_container_is_reinstalled_with_what_it_contains(tmp_path: Path) -> None:
    world = mutable(tmp_path)

    execution = world.update("v2", reinstall=("box",))

    assert Status.TERMINATED is execution.status
    assert [
        *("v1 inner.stop:0", "v1 inner.delete:0", "v1 box.stop:1", "v1 box.delete:1"),
        *("v2 box.create:2", "v2 box.start:2", "v2 inner.create:0", "v2 inner.start:0"),
    ] == world.log()


def test_an_operation_that_is_still_to_come_only_changes(world: World) -> None:
    stop = "    interfaces: { cloudify.interfaces.lifecycle: { stop: { inputs: { how: { default: soon } } } } }\n"
    world.upload("v3", V1.replace("    properties: { port: 80 }\n", f"    properties: {{ port: 80 }}\n{stop}"))

    preview = world.preview("v3")
    execution = world.update("v3")

    assert ["changes"] == [one.effect for one in preview.steps]
    assert Status.TERMINATED is execution.status
    assert [] == world.log()


def test_what_is_skipped_is_not_done(world: World) -> None:
    execution = world.update("v2", skip_install=True, skip_uninstall=True, skip_reinstall=True)

    assert Status.TERMINATED is execution.status
    assert [] == world.log()
    assert {"db": ["started"], "web": ["started"], "cache": ["uninitialized"]} == world.states()


def test_what_is_new_is_installed_before_anything_goes_where_that_is_asked_for(world: World) -> None:
    execution = world.update("v2", install_first=True)

    assert (Status.TERMINATED, "") == (execution.status, execution.error)
    assert [
        *("v2 cache.create:0", "v2 cache.start:0", "v2 web>cache.establish"),
        *("v1 web.stop:80", "v1 web>cache.unlink", "v1 web>old.unlink", "v1 web>db.unlink", "v1 web.delete:80"),
        *("v1 old.stop:0", "v1 old.delete:0"),
        *("v2 web.create:81", "v2 web.start:81", "v2 web>db.establish", "v2 web>cache.establish"),
    ] == world.log()
    assert {"db": ["started"], "web": ["started"], "cache": ["started"]} == world.states()


def test_what_is_new_stays_where_taking_away_fails_after_it(world: World) -> None:
    broken = world.break_("old.stop:0")

    failed = world.update("v2", install_first=True)

    assert (Status.FAILED, "v1") == (failed.status, world.deployment().blueprint_id)
    assert ["started"] == world.states()["cache"]
    broken.unlink()
    assert Status.TERMINATED is world.resume(failed).status
    assert {"db": ["started"], "web": ["started"], "cache": ["started"]} == world.states()


def test_a_deployment_that_is_not_installed_gets_the_new_plan_and_nothing_runs(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    world.upload("v1", V1)
    world.upload("v2", V2)
    world.deploy("v1")

    preview = world.preview("v2")
    execution = world.update("v2")

    assert ((), (), ()) == (preview.installed, preview.uninstalled, preview.reinstalled)
    assert Status.TERMINATED is execution.status
    assert [] == world.log()
    assert {"db", "cache", "web"} == set(world.states())
    assert Status.TERMINATED is world.workflow("install").status


def test_another_number_of_instances_installs_or_uninstalls_the_difference(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    nodes = "  web: { type: app.Thing, instances: { deploy: { get_input: size } } }\n".replace(
        "instances: { deploy: { get_input: size } }",
        "capabilities: { scalable: { properties: { default_instances: { get_input: size } } } }",
    )
    world.upload("v1", nodes)
    world.deploy("v1", {"size": 2})
    world.workflow("install")
    world.log()

    assert Status.TERMINATED is world.update(inputs={"size": 3}).status
    assert ["v1 web.create:0", "v1 web.start:0"] == world.log()
    assert Status.TERMINATED is world.update(inputs={"size": 1}).status
    assert ["delete", "delete", "stop", "stop"] == sorted(line[7:-2] for line in world.log())
    assert {"web": ["started"]} == world.states()


def test_inputs_alone_are_merged_over_those_there_are(world: World) -> None:
    outputs = "outputs: { size: { value: { get_input: size } } }\n"
    world.upload("v3", V1, rest=outputs)
    world.update("v3", {"size": 5})

    execution = world.update(inputs={})
    preview = world.preview(inputs={"size": 6})
    world.update(inputs={"size": 6})

    assert Status.TERMINATED is execution.status
    assert ({"size": 5}, {"size": 6}) == (preview.old_inputs, preview.new_inputs)
    assert {"size": 6} == world.deployment().inputs
    assert 6 == world.deployment().plan.outputs["size"].value
    assert [] == world.log()


def test_a_forced_reinstall_spares_no_update_operation(tmp_path: Path) -> None:
    world = mutable(tmp_path)

    execution = world.update("v2", force_reinstall=True)

    assert Status.TERMINATED is execution.status
    assert "v2 box.create:2" in world.log()


def test_relationships_that_come_are_established_though_something_is_installed_first(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    nodes = "  a: { type: app.Thing }\n  b: { type: app.Thing }\n  c: { type: app.Thing }\n"
    link = "relationships: [{ type: app.linked_to, target: a }] }"
    world.upload("v1", nodes)
    linked = nodes.replace("c: { type: app.Thing }", f"c: {{ type: app.Thing, {link}")
    world.upload("v2", linked + "  d: { type: app.Thing }\n")
    world.deploy("v1")
    world.workflow("install")
    world.log()

    assert Status.TERMINATED is world.update("v2", install_first=True).status

    assert ["v2 d.create:0", "v2 d.start:0", "v2 c>a.establish"] == world.log()


FLOW = """
def change(ctx, added_instance_ids, removed_instance_ids, word, **_):
    names = {one.id: one.node_id for one in ctx.node_instances}
    told = [word, *(names[id] for id in added_instance_ids), *(names[id] for id in removed_instance_ids)]
    ctx.logger.info(" ".join(told))
    for one in list(ctx.node_instances):
        if one.id in removed_instance_ids:
            one.execute_operation("cloudify.interfaces.lifecycle.delete").get()
"""
FLOWS = """\
workflows:
  change:
    mapping: app.flow.change
    parameters:
      word: { default: hello }
      added_instance_ids: { default: [] }
      removed_instance_ids: { default: [] }
"""


def test_a_workflow_of_the_new_blueprint_can_do_it_all_itself(world: World) -> None:
    world.upload("v3", V2, rest=FLOWS, files={"app/flow.py": FLOW})

    preview = world.preview("v3", workflow="change")
    execution = world.update("v3", workflow="change")

    assert ((), (), ()) == (preview.installed, preview.uninstalled, preview.reinstalled)
    assert (Status.TERMINATED, "") == (execution.status, execution.error)
    assert "hello cache old" in [one.message for one in world.events(execution)]
    assert ["v3 old.delete:0"] == world.log()
    assert {"db": ["started"], "web": ["started"], "cache": ["uninitialized"]} == world.states()
    assert UpdateStage.FINISHED is world.record(execution).stage


def test_what_a_failed_workflow_has_left_goes_with_the_next_update(world: World) -> None:
    world.upload("v3", V2, rest=FLOWS, files={"app/flow.py": FLOW})
    broken = world.break_("old.delete:0")

    failed = world.update("v3", workflow="change")

    assert (Status.FAILED, "v3") == (failed.status, world.deployment().blueprint_id)
    assert {"db", "web", "old", "cache"} == set(world.states())
    broken.unlink()
    world.log()
    assert Status.TERMINATED is world.update("v2").status
    assert ["v3 old.stop:0", "v3 old.delete:0"] == [line for line in world.log() if " old." in line]
    assert {"db": ["started"], "web": ["started"], "cache": ["started"]} == world.states()


TELLTALE = """
def tell(ctx, word, **_):
    ctx.logger.info("the word is %s", word)
    raise RuntimeError(f"nobody takes {word}")
"""


def test_a_secret_that_the_new_plan_reads_is_told_nowhere(world: World) -> None:
    secrets.create(world.database, world.home, "word", "sesame-open", now=datetime.now(UTC))
    create = "{ implementation: app.telltale.tell, inputs: { word: { get_secret: word } } }"
    node = f"  new:\n    type: app.Thing\n    interfaces: {{ cloudify.interfaces.lifecycle: {{ create: {create} }} }}\n"
    world.upload("v3", V1 + node, files={"app/telltale.py": TELLTALE})

    execution = world.update("v3")

    assert Status.FAILED is execution.status
    assert "nobody takes" in execution.error
    told = [execution.error, *(f"{one.message} {one.error_causes}" for one in world.events(execution))]
    assert [] == [one for one in told if "sesame" in one]
