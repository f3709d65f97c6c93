"""The two streams of a command: data on stdout, talk on stderr."""

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from conductor_tui.cli.colour import END, Colour, painted, wants_colour
from conductor_tui.cli.plain import as_json
from conductor_tui.cli.table import Column, layout
from conductor_tui.spans import UNLIMITED, safe

LONGEST_ON_SCREEN = 20_000
"""Characters of a line that a terminal is given: more than any stored line of a log; the rest is counted."""
_OPEN_CODE = re.compile(r"\x1b[^m]*$")


class PipeClosed(Exception):
    """Nobody reads stdout any more."""


class OutputFailed(Exception):
    """Stdout cannot be written, as on a full disk."""


class Output:
    """Prints lines, tables and JSON; every text that comes from data is made harmless on its way."""

    def __init__(self, stdout: TextIO | None = None, stderr: TextIO | None = None) -> None:
        self._stdout = stdout or sys.stdout or _void()  # a shell can close them: conductor ... >&-
        self._stderr = stderr or sys.stderr or _void()
        for stream in (self._stdout, self._stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        self.is_terminal = self._stdout.isatty()
        self.is_coloured = wants_colour(os.environ, is_terminal=self.is_terminal)
        self.is_talk_terminal = self._stderr.isatty()
        self._is_talk_coloured = wants_colour(os.environ, is_terminal=self.is_talk_terminal)

    def lines(self, lines: Iterable[str]) -> None:
        """Print lines that are safe already, and let them be seen at once; a terminal is spared their endless ends.

        Raises:
            PipeClosed: the reader is gone.
            OutputFailed: it cannot be written.
        """
        self._write(map(for_screen, lines) if self.is_terminal else lines)

    def _write(self, lines: Iterable[str]) -> None:
        with _pipe():
            for line in lines:
                self._stdout.write(f"{line}\n")
            self._stdout.flush()

    def line(self, text: object) -> None:
        """Print one line of data."""
        self.lines([safe(str(text), UNLIMITED)])

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
        """Print rows under their headings, cut to the terminal's width if there is one."""
        self.lines(layout(columns, rows, _terminal_width() if self.is_terminal else None))

    def json(self, value: object) -> None:
        """Print one value as indented JSON."""
        self._write([as_json(value, indent=2)])

    def json_lines(self, values: Iterable[object]) -> None:
        """Print one JSON object per line."""
        self._write(as_json(value) for value in values)

    def talk(self, text: str, colour: Colour | None = None) -> None:
        """Tell the person at the terminal something; every line of it is made harmless."""
        for line in text.splitlines() or [""]:
            told = painted(safe(line, UNLIMITED), colour, is_on=self._is_talk_coloured)
            print(for_screen(told) if self.is_talk_terminal else told, file=self._stderr, flush=True)

    def flash(self, text: str) -> None:
        """Put a text in the place of the one flashed before; the next line of talk may take its place."""
        self._stderr.write(f"\r\x1b[K{safe(text, UNLIMITED)}")
        self._stderr.flush()

    def ask(self, question: str) -> str:
        """Ask the person at the terminal and return the answer; empty when the terminal has gone."""
        self._stderr.write(safe(question, UNLIMITED))
        self._stderr.flush()
        return sys.stdin.readline()


def for_screen(line: str) -> str:
    """Return what a terminal is given of a line: its beginning, and how much more there is."""
    rest = len(line) - LONGEST_ON_SCREEN
    if rest <= 0:
        return line
    shown = _OPEN_CODE.sub("", line[:LONGEST_ON_SCREEN])
    end = END if "\x1b" in shown else ""
    return f"{shown}{end}… {rest} more characters; --json, a file or a pipe gets them all"


def _void() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def _terminal_width() -> int:
    from shutil import get_terminal_size  # slow to import

    return get_terminal_size().columns


@contextmanager
def _pipe() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        raise PipeClosed from error
    except OSError as error:
        raise OutputFailed(f"cannot write to stdout: {error.strerror}") from error
