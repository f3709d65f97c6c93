"""In a real terminal, by keys alone: schedule, pause, resume, copy the whole state and bring it back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cockpit import tiny
from tests.cockpit.tmux import Pane, terminal_of


@pytest.fixture
def pane(tmp_path: Path) -> Iterator[Pane]:
    with terminal_of(tmp_path / "home") as terminal:
        tiny.deploy(terminal.home)
        terminal.open()
        terminal.shows("[0 Home]", "dep")
        yield terminal


def test_a_schedule_is_made_seen_paused_for_a_reason_and_told_of(pane: Pane) -> None:
    pane.press("4")
    pane.shows("no schedules yet")
    pane.press("n")
    pane.shows("New schedule", "dep", "check_drift")
    pane.type("every day at 7:30")
    pane.shows("Next runs", "= every day at 7:30")
    pane.press("C-s")
    pane.shows("is stored", "Schedules  1", "check_drift", "every day at 7:30")

    pane.press("P")
    pane.shows("Pause schedule check_drift?", "Why?")
    pane.type("quiet week")
    pane.press("Enter")
    pane.shows("paused", "at rest: quiet week")

    pane.press("H")
    pane.shows("History", "at rest: quiet week", "check_drift")
    pane.press("Escape")
    pane.shows("[4 Schedules", "quiet week")


def test_a_failed_execution_is_resumed_where_it_stopped(pane: Pane) -> None:
    (pane.home / "broken").touch()
    pane.press("t")
    pane.shows("Start a workflow on dep", "install")
    pane.press("C-s")
    pane.shows("✗ failed", "the door is locked")

    (pane.home / "go").touch()
    pane.press("r")
    pane.shows("Resume", "do it")
    pane.press("y")
    pane.shows("✓ completed", "the door is open", "the light is on")


def test_a_cancelled_execution_is_resumed_where_it_stopped(pane: Pane) -> None:
    pane.press("t")
    pane.shows("Start a workflow on dep", "install")
    pane.press("C-s")
    pane.shows("Log", "started", "running")
    pane.press("x")
    pane.shows("Cancel execution", "do it")
    pane.press("y")
    pane.shows("cancelling")
    (pane.home / "go").touch()
    assert "the light is on" not in pane.shows("! cancelled", "the door is open")

    pane.press("r")
    pane.shows("Resume", "do it")
    pane.press("y")
    assert pane.shows("✓ completed", "the light is on").count("the door is open") == 1


def test_a_snapshot_is_made_and_restored_with_the_state_of_then(pane: Pane) -> None:
    pane.press("8")
    pane.shows("no snapshots", "max_concurrent_executions")
    pane.press("n")
    pane.shows("Make a snapshot of the whole state?")
    pane.press("y")
    shown = pane.shows("✓ created")
    name = next(word for word in shown.split() if word.startswith("snapshot-"))

    pane.press("1")
    pane.shows("[1 Deployments", "dep")
    pane.press("D")
    pane.shows("Delete deployment dep?", "Type dep to do it")
    pane.type("dep")
    pane.press("Enter")
    pane.shows("[1 Deployments", "Deployments  0")

    pane.press("8")
    pane.shows("[8 System", "0 deployments")
    pane.press("R")
    pane.shows(f"Restore snapshot {name}?", f"Type {name} to do it")
    pane.type(name)
    pane.press("Enter")
    pane.shows("[8 System", "0 wait, 1 deployment")
    pane.press("1")
    pane.shows("[1 Deployments", "Deployments  1", "dep")
