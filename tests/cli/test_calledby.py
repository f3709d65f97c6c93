"""Commands that are printed call the program as the user called it."""

import sys
from pathlib import Path

import pytest

from conductor_tui.calledby import called, command_for


def test_a_program_off_the_path_is_called_by_the_shorter_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    program = tmp_path / ".venv" / "bin" / "conductor"

    assert called(str(program), tmp_path) == ".venv/bin/conductor"


def test_a_program_on_the_path_is_called_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "conductor").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert called(str(tmp_path / "conductor"), Path("/")) == "conductor"


def test_a_home_that_is_not_the_usual_one_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONDUCTOR_HOME", str(tmp_path / "usual"))
    monkeypatch.setattr(sys, "argv", ["/nowhere/bin/conductor"])

    assert "--home" not in command_for(tmp_path / "usual")
    assert command_for(tmp_path / "my home").endswith(f" --home '{tmp_path}/my home'")
