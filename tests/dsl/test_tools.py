"""What is made from plans and from the language itself: drawings, schemas, listings, skeletons, differences."""

from pathlib import Path

import msgspec
import pytest

from engine.domain.blueprint import Plan
from engine.dsl import catalogue, graph
from engine.dsl.difference import difference
from engine.dsl.library import standard_types
from engine.dsl.parse import parse
from engine.dsl.report import validate
from tests.dsl.conftest import HEADER, Parse
from tests.dsl.test_parse import FILES, SHOP

DRAWN = (
    HEADER
    + """
node_templates:
  host: { type: cloudify.nodes.Compute }
  db:
    type: cloudify.nodes.DBMS
    relationships: [ { type: cloudify.relationships.contained_in, target: host } ]
  web:
    type: cloudify.nodes.WebServer
    capabilities: { scalable: { properties: { default_instances: 2 } } }
    relationships:
      - { type: cloudify.relationships.contained_in, target: host }
      - { type: cloudify.relationships.connected_to, target: db }
"""
)


def test_a_tree_shows_what_stands_in_what(parsed: Parse) -> None:
    assert ("host (Compute)\n├─ db (DBMS)\n└─ web (WebServer) ×2  → connected_to db\n") == graph.tree(parsed(DRAWN))


def test_mermaid_draws_containers_around_their_nodes(parsed: Parse) -> None:
    assert (
        "flowchart TD\n"
        '    subgraph n0["host (Compute)"]\n'
        '        n1["db (DBMS)"]\n'
        '        n2["web (WebServer) ×2"]\n'
        "    end\n"
        "    n2 -->|connected_to| n1\n"
    ) == graph.mermaid(parsed(DRAWN))


def test_what_is_odd_in_a_name_is_no_markup_in_mermaid(parsed: Parse) -> None:
    text = (
        "relationships: { 'my.a|b': { derived_from: cloudify.relationships.connected_to } }\n"
        "node_templates:\n"
        "  'a\"]<b>': { type: cloudify.nodes.Root, relationships: [{ type: 'my.a|b', target: c }] }\n"
        "  c: { type: cloudify.nodes.Root }\n"
    )

    drawn = graph.mermaid(parsed(HEADER + text))

    assert '["a#quot;]#lt;b#gt; (Root)"]' in drawn
    assert '-->|"a|b"|' in drawn


def test_dot_has_an_edge_for_each_relationship(parsed: Parse) -> None:
    drawn = graph.dot(parsed(DRAWN))

    assert [3, True] == [drawn.count(" -> "), drawn.endswith("}\n")]


def test_every_function_has_an_example_that_is_accepted(parsed: Parse) -> None:
    for one in catalogue.functions():
        assert one.summary, one.name
        assert one.example.startswith(f"{{ {one.name}: "), one.name


def test_every_standard_type_has_an_example(tmp_path: Path) -> None:
    kinds = {one.kind for one in catalogue.types()}

    assert {"node type", "relationship type", "data type", "primitive"} == kinds


def test_every_standard_node_type_can_be_derived_from(parsed: Parse) -> None:
    names = [one.name for one in catalogue.types() if one.kind == "node type"]
    text = (
        HEADER + "node_types:\n" + "".join(f"  my.t{i}: {{ derived_from: {name} }}\n" for i, name in enumerate(names))
    )

    assert {} == parsed(text).nodes
    assert 27 <= len(names)


def test_the_skeletons_validate_without_a_warning(tmp_path: Path) -> None:
    files = {"first.yaml": catalogue.skeleton_file("first.yaml"), **catalogue.skeleton_folder("first")}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    for name in ("first.yaml", "blueprint.yaml"):
        report = validate(tmp_path / name)
        assert ((), ()) == (report.problems, report.warnings)

    assert "validate first/blueprint.yaml" in files["blueprint.yaml"]


def test_a_plan_survives_being_written_and_read(parsed: Parse) -> None:
    plan = parsed(SHOP, FILES)

    assert plan == msgspec.msgpack.decode(msgspec.msgpack.encode(plan), type=Plan)
    assert plan == msgspec.json.decode(msgspec.json.encode(plan), type=Plan)


CHANGES = {
    "nothing": (SHOP, []),
    "a property": (
        SHOP.replace("properties: { port: { get_input: port } }", "properties: { port: 81 }"),
        ["modify property `app.port`"],
    ),
    "an operation": (
        SHOP.replace("        start: scripts/start.sh\n", ""),
        ["remove operation `app.cloudify.interfaces.lifecycle.start`"],
    ),
    "a node": (
        SHOP.replace("node_templates:\n", "node_templates:\n  db: { type: cloudify.nodes.DBMS }\n"),
        ["add node `db`"],
    ),
    "a workflow": (SHOP.replace("  rolling: shop.flows.rolling\n", ""), ["remove workflow `rolling`"]),
    "a label": (SHOP + "labels: { csys-obj-type: { values: [shop] } }\n", ["add label `csys-obj-type`"]),
    "a schedule": (
        SHOP + "deployment_settings: { default_schedules: { s: { workflow: install, since: +1h, count: 1 } } }\n",
        ["add schedule `s`"],
    ),
    "a number of instances": (SHOP.replace("default_instances: 2", "default_instances: 3"), ["modify node `app`"]),
}


@pytest.mark.parametrize(("text", "expected"), CHANGES.values(), ids=CHANGES)
def test_a_difference_is_told_in_steps(parsed: Parse, text: str, expected: list[str]) -> None:
    assert expected == [str(step) for step in difference(parsed(SHOP, FILES), parsed(text, FILES))]


def test_another_type_of_a_node_cannot_be_updated(parsed: Parse) -> None:
    text = SHOP.replace("host: { type: cloudify.nodes.Compute }", "host: { type: cloudify.nodes.Container }")

    assert [False] == [step.is_supported for step in difference(parsed(SHOP, FILES), parsed(text, FILES))]


def test_the_standard_types_are_written_well(tmp_path: Path) -> None:
    """They are not checked when a blueprint imports them, so they are here, as a blueprint of their own."""
    root = standard_types().root
    text = "tosca_definitions_version: cloudify_dsl_1_5\n" + next(iter(standard_types().marks.texts.values()))
    path = tmp_path / "types.yaml"
    path.write_text(text)

    assert root["node_types"].keys() and {} == parse(path).nodes
