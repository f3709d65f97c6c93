"""How docs/cli.md is made of the tree of commands."""

import io
from collections.abc import Iterator
from contextlib import redirect_stdout

from conductor_tui.cli.exit_codes import ExitCode
from conductor_tui.cli.main import run
from conductor_tui.cli.tree import TREE
from conductor_tui.cli.words import Command, Group

_INTRODUCTION = """\
# The command line

Written from the program itself by `tests/cli/test_reference.py`; do not edit. Whoever types `conductor` where the guide
says `cfy` gets what the guide says.

Data goes to stdout and talk to stderr. With `--json` the data is one object or array; events are one object a line.
Colours appear on a terminal only, and never when `NO_COLOR` has a value. Times are UTC. Ids of executions may be cut to
their first characters as long as one execution alone begins so. `conductor --install-completion` makes Tab complete
commands, options and ids.

| exit code | meaning |
|---|---|
"""

_MEANINGS = {
    ExitCode.OK: "It was done; an execution that was followed ended well.",
    ExitCode.FAILED: "It failed or was refused; an execution that was followed failed, was cancelled or took too long.",
    ExitCode.USAGE: "The command line itself is wrong.",
    ExitCode.CRASHED: "Conductor has a defect: a report was written to `crash/` in the state directory "
    "(`CONDUCTOR_DEBUG=1` shows it at once).",
    ExitCode.ENGINE: "The engine is taken, or cannot be started or reached.",
    ExitCode.INTERRUPTED: "Ctrl-C; an execution that was followed keeps running.",
    ExitCode.PIPE_CLOSED: "Nobody reads the output any more.",
}

Path = tuple[str, ...]


def command_paths() -> list[Path]:
    """Return the words of every command and group, the root's being empty."""
    return [(), *_below((), TREE)]


def _below(path: Path, node: Command | Group) -> Iterator[Path]:
    if isinstance(node, Group):
        for name, child in node.children.items():
            yield (*path, name)
            yield from _below((*path, name), child)


def help_of(path: Path) -> str:
    """Return what `--help` prints."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        code = run([*path, "--help"])
    if code != ExitCode.OK:
        raise AssertionError(f"{' '.join(path)} --help ends with {code}")
    return printed.getvalue()


def reference() -> str:
    """Return the whole page."""
    codes = "".join(f"| {int(code)} | {_MEANINGS[code]} |\n" for code in ExitCode)
    return _INTRODUCTION + codes + "".join(_chapter(path) for path in command_paths())


def _chapter(path: Path) -> str:
    title = " ".join(("conductor", *path))
    level = "#" * min(len(path) + 2, 4)
    return f"\n{level} {title}\n\n```text\n{help_of(path).strip()}\n```\n"
