"""In a real terminal: what an operation writes as raw bytes is seen there and steers it nowhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cockpit import tiny
from tests.cockpit.tmux import Pane, terminal_of

EVIL = r"""#!/bin/bash
text='BEGIN \xc2\x9b2J \xc2\x9d0;owned\xc2\x9c \a\b \x1b]0;owned\a \x1b]52;c;aGk=\a \x1bPq\x1b\\ \x1b[2J'
bytes="$text"' \x9b2J\x9b31m \x90q\x9c \x9d0;owned\x9c \xff\xfe\xc3\x28'
printf "$bytes\n"
printf "$bytes\n" >&2
ctx instance runtime-properties evil "$(printf "$text")"
echo "endless $(head -c 10000000 /dev/zero | tr '\0' x)"
printf "$bytes" >&2
exit 1
"""
MARK = " more characters"


@pytest.fixture
def pane(tmp_path: Path) -> Iterator[Pane]:
    with terminal_of(tmp_path / "home") as terminal:
        tiny.deploy(terminal.home, start=EVIL)
        terminal.open()
        terminal.shows("[0 Home]", "dep")
        terminal.set_option("set-clipboard", "on")
        yield terminal


def assert_unsteered(pane: Pane) -> None:
    assert "owned" not in pane.asked("#{pane_title}")
    assert pane.asked("#{window_bell_flag}") == "0"
    assert pane.buffers() == ""


def test_raw_bytes_and_an_endless_line_are_seen_in_log_error_events_and_values(pane: Pane) -> None:
    pane.press("t")
    pane.shows("Start a workflow on dep", "install")
    pane.press("C-s")
    pane.shows("✗ failed", "<out> BEGIN", "<err> BEGIN", "<out> endless xxx")
    assert_unsteered(pane)

    pane.press("Tab", "w")
    pane.shows(MARK)  # wrapped, it is seen to where it was cut
    pane.press("w", "v", "v", "v")
    pane.shows("error 1")

    pane.press("6")
    pane.shows("[6 Ev", "<out> BEGIN", "endless xxx")
    pane.press("1")
    pane.shows("[1 Dep", "dep")
    pane.press("Enter")
    pane.shows("runtime evil", "BEGIN")
    assert_unsteered(pane)

    pane.press("q", "q", "y")
    pane.shows("left with 0")
    assert_unsteered(pane)
