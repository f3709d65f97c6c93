"""Rows of uploads that are under way or have failed; each change names the attempt that it belongs to."""

from datetime import datetime
from sqlite3 import Connection, Row

from engine.domain.upload import Upload, UploadState
from storage.codec import from_time, to_time

_COLUMNS = "id, state, error, source, scratch, created_at, changed_at"


def begin(connection: Connection, upload: Upload) -> None:
    """Store an upload; it takes the place of an earlier one of its id."""
    connection.execute(
        f"INSERT OR REPLACE INTO blueprint_upload ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            upload.id,
            upload.state,
            upload.error,
            upload.source,
            upload.scratch,
            to_time(upload.created_at),
            to_time(upload.changed_at),
        ),
    )


def change(connection: Connection, upload: Upload, state: UploadState, now: datetime, error: str = "") -> bool:
    """Give an upload another state; return whether it was still there in the state that it had."""
    changed = connection.execute(
        "UPDATE blueprint_upload SET state = ?, error = ?, changed_at = ? WHERE id = ? AND scratch = ? AND state = ?",
        (state, error, to_time(now), upload.id, upload.scratch, upload.state),
    )
    return changed.rowcount == 1


def end(connection: Connection, upload: Upload) -> bool:
    """Remove an upload; return whether it was still there."""
    ended = connection.execute("DELETE FROM blueprint_upload WHERE id = ? AND scratch = ?", (upload.id, upload.scratch))
    return ended.rowcount == 1


def find(connection: Connection, id: str) -> Upload | None:
    row = connection.execute(f"SELECT {_COLUMNS} FROM blueprint_upload WHERE id = ?", (id,)).fetchone()
    return _from_row(row) if row is not None else None


def all(connection: Connection) -> list[Upload]:
    return [_from_row(row) for row in connection.execute(f"SELECT {_COLUMNS} FROM blueprint_upload ORDER BY id")]


def _from_row(row: Row) -> Upload:
    return Upload(
        id=row["id"],
        state=UploadState(row["state"]),
        error=row["error"],
        source=row["source"],
        scratch=row["scratch"],
        created_at=from_time(row["created_at"]),
        changed_at=from_time(row["changed_at"]),
    )
