"""Rows of snapshots; one whose execution ended without it has failed, whatever the row says."""

from sqlite3 import Connection, Row

from engine.domain.errors import NotFound
from engine.domain.snapshot import Snapshot, SnapshotStatus
from storage.codec import from_time, to_time

_SELECT = (
    "SELECT snapshot.id, snapshot.created_at, execution_id, size, digest, "
    "iif(snapshot.status = 'creating' AND (execution.id IS NULL OR execution.status IN "
    "('terminated', 'failed', 'cancelled')), 'failed', snapshot.status) AS status, "
    "iif(snapshot.status = 'creating', coalesce(execution.error, ''), snapshot.error) AS error "
    "FROM snapshot LEFT JOIN execution ON execution.id = execution_id"
)


def insert(connection: Connection, snapshot: Snapshot) -> None:
    connection.execute(
        "INSERT INTO snapshot (id, status, created_at, execution_id, error, size, digest) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            snapshot.id,
            snapshot.status,
            to_time(snapshot.created_at),
            snapshot.execution_id,
            snapshot.error,
            snapshot.size,
            snapshot.digest,
        ),
    )


def exists(connection: Connection, id: str) -> bool:
    return connection.execute("SELECT 1 FROM snapshot WHERE id = ?", (id,)).fetchone() is not None


def get(connection: Connection, id: str) -> Snapshot:
    """Return one snapshot.

    Raises:
        NotFound: there is no such snapshot.
    """
    row = connection.execute(f"{_SELECT} WHERE snapshot.id = ?", (id,)).fetchone()
    if row is None:
        raise NotFound("snapshot", id, "`conductor snapshots list` shows those that exist")
    return _snapshot(row)


def find(connection: Connection) -> list[Snapshot]:
    """Return all snapshots, oldest first."""
    return [_snapshot(row) for row in connection.execute(f"{_SELECT} ORDER BY snapshot.created_at, snapshot.id")]


def finish(connection: Connection, id: str, execution_id: str, *, size: int, digest: str) -> None:
    """Note that the archive is in its place."""
    connection.execute(
        "UPDATE snapshot SET status = 'created', error = '', size = ?, digest = ? WHERE id = ? AND execution_id = ?",
        (size, digest, id, execution_id),
    )


def fail(connection: Connection, id: str, execution_id: str, error: str) -> None:
    """Note why there is no archive."""
    connection.execute(
        "UPDATE snapshot SET status = 'failed', error = ? WHERE id = ? AND execution_id = ?", (error, id, execution_id)
    )


def delete(connection: Connection, id: str) -> None:
    connection.execute("DELETE FROM snapshot WHERE id = ?", (id,))


def _snapshot(row: Row) -> Snapshot:
    return Snapshot(
        id=row["id"],
        status=SnapshotStatus(row["status"]),
        created_at=from_time(row["created_at"]),
        execution_id=row["execution_id"],
        error=row["error"],
        size=row["size"],
        digest=row["digest"],
    )
