"""From one end to the other in a real terminal, by keys alone: demo, queue behind it, why, cancel, leave, come back."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from engine.conductor import Conductor

PATIENCE = 30.0
PAUSE = 0.1
"""Seconds between two looks at the pane."""
pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


class Pane:
    """One terminal of a tmux server of its own."""

    def __init__(self, socket: Path, home: Path) -> None:
        self._socket, self._home, self._never = socket, home, Event()

    def open(self) -> None:
        """Open a terminal of 120 columns with a cockpit in it."""
        command = f"{sys.executable} -m conductor_tui --home {self._home}"
        self._tmux("new-session", "-d", "-x", "120", "-y", "40", f"{command}; echo left with $?; cat")

    def close(self) -> None:
        self._tmux("kill-server")

    def _tmux(self, *words: str) -> str:
        environ = {**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
        for name in ("TMUX", "COLUMNS", "LINES"):
            environ.pop(name, None)
        line = ["tmux", "-u", "-S", str(self._socket), "-f", os.devnull, *words]
        return subprocess.run(line, env=environ, capture_output=True, text=True, check=False).stdout

    def press(self, *keys: str) -> None:
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        self._tmux("send-keys", "-l", text)

    def text(self) -> str:
        return self._tmux("capture-pane", "-p")

    def until(self, condition: Callable[[str], bool], description: str) -> str:
        """Wait until the pane shows it; return the pane."""
        deadline = monotonic() + PATIENCE
        while not condition(shown := self.text()):
            assert monotonic() < deadline, f"it never came true that {description}:\n{shown}"
            self._never.wait(PAUSE)
        return shown

    def shows(self, *words: str) -> str:
        return self.until(lambda shown: all(word in shown for word in words), f"{words} are shown")


@pytest.fixture
def pane(tmp_path: Path) -> Iterator[Pane]:
    home = tmp_path / "home"
    terminal = Pane(tmp_path / "tmux", home)
    terminal.open()
    try:
        yield terminal
    finally:
        terminal.close()
        _end(home)


def _end(home: Path) -> None:
    """Take the demo away with all its processes."""
    from conductor_tui.demo import shop_deployment as shop
    from engine.domain.execution import CancelKind

    with closing(Conductor(home)) as conductor:
        for execution in conductor.executions(deployment_id=shop.SHOP):
            conductor.cancel_execution(execution.id, CancelKind.KILL)
        conductor.stop_engine()


def test_the_demo_is_installed_queued_behind_explained_cancelled_and_found_again(pane: Pane) -> None:
    pane.shows("Nothing is deployed yet", "installs a demo here")
    pane.press("d")
    pane.until(lambda shown: "RUN 1" in shown, "the shop is being installed")

    pane.press(":")
    pane.type("start install shop")
    pane.press("Enter")
    pane.shows("Start a workflow on shop", "install", "wait in the queue")
    pane.press("C-s")
    pane.shows("QUE 1", "install")

    pane.press("3")
    pane.shows("same deployment", "install")
    pane.press("x")
    pane.shows("Cancel execution", "taken out of the queue")
    pane.press("y")
    pane.shows("QUE 0", "z undoes")

    pane.press("2")
    pane.shows("install", "cancelled")
    pane.press("q")
    pane.shows("Leave the cockpit?", "go on")
    pane.press("y")
    pane.shows("left with 0", "keep running")

    pane.close()
    pane.open()
    pane.shows("[2 Executions", "install", "cancelled")
