"""Whether a script that an operation runs is another one in another blueprint."""

from pathlib import Path
from sqlite3 import Connection

from engine.domain.blueprint import Operation
from storage import blueprints

RUN = "script_runner.tasks.run"
FOLDER = "blueprints"
"""Where the contents of blueprints lie in the state directory."""


class ChangedScripts:
    """Compares the files of two blueprints, each pair once; only scripts count, which are all of their operation."""

    def __init__(self, connection: Connection, home: Path, old_id: str, new_id: str) -> None:
        self._old = _folders(connection, home, old_id)
        self._new = _folders(connection, home, new_id)
        self._known: dict[str, bool] = {}

    def __call__(self, operation: Operation) -> bool:
        """Say whether the same operation runs another script now."""
        path = operation.inputs.get("script_path")
        if operation.function != RUN or not isinstance(path, str) or self._old == self._new:
            return False
        if path not in self._known:
            self._known[path] = _content(self._old, path) != _content(self._new, path)
        return self._known[path]


def _folders(connection: Connection, home: Path, id: str) -> tuple[Path, ...]:
    content, main_file = blueprints.location(connection, id)
    folder = home / FOLDER / content
    return ((folder / main_file).parent, folder)


def _content(folders: tuple[Path, ...], path: str) -> bytes | None:
    """Return what is in the file that a path means; None where there is none, as for what is fetched or imported."""
    for folder in folders:
        found = (folder / path).resolve()
        if found.is_relative_to(folder.resolve()) and found.is_file():
            return found.read_bytes()
    return None
