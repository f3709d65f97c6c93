"""The row of maintenance mode."""

from datetime import datetime
from sqlite3 import Connection

from engine.domain.maintenance import Maintenance
from storage.codec import from_time, from_time_or_none, to_time


def get(connection: Connection) -> Maintenance | None:
    """Return since when maintenance mode is asked for and on; None while it is off."""
    row = connection.execute("SELECT requested_at, requested_by, activated_at FROM maintenance").fetchone()
    if row is None:
        return None
    return Maintenance(
        requested_at=from_time(row["requested_at"]),
        requested_by=row["requested_by"],
        activated_at=from_time_or_none(row["activated_at"]),
    )


def request(connection: Connection, now: datetime, by: str) -> bool:
    """Ask for maintenance mode; False means that it had been asked for."""
    cursor = connection.execute(
        "INSERT INTO maintenance (id, requested_at, requested_by) VALUES (1, ?, ?) ON CONFLICT DO NOTHING",
        (to_time(now), by),
    )
    return cursor.rowcount == 1


def activate(connection: Connection, now: datetime) -> bool:
    """Note the moment from which nothing runs any more; False means that nothing was asked, or it was noted before."""
    cursor = connection.execute("UPDATE maintenance SET activated_at = ? WHERE activated_at IS NULL", (to_time(now),))
    return cursor.rowcount == 1


def clear(connection: Connection) -> bool:
    """End maintenance mode; False means that it was off."""
    return connection.execute("DELETE FROM maintenance").rowcount == 1
