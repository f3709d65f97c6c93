"""Rows of polls: the newest few, for whoever looks how punctual the poller is."""

from datetime import timedelta
from sqlite3 import Connection

from engine.domain.poll import KEPT, PollRecord
from storage.codec import from_time, to_time

_MILLISECOND = timedelta(milliseconds=1)


def append(connection: Connection, record: PollRecord) -> None:
    """Remember a poll, and forget the oldest."""
    cursor = connection.execute(
        "INSERT INTO poll (polled_at, late, took, started, skipped, failed) VALUES (?, ?, ?, ?, ?, ?)",
        (
            to_time(record.polled_at),
            record.late // _MILLISECOND,
            record.took // _MILLISECOND,
            record.started,
            record.skipped,
            record.failed,
        ),
    )
    connection.execute("DELETE FROM poll WHERE number <= ?", ((cursor.lastrowid or 0) - KEPT,))


def find(connection: Connection) -> list[PollRecord]:
    """Return the polls that are remembered, the oldest first."""
    rows = connection.execute("SELECT * FROM poll ORDER BY number")
    return [
        PollRecord(
            polled_at=from_time(row["polled_at"]),
            late=row["late"] * _MILLISECOND,
            took=row["took"] * _MILLISECOND,
            started=row["started"],
            skipped=row["skipped"],
            failed=row["failed"],
        )
        for row in rows
    ]
