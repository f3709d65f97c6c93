"""Plugins from the command line."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.plugins import demo_wagon, write_yaml


@pytest.fixture
def words(tmp_path: Path) -> tuple[str, ...]:
    """The words that upload the demo plugin."""
    return "plugins", "upload", str(demo_wagon(tmp_path)), "-y", str(write_yaml(tmp_path / "plugin.yaml"))


def test_a_plugin_is_uploaded_listed_shown_and_deleted(cli: Cli, words: tuple[str, ...]) -> None:
    uploaded = cli(*words)

    assert (0, "demo-plugin-1.0\n") == (uploaded.code, uploaded.out)
    assert "A blueprint imports it with 'plugin:demo-plugin'" in uploaded.err
    assert "Plugin `demo-plugin-1.0` was uploaded already." in cli(*words).err
    assert "demo_plugin-1.0-py3-none-any.wgn" in cli("plugins", "list").out
    assert "demo-needed==0.1" in cli("plugins", "get", "demo-plugin-1.0").out
    assert "Plugin `demo-plugin-1.0` deleted.\n" == cli("plugins", "delete", "demo-plugin-1.0", "--yes").err
    assert "No plugins. Upload one with: conductor plugins upload PATH\n" == cli("plugins", "list").err


def test_json_tells_everything(cli: Cli, words: tuple[str, ...]) -> None:
    uploaded = json.loads(cli(*words, "--json").out)

    assert ("demo-plugin", "1.0", True) == (uploaded["package_name"], uploaded["package_version"], uploaded["is_new"])
    assert [uploaded["id"]] == [one["id"] for one in json.loads(cli("plugins", "list", "--json").out)]
    assert [] == json.loads(cli("plugins", "get", uploaded["id"], "--json").out)["used_by"]


def test_a_mistake_is_shown_at_its_place(cli: Cli, tmp_path: Path) -> None:
    yaml = write_yaml(tmp_path / "plugin.yaml", "3.0")
    result = cli("plugins", "upload", str(demo_wagon(tmp_path)), "-y", str(yaml))

    assert 1 == result.code
    assert "plugin.yaml:6:22: `package_version` is `3.0`" in result.err
    assert "\n                         ^" in result.err


def test_what_cannot_be_done_is_one_sentence(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("")

    for words, sentence in (
        (("upload", str(tmp_path / "x.txt")), "has no plugin.yaml; name it with -y"),
        (("upload", str(tmp_path / "no")), "does not exist"),
        (("get", "nothing"), "there is no plugin `nothing`"),
        (("delete", "nothing", "-y"), "there is no plugin `nothing`"),
    ):
        result = cli("plugins", *words)
        assert (True, True, False) == (result.code > 0, sentence in result.err, "Traceback" in result.err), result
