"""Rows of engines: the highest epoch leads, and fences off whoever led before."""

from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Connection

from storage.codec import from_time, from_time_or_none, to_time


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineRecord:
    """An engine that leads or has led this database."""

    epoch: int
    pid: int
    process_start: int
    """Start time of the process in clock ticks since boot."""
    boot_id: str
    is_on_demand: bool
    started_at: datetime
    stopped_at: datetime | None = None
    last_poll_at: datetime | None = None
    next_poll_at: datetime | None = None


def insert(
    connection: Connection, *, pid: int, process_start: int, boot_id: str, is_on_demand: bool, now: datetime
) -> int:
    """Begin a new epoch and return its number."""
    cursor = connection.execute(
        "INSERT INTO engine (pid, process_start, boot_id, is_on_demand, started_at) VALUES (?, ?, ?, ?, ?)",
        (pid, process_start, boot_id, is_on_demand, to_time(now)),
    )
    return int(cursor.lastrowid or 0)


def latest(connection: Connection) -> EngineRecord | None:
    """Return the engine of the highest epoch; None before the first."""
    row = connection.execute("SELECT * FROM engine ORDER BY epoch DESC LIMIT 1").fetchone()
    if row is None:
        return None
    return EngineRecord(
        epoch=row["epoch"],
        pid=row["pid"],
        process_start=row["process_start"],
        boot_id=row["boot_id"],
        is_on_demand=bool(row["is_on_demand"]),
        started_at=from_time(row["started_at"]),
        stopped_at=from_time_or_none(row["stopped_at"]),
        last_poll_at=from_time_or_none(row["last_poll_at"]),
        next_poll_at=from_time_or_none(row["next_poll_at"]),
    )


def leads(connection: Connection, epoch: int) -> bool:
    """Say whether no later engine has taken over."""
    row = connection.execute("SELECT max(epoch) AS newest FROM engine").fetchone()
    return bool(row["newest"] == epoch)


def stop(connection: Connection, epoch: int, now: datetime) -> None:
    connection.execute("UPDATE engine SET stopped_at = ? WHERE epoch = ?", (to_time(now), epoch))


def record_poll(connection: Connection, epoch: int, *, last: datetime, following: datetime) -> None:
    connection.execute(
        "UPDATE engine SET last_poll_at = ?, next_poll_at = ? WHERE epoch = ?",
        (to_time(last), to_time(following), epoch),
    )
