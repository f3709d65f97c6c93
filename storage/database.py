"""How the database file is opened, read and written: one snapshot to read, one fair gate to write."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

from engine.domain.errors import StorageFailed
from storage.gate import Turn

HEAD = "0008"
"""The newest migration; a test compares it with the folder of migrations."""

OTHER_SHAPE = ("no such table", "no such column", "table ")
"""How SQLite's complaints begin that the tables are not those of the newest migration."""

CHECKPOINT_BYTES = 4 * 1024 * 1024
CHECKPOINT_COMMITS = 500

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",  # each commit is made durable nevertheless, but after its turn at the gate
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA wal_autocheckpoint = 0",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA busy_timeout = 5000",
)

BUSY = "PRAGMA busy_timeout = {}"
LOCKED = "database is locked"
PATIENCE = 4.0
"""Seconds that a writer waits while nobody comes on; with the start of a command that makes five."""
MOMENT = 20
"""Milliseconds that a writer waits for a foreign program while he keeps others of Conductor waiting."""
PAUSE = 0.05
"""Seconds until he tries again."""
READERS_PATIENCE = 5000
"""Milliseconds that a reader waits while a foreign program has the whole file."""
MIGRATION_PATIENCE = 120.0


def home_of(connection: sqlite3.Connection) -> Path:
    """Return the state directory in which the database of a connection lies."""
    return Path(connection.execute("PRAGMA database_list").fetchone()["file"]).parent


