"""A terminal that is closed takes the cockpit with it, whenever that happens."""

import os
import pty
import select
import signal
import subprocess
import sys
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


def test_a_terminal_that_goes_without_a_signal_takes_the_cockpit_with_it(home: Path) -> None:
    ours, theirs = pty.openpty()
    command = [*PROGRAM, "--home", str(home)]
    environment = {**os.environ, "TERM": "xterm-256color"}
    # A session of its own, which this terminal does not control: nobody sends SIGHUP.
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
    ) as cockpit:
        os.close(theirs)
        seen = bytearray()
        try:
            while b"Deployments" not in seen:
                seen.extend(os.read(ours, 65536))
            os.close(ours)

            assert 129 == cockpit.wait(60)
        finally:
            cockpit.kill()


STUCK = """
import threading
from conductor_tui.terminal import watch
watch(lambda: print("left"), every=0.1)
print("watching", flush=True)
threading.Event().wait()
"""


def test_a_cockpit_that_is_stuck_in_writing_ends_with_its_terminal(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    said = tmp_path / "said"
    with said.open("w") as out, subprocess.Popen([sys.executable, "-c", STUCK], stdin=theirs, stdout=out) as stuck:
        os.close(theirs)
        until(lambda: "watching" in said.read_text(), within=30)
        os.close(ours)

        assert 129 == stuck.wait(60)
