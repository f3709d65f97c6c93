"""Every command answers in JSON when it is asked to, mistakes included."""

import json
from pathlib import Path

import pytest

from conductor_tui.cli.declared import declared
from conductor_tui.cli.tree import TREE, function_of
from conductor_tui.cli.words import Command, Group
from tests.cli.conftest import Cli
from tests.cli.reference import command_paths


def command_at(path: tuple[str, ...]) -> Command | Group:
    node: Command | Group = TREE
    for word in path:
        node = node.children[word] if isinstance(node, Group) else node
    return node


COMMANDS = {path: node for path in command_paths() if isinstance(node := command_at(path), Command)}


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_has_json(path: tuple[str, ...]) -> None:
    assert "json" in {one.name for one in declared(function_of(COMMANDS[path]))}


@pytest.mark.parametrize(
    ("words", "code", "kind", "sentence"),
    [
        (("executions", "get", "e1"), 1, "NotFound", "there is no execution `e1`"),
        (("executions", "strat"), 2, "WrongUsage", "Did you mean 'start'?"),
        (("executions", "get"), 2, "WrongUsage", "EXECUTION_ID"),
        (("executions", "list", "--size", "x"), 2, "WrongUsage", "--size"),
        (("--home", "", "executions", "list"), 2, "WrongUsage", "--home is empty"),
        (("hooks", "create", "h", "--on", "failed"), 2, "WrongUsage", "either --command or --url"),
    ],
)
def test_a_mistake_is_one_object_on_stderr(
    cli: Cli, words: tuple[str, ...], code: int, kind: str, sentence: str
) -> None:
    result = cli(*words, "--json")

    told = json.loads(result.err)
    assert (result.code, result.out, told["kind"]) == (code, "", kind)
    assert sentence in told["error"]


def test_a_refused_blueprint_lists_its_mistakes_as_json(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "wrong").mkdir()
    (tmp_path / "wrong" / "wrong.yaml").write_text("nonsense: {}\n")
    result = cli("blueprints", "upload", str(tmp_path / "wrong" / "wrong.yaml"), "--json")

    told = json.loads(result.err)
    assert (result.code, result.out, told["kind"]) == (1, "", "BlueprintInvalid")
    assert told["problems"][0]["line"] == 1


def test_what_is_deleted_is_told_as_json(cli: Cli, deployed: str) -> None:
    assert json.loads(cli("deployments", "delete", deployed, "--json").out) == {"id": deployed, "deleted": True}
    assert json.loads(cli("blueprints", "delete", "talk", "--json").out) == {"id": "talk", "deleted": True}
    assert cli("deployments", "list", "--json").out == "[]\n"


def test_hooks_answer_in_json(cli: Cli) -> None:
    cli("hooks", "create", "h", "--on", "failed", "--command", "true")

    assert json.loads(cli("hooks", "disable", "h", "--json").out) == {"id": "h", "enabled": False, "changed": True}
    assert json.loads(cli("hooks", "enable", "h", "--json").out) == {"id": "h", "enabled": True, "changed": True}
    assert json.loads(cli("hooks", "test", "h", "--json").out) == {"id": "h", "told": True}
    assert json.loads(cli("hooks", "delete", "h", "--json").out) == {"id": "h", "deleted": True}


def test_a_hook_that_fails_its_test_is_an_error_in_json(cli: Cli) -> None:
    cli("hooks", "create", "h", "--on", "failed", "--command", "false")
    result = cli("hooks", "test", "h", "--json")

    assert (result.code, result.out) == (1, "")
    assert json.loads(result.err)["error"] == "hook `h` failed: false ended with exit status 1"


def test_stopping_no_engine_is_told_as_json(cli: Cli) -> None:
    assert json.loads(cli("engine", "stop", "--json").out) == {"stopped": False}
