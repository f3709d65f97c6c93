"""Functions at run time."""

from dataclasses import replace

import pytest

from engine.domain.blueprint import Node, Plan
from engine.domain.deployment import InstanceRelationship, NodeInstance
from engine.domain.errors import FunctionFailed
from engine.domain.json import Json
from engine.dsl.functions import Scope, evaluate

PLAN = Plan(
    version="cloudify_dsl_1_5",
    nodes={
        "web": Node(id="web", type="t", type_hierarchy=("t",), properties={"port": 80, "tags": ["a", {"b": 1}]}),
        "db": Node(
            id="db",
            type="t",
            type_hierarchy=("t",),
            properties={"user": {"get_property": ["SELF", "name"]}, "name": "sa"},
        ),
    },
)
INSTANCES = {
    "web_1": NodeInstance(
        id="web_1",
        node_id="web",
        runtime_properties={"ip": "10.0.0.1"},
        relationships=(InstanceRelationship(type="r", target_node="db", target_instance="db_2"),),
    ),
    "db_1": NodeInstance(id="db_1", node_id="db", runtime_properties={"url": "one"}),
    "db_2": NodeInstance(id="db_2", node_id="db", index=2, runtime_properties={"url": "two"}),
}
SCOPE = Scope(plan=PLAN, inputs={"name": "shop", "map": {"k": [7]}}, instances=INSTANCES, self_instance="web_1")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"get_input": "name"}, "shop"),
        ({"get_input": ["map", "k", 0]}, 7),
        ({"get_property": ["SELF", "port"]}, 80),
        ({"get_property": ["web", "tags", 1, "b"]}, 1),
        ({"get_property": ["db", "user"]}, "sa"),
        ({"get_attribute": ["SELF", "ip"]}, "10.0.0.1"),
        ({"get_attribute": ["SELF", "port"]}, 80),
        ({"get_attribute": ["SELF", "node_instance_id"]}, "web_1"),
        ({"get_attribute": ["web", "nothing"]}, None),
        ({"get_attribute": ["db", "url"]}, "two"),
        ({"get_attributes_list": ["db", "url"]}, ["one", "two"]),
        ({"get_attributes_dict": ["db", "url"]}, {"db_1": {"url": "one"}, "db_2": {"url": "two"}}),
        (
            {"concat": ["http://", {"get_attribute": ["web", "ip"]}, ":", {"get_property": ["web", "port"]}]},
            "http://10.0.0.1:80",
        ),
        ({"merge": [{"a": 1}, {"a": 2, "b": 3}]}, {"a": 2, "b": 3}),
        ({"string_split": ["a:b", ":", 1]}, "b"),
        ({"string_replace": ["a-b-c", "-", "+", 1]}, "a+b-c"),
        ({"string_find": ["abc", "c"]}, 2),
        ({"string_upper": "abc"}, "ABC"),
        ({"deep": [{"er": {"get_input": "name"}}]}, {"deep": [{"er": "shop"}]}),
    ],
    ids=str,
)
def test_a_function_has_its_value(value: Json, expected: Json) -> None:
    assert expected == evaluate(value, SCOPE)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({"get_input": "nam"}, "there is no input `nam`; did you mean `name`?"),
        ({"get_property": ["web", "prt"]}, "`web` has no `prt`; did you mean `port`?"),
        ({"get_attribute": ["cache", "ip"]}, "there is no node `cache`"),
        ({"get_attribute": ["TARGET", "ip"]}, "`TARGET` means no node instance here"),
        ({"get_secret": "password"}, "`get_secret` cannot be evaluated here"),
        ({"concat": "abc"}, "`concat` takes a list of values, but got `abc`"),
    ],
    ids=str,
)
def test_a_function_without_an_answer_says_why(value: Json, sentence: str) -> None:
    with pytest.raises(FunctionFailed) as failure:
        evaluate(value, SCOPE)

    assert sentence == str(failure.value)


def test_several_instances_without_a_relation_are_ambiguous() -> None:
    with pytest.raises(FunctionFailed, match="has 2 instances"):
        evaluate({"get_attribute": ["db", "url"]}, replace(SCOPE, self_instance=None))


def test_a_value_without_functions_stays_the_same_object() -> None:
    value = {"a": [1, {"b": 2}]}

    assert evaluate(value, SCOPE) is value
