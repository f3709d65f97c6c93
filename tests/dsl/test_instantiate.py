"""Node instances: how many, where, and related to whom."""

from collections import Counter
from collections.abc import Callable
from itertools import count

from engine.dsl.inputs import prepare
from engine.dsl.instantiate import instantiate
from tests.dsl.conftest import HEADER, Parse


def counter() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"{next(numbers):06d}"


SCALED = (
    HEADER
    + """
node_templates:
  host:
    type: cloudify.nodes.Compute
    capabilities: { scalable: { properties: { default_instances: 2 } } }
  app:
    type: cloudify.nodes.Root
    capabilities: { scalable: { properties: { default_instances: 2 } } }
    relationships:
      - { type: cloudify.relationships.contained_in, target: host }
      - { type: cloudify.relationships.connected_to, target: db }
  db: { type: cloudify.nodes.DBMS }
"""
)


def test_instances_multiply_with_those_of_their_container(parsed: Parse) -> None:
    instances = instantiate(prepare(parsed(SCALED), {})[0], counter())

    assert {"host": 2, "app": 4, "db": 1} == Counter(one.node_id for one in instances)


def test_an_instance_stands_on_one_host_and_knows_its_relations(parsed: Parse) -> None:
    instances = {one.id: one for one in instantiate(prepare(parsed(SCALED), {})[0], counter())}
    app = next(one for one in instances.values() if one.node_id == "app")

    assert "host" == instances[app.host_id or ""].node_id
    assert [("host", app.host_id), ("db", "db_000007")] == [
        (one.target_node, one.target_instance) for one in app.relationships
    ]


def test_instances_are_numbered_per_node(parsed: Parse) -> None:
    instances = instantiate(prepare(parsed(SCALED), {})[0], counter())

    assert [1, 2, 3, 4] == [one.index for one in instances if one.node_id == "app"]


def test_all_to_one_chooses_the_first_target(parsed: Parse) -> None:
    text = SCALED.replace("target: db }", "target: db, properties: { connection_type: all_to_one } }").replace(
        "db: { type: cloudify.nodes.DBMS }",
        "db: { type: cloudify.nodes.DBMS, capabilities: { scalable: { properties: { default_instances: 3 } } } }",
    )
    instances = instantiate(prepare(parsed(text), {})[0], counter())
    first = min(one.id for one in instances if one.node_id == "db")

    assert {first} == {
        relation.target_instance for one in instances for relation in one.relationships if relation.target_node == "db"
    }


def test_members_of_a_scaled_group_are_related_within_it(parsed: Parse) -> None:
    text = (
        HEADER
        + """
node_templates:
  web:
    type: cloudify.nodes.Root
    relationships: [ { type: cloudify.relationships.connected_to, target: cache } ]
  cache: { type: cloudify.nodes.Root }
groups:
  pair: { members: [web, cache] }
policies:
  scaled:
    type: cloudify.policies.scaling
    targets: [pair]
    properties: { default_instances: 3 }
"""
    )
    instances = {one.id: one for one in instantiate(prepare(parsed(text), {})[0], counter())}

    assert {"web": 3, "cache": 3} == Counter(one.node_id for one in instances.values())
    for web in (one for one in instances.values() if one.node_id == "web"):
        targets = [instances[one.target_instance] for one in web.relationships]
        assert [web.scaling_groups] == [one.scaling_groups for one in targets]


def test_a_count_may_come_from_an_input(parsed: Parse) -> None:
    text = (
        HEADER
        + "inputs: { many: { default: 3 } }\nnode_templates:\n  n:\n    type: cloudify.nodes.Root\n"
        + "    capabilities: { scalable: { properties: { default_instances: { get_input: many } } } }\n"
    )
    plan = parsed(text)

    assert [3, 5] == [len(instantiate(prepare(plan, given)[0], counter())) for given in ({}, {"many": 5})]
