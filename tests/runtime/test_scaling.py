"""What scaling makes of hosts, of what they contain and of scaling groups, from the blueprint's text on."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.domain.deployment import NodeInstance
from engine.domain.execution import Execution, StartRequest, Status
from engine.domain.json import JsonObject
from engine.runtime.worker import run
from engine.services import deployments as services
from engine.services import executions
from storage import deployments
from storage import executions as rows
from storage.database import Database
from tests.builders import upload

BLUEPRINT = """
tosca_definitions_version: cloudify_dsl_1_3
imports: [cloudify/types/types.yaml]
node_templates:
  vm:
    type: cloudify.nodes.Compute
    properties: {agent_config: {install_method: none}}
    capabilities: {scalable: {properties: {default_instances: 2}}}
  app:
    type: cloudify.nodes.Root
    relationships: [{type: cloudify.relationships.contained_in, target: vm}]
  proxy:
    type: cloudify.nodes.Root
    relationships: [{type: cloudify.relationships.connected_to, target: app}]
  left:
    type: cloudify.nodes.Root
  right:
    type: cloudify.nodes.Root
    relationships: [{type: cloudify.relationships.connected_to, target: left}]
groups:
  pair: {members: [left, right]}
policies:
  scaling: {type: cloudify.policies.scaling, targets: [pair], properties: {default_instances: 2}}
"""


class Place:
    """A deployment of the blueprint, installed."""

    def __init__(self, home: Path) -> None:
        home.mkdir(mode=0o700)
        self.home, self.database = home, Database.open(home)
        main = home.parent / "blueprint" / "blueprint.yaml"
        main.parent.mkdir()
        main.write_text(BLUEPRINT)
        upload(self.database, home, main, "b")
        services.create(self.database, "b", "d", {}, now=datetime.now(UTC))
        assert Status.TERMINATED is self.run("install", {}).status

    def run(self, workflow: str, parameters: JsonObject) -> Execution:
        request = StartRequest(workflow_id=workflow, deployment_id="d", parameters=parameters)
        execution = executions.start(self.database, request, now=datetime.now(UTC))
        run(self.home, execution.id, 1, on_stale=lambda: None)
        with self.database.read() as connection:
            return rows.get(connection, execution.id)

    def scale(self, entity: str, **parameters: object) -> Execution:
        return self.run("scale", {"scalable_entity_name": entity, **parameters})

    def instances(self) -> list[NodeInstance]:
        with self.database.read() as connection:
            return deployments.instances(connection, "d")

    def counts(self) -> dict[str, int]:
        found = self.instances()
        assert {"started"} == {one.state for one in found}
        targets = {one.target_instance for each in found for one in each.relationships}
        assert targets <= {one.id for one in found}
        return dict(Counter(one.node_id for one in found))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "home")


BEFORE = {"vm": 2, "app": 2, "proxy": 1, "left": 2, "right": 2}


def test_a_further_host_comes_with_all_that_it_contains(place: Place) -> None:
    assert BEFORE == place.counts()

    assert ("", Status.TERMINATED) == ended(place.scale("vm"))

    assert BEFORE | {"vm": 3, "app": 3} == place.counts()
    proxy = next(one for one in place.instances() if one.node_id == "proxy")
    assert 3 == len(proxy.relationships)


def test_an_application_is_scaled_on_every_host(place: Place) -> None:
    assert ("", Status.TERMINATED) == ended(place.scale("app"))

    assert BEFORE | {"app": 4} == place.counts()
    hosts = Counter(one.host_id for one in place.instances() if one.node_id == "app")
    assert [2, 2] == list(hosts.values())


def test_an_application_may_be_scaled_with_its_host(place: Place) -> None:
    assert ("", Status.TERMINATED) == ended(place.scale("app", scale_compute=True))

    assert BEFORE | {"vm": 3, "app": 3} == place.counts()


def test_a_scaling_group_is_scaled_as_a_whole_and_back(place: Place) -> None:
    before = {one.id for one in place.instances()}

    place.scale("pair", delta=2)
    assert BEFORE | {"left": 4, "right": 4} == place.counts()
    rights = [one for one in place.instances() if one.node_id == "right"]
    assert {1} == {len(one.relationships) for one in rights}
    new = {one.id for one in place.instances()} - before
    place.scale("pair", delta=-2, include_instances=sorted(new))

    assert before == {one.id for one in place.instances()}
    assert BEFORE == place.counts()


def test_a_host_that_goes_takes_along_what_it_contains(place: Place) -> None:
    gone = next(one for one in place.instances() if one.node_id == "vm")

    assert ("", Status.TERMINATED) == ended(place.scale("vm", delta=-1, include_instances=gone.id))

    assert BEFORE | {"vm": 1, "app": 1} == place.counts()
    assert gone.id not in {one.host_id for one in place.instances()}


def test_nothing_is_scaled_below_zero(place: Place) -> None:
    assert ("", Status.TERMINATED) == ended(place.scale("pair", delta=-5))

    assert {"vm": 2, "app": 2, "proxy": 1} == place.counts()
    assert ("", Status.TERMINATED) == ended(place.scale("pair", delta=1))
    assert {"vm": 2, "app": 2, "proxy": 1, "left": 1, "right": 1} == place.counts()


def test_a_heal_of_one_instance_is_about_its_whole_host(place: Place) -> None:
    app = next(one for one in place.instances() if one.node_id == "app")

    execution = place.run("heal", {"node_instance_id": app.id})

    assert ("", Status.TERMINATED) == ended(execution)
    assert BEFORE == place.counts()


def ended(execution: Execution) -> tuple[str, Status]:
    return execution.error, execution.status
