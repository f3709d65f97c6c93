"""Settings and purges from the command line."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_complete import offered


def test_settings_are_listed_with_their_meaning(cli: Cli) -> None:
    result = cli("settings", "list")

    assert result.code == 0
    assert "max_concurrent_executions" in result.out
    assert "0 sets no limit" in result.out


def test_a_setting_is_changed_and_given_back(cli: Cli) -> None:
    assert cli("settings", "set", "poll_interval", "5").err.startswith("poll_interval is 5: ")
    assert "5\n" == cli("settings", "get", "poll_interval").out
    assert cli("settings", "reset", "poll_interval").code == 0
    assert 60 == json.loads(cli("settings", "get", "poll_interval", "--json").out)["value"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("set", "poll_interval", "often"), "poll_interval is a whole number from 1 to 3600, not `often`"),
        (("set", "speed", "1"), "there is no setting `speed`; there are max_concurrent_executions"),
        (("get", "speed"), "there is no setting `speed`"),
        (("reset", "speed"), "there is no setting `speed`"),
    ],
)
def test_a_wrong_setting_is_answered(cli: Cli, words: tuple[str, ...], sentence: str) -> None:
    result = cli("settings", *words)

    assert result.code == 1
    assert sentence in result.err


def test_ended_executions_are_deleted(cli: Cli, deployed: str) -> None:
    for _ in range(2):
        assert cli("executions", "start", "install", "-d", deployed, "--dry-run").code == 0

    assert "1 execution deleted.\n" == cli("executions", "delete", "--keep-last", "1").err
    assert 0 == json.loads(cli("executions", "delete", "--before", "2 weeks", "--json").out)["deleted"]
    assert 0 == json.loads(cli("executions", "delete", "--status", "failed", "--json").out)["deleted"]
    assert 1 == json.loads(cli("executions", "delete", "-d", deployed, "--json").out)["deleted"]
    assert [] == json.loads(cli("executions", "list", "--json").out)


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("--before", "soon"), 1, "soon"),
        (("--before", "1 day", "--keep-last", "1"), 2, "mutually exclusive"),
        (("--status", "started"), 1, "not those that are started"),
        (("--status", "gone"), 2, "`gone` is none of"),
        (("--keep-last", "0"), 2, "greater than or equal to 1"),
    ],
)
def test_a_purge_that_cannot_be_meant_is_refused(cli: Cli, words: tuple[str, ...], code: int, sentence: str) -> None:
    result = cli("executions", "delete", *words)

    assert result.code == code
    assert sentence in result.err


def test_tab_completes_the_names_of_settings(cli: Cli, home: Path) -> None:
    cli("settings", "list")

    assert any("poll_interval" in word for word in offered(home, "conductor settings get poll"))
