"""The JSON Schema for editors: it accepts whatever the parser accepts, and marks the mistakes that forms can show."""

import json
from functools import cache
from pathlib import Path
from random import Random

import jsonschema
import pytest

from engine.domain.errors import BlueprintInvalid
from engine.domain.json import Json
from engine.dsl.jsonschema import json_schema
from engine.dsl.library import Folder
from engine.dsl.parse import parse_tree
from engine.dsl.problems import Kind
from engine.dsl.schema import SECTIONS
from engine.dsl.source import Tree, load
from tests.conformance.records import all_records
from tests.dsl.mutations import mutated
from tests.dsl.test_parse import FILES, SHOP

PROJECT = Path(__file__).parents[2]
EXAMPLES = sorted(
    path
    for folder in ("tests/blueprints", "tests/cli/blueprint", "tests/cockpit/source", "conductor_tui/demo/shop")
    for path in (PROJECT / folder).rglob("*.yaml")
    if "tosca_definitions_version" in path.read_text()
)
ACCEPTED = tuple(one for one in all_records() if one["kind"] == "parse" and one["outcome"].get("ok"))
FORMS = {Kind.UNKNOWN_KEY, Kind.MISSING_KEY, Kind.WRONG_KIND, Kind.BAD_CHOICE, Kind.BAD_EXECUTOR}
MANY = 300


@cache
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json_schema())


def mistakes(root: Json) -> list[str]:
    """Return what an editor would mark."""
    return [f"{one.json_path}: {one.message}" for one in validator().iter_errors(root)]


def test_it_is_a_json_schema_of_every_section() -> None:
    assert json_schema()["properties"].keys() == SECTIONS.keys()
    assert json_schema() == json.loads(json.dumps(json_schema()))
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_it_accepts_our_own_blueprints(path: Path) -> None:
    assert [] == mistakes(load(path.read_text(), "main").root)


@pytest.mark.skipif(not ACCEPTED, reason="no recorded cases here")
def test_it_accepts_every_recorded_blueprint_that_is_accepted() -> None:
    refused = {one["id"]: found for one in ACCEPTED if (found := mistakes(load(one["yaml"], "main").root))}

    assert {} == refused


def test_it_agrees_with_the_parser_on_forms_of_damaged_blueprints(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    accepted = 0
    for seed in range(MANY):
        try:
            tree = load(mutated(SHOP, Random(seed)), "main")
        except BlueprintInvalid:
            continue
        found = mistakes(tree.root)
        refusal = refusal_of(tree, tmp_path)
        if refusal is None:
            accepted += 1
            assert [] == found, seed
        elif {one.kind for one in refusal.problems} <= FORMS:
            assert found, (seed, [str(one) for one in refusal.problems])

    assert MANY / 10 < accepted


def refusal_of(tree: Tree, folder: Path) -> BlueprintInvalid | None:
    try:
        parse_tree(tree, Folder(root=folder))
    except BlueprintInvalid as refusal:
        return refusal
    return None


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


BEGIN = "tosca_definitions_version: cloudify_dsl_1_5\n"
OLD = "tosca_definitions_version: cloudify_dsl_1_2\n"
NODE = "node_templates:\n  web:\n    type: cloudify.nodes.WebServer\n"

TYPICAL = {
    "no version": NODE,
    "a version that does not exist": "tosca_definitions_version: cloudify_dsl_2_0\n",
    "a section that does not exist": BEGIN + "node_template: {}\n",
    "a template that is empty": BEGIN + "node_templates:\n  web:\n",
    "a template without a type": BEGIN + "node_templates:\n  web:\n    properties: { port: 80 }\n",
    "a misspelt key": BEGIN + NODE + "    propertys: { port: 80 }\n",
    "relationships that are no list": BEGIN + NODE + "    relationships: { type: a, target: b }\n",
    "a relationship without a target": BEGIN + NODE + "    relationships: [{ type: a }]\n",
    "an operation that is not under its interface": BEGIN + NODE + "    interfaces: { create: scripts/create.sh }\n",
    "an executor that does not exist": BEGIN
    + NODE
    + "    interfaces: { a: { create: { implementation: b, executor: agent } } }\n",
    "retries below -1": BEGIN + NODE + "    interfaces: { a: { create: { implementation: b, max_retries: -2 } } }\n",
    "a timeout below 0": BEGIN + NODE + "    interfaces: { a: { create: { implementation: b, timeout: -1 } } }\n",
    "a number of instances that is a text": BEGIN
    + NODE
    + "    capabilities: { scalable: { properties: { default_instances: two } } }\n",
    "an input that is its default": BEGIN + "inputs:\n  port: 80\n",
    "a constraint that does not exist": BEGIN + "inputs:\n  name: { constraints: [{ max_len: 8 }] }\n",
    "constraints that are no list": BEGIN + "inputs:\n  name: { constraints: { max_length: 8 } }\n",
    "an output without a value": BEGIN + "outputs:\n  port: { description: where it is }\n",
    "imports that are no list": BEGIN + "imports: cloudify/types/types.yaml\n",
    "an import twice": BEGIN + "imports: [a.yaml, a.yaml]\n",
    "a plugin without an executor": BEGIN + "plugins:\n  app: { install: false }\n",
    "a plugin without a source": BEGIN + "plugins:\n  app: { executor: host_agent }\n",
    "a policy of another type": BEGIN + "policies:\n  p: { type: scaling, targets: [g] }\n",
    "a group without members": BEGIN + "groups:\n  g: { members: [] }\n",
    "a workflow without a mapping": BEGIN + "workflows:\n  w: { parameters: {} }\n",
    "a schedule without a beginning": BEGIN
    + "deployment_settings: { default_schedules: { s: { workflow: install } } }\n",
    "a label that is a text": BEGIN + "labels: { env: prod }\n",
    "a key of a later version": OLD + "inputs:\n  name: { hidden: true, default: a }\n",
    "a section of a later version": OLD + "resource_tags: { a: b }\n",
}


@pytest.mark.parametrize("text", TYPICAL.values(), ids=TYPICAL)
def test_it_marks_typical_mistakes(text: str) -> None:
    assert mistakes(load(text, "main").root)


def test_it_completes_with_what_a_key_is_for() -> None:
    template = json_schema()["properties"]["node_templates"]["additionalProperties"]["properties"]

    assert "Such as `type: cloudify.nodes.Compute`." == template["type"]["description"]
