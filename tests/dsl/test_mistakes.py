"""Each mistake is told in one sentence, with its place and the mend."""

from pathlib import Path

import pytest

from engine.domain.errors import BlueprintInvalid
from engine.dsl.parse import parse
from tests.dsl.conftest import HEADER, Problems


def test_an_unknown_node_type_is_told_with_the_nearest_name(problems: Problems) -> None:
    found = problems(HEADER + "node_templates:\n  web:\n    type: cloudify.nodes.WebSrver\n")

    assert [
        "blueprint.yaml:6:11: `web` is of the node type `cloudify.nodes.WebSrver`, which does not exist "
        "(did you mean `cloudify.nodes.WebServer`?)"
    ] == [str(one) for one in found]


def test_a_circle_of_node_templates_is_told_where_it_begins(problems: Problems) -> None:
    relationship = "    relationships:\n      - {{type: cloudify.relationships.depends_on, target: {0}}}\n"
    text = HEADER + "node_templates:\n"
    for name, target in (("a", "b"), ("b", "a")):
        text += f"  {name}:\n    type: cloudify.nodes.Root\n" + relationship.format(target)

    assert [
        "blueprint.yaml:7:5: the node templates `a` and `b` depend on each other in a circle "
        "(remove one of the relationships)"
    ] == [str(one) for one in problems(text)]


def test_a_circle_of_types_is_told(problems: Problems) -> None:
    text = HEADER + "node_types:\n  a: {derived_from: b}\n  b: {derived_from: a}\n"

    assert [("cycle", 5, 21)] == [(one.kind, one.line, one.column) for one in problems(text)]


def test_a_reference_to_a_missing_input_is_told(problems: Problems) -> None:
    text = HEADER + "inputs:\n  port: {}\noutputs:\n  url:\n    value: { concat: ['x', { get_input: prt }] }\n"

    assert ["blueprint.yaml:8:41: there is no input `prt` (did you mean `port`?)"] == [
        str(one) for one in problems(text)
    ]


def test_bad_yaml_is_told_with_the_place_where_reading_stopped(problems: Problems) -> None:
    found = problems(HEADER + "inputs:\n  a: [1, 2\n  b: 3\n")

    assert [("bad-yaml", "blueprint.yaml", 6)] == [(one.kind, one.file, one.line) for one in found]


def test_a_tab_is_told_as_what_it_is(problems: Problems) -> None:
    found = problems(HEADER + "inputs:\n\ta: 1\n")

    assert ("this is not YAML: a tab cannot indent a line", "indent with spaces") == (found[0].message, found[0].hint)


def test_a_property_of_the_wrong_type_is_told(problems: Problems) -> None:
    text = (
        HEADER
        + "node_types:\n  web:\n    properties:\n      port: { type: integer }\n"
        + "node_templates:\n  one:\n    type: web\n    properties:\n      port: eighty\n"
    )

    assert [
        "blueprint.yaml:12:13: `port` must be an integer, but it is the text `eighty` "
        "(write such a value, or change the type)"
    ] == [str(one) for one in problems(text)]


def test_an_unknown_function_is_told(problems: Problems) -> None:
    found = problems(HEADER + "outputs:\n  url:\n    value: { get_atribute: [web, ip] }\n")

    assert ["blueprint.yaml:6:14: there is no function `get_atribute` (did you mean `get_attribute`?)"] == [
        str(one) for one in found
    ]


def test_the_import_of_a_missing_file_is_told(problems: Problems) -> None:
    text = "tosca_definitions_version: cloudify_dsl_1_5\nimports:\n  - cloudify/types/types.yaml\n  - parts/db.yaml\n"

    assert [
        "blueprint.yaml:4:5: cannot import `parts/db.yaml`: there is no such file in the blueprint's folder "
        "(paths begin at the importing file)"
    ] == [str(one) for one in problems(text)]


def test_a_mistake_in_an_imported_file_names_that_file(problems: Problems) -> None:
    text = HEADER + "  - parts/db.yaml\n"
    found = problems(text, {"parts/db.yaml": "node_templates:\n  db:\n    type: nothing.like.it\n"})

    assert [("unknown-node-type", "parts/db.yaml", 3, 11)] == [
        (one.kind, one.file, one.line, one.column) for one in found
    ]


def test_all_mistakes_are_told_at_once(problems: Problems) -> None:
    text = (
        HEADER
        + "inputs:\n  a: { typ: string }\nnode_templates:\n  web: { type: nothing.such }\n  db: {}\n"
        + "outputs:\n  o: { value: { get_input: b } }\n"
    )

    assert {"unknown-key", "unknown-node-type", "missing-key", "unknown-input"} == {one.kind for one in problems(text)}


def test_a_missing_version_is_told_with_what_to_write(problems: Problems) -> None:
    assert ["add `tosca_definitions_version: cloudify_dsl_1_5` at the top"] == [
        one.hint for one in problems("node_templates: {}\n")
    ]


def test_a_key_that_a_later_version_brought_is_told(problems: Problems) -> None:
    found = problems("tosca_definitions_version: cloudify_dsl_1_0\ndescription: x\n")

    assert [("version-too-old", 2, 1)] == [(one.kind, one.line, one.column) for one in found]


def test_a_script_that_is_not_there_is_told(problems: Problems) -> None:
    text = (
        HEADER
        + "node_templates:\n  web:\n    type: cloudify.nodes.Root\n    interfaces:\n"
        + "      cloudify.interfaces.lifecycle:\n        start: scripts/strat.sh\n"
    )

    assert [("unknown-implementation", 9, 16)] == [(one.kind, one.line, one.column) for one in problems(text)]


def test_places_begin_as_the_path_was_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "main.yaml").write_text("tosca_definitions_version: cloudify_dsl_9_9\n")
    monkeypatch.chdir(tmp_path)

    with pytest.raises(BlueprintInvalid) as refusal:
        parse(Path("shop/main.yaml"))

    assert ["shop/main.yaml"] == [one.file for one in refusal.value.problems]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BlueprintInvalid, match="No such file"):
        parse(tmp_path / "nothing.yaml")
