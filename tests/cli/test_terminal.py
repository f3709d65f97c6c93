"""On a terminal the command line asks, colours and fits its width; control codes of data never get there."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli


def on_terminal(home: Path, *words: str, answer: str = "", **environ: str) -> tuple[int, str]:
    """Run `conductor` on a terminal of its own and return its exit code and what the terminal got."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "conductor_tui", *words],
        env={**os.environ, "CONDUCTOR_HOME": str(home), "TERM": "xterm", "COLUMNS": "100", **environ},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    os.write(ours, answer.encode())
    seen = b"".join(_until_closed(ours))
    os.close(ours)
    return running.wait(), seen.decode()


def _until_closed(descriptor: int) -> list[bytes]:
    pieces: list[bytes] = []
    while True:
        try:
            piece = os.read(descriptor, 65536)
        except OSError:  # what Linux says when the other end has gone
            return pieces
        if not piece:
            return pieces
        pieces.append(piece)


def test_nothing_is_destroyed_without_a_yes(home: Path, cli: Cli, deployed: str) -> None:
    code, seen = on_terminal(home, "deployments", "delete", "talk", answer="n\n")

    assert code == 1
    assert "Delete deployment talk with its executions, events and schedules? [y/N]" in seen
    assert "Nothing was changed." in seen
    assert "talk" in cli("deployments", "list").out


def test_a_yes_destroys(home: Path, cli: Cli, deployed: str) -> None:
    code, _ = on_terminal(home, "deployments", "delete", "talk", answer="y\n")

    assert code == 0
    assert cli("deployments", "list").out == ""


def test_yes_skips_the_question(home: Path, cli: Cli, deployed: str) -> None:
    code, seen = on_terminal(home, "deployments", "delete", "talk", "--yes")

    assert code == 0
    assert "[y/N]" not in seen


def test_events_are_coloured_and_data_cannot_colour(home: Path, cli: Cli, deployed: str) -> None:
    code, seen = on_terminal(home, "executions", "start", "install", "-d", "talk")

    assert code == 0
    assert "\x1b[92m'install' workflow execution succeeded\x1b[0m" in seen
    assert "\x1b[31mred" not in seen


def test_no_color_is_honoured(home: Path, cli: Cli, deployed: str) -> None:
    code, seen = on_terminal(home, "executions", "start", "install", "-d", "talk", NO_COLOR="1")

    assert code == 0
    assert "\x1b" not in seen


def test_long_descriptions_are_cut_to_the_width(home: Path, cli: Cli, deployed: str) -> None:
    _, seen = on_terminal(home, "blueprints", "list", COLUMNS="90")

    lines = seen.splitlines()
    assert max(len(line) for line in lines) <= 90
    assert lines[1].endswith("…")


def test_a_terminal_that_obeys_no_codes_gets_none_and_is_told_why(home: Path) -> None:
    code, seen = on_terminal(home, TERM="dumb")

    assert code == 0
    assert "The cockpit needs a terminal that draws, and TERM=dumb says that this one does not" in seen
    assert "\x1b" not in seen


@pytest.mark.parametrize("closed", ["<&-", ">&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_terminal_and_no_crash(home: Path, closed: str) -> None:
    line = f"{sys.executable} -m conductor_tui {closed}"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)

    assert "unexpectedly" not in done.stderr
    assert not (home / "crash").exists()
