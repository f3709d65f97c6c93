"""What the cockpit remembers from one time to the next, in a file that is never half written."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

import msgspec

HISTORY = 100
"""Commands that are remembered."""


class State(msgspec.Struct, kw_only=True):
    """Where the user was, and how the lists were narrowed and sorted."""

    screen: str = "home"
    theme: str = ""
    status: str = "all"
    filters: dict[str, str] = {}
    """Texts by view."""
    sorts: dict[str, str] = {}
    """Names of sortings by view; a leading minus turns one round."""
    parts: dict[str, str] = {}
    """Which part of a detail is shown, by detail."""
    sizes: dict[str, str] = {}
    """How large the pane in focus is, by screen."""
    selections: dict[str, str] = {}
    """The key of the row under the cursor, by view."""
    history: list[str] = []
    """Commands, oldest first."""
    has_toured: bool = False

    def remember(self, command: str) -> None:
        """Put a command at the end of the history."""
        self.history = [*(one for one in self.history if one != command), command][-HISTORY:]


def load(path: Path | None) -> State:
    """Return what was remembered; a file that says nothing sensible is as good as none."""
    if path is None:
        return State()
    try:
        return msgspec.json.decode(path.read_bytes(), type=State)
    except (OSError, msgspec.DecodeError):
        return State()


def save(state: State, path: Path | None) -> None:
    """Write the state; where that fails the next time begins anew."""
    if path is None:
        return
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            file.write(msgspec.json.format(msgspec.json.encode(state)))
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        return
    try:
        Path(file.name).replace(path)
    except OSError:
        Path(file.name).unlink(missing_ok=True)
