"""In a real terminal: every screen by its key, in both sizes, and a window that is drawn smaller and larger."""

from pathlib import Path

import pytest

from tests.cockpit import tiny
from tests.cockpit.tmux import Pane, terminal_of

SCREENS = (
    (("1",), ("[1 Dep", "NAME", "dep")),
    (("Enter",), ("dep", "web_", "tiny")),
    (("2",), ("[2 Exec", "WORKFLOW", "install", "started")),
    (("Enter",), ("install", "waits in the queue", "Log")),
    (("3",), ("[3 Queue", "same deployment", "install")),
    (("4",), ("[4 Sched", "no schedules yet")),
    (("5",), ("[5 B", "tiny")),
    (("Enter",), ("tiny", "web", "cloudify.nodes.Root")),
    (("6",), ("[6 Ev", "Starting 'install' workflow execution")),
    (("8",), ("[8 Sys", "max_concurrent_executions")),
    (("0",), ("install", "waits in the queue", "Log")),  # each view is as it was left, details included
    (("Escape",), ("install", "started", "Log")),
    (("Escape",), ("[0 Home", "RUN 1", "QUE 1", "dep")),
)


def with_one_running_and_one_waiting(pane: Pane, columns: int, rows: int) -> None:
    tiny.deploy(pane.home)
    pane.open(columns, rows)
    pane.shows("[0 Home]", "dep")
    pane.press("t")
    pane.shows("Start a workflow on dep", "install")
    pane.press("C-s")
    pane.shows("RUN 1", "started")
    pane.command("start install dep")
    pane.shows("Start a workflow on dep", "wait in the queue")
    pane.press("C-s")
    pane.shows("QUE 1")


@pytest.mark.parametrize(("columns", "rows"), [(120, 40), (80, 24)])
def test_every_screen_is_reached_by_its_key_and_tells_of_its_thing(tmp_path: Path, columns: int, rows: int) -> None:
    with terminal_of(tmp_path / "home") as pane:
        with_one_running_and_one_waiting(pane, columns, rows)
        for keys, telling in SCREENS:
            pane.press(*keys)
            pane.shows(*telling)


def test_a_window_drawn_smaller_and_larger_keeps_the_cockpit_alive(tmp_path: Path) -> None:
    with terminal_of(tmp_path / "home") as pane:
        with_one_running_and_one_waiting(pane, 120, 40)
        for key in "01234568":
            for columns, rows in ((20, 5), (200, 60), (40, 12), (120, 40)):
                pane.resize(columns, rows)
            pane.press(key)
            pane.shows(f"[{key} ", "live")
        pane.press("q", "y")
        pane.shows("left with 0")
