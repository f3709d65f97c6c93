"""`conductor config` tells where the file is, what it sets and what is wrong with it."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    monkeypatch.setenv("CONDUCTOR_CONFIG", str(path))
    return path


def test_the_path_is_printed(cli: Cli, file: Path) -> None:
    assert f"{file}\n" == cli("config", "path").out


def test_what_is_set_is_shown_with_the_defaults(cli: Cli, file: Path) -> None:
    file.write_text("read-only = true\n[keys]\nhelp = 'ctrl+t'")
    shown = cli("config", "show").out

    assert "read-only = true\n" in shown
    assert "mouse = true\n" in shown
    assert 'keys."help" = "ctrl+t"\n' in shown
    assert json.loads(cli("config", "show", "--json").out)["keys"] == {"help": ["ctrl+t"]}


def test_a_file_in_order_is_said_to_be(cli: Cli, file: Path) -> None:
    file.write_text("ascii = true")

    assert f"{file} is in order.\n" == cli("config", "validate").err


def test_a_mistake_ends_with_an_error(cli: Cli, file: Path) -> None:
    file.write_text("asci = true")
    result = cli("config", "validate", str(file))

    assert (1, f"Error: {file}:1: `asci` is no setting; did you mean `ascii`?\n") == (result.code, result.err)


def test_a_file_that_is_not_there_cannot_be_checked(cli: Cli, file: Path) -> None:
    assert 1 == cli("config", "validate").code
