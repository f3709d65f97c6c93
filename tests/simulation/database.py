"""The real storage in a simulation: in memory where speed counts, and with a door at every transaction."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from engine.domain.group import DeploymentGroup
from engine.domain.hook import HookEvent, make_hook
from storage import deploymentgroups, hooks
from storage.database import Database
from tests.builders import NOW, store_deployment
from tests.simulation import facts

DEPLOYMENTS = ("d0", "d1", "d2", "d3")
EVERYWHERE = "everywhere"
"""The group of all deployments."""
HOOKS: dict[str, tuple[HookEvent, ...]] = {"everything": tuple(HookEvent), "failures": (HookEvent.FAILED,)}
"""The hooks that there are, and what they hear of."""


class Doors(Protocol):
    """What happens at the borders of transactions; each may raise what ends the process that comes by."""

    def before_read(self) -> None:
        """Somebody else may have his turn here."""

    def before_write(self) -> None:
        """Also here; and the database may be locked."""

    def before_commit(self) -> None:
        """Everything is written and nothing is stored."""

    def after_commit(self, connection: sqlite3.Connection) -> None:
        """It is stored; who wrote it does not know yet."""

    def after_copy(self, connection: sqlite3.Connection) -> None:
        """The whole database is copied."""


class WatchedDatabase(Database):
    """A database on a file, whose transactions lead through the doors."""

    def __init__(self, home: Path, doors: Doors) -> None:
        super().__init__(home)
        self._doors = doors
        facts.watch(self._connection())

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        self._doors.before_read()
        with super().read() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        self._doors.before_write()
        with super().write() as connection:
            yield connection
            self._doors.before_commit()
        self._doors.after_commit(connection)

    def copy_to(self, path: Path) -> None:
        super().copy_to(path)
        self._doors.after_copy(self._connection())


class FreeTurn:
    """A turn where nobody waits."""

    def count(self) -> int:
        return 0

    def begin_count(self) -> None:
        """Nothing is counted."""


class MemoryDatabase(WatchedDatabase):
    """The same without a disk: some ten times as fast."""

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:", isolation_level=None)
        connection.deserialize(image())
        connection.row_factory = sqlite3.Row
        for pragma in ("foreign_keys = ON", "journal_mode = MEMORY", "temp_store = MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _gate(self, patience: float) -> "nullcontext[FreeTurn]":  # type: ignore[override] # nobody else reaches this memory
        return nullcontext(FreeTurn())

    def make_durable(self) -> None:
        """Memory is as durable as this process."""


@cache
def image() -> bytes:
    """Return a migrated database with deployments in it, as bytes."""
    with TemporaryDirectory() as folder:
        fill(Path(folder))
        connection = sqlite3.connect(Path(folder) / "conductor.db")
        connection.execute("PRAGMA journal_mode = DELETE")
        found = connection.serialize()
        connection.close()
    return found


def fill(home: Path) -> None:
    """Make the database of a state directory, with deployments in it."""
    database = Database.open(home)
    for id in DEPLOYMENTS:
        store_deployment(database, id)
    with database.write() as connection:
        deploymentgroups.insert(connection, DeploymentGroup(id=EVERYWHERE, created_at=NOW))
        deploymentgroups.add(connection, EVERYWHERE, DEPLOYMENTS)
        for hook_id, words in HOOKS.items():
            hooks.insert(connection, make_hook(hook_id, words, command="tell", url=None, now=NOW))
    database.close()
