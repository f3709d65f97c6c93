"""In a real terminal the cockpit starts, obeys its keys, and leaves the terminal as it was."""

import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fcntl import ioctl
from functools import partial
from pathlib import Path
from time import monotonic

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from conductor_tui.opening import run
from tests.cockpit.worlds import WORLDS
sys.exit(run(WORLDS[sys.argv[1]](), name="pty", starts_engine=False))
"""
CRASHING = """
import sys
from dataclasses import replace
from conductor_tui.opening import run
from tests.cockpit.worlds import busy
world = busy()
world.change(replace(world.home, running=(None,)))
try:
    run(world, name="pty", starts_engine=False)
except AttributeError:
    print("reported")
    sys.exit(70)
"""
PATIENCE = 20.0
F4, F8 = "\x1bOS", "\x1b[19~"
ALTERNATE, NORMAL = b"\x1b[?1049h", b"\x1b[?1049l"
MANY_COLOURS = re.compile(rb"\x1b\[[0-9;]*?(?:38|48);[25];[0-9;]*m")
COLOUR = re.compile(rb"\x1b\[[0-9;]*?(?:3[0-7]|4[0-7]|9[0-7]|10[0-7]|38|48)[0-9;]*m")


class Terminal:
    """The far end of a pseudo terminal with a cockpit in it."""

    def __init__(self, process: "subprocess.Popen[bytes]", master: int) -> None:
        self.process, self.master = process, master
        self.output = b""
        self.is_closed = False

    def read_until(self, condition: Callable[[bytes], bool], description: str) -> None:
        deadline = monotonic() + PATIENCE
        while not condition(self.output):
            assert monotonic() < deadline, f"it never came true that {description}: {self.output[-400:]!r}"
            self._read()

    def _read(self) -> bool:
        ready, _, _ = select.select([self.master], [], [], 0.1)
        if not ready:
            return True
        try:
            piece = os.read(self.master, 65536)
        except OSError:
            return False
        self.output += piece
        return bool(piece)

    def write(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def close(self) -> None:
        """Take the terminal away."""
        os.close(self.master)
        self.is_closed = True

    def wait(self) -> int:
        """Read until the cockpit has ended; return its exit code."""
        deadline = monotonic() + PATIENCE
        while self.process.poll() is None:
            assert monotonic() < deadline, "the cockpit did not end"
            self._read()
        while self._read() and select.select([self.master], [], [], 0)[0]:
            pass
        return self.process.returncode


@contextmanager
def terminal(program: str = PROGRAM, *, cwd: Path = ROOT, **environment: str) -> Iterator[Terminal]:
    """Run the cockpit in a pseudo terminal of 100 columns."""
    master, slave = pty.openpty()
    ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLORTERM")}
    process = subprocess.Popen(
        [sys.executable, "-c", program, "busy"],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        cwd=cwd,
        env={**kept, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "LANG": "C.UTF-8", **environment},
        start_new_session=True,
    )
    os.close(slave)
    opened = Terminal(process, master)
    try:
        yield opened
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if not opened.is_closed:
            os.close(master)


def is_drawn(output: bytes) -> bool:
    return b"web-eu-1" in output and b"Leave" in output


def test_q_leaves_and_says_that_executions_keep_running() -> None:
    with terminal() as cockpit:
        cockpit.read_until(is_drawn, "the cockpit is drawn")
        cockpit.write("q")
        cockpit.read_until(lambda output: b"stay (default)" in output, "it asks")
        cockpit.write("y")

        assert cockpit.wait() == 0
        assert ALTERNATE in cockpit.output
        _, _, after = cockpit.output.rpartition(NORMAL)
        assert b"keep running" in after


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_closes_the_cockpit_and_restores_the_terminal(number: signal.Signals, code: int) -> None:
    with terminal() as cockpit:
        cockpit.read_until(is_drawn, "the cockpit is drawn")
        cockpit.process.send_signal(number)

        assert cockpit.wait() == code
        assert cockpit.output.rindex(NORMAL) > cockpit.output.rindex(ALTERNATE)


def test_an_error_of_ours_restores_the_terminal_and_is_left_to_the_crash_report() -> None:
    with terminal(CRASHING) as cockpit:
        assert cockpit.wait() == 70
        _, _, after = cockpit.output.rpartition(NORMAL)
        assert b"reported" in after
        assert b"Traceback" not in cockpit.output


def script(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_a_form_is_filled_in_an_editor_and_its_mistakes_are_shown_at_the_fields(tmp_path: Path) -> None:
    editor = script(tmp_path / "editor", "printf 'port: soon\\nregion: mars\\n' > \"$1\"")
    with terminal(EDITOR=editor, VISUAL="") as cockpit:
        cockpit.read_until(is_drawn, "the cockpit is drawn")
        cockpit.write("5")
        cockpit.read_until(lambda output: b"MAIN FILE" in output, "the blueprints are listed")
        cockpit.write("C")
        cockpit.read_until(lambda output: b"one of eu, us" in output, "the form is drawn")
        cockpit.write(F4)

        cockpit.read_until(lambda output: b"must be one of eu, us" in output, "the mistake of one is shown")
        cockpit.read_until(lambda output: b"must be a whole number" in output, "that of the other too")


def test_an_editor_that_is_not_there_is_told_and_the_cockpit_comes_back() -> None:
    with terminal(EDITOR="no-such-editor", VISUAL="") as cockpit:
        cockpit.read_until(is_drawn, "the cockpit is drawn")
        cockpit.write("6")
        cockpit.read_until(lambda output: b"enter opens" in output, "the events are shown")
        cockpit.write("e")

        cockpit.read_until(lambda output: b"cannot be run" in output, "it says why")
        cockpit.write("q")
        cockpit.read_until(lambda output: b"stay (default)" in output, "it answers to keys again")


def test_a_terminal_that_goes_while_an_editor_has_it_ends_the_cockpit(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    editor = script(tmp_path / "editor", f"touch {begun}; exec cat")
    with terminal(EDITOR=editor, VISUAL="") as cockpit:
        cockpit.read_until(is_drawn, "the cockpit is drawn")
        cockpit.write("6")
        cockpit.read_until(lambda output: b"enter opens" in output, "the events are shown")
        cockpit.write("e")
        cockpit.read_until(lambda output: begun.exists(), "the editor has the terminal")
        cockpit.close()

        assert cockpit.process.wait(PATIENCE) == 129


def test_a_picture_of_the_screen_is_saved_where_the_user_is(tmp_path: Path) -> None:
    with terminal(cwd=tmp_path) as cockpit:
        cockpit.read_until(is_drawn, "the cockpit is drawn")
        cockpit.write(F8)
        cockpit.read_until(lambda output: b"The picture is in" in output, "it says where")

        (picture,) = tmp_path.glob("conductor-home-*.svg")
        assert "web-eu-1" in picture.read_text(encoding="utf-8")


def test_the_mouse_is_given_back_to_the_terminal_and_taken_again() -> None:
    with terminal() as cockpit:
        cockpit.read_until(is_drawn, "the cockpit is drawn")
        assert b"\x1b[?1000h" in cockpit.output
        cockpit.write("M")
        cockpit.read_until(lambda output: b"\x1b[?1000l" in output, "the terminal has it")
        cockpit.write("M")
        cockpit.read_until(lambda output: output.count(b"\x1b[?1000h") == 2, "the cockpit has it again")


def test_no_color_sends_no_colour_at_all() -> None:
    with terminal(NO_COLOR="1") as cockpit:
        cockpit.read_until(is_drawn, "the cockpit is drawn")
        cockpit.write("t")
        cockpit.read_until(lambda output: b"dry run" in output, "the form is drawn")
        cockpit.write("\x11")
        cockpit.wait()

        assert COLOUR.findall(cockpit.output) == []


def test_a_terminal_of_sixteen_colours_gets_no_others() -> None:
    with terminal(TEXTUAL_COLOR_SYSTEM="standard") as cockpit:
        cockpit.read_until(is_drawn, "the cockpit is drawn")

        assert COLOUR.search(cockpit.output)
        assert MANY_COLOURS.findall(cockpit.output) == []


def test_the_console_of_linux_gets_its_sixteen_colours() -> None:
    with terminal(TERM="linux") as cockpit:
        cockpit.read_until(is_drawn, "the cockpit is drawn")

        assert COLOUR.search(cockpit.output)
        assert MANY_COLOURS.findall(cockpit.output) == []


def contains(shown: bytes, output: bytes) -> bool:
    return shown in output


def test_without_colours_the_new_dialogs_send_none_either() -> None:
    with terminal(NO_COLOR="1", CONDUCTOR_ASCII="1") as cockpit:
        cockpit.read_until(is_drawn, "the cockpit is drawn")
        for keys, shown in (
            ("8", b"poll_interval"),
            ("T", b"high-contrast"),
            ("\x1b", b""),
            ("y", b"conductor"),
            ("\x1b", b""),
        ):
            cockpit.write(keys)
            cockpit.read_until(partial(contains, shown), f"{shown!r} is drawn")
        cockpit.write("\x11")
        cockpit.wait()

        assert COLOUR.findall(cockpit.output) == []


def test_the_title_tells_the_progress_and_goes_again() -> None:
    with terminal() as cockpit:
        cockpit.read_until(is_drawn, "the cockpit is drawn")
        cockpit.read_until(lambda output: "\x1b]2;● 75% db-core +2\x07".encode() in output, "the title is set")
        cockpit.write("\x11")
        cockpit.wait()

        assert cockpit.output.rindex(b"\x1b[23;2t") > cockpit.output.rindex(b"\x1b]2;")


def test_with_colours_they_are_sent() -> None:
    with terminal() as cockpit:
        cockpit.read_until(is_drawn, "the cockpit is drawn")

        assert COLOUR.search(cockpit.output)


def test_the_plain_signs_are_used_where_they_are_asked_for() -> None:
    with terminal(CONDUCTOR_ASCII="1") as cockpit:
        cockpit.read_until(is_drawn, "the cockpit is drawn")

        assert "●" not in cockpit.output.decode(errors="replace")


@pytest.mark.parametrize(
    "module", ["conductor_tui.screens.start", "conductor_tui.screens.execution", "yaml", "sqlmodel"]
)
def test_the_first_screen_imports_no_more_than_it_needs(module: str) -> None:
    code = f"import sys, conductor_tui.opening; sys.exit({module!r} in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
