"""A real terminal with a cockpit in it, by tmux: press keys, read the pane."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from time import monotonic

import pytest

from engine.conductor import Conductor
from engine.domain.execution import CancelKind
from engine.runtime.ending import GRACE, end_tree
from engine.runtime.marks import mark_of
from engine.runtime.processes import marked, scan

PATIENCE = 60.0
"""Seconds to wait for what must come; a slow machine is no mistake."""
PAUSE = 0.1
"""Seconds between two looks at the pane."""
MISSING = "tmux is not installed; tests that press keys in a real terminal need it"


def need_tmux() -> None:
    """Skip the test where there is no tmux; in CI, where there must be one, fail."""
    if shutil.which("tmux") is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING, pytrace=False)
        pytest.skip(MISSING)


class Pane:
    """One terminal of a tmux server of its own."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.home = home
        self.temporary = folder / "temporary"
        """The place of temporary files of all that runs here."""
        self.temporary.mkdir()
        self._folder, self._opened, self._never = folder, 0, Event()

    def open(self, columns: int = 120, rows: int = 40) -> None:
        """Open a terminal with a cockpit in it, on a socket of its own: the last server may still be leaving."""
        self._opened += 1
        command = shlex.join([sys.executable, "-m", "conductor_tui", "--home", str(self.home)])
        self._tmux("new-session", "-d", "-x", str(columns), "-y", str(rows), f"{command}; echo left with $?; cat")

    def close(self) -> None:
        self._tmux("kill-server")

    def _tmux(self, *words: str) -> str:
        foreign = ("TMUX", "COLUMNS", "LINES", "NO_COLOR", "CONDUCTOR_HOME")
        kept = {name: value for name, value in os.environ.items() if name not in foreign}
        config = str(self.home.parent / "config")
        own = {"TERM": "xterm-256color", "XDG_CONFIG_HOME": config, "TMPDIR": str(self.temporary)}
        environ = {**kept, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", **own}
        line = ["tmux", "-u", "-S", str(self._folder / f"tmux-{self._opened}"), "-f", os.devnull, *words]
        return subprocess.run(line, env=environ, capture_output=True, text=True, check=False).stdout

    def press(self, *keys: str) -> None:
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        self._tmux("send-keys", "-l", text)

    def command(self, line: str) -> None:
        """Give a command of the cockpit, such as `start install shop`."""
        self.press(":")
        self.type(line)
        self.press("Enter")

    def resize(self, columns: int, rows: int) -> None:
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def set_option(self, name: str, value: str) -> None:
        self._tmux("set-option", "-g", name, value)

    def asked(self, format: str) -> str:
        """Return what tmux says of the pane, such as `#{pane_title}`."""
        return self._tmux("display-message", "-p", format).strip()

    def buffers(self) -> str:
        """Return the names and beginnings of what was copied."""
        return self._tmux("list-buffers")

    def text(self) -> str:
        return self._tmux("capture-pane", "-p")

    def until(self, condition: Callable[[str], bool], description: str) -> str:
        """Wait until the pane shows it; return the pane."""
        deadline = monotonic() + PATIENCE
        while not condition(shown := self.text()):
            assert monotonic() < deadline, f"it never came true that {description}:\n{shown}"
            self._never.wait(PAUSE)
        return shown

    def until_nothing_is_left(self) -> None:
        """Wait until no temporary file is left of what ran here."""
        deadline = monotonic() + PATIENCE
        while left := list(self.temporary.iterdir()):
            assert monotonic() < deadline, f"these temporary files are left: {left}"
            self._never.wait(PAUSE)

    def shows(self, *words: str) -> str:
        return self.until(lambda shown: all(word in shown for word in words), f"{words} are shown")


@contextmanager
def terminal_of(home: Path) -> Iterator[Pane]:
    """Lend a terminal; afterwards nothing that was started in its state directory is left."""
    need_tmux()
    with TemporaryDirectory(prefix="pane-") as folder:
        pane = Pane(Path(folder), home)
        try:
            yield pane
        finally:
            pane.close()
            _end(home)
        pane.until_nothing_is_left()


def _end(home: Path) -> None:
    with closing(Conductor(home)) as conductor:
        executions = conductor.executions()
        for execution in executions:
            if not execution.status.is_final:
                conductor.cancel_execution(execution.id, CancelKind.KILL)
        conductor.stop_engine()
    of_executions = {mark_of(one.id, attempt) for one in executions for attempt in range(1, one.attempt + 1)}
    end_tree(lambda: marked(scan(), of_executions), grace=GRACE)
