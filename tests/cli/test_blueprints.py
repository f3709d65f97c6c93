"""Blueprints before they are stored: checked, planned, drawn, begun; and those that import others."""

import json
import tarfile
from pathlib import Path

import pytest

from tests.cli.conftest import BLUEPRINT, Cli

GOOD = """\
tosca_definitions_version: cloudify_dsl_1_5
imports: [cloudify/types/types.yaml]
inputs:
  count: { type: integer, default: 1 }
node_templates:
  host:
    type: cloudify.nodes.Compute
    capabilities:
      scalable: { properties: { default_instances: { get_input: count } } }
  app:
    type: cloudify.nodes.ApplicationServer
    relationships: [{ type: cloudify.relationships.contained_in, target: host }]
outputs:
  count: { value: { get_input: count } }
"""
BAD = GOOD.replace("cloudify.nodes.Compute", "cloudify.nodes.Compote")
WARNED = GOOD.replace("inputs:\n", "inputs:\n  unused: { default: 1 }\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    for name, text in {"good.yaml": GOOD, "bad.yaml": BAD, "warned.yaml": WARNED}.items():
        (folder / name).write_text(text)
    return folder


def test_many_files_are_checked_at_once_one_line_each(cli: Cli, folder: Path) -> None:
    result = cli("blueprints", "validate", *(str(folder / f"{name}.yaml") for name in ("good", "bad", "warned")))

    assert 1 == result.code
    assert [
        f"{folder}/good.yaml: valid: 2 nodes, 15 workflows, 1 input",
        f"{folder}/bad.yaml: refused: 1 mistake",
        f"{folder}/warned.yaml: valid: 2 nodes, 15 workflows, 2 inputs; 1 warning",
    ] == [line for line in result.out.splitlines() if line[0] != " "]


def test_a_mistake_is_shown_with_its_place_as_it_was_typed_its_line_and_a_caret(cli: Cli, folder: Path) -> None:
    result = cli("blueprints", "validate", str(folder / "bad.yaml"))

    _, sentence, line, caret = result.out.splitlines()
    assert sentence.startswith(f"  {folder}/bad.yaml:7:11: ")
    assert "did you mean `cloudify.nodes.Compute`?" in sentence
    assert line[caret.index("^") :].startswith("cloudify.nodes.Compote")


def test_a_mistake_does_not_hide_those_within_it(cli: Cli, folder: Path) -> None:
    (folder / "bad.yaml").write_text(BAD.replace("get_input: count }", "get_input: cuont }"))

    result = cli("blueprints", "validate", str(folder / "bad.yaml"))

    assert "cloudify.nodes.Compote" in result.out
    assert 2 == result.out.count("did you mean `count`?")


def test_warnings_go_to_stderr_and_refuse_nothing(cli: Cli, folder: Path) -> None:
    result = cli("blueprints", "validate", str(folder / "warned.yaml"))

    assert 0 == result.code
    assert result.err.startswith(f"warning: {folder}/warned.yaml:4:3: ")
    assert "unused" in result.err


def test_editors_get_mistakes_and_warnings_as_json(cli: Cli, folder: Path) -> None:
    result = cli("blueprints", "validate", str(folder / "bad.yaml"), str(folder / "warned.yaml"), "--json")

    said = json.loads(result.out)
    bad, warned = said["blueprints"]
    assert (1, False) == (result.code, said["valid"])
    assert (str(folder / "bad.yaml"), False) == (bad["path"], bad["valid"])
    place = {"file": f"{folder}/bad.yaml", "line": 7, "column": 11, "kind": "unknown-node-type"}
    assert place.items() <= bad["problems"][0].items()
    assert (True, [], 1) == (warned["valid"], warned["problems"], len(warned["warnings"]))


def test_what_is_no_blueprint_at_all_does_not_keep_the_others_from_being_checked(cli: Cli, folder: Path) -> None:
    (folder / "torn.zip").write_bytes(b"PK\3\4 torn")

    result = cli("blueprints", "validate", str(folder / "torn.zip"), str(folder / "good.yaml"))

    assert 1 == result.code
    assert f"{folder}/torn.zip: refused: 1 mistake" in result.out
    assert f"{folder}/good.yaml: valid" in result.out


def test_an_archive_is_checked_like_its_folder(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "blueprint.yaml").write_text(BAD)
    with tarfile.open(tmp_path / "shop.tar.bz2", "w:bz2") as archive:
        archive.add(tmp_path / "shop", "shop")

    result = cli("blueprints", "validate", str(tmp_path / "shop.tar.bz2"))

    assert 1 == result.code
    assert "\n  blueprint.yaml:7:11: " in result.out


def test_a_plan_shows_what_there_will_be(cli: Cli, folder: Path) -> None:
    written = cli("blueprints", "plan", str(folder / "good.yaml"))
    decided = cli("blueprints", "plan", str(folder / "good.yaml"), "-i", "count=3")

    assert "by the inputs" in written.out
    assert '{"get_input": "count"}' in written.out
    (host,) = (line.split() for line in decided.out.splitlines() if line.strip().startswith("host "))
    assert ["host", "cloudify.nodes.Compute", "3"] == host[:3]
    assert "contained_in host" in decided.out


def test_a_plan_as_json_is_whole(cli: Cli, folder: Path) -> None:
    plan = json.loads(cli("blueprints", "plan", str(folder / "good.yaml"), "-i", "count=3", "--json").out)

    assert 3 == plan["nodes"]["host"]["instances"]["default"]
    assert 3 == plan["outputs"]["count"]["value"]


def test_a_plan_of_a_bad_blueprint_or_for_bad_inputs_is_refused(cli: Cli, folder: Path) -> None:
    bad = cli("blueprints", "plan", str(folder / "bad.yaml"))
    wrong = cli("blueprints", "plan", str(folder / "good.yaml"), "-i", "count=many")

    assert (1, 1) == (bad.code, wrong.code)
    assert f"{folder}/bad.yaml:7:11: " in bad.err
    assert "the input `count` must be an integer" in wrong.err


@pytest.mark.parametrize(
    ("words", "first"),
    [((), "host (Compute)"), (("--format", "mermaid"), "flowchart TD"), (("--format", "dot"), "digraph blueprint {")],
)
def test_a_blueprint_is_drawn(cli: Cli, folder: Path, words: tuple[str, ...], first: str) -> None:
    result = cli("blueprints", "graph", str(folder / "good.yaml"), *words)

    assert (0, first) == (result.code, result.out.splitlines()[0])
    assert "app" in result.out


def test_an_unknown_drawing_is_a_mistake_of_the_command_line(cli: Cli, folder: Path) -> None:
    result = cli("blueprints", "graph", str(folder / "good.yaml"), "--format", "svg")

    assert 2 == result.code
    assert "`svg` is none of tree, mermaid, dot" in result.err


def test_the_language_explains_itself_without_a_state_directory(cli: Cli, home: Path) -> None:
    schema = json.loads(cli("blueprints", "schema").out)
    functions = json.loads(cli("blueprints", "functions", "--json").out)
    types = json.loads(cli("blueprints", "types", "compute", "--json").out)

    assert "node_templates" in schema["properties"]
    assert {"get_input", "concat"} <= {one["name"] for one in functions}
    assert all(one["example"] for one in functions)
    assert "cloudify.nodes.Compute" in {one["name"] for one in types}
    assert "get_input" in cli("blueprints", "functions", "get_in").out
    assert "type: cloudify.nodes.Compute" in cli("blueprints", "types", "Compute").out
    assert 2 == cli("blueprints", "types", "nowhere").code
    assert not home.exists()


def test_a_new_blueprint_is_a_folder_that_installs_and_is_never_overwritten(cli: Cli, tmp_path: Path) -> None:
    written = cli("blueprints", "new", str(tmp_path / "first"))
    again = cli("blueprints", "new", str(tmp_path / "first"))

    assert (0, f"{tmp_path}/first/blueprint.yaml\n") == (written.code, written.out)
    assert (1, True) == (again.code, "exists already" in again.err)
    checked = cli("blueprints", "validate", str(tmp_path / "first"))
    assert (0, "") == (checked.code, checked.err)
    installed = cli("install", str(tmp_path / "first"), "-i", "greeting=good morning")
    assert (0, True) == (installed.code, "good morning" in installed.out)


def test_a_new_blueprint_can_be_one_file_or_fill_a_folder(cli: Cli, tmp_path: Path) -> None:
    file = cli("blueprints", "new", str(tmp_path / "first.yaml"))
    within = cli("blueprints", "new", str(tmp_path), "--json")

    assert f"{tmp_path}/first.yaml\n" == file.out
    assert {"path": f"{tmp_path}/blueprint.yaml"} == json.loads(within.out)
    checked = cli("blueprints", "validate", str(tmp_path / "first.yaml"), str(tmp_path))
    assert (0, "") == (checked.code, checked.err)


def test_where_a_new_blueprint_finds_one_of_its_files_it_writes_none(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "blueprint.yaml").symlink_to("nowhere")

    result = cli("blueprints", "new", str(tmp_path / "mine"))

    assert (1, True) == (result.code, "mine/blueprint.yaml" in result.err)
    assert ["blueprint.yaml"] == [one.name for one in (tmp_path / "mine").iterdir()]


def test_a_blueprint_imports_an_uploaded_one_which_then_stays(cli: Cli, folder: Path) -> None:
    (folder / "shop.yaml").write_text(
        "tosca_definitions_version: cloudify_dsl_1_5\nimports: [cloudify/types/types.yaml, 'base--blueprint:good']\n"
    )

    early = cli("blueprints", "validate", str(folder / "shop.yaml"))
    assert 0 == cli("blueprints", "upload", str(folder / "good.yaml"), "-b", "good").code
    assert 0 == cli("blueprints", "upload", str(folder / "shop.yaml"), "-b", "shop").code
    deleted = cli("blueprints", "delete", "good")

    assert "no blueprint `good` is uploaded (upload it first" in early.out
    assert {"base--host", "base--app"} == set(
        json.loads(cli("blueprints", "get", "shop", "--json").out)["plan"]["nodes"]
    )
    assert (1, True) == (deleted.code, "other blueprints import it: shop" in deleted.err)
    assert 0 == cli("blueprints", "delete", "shop").code
    assert 0 == cli("blueprints", "delete", "good").code


def test_a_plugin_import_is_refused_with_what_to_do(cli: Cli, folder: Path) -> None:
    (folder / "shop.yaml").write_text(GOOD.replace("types.yaml]", "types.yaml, 'plugin:cloudify-aws']"))

    result = cli("blueprints", "validate", str(folder / "shop.yaml"))

    assert 1 == result.code
    assert "no plugin `cloudify-aws` is uploaded" in result.out
    assert "upload it first, with `conductor plugins upload PATH`" in result.out


def test_a_folder_that_holds_the_state_directory_is_not_copied_into_itself(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "blueprint.yaml").write_text(GOOD)

    result = cli("blueprints", "upload", str(tmp_path))

    assert 1 == result.code
    assert "holds Conductor's state directory" in result.err
    assert "failed_uploading" in cli("blueprints", "list").out


def test_an_unchanged_blueprint_is_read_from_the_cache(cli: Cli, home: Path) -> None:
    cli("blueprints", "upload", str(BLUEPRINT), "-b", "one")
    (entry,) = (home / "cache").glob("*.plan")
    before = entry.stat()

    assert 0 == cli("blueprints", "upload", str(BLUEPRINT), "-b", "two").code

    assert [entry] == list((home / "cache").glob("*.plan"))
    assert (before.st_ino, before.st_mtime_ns) == (entry.stat().st_ino, entry.stat().st_mtime_ns)
    assert 0o700 == (home / "cache").stat().st_mode & 0o777


def test_scripts_of_an_imported_blueprint_run_where_they_lie(cli: Cli, tmp_path: Path) -> None:
    base, shop = tmp_path / "base", tmp_path / "shop"
    (base / "scripts").mkdir(parents=True)
    shop.mkdir()
    (base / "scripts" / "greet.sh").write_text('#!/bin/sh\nctx logger info "hello from the base"\n')
    (base / "blueprint.yaml").write_text(
        "tosca_definitions_version: cloudify_dsl_1_5\n"
        "imports: [cloudify/types/types.yaml]\n"
        "node_templates:\n  greeter:\n    type: cloudify.nodes.ApplicationServer\n"
        "    interfaces: { cloudify.interfaces.lifecycle: { create: scripts/greet.sh } }\n"
    )
    (shop / "blueprint.yaml").write_text(
        "tosca_definitions_version: cloudify_dsl_1_5\nimports: [cloudify/types/types.yaml, 'in--blueprint:base']\n"
    )

    for name in ("base", "shop"):
        assert 0 == cli("blueprints", "upload", str(tmp_path / name), "-b", name).code
    assert 0 == cli("deployments", "create", "shop", "-b", "shop").code
    run = cli("executions", "start", "install", "-d", "shop")

    assert 0 == run.code
    assert "hello from the base" in run.out + run.err


@pytest.fixture
def needy(tmp_path: Path) -> Path:
    folder = tmp_path / "needy"
    folder.mkdir()
    (folder / "needy.yaml").write_text(NEEDY)
    return folder / "needy.yaml"


NEEDY = """\
tosca_definitions_version: cloudify_dsl_1_4
inputs:
  size: { type: integer, default: 1 }
  name:
    type: string
"""


def test_an_install_without_an_input_names_its_place_and_leaves_nothing(cli: Cli, needy: Path) -> None:
    result = cli("install", str(needy), "-b", "zz")

    assert result.code == 1
    assert "Error: needy.yaml:4:3: the input `name` is missing (string)\n" in result.err
    assert cli("blueprints", "list", "--json").out == "[]\n"


def test_an_input_of_the_wrong_type_names_the_place_of_its_declaration(cli: Cli, needy: Path) -> None:
    cli("blueprints", "upload", str(needy), "-b", "zz")
    result = cli("deployments", "create", "-b", "zz", "-i", "{name: a, size: big}", "--json")

    assert result.code == 1
    assert "needy.yaml:3:3: the input `size`" in result.err
