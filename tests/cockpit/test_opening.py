"""Whoever leaves is told how to come back to the same state directory."""

from pathlib import Path

from conductor_tui.opening import opening_command


def test_the_usual_state_directory_need_not_be_named(tmp_path: Path) -> None:
    usual = {"CONDUCTOR_HOME": str(tmp_path)}

    assert opening_command(tmp_path, usual) == "conductor"
    assert opening_command(None, usual) == "conductor"


def test_another_state_directory_is_named(tmp_path: Path) -> None:
    usual, other = {"CONDUCTOR_HOME": str(tmp_path)}, tmp_path / "it's"

    assert opening_command(other, usual) == f"conductor --home '{tmp_path}/it'\"'\"'s'"
