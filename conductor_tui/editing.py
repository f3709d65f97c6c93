"""Leaving the screen for the user's own editor or pager, and coming back."""

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

from textual.app import App, SuspendNotSupported

from conductor_tui import terminal

EDITORS = ("nano", "vim", "vi")
PAGERS = ("less", "more")


class CannotLeave(Exception):
    """The screen cannot be left for another program; the text says why."""


def editor(environ: Mapping[str, str]) -> list[str]:
    """Return the command of the user's editor: $VISUAL, $EDITOR, or one that is there.

    Raises:
        CannotLeave: there is none.
    """
    return _program((environ.get("VISUAL"), environ.get("EDITOR")), EDITORS, "editor: set $EDITOR")


def pager(environ: Mapping[str, str]) -> list[str]:
    """Return the command of the user's pager: $PAGER, or one that is there.

    Raises:
        CannotLeave: there is none.
    """
    return _program((environ.get("PAGER"),), PAGERS, "pager: set $PAGER")


def _program(wanted: tuple[str | None, ...], known: tuple[str, ...], what: str) -> list[str]:
    for one in wanted:
        if one and one.strip():
            return shlex.split(one)
    found = next((one for one in known if shutil.which(one)), None)
    if found is None:
        raise CannotLeave(f"there is no {what}")
    return [found]


def run(app: App[Any], command: list[str], path: Path) -> None:
    """Show a file in a program that has the terminal for itself until it ends.

    Raises:
        CannotLeave: this terminal cannot be left, or the program cannot be run.
    """
    try:
        with app.suspend():
            trouble = _wait_for([*command, str(path)])
    except SuspendNotSupported as error:
        raise CannotLeave("the cockpit has no terminal of its own here, so no other program can have it") from error
    if trouble:
        raise CannotLeave(trouble)


def _wait_for(line: list[str]) -> str:
    """Run a program to its end; return what went wrong. Nothing is raised: the screen would not come back."""
    before = signal.signal(signal.SIGINT, _pass_over)
    try:
        code = subprocess.run(line, check=False).returncode
    except OSError as error:
        return f"{line[0]} cannot be run: {error.strerror}; set $EDITOR or $PAGER"
    finally:
        signal.signal(signal.SIGINT, before)
    terminal.end_without_one()
    return f"{line[0]} ended with {code}, so nothing is taken over" if code else ""


def _pass_over(number: int, frame: FrameType | None) -> None:
    """Leave ^c to the program that has the terminal; the cockpit behind it is not meant."""


def edited(app: App[Any], text: str, name: str) -> str:
    """Let the user edit a text in a file of that name; return what was saved.

    Raises:
        CannotLeave: nothing could be edited.
    """
    with TemporaryDirectory(prefix="conductor-") as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8")
        run(app, editor(os.environ), path)
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CannotLeave(f"what was saved cannot be read: {error}") from error