class Database:
    """The database of one state directory; threads may share it, a fork must open its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.path = home / "conductor.db"
        self._gate_path = home / "write.lock"
        self._local = threading.local()
        self._watch_lock = threading.Lock()
        self._watcher: sqlite3.Connection | None = None
        self._connections: list[sqlite3.Connection] = []

    @classmethod
    def open(cls, home: Path) -> "Database":
        """Open the database, creating or migrating it where that is due.

        Raises:
            StorageFailed: the file is not a database, is damaged, or was written by a newer Conductor.
        """
        database = cls(home)
        try:
            if database._version() != HEAD:
                database._migrate()
        except (sqlite3.Error, OSError) as error:
            raise StorageFailed(f"cannot open the database {database.path}: {error}") from error
        return database

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Give one consistent snapshot.

        Raises:
            StorageFailed: the file is damaged, or another version of Conductor made it.
        """
        try:
            connection = self._connection()
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise self._failure("read", error) from error

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Give the only write transaction there is at this moment; leaving it in peace commits, durably.

        Waiting writers are served in turn. Keep it short, with no other I/O inside.

        Raises:
            StorageFailed: the disk is full, or a foreign program keeps the database locked.
        """
        try:
            connection = self._connection()
            before = connection.total_changes
            with self._begun(connection) as turn:
                try:
                    yield connection
                    connection.execute("COMMIT")
                except BaseException:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
                self._checkpoint_when_long(connection, turn)
            if connection.total_changes != before:
                self.make_durable()
        except sqlite3.OperationalError as error:
            raise self._failure("write to", error) from error

    @contextmanager
    def _begun(self, connection: sqlite3.Connection) -> Iterator[Turn]:
        """Give a turn in which writing has begun.

        While a foreign program keeps the lock, each holds the gate for a moment only, so that nobody waits longer than
        he would alone.
        """
        deadline: float | None = None
        while True:
            with ExitStack() as stack:
                turn = stack.enter_context(self._gate(PATIENCE))
                deadline = deadline or monotonic() + PATIENCE
                if _may_begin(connection, is_last=monotonic() > deadline):
                    yield turn
                    return
            sleep(PAUSE)  # whoever comes back at once would take the gate before those who wait at it

    def make_durable(self) -> None:
        """Wait until the disk has every commit so far; while one process waits, others write, and share the next wait.

        Raises:
            StorageFailed: the disk fails, or the file was deleted.
        """
        try:
            descriptor = os.open(f"{self.path}-wal", os.O_RDWR | os.O_CLOEXEC)
            try:
                os.fdatasync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise StorageFailed(f"cannot write the database {self.path} to the disk: {error.strerror}") from error

    def _failure(self, deed: str, error: sqlite3.Error) -> StorageFailed:
        if str(error).startswith(OTHER_SHAPE):
            return StorageFailed(
                f"the database {self.path} was made by another version of Conductor ({error}); "
                f"use that version, or move {self.path.parent} away"
            )
        if str(error) == LOCKED:
            return StorageFailed(
                f"cannot {deed} the database {self.path}: it is busy, another program has locked it; try again"
            )
        return StorageFailed(f"cannot {deed} the database {self.path}: {error}")

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy to a new file, while others read and write.

        Raises:
            StorageFailed: the disk is full, or the database is damaged.
        """
        try:
            self._connection().execute("VACUUM INTO ?", (str(path),))
        except sqlite3.Error as error:
            raise StorageFailed(f"cannot copy the database {self.path} to {path}: {error}") from error

    @contextmanager
    def attached(self, path: Path, name: str) -> Iterator[None]:
        """Let this thread's transactions read another database file under a name; that file is not changed.

        Raises:
            StorageFailed: the file cannot be read.
        """
        connection = self._connection()
        try:
            connection.execute(f'ATTACH ? AS "{name}"', (str(path),))
        except sqlite3.Error as error:
            raise StorageFailed(f"cannot read {path}: {error}") from error
        try:
            yield
        finally:
            connection.execute(f'DETACH "{name}"')

    def data_version(self) -> int:
        """Return a number that changes whenever anybody has committed; costs microseconds."""
        with self._watch_lock:
            if self._watcher is None:
                self._watcher = self._connect()
            version: int = self._watcher.execute("PRAGMA data_version").fetchone()[0]
            return version

    def close(self) -> None:
        """Close the connections of all threads; nobody may use the database any more."""
        with self._watch_lock:
            connections = [*self._connections, *([self._watcher] if self._watcher else [])]
            self._connections, self._watcher = [], None
        for connection in connections:
            connection.close()
        self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect()
            self._connections.append(connection)
        return connection

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=READERS_PATIENCE / 1000, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        for pragma in PRAGMAS:
            connection.execute(pragma)
        return connection

    @contextmanager
    def _gate(self, patience: float) -> Iterator[Turn]:
        """Queue for the right to write: SQLite's own waiting starves writers, the kernel's does not.

        Raises:
            StorageFailed: a process has stopped in the middle of its turn.
        """
        turn = Turn(self._gate_path)
        if not turn.take(patience):
            raise StorageFailed(
                f"cannot write to the database {self.path}: it is busy, a process of Conductor stands still in the "
                "middle of writing; try again"
            )
        try:
            yield turn
        finally:
            turn.end()

    def _checkpoint_when_long(self, connection: sqlite3.Connection, turn: Turn) -> None:
        if turn.count() > CHECKPOINT_COMMITS and self._wal_bytes() > CHECKPOINT_BYTES:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
            turn.begin_count()

    def _wal_bytes(self) -> int:
        try:
            return os.stat(f"{self.path}-wal").st_size  # noqa: PTH116 # on the path of every commit
        except FileNotFoundError:
            return 0

    def _version(self) -> str | None:
        """Return the migration that the file is at; None for a file without tables."""
        if not self.path.exists():
            return None
        try:
            row = self._connection().execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return None
            raise
        return row[0] if row else None

    def _create_private(self) -> None:
        """Begin the file for this user alone; SQLite gives the files beside it the same mode."""
        with suppress(FileExistsError):
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))

    def _migrate(self) -> None:
        from storage.migrate import upgrade  # imports SQLAlchemy: only when a migration is due

        with self._gate(MIGRATION_PATIENCE):
            version = self._version()
            if version == HEAD:
                return
            if version is not None and version > HEAD:
                raise StorageFailed(
                    f"the database {self.path} was written by a newer Conductor (schema {version}, "
                    f"this one knows {HEAD}); install that version again"
                )
            self._create_private()
            self._connect().close()
            upgrade(self.path)


def _may_begin(connection: sqlite3.Connection, *, is_last: bool) -> bool:
    """Begin to write; False means that a foreign program has the lock, and that there is time for another try."""
    connection.execute(BUSY.format(MOMENT))
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if is_last or str(error) != LOCKED:
            raise
        return False
    finally:
        connection.execute(BUSY.format(READERS_PATIENCE))
    return True
