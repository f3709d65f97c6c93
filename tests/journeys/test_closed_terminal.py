"""A terminal that is closed takes the cockpit with it, whenever that happens."""

import os
import pty
import select
import signal
from pathlib import Path

import pytest

from tests.journeys.conftest import PROGRAM
from tests.runtime.world import until


def open_cockpit(home: Path) -> tuple[int, int]:
    """Return the process and the terminal of a cockpit that has painted its first screen."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execv(PROGRAM[0], [*PROGRAM, "--home", str(home)])
    seen = bytearray()

    def has_painted() -> bool:
        if select.select([terminal], [], [], 0.05)[0]:
            seen.extend(os.read(terminal, 65536))
        return b"Deployments" in seen

    until(has_painted, within=30)
    return pid, terminal


@pytest.mark.parametrize("signals", [(), (signal.SIGTERM,), (signal.SIGCONT, signal.SIGTERM)])
def test_no_cockpit_stays_behind(home: Path, signals: tuple[signal.Signals, ...]) -> None:
    pid, terminal = open_cockpit(home)
    for number in signals:
        os.kill(pid, number)
    os.close(terminal)
    try:
        until(lambda: os.waitpid(pid, os.WNOHANG)[0] == pid, within=15)
    except AssertionError:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise
