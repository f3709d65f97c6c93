"""Hooks from the command line, told by a real engine."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.runtime.world import until


def test_a_hook_is_told_what_becomes_of_executions(cli: Cli, deployed: str, tmp_path: Path) -> None:
    command = f"tee -a {tmp_path}/told"
    assert (
        "note\n"
        == cli("hooks", "create", "note", "--on", "started,terminated", "--on", "failed", "--command", command).out
    )
    assert cli("executions", "start", "install", "-d", deployed).code == 0
    until(lambda: (tmp_path / "told").exists() and (tmp_path / "told").read_text().count('"event"') == 2)
    until(lambda: cli("hooks", "get", "note").out.count("delivered") == 2)

    assert "started,terminated,failed" in cli("hooks", "list").out
    facts = json.loads(cli("hooks", "get", "note", "--json").out)["deliveries"]
    assert ["terminated", "started"] == [one["payload"]["event"] for one in facts]


def test_a_hook_is_tried_switched_and_deleted(cli: Cli, tmp_path: Path) -> None:
    cli("hooks", "create", "h", "--on", "failed", "--command", f"tee {tmp_path}/told")

    assert "Hook `h` was told.\n" == cli("hooks", "test", "h").err
    assert json.loads((tmp_path / "told").read_text())["is_test"]
    assert "Hook `h` disabled.\n" == cli("hooks", "disable", "h").err
    assert "Hook `h` was disabled already.\n" == cli("hooks", "disable", "h").err
    assert "Hook `h` enabled.\n" == cli("hooks", "enable", "h").err
    assert "Hook `h` deleted.\n" == cli("hooks", "delete", "h", "--yes").err
    assert cli("hooks", "get", "h").code == 1


def test_a_test_that_fails_ends_with_1(cli: Cli) -> None:
    cli("hooks", "create", "h", "--on", "failed", "--command", "false")
    result = cli("hooks", "test", "h")

    assert (1, "Error: hook `h` failed: false ended with exit status 1\n") == (result.code, result.err)


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("--on", "failed"), 2, "either --command or --url"),
        (("--on", "failed", "--command", "true", "--url", "http://h"), 2, "either --command or --url"),
        (("--command", "true"), 2, "--on"),
        (("--on", "ended", "--command", "true"), 1, "not of `ended`"),
        (("--on", "failed", "--url", "ftp://h"), 1, "`ftp://h` cannot be the URL of a hook"),
    ],
)
def test_what_cannot_be_a_hook_is_refused(cli: Cli, words: tuple[str, ...], code: int, sentence: str) -> None:
    result = cli("hooks", "create", "h", *words)

    assert result.code == code
    assert sentence in result.err
