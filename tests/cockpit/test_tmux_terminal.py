"""In a real terminal: what lies around the picture, a terminal that is far too small, two cockpits, a killed engine."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.runtime.home import Home
from engine.runtime.leadership import leader
from tests.cockpit import tiny
from tests.cockpit.tmux import Pane, terminal_of

LOOKS_AWAY = "\x1b[O"
"""What a terminal says when the user has gone to another window."""


@pytest.fixture
def pane(tmp_path: Path) -> Iterator[Pane]:
    with terminal_of(tmp_path / "home") as terminal:
        tiny.deploy(terminal.home)
        yield terminal


def start(pane: Pane) -> None:
    pane.press("t")
    pane.shows("Start a workflow on dep", "install")
    pane.press("C-s")
    pane.shows("Log", "RUN 1", "started")


def test_the_title_tells_the_progress_and_a_bell_the_end_where_nobody_looks(pane: Pane) -> None:
    pane.open()
    pane.shows("[0 Home]", "dep")
    start(pane)
    pane.until(lambda _: "dep" in pane.asked("#{pane_title}"), "the title names what runs")
    pane.type(LOOKS_AWAY)
    assert pane.asked("#{window_bell_flag}") == "0"

    (pane.home / "go").touch()
    pane.until(lambda _: pane.asked("#{window_bell_flag}") == "1", "it rings")
    pane.until(lambda _: "conductor" in pane.asked("#{pane_title}"), "the title tells that nothing runs")


def test_what_is_copied_is_in_tmux_as_it_comes(pane: Pane) -> None:
    """Out of the box tmux ignores the code by which programs copy."""
    pane.open()
    pane.shows("[0 Home]", "dep")
    pane.press("Y")
    pane.shows("Copied: conductor deployments get dep")
    pane.until(lambda _: "conductor deployments get dep" in pane.buffers(), "tmux has it")


def test_a_terminal_that_is_far_too_small_shows_what_it_can_and_then_all(pane: Pane) -> None:
    pane.open(20, 5)
    pane.until(lambda shown: "dep" in shown, "the list is shown")
    pane.resize(80, 24)
    pane.shows("[0 Home]", "dep", "Leave")


def test_two_cockpits_of_one_state_directory_show_the_same(pane: Pane, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Pane(tmp_path / "other", pane.home)
    pane.open()
    other.open(80, 24)
    try:
        pane.shows("[0 Home]", "dep")
        other.shows("[0 Home]", "dep")
        start(pane)
        other.shows("RUN 1", "install")
        other.press("2")
        other.shows("[2 Exec", "started")
        other.press("x")
        other.shows("Cancel execution", "do it")
        other.press("y")
        pane.shows("cancelling")
        (pane.home / "go").touch()
        pane.shows("RUN 0", "! cancelled")
        other.press("q", "y")
        other.shows("left with 0")
        pane.press("1")
        pane.shows("[1 Deployments", "dep")
    finally:
        other.close()


def test_a_killed_engine_is_missed_started_again_and_the_work_goes_on(pane: Pane) -> None:
    pane.open()
    pane.shows("[0 Home]", "dep")
    start(pane)
    found = leader(Home(pane.home))
    assert found is not None
    os.kill(found.pid, signal.SIGKILL)
    pane.shows("NO ENGINE", "E starts one")
    pane.press("E")
    pane.until(lambda shown: "NO ENGINE" not in shown and "● engine" in shown, "an engine runs again")

    (pane.home / "go").touch()
    pane.shows("✓ completed", "the light is on")
