"""What is legal but probably not meant."""

from pathlib import Path

import pytest

from engine.dsl.report import validate
from tests.dsl.conftest import HEADER

CASES = {
    "an input that nothing uses": (
        "inputs: { port: {}, prt: {} }\noutputs: { o: { value: { get_input: port } } }\n",
        ["blueprint.yaml:4:21: the input `prt` is never used (did you mean `port`?)"],
    ),
    "a key that stands twice": (
        "outputs:\n  a: { value: 1 }\n  a: { value: 2 }\n",
        ["blueprint.yaml:6:3: `a` stands here twice; the last one counts (remove one of the two)"],
    ),
    "an old form of counts": (
        "node_templates:\n  web:\n    type: cloudify.nodes.Root\n    instances: { deploy: 2 }\n",
        [
            "blueprint.yaml:7:5: `instances` of `web` is an old form "
            "(write `capabilities: { scalable: { properties: { default_instances: … } } }`)"
        ],
    ),
    "an old property": (
        "node_templates:\n  host:\n    type: cloudify.nodes.Compute\n    properties: { install_agent: false }\n",
        ["blueprint.yaml:7:19: `install_agent` is an old property (write `agent_config`)"],
    ),
    "a group that nothing scales": (
        "node_templates: { a: { type: cloudify.nodes.Root } }\ngroups: { g: { members: [a] } }\n",
        [
            "blueprint.yaml:5:11: no policy scales the group `g` "
            "(name it in `targets` of a policy of the type `cloudify.policies.scaling`, or remove it)"
        ],
    ),
    "a node that nothing has to do with": (
        "node_templates:\n"
        "  a: { type: cloudify.nodes.Root }\n"
        "  b: { type: cloudify.nodes.Root, relationships: "
        "[ { type: cloudify.relationships.depends_on, target: c } ] }\n"
        "  c: { type: cloudify.nodes.Root }\n"
        "  d: { type: cloudify.nodes.Root }\n"
        "outputs: { o: { value: { get_attribute: [d, ip] } } }\n",
        [
            "blueprint.yaml:5:3: nothing is done for the node `a`, and nothing refers to it "
            "(give it an operation or a relationship, or remove it)"
        ],
    ),
    "a function within a text": (
        "inputs: { port: {} }\noutputs: { url: { value: 'http://{ get_input: port }' } }\n",
        [
            "blueprint.yaml:4:11: the input `port` is never used (use it as `{ get_input: port }`, or remove it)",
            "blueprint.yaml:5:19: `{ get_input: … }` within a text stays as it is written "
            "(join the parts: `{ concat: ['…', { get_input: … }] }`)",
        ],
    ),
    "a function in a description": ("description: 'write { get_input: port }'\n", []),
    "quotes that are none": (
        "outputs: { name: { value: “shop” } }\n",
        ["blueprint.yaml:4:20: the quotes “ ” belong to the text (quote with `'` or `\"`)"],
    ),
    "a misspelt interface": (
        "node_types:\n  t:\n    derived_from: cloudify.nodes.Root\n"
        "    interfaces: { cloudify.interfaces.lifecylce: { start: '' }, my.own: { start: '' } }\n",
        [
            "blueprint.yaml:7:19: no workflow calls operations of `cloudify.interfaces.lifecylce` "
            "(did you mean `cloudify.interfaces.lifecycle`?)"
        ],
    ),
    "a misspelt operation": (
        "node_types:\n  t:\n    derived_from: cloudify.nodes.Root\n"
        "    interfaces: { cloudify.interfaces.lifecycle: { strat: '', restart: '', mine: '' } }\n",
        ["blueprint.yaml:7:52: no workflow calls `strat` of `cloudify.interfaces.lifecycle` (did you mean `start`?)"],
    ),
    "a misspelt operation of a relationship": (
        "node_templates:\n  a: { type: cloudify.nodes.Root }\n  b:\n    type: cloudify.nodes.Root\n"
        "    relationships:\n      - type: cloudify.relationships.connected_to\n        target: a\n"
        "        target_interfaces: { cloudify.interfaces.relationship_lifecycle: { establis: '' } }\n",
        [
            "blueprint.yaml:11:76: no workflow calls `establis` of `cloudify.interfaces.relationship_lifecycle` "
            "(did you mean `establish`?)"
        ],
    ),
    "a schema in a template": (
        "node_templates:\n  a:\n    type: cloudify.nodes.Root\n    interfaces:\n"
        "      cloudify.interfaces.lifecycle:\n"
        '        create: { implementation: "true\\n", inputs: { port: { default: 80 }, other: { a: 1 } } }\n',
        [
            "blueprint.yaml:9:55: the input `port` gets a mapping with a `default` "
            "(in a template, inputs are values: write `port: …`)"
        ],
    ),
    "nothing": ("inputs: { a: {} }\noutputs: { o: { value: { concat: [{ get_input: a }] } } }\n", []),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_a_warning_tells_its_place(tmp_path: Path, text: str, expected: list[str]) -> None:
    path = tmp_path / "blueprint.yaml"
    path.write_text(HEADER + text)
    report = validate(path, root=tmp_path)

    assert report.is_valid
    assert expected == [str(one) for one in report.warnings]


def test_a_report_of_mistakes_has_no_plan(tmp_path: Path) -> None:
    path = tmp_path / "blueprint.yaml"
    path.write_text(HEADER + "nodes: {}\n")
    report = validate(path, root=tmp_path)

    assert (None, ["unknown-key"]) == (report.plan, [one.kind for one in report.problems])


def test_an_explanation_shows_the_line_and_the_way_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "blueprint.yaml").write_text(HEADER + "  - parts/db.yaml\n")
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "db.yaml").write_text("node_templates:\n  db: { type: cloudify.nodes.DMBS }\n")
    report = validate(tmp_path / "blueprint.yaml", root=tmp_path)

    assert (
        "parts/db.yaml:2:15: `db` is of the node type `cloudify.nodes.DMBS`, which does not exist "
        "(did you mean `cloudify.nodes.DBMS`?)\n"
        "      db: { type: cloudify.nodes.DMBS }\n"
        "                  ^\n"
        "    imported by blueprint.yaml:4"
    ) == report.problems[0].explanation
