"""The program as the user called it, for commands that are to be typed again."""

import os
import shlex
import shutil
import sys
from pathlib import Path

NAME = "conductor"


def called(argv0: str, cwd: Path) -> str:
    """Return the shortest word that calls the program again from `cwd`."""
    if Path(argv0).name != NAME:
        return f"{_shorter(sys.executable, cwd)} -m conductor_tui"
    on_path = shutil.which(NAME)
    if on_path and Path(on_path).resolve() == Path(argv0).resolve():
        return NAME
    return _shorter(argv0, cwd)


def _shorter(path: str, cwd: Path) -> str:
    whole = os.path.abspath(path)  # noqa: PTH100 - a link to the program must stay a link
    relative = os.path.relpath(whole, cwd)
    return shlex.quote(min(relative, whole, key=len))


def command_for(home: Path) -> str:
    """Return the words that call the program again on this state directory."""
    from engine.runtime.home import resolve

    program = called(sys.argv[0], Path.cwd())
    return program if resolve().root == home.resolve() else f"{program} --home {shlex.quote(str(home))}"
