"""Whatever the database or a file says, the command line prints no character that steers a terminal."""

import json
import unicodedata
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.hostile import MARKUP, NAME, TEXT, a_blueprint, fill

FAILED = "00000000-execution"
LISTINGS = (
    "blueprints list",
    "blueprints get bp",
    "deployments list",
    "deployments get dep",
    "deployments outputs dep",
    "deployments capabilities dep",
    "deployments group list",
    "deployments group get group",
    "deployments updates list",
    "deployments schedule list",
    "deployments schedule get dep nightly",
    "deployments schedule calendar list",
    "deployments schedule calendar get calendar",
    "executions list",
    f"executions get {FAILED}",
    "executions get 20000000-execution",
    "executions group list",
    "executions group get eg",
    "events list",
    f"events list {FAILED}",
    "executions why 20000000-execution",
    "queue",
    "engine status",
    "settings list",
    "maintenance-mode status",
    "hooks list",
    "hooks get hook",
    "plugins list",
    "plugins get plug",
    "secrets list",
    "snapshots list",
    "workflows list -d dep",
)


def odd(text: str) -> set[str]:
    """Return the characters of a text that are no part of a visible line."""
    return {one for one in text if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")} - {"\n"}


@pytest.fixture
def filled(home: Path, tmp_path: Path) -> Path:
    fill(home, tmp_path)
    return home


def test_no_listing_and_no_detail_prints_a_character_that_steers_a_terminal(filled: Path, cli: Cli) -> None:
    for words in LISTINGS:
        result = cli(*words.split())

        assert result.code == 0, (words, result.err)
        assert odd(result.out + result.err) == set(), words


def test_json_escapes_them_and_keeps_them(filled: Path, cli: Cli) -> None:
    for words in LISTINGS:
        result = cli(*words.split(), "--json")

        assert result.code == 0, (words, result.err)
        assert odd(result.out + result.err) == set(), words
    assert json.loads(cli("executions", "get", FAILED, "--json").out)["error"] == TEXT


def test_markup_is_printed_as_it_stands(filled: Path, cli: Cli) -> None:
    assert MARKUP in cli("executions", "get", FAILED).out


def test_a_word_that_names_nothing_is_told_without_them(filled: Path, cli: Cli) -> None:
    for words in (["executions", "get"], ["deployments", "get"], ["blueprints", "get"], ["no-such"], ["--no-such"]):
        result = cli(*words, NAME)

        assert result.code != 0
        assert odd(result.out + result.err) == set(), words


def test_a_hostile_blueprint_is_checked_without_them(home: Path, cli: Cli, tmp_path: Path) -> None:
    path = a_blueprint(tmp_path / "one")
    broken = tmp_path / "\x1b]0;owned\x07[red].yaml"
    for content in (TEXT, path.read_text(encoding="utf-8") + f"x: {NAME}\n", f"node_templates: [{NAME[:30]}]\n"):
        broken.write_text(content, encoding="utf-8")
        result = cli("blueprints", "validate", str(broken))

        assert result.code != 0
        assert odd(result.out + result.err) == set()
    for words in ("validate", "plan", "graph"):
        result = cli("blueprints", words, str(path))

        assert odd(result.out + result.err) == set(), words
