"""A program in a pseudo terminal, timed from outside: until its text appears, and what it uses."""

import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fcntl import ioctl
from pathlib import Path

PATIENCE = 60.0
"""Seconds within which a text must come; a clock on the screen does not lengthen them."""
BARE_APP = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("first paint")
    def on_key(self, event):
        self.query_one(Static).update(f"key {event.key}")
Bare().run()
"""
CPU_CLOCK = 2
"""The kernel's number of the clock that counts a process's time on a processor; the process is in the higher bits."""


class Pane:
    """The far end of the terminal."""

    def __init__(self, pid: int, master: int) -> None:
        self.pid, self._master, self._begin = pid, master, time.perf_counter()

    def until(self, text: str) -> float:
        """Return milliseconds from the start, or the last key, until a text arrives."""
        wanted, seen, deadline = text.encode(), b"", time.perf_counter() + PATIENCE
        while wanted not in seen:
            left = deadline - time.perf_counter()
            assert left > 0, f"{text!r} never came: {seen[-2000:]!r}"
            if select.select([self._master], [], [], left)[0]:
                seen += os.read(self._master, 65536)
        return (time.perf_counter() - self._begin) * 1000

    def press(self, keys: str) -> None:
        """Press keys after everything that was on its way has arrived."""
        self.settle()
        self._begin = time.perf_counter()
        os.write(self._master, keys.encode())

    def settle(self, quiet: float = 0.4) -> None:
        """Read until nothing arrives for a moment; the clock of the status line does."""
        end = time.perf_counter() + 3
        while time.perf_counter() < end and select.select([self._master], [], [], quiet)[0]:
            os.read(self._master, 65536)

    def rest(self, seconds: float) -> float:
        """Return percent of a processor that it takes while nobody does anything."""
        before, end = self._cpu(), time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if select.select([self._master], [], [], left)[0]:
                os.read(self._master, 65536)
        return 100 * (self._cpu() - before) / seconds

    def _cpu(self) -> float:
        """Seconds of processor that the process has taken, of threads that have ended too."""
        return time.clock_gettime(~self.pid << 3 | CPU_CLOCK)

    @property
    def cpu_milliseconds(self) -> float:
        """What the kernel has counted of all threads, finer than its ticks."""
        tasks = Path(f"/proc/{self.pid}/task").iterdir()
        return sum(int((one / "schedstat").read_text().split()[0]) for one in tasks) / 1e6

    @property
    def megabytes(self) -> float:
        """Resident memory."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        line = next(one for one in status.splitlines() if one.startswith("VmRSS"))
        return int(line.split()[1]) / 1024


def terminal_environment(home: Path) -> dict[str, str]:
    """Return the environment of a program in a pane: no config of the user's, compiled bytecode."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return environment | {"TERM": "xterm-256color", "LANG": "C.UTF-8", "XDG_CONFIG_HOME": str(home / "no-config")}


def cockpit_command(home: Path) -> list[str]:
    """Return the command that opens the cockpit to look, so that no engine is started."""
    return [sys.executable, "-m", "conductor_tui", "--home", str(home), "--read-only"]


@contextmanager
def pane(command: Sequence[str], environment: dict[str, str], size: tuple[int, int] = (120, 40)) -> Iterator[Pane]:
    """Run a command in a terminal of this size until the block is left."""
    pid, master = pty.fork()
    if pid == 0:
        ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        os.execvpe(command[0], list(command), environment)
    ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    try:
        yield Pane(pid, master)
    finally:
        os.kill(pid, signal.SIGTERM)
        while select.select([master], [], [], 1.0)[0]:
            try:
                if not os.read(master, 65536):
                    break
            except OSError:
                break
        os.waitpid(pid, 0)
        os.close(master)
