"""Deployments brought to another blueprint from the command line."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import BLUEPRINT, Cli

NEW_NODE = """  listener:
    type: cloudify.nodes.Root
    interfaces:
      cloudify.interfaces.lifecycle:
        create: {script}

outputs:
"""


@pytest.fixture
def two(cli: Cli, deployed: str, tmp_path: Path) -> str:
    """An installed deployment, and a blueprint `more` with one node more; that of `worse` cannot be created."""
    for name, script in {"more": "speak.sh", "worse": "fail.sh"}.items():
        folder = tmp_path / name
        folder.mkdir()
        for path in BLUEPRINT.parent.iterdir():
            text = path.read_text().replace("outputs:\n", NEW_NODE.format(script=script))
            (folder / path.name).write_text(text)
        assert cli("blueprints", "upload", str(folder), "-b", name).code == 0
    assert cli("settings", "set", "task_retries", "0").code == 0
    assert cli("executions", "start", "install", "-d", deployed).code == 0
    return deployed


def test_an_update_is_previewed_made_and_listed(cli: Cli, two: str) -> None:
    preview = cli("deployments", "update", two, "-b", "more", "-i", "loudness=3", "--preview")
    done = cli("deployments", "update", two, "-b", "more", "-i", "loudness=3")
    again = cli("deployments", "update", two, "-b", "more", "-i", "loudness=3")

    assert preview.code == 0
    assert "Update of `talk`, blueprint `talk` → `more`: install 1" in preview.out
    assert "modify output loudness  changes" in preview.out
    assert "nothing has changed" in preview.err
    assert (done.code, again.code) == (0, 0)
    assert "'update' workflow execution succeeded" in done.out
    assert "Nothing to update" in again.err
    assert json.loads(cli("deployments", "outputs", two, "--json").out) == {"loudness": 3}
    [listed] = json.loads(cli("deployments", "updates", "list", two, "--json").out)
    assert (listed["state"], listed["new_blueprint_id"]) == ("successful", "more")
    shown = cli("deployments", "updates", "get", listed["id"][:6]).out
    assert "add node `listener`" in shown
    assert "listener_" in shown
    assert "successful" in cli("deployments", "updates", "list").out


def test_a_preview_is_told_as_json(cli: Cli, two: str) -> None:
    told = json.loads(cli("deployments", "update", two, "-b", "more", "--preview", "--json").out)

    assert (True, ["listener"]) == (told["changes_anything"], told["installed"])
    assert {"action": "add", "entity": "node", "name": "listener", "effect": "installs"} == told["steps"][0]


def test_a_failed_update_says_what_the_deployment_is_now(cli: Cli, two: str) -> None:
    result = cli("deployments", "update", two, "-b", "worse")

    assert result.code == 1
    assert "The deployment `talk` has blueprint `worse` now; what it adds is not all installed." in result.err
    assert "conductor executions resume" in result.err
    [listed] = json.loads(cli("deployments", "updates", "list", "--json").out)
    assert ("failed", "switched") == (listed["state"], listed["stage"])


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["--preview", "--queue"], 2, "--preview starts nothing, so --queue has no meaning with it"),
        (["--queue", "--force"], 2, "--queue is mutually exclusive with --force"),
        (["--install-first", "--skip-install"], 1, "--install-first has nothing to install first"),
        (["-b", "nonsuch"], 1, "there is no blueprint `nonsuch`"),
        (["-r", "speeker"], 1, "did you mean `speaker`?"),
        (["-i", "loudness=loud"], 1, "loudness"),
    ],
)
def test_what_has_no_meaning_is_refused_in_a_sentence(
    cli: Cli, deployed: str, words: list[str], code: int, sentence: str
) -> None:
    result = cli("deployments", "update", deployed, *words)

    assert (code, "") == (result.code, result.out)
    assert sentence in result.err


def test_a_named_node_is_reinstalled_though_nothing_differs(cli: Cli, two: str) -> None:
    result = cli("deployments", "update", two, "-r", "speaker")

    assert result.code == 0
    assert "reinstall 1" in result.err
    assert "speaker" in result.out


def test_an_empty_list_of_updates_says_what_to_do(cli: Cli, deployed: str) -> None:
    assert "conductor deployments update" in cli("deployments", "updates", "list").err
    assert cli("deployments", "updates", "get", "cafe").code == 1
