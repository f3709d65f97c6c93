"""Rows of calendars."""

from collections.abc import Iterable
from sqlite3 import Connection, Row

from engine.domain.blackout import Calendar, Window
from engine.domain.errors import NotFound
from storage.codec import from_json_as, from_time, to_json, to_time


def insert(connection: Connection, calendar: Calendar) -> bool:
    """Store a new calendar; False means that the id is taken."""
    cursor = connection.execute(
        "INSERT INTO calendar (id, description, windows, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (calendar.id, calendar.description, to_json(calendar.windows), to_time(calendar.created_at)),
    )
    return cursor.rowcount == 1


def update(connection: Connection, calendar: Calendar) -> None:
    """Replace a calendar's description and windows."""
    connection.execute(
        "UPDATE calendar SET description = ?, windows = ? WHERE id = ?",
        (calendar.description, to_json(calendar.windows), calendar.id),
    )


def get(connection: Connection, id: str) -> Calendar:
    """Return one calendar.

    Raises:
        NotFound: there is none of that id.
    """
    found = chosen(connection, [id])
    if not found:
        raise NotFound("calendar", id, "`conductor deployments schedule calendar list` shows those that exist")
    return found[0]


def find(connection: Connection) -> list[Calendar]:
    """Return all calendars by name."""
    return [_from_row(row) for row in connection.execute("SELECT * FROM calendar ORDER BY id")]


def chosen(connection: Connection, ids: Iterable[str]) -> list[Calendar]:
    """Return those of the calendars that exist."""
    wanted = tuple(ids)
    if not wanted:
        return []
    marks = ", ".join("?" * len(wanted))
    return [_from_row(row) for row in connection.execute(f"SELECT * FROM calendar WHERE id IN ({marks})", wanted)]


def users(connection: Connection, id: str) -> list[str]:
    """Return the schedules that refer to a calendar, as `deployment/schedule`."""
    rows = connection.execute(
        "SELECT deployment_id || '/' || id AS name FROM schedule "
        "WHERE EXISTS (SELECT 1 FROM json_each(policies, '$.calendars') WHERE value = ?) ORDER BY name",
        (id,),
    )
    return [row["name"] for row in rows]


def delete(connection: Connection, id: str) -> None:
    connection.execute("DELETE FROM calendar WHERE id = ?", (id,))


def _from_row(row: Row) -> Calendar:
    return Calendar(
        id=row["id"],
        description=row["description"],
        windows=from_json_as(row["windows"], tuple[Window, ...]),
        created_at=from_time(row["created_at"]),
    )
