"""The use cases of calendars: create, change, list and delete."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from engine.domain.blackout import Calendar
from engine.domain.calendarrequest import calendar_of
from engine.domain.errors import AlreadyExists, InUse
from engine.services.localzone import local_zone
from storage import calendars
from storage.database import Database


def create(
    database: Database,
    id: str,
    windows: Sequence[str],
    *,
    description: str = "",
    zone: str | None = None,
    now: datetime,
) -> Calendar:
    """Store a new calendar of windows as written.

    Raises:
        AlreadyExists: the id is taken.
        InvalidValue: the id or a window does not fit.
    """
    calendar = calendar_of(id, windows, description=description, now=now, default_zone=zone or local_zone())
    with database.write() as connection:
        if not calendars.insert(connection, calendar):
            raise AlreadyExists("calendar", id)
    return calendar


def update(
    database: Database,
    id: str,
    *,
    windows: Sequence[str] | None = None,
    description: str | None = None,
    zone: str | None = None,
    now: datetime,
) -> Calendar:
    """Change a calendar; what is None stays.

    Raises:
        NotFound: there is no such calendar.
        InvalidSchedule: a window does not fit.
    """
    made = calendar_of(id, windows, now=now, default_zone=zone or local_zone()) if windows is not None else None
    with database.write() as connection:
        old = calendars.get(connection, id)
        calendar = replace(
            old,
            windows=made.windows if made else old.windows,
            description=old.description if description is None else description,
        )
        calendars.update(connection, calendar)
    return calendar


def listing(database: Database) -> list[Calendar]:
    """Return all calendars by name."""
    with database.read() as connection:
        return calendars.find(connection)


def get(database: Database, id: str) -> tuple[Calendar, list[str]]:
    """Return a calendar and the schedules that refer to it, as `deployment/schedule`.

    Raises:
        NotFound: there is no such calendar.
    """
    with database.read() as connection:
        return calendars.get(connection, id), calendars.users(connection, id)


def delete(database: Database, id: str) -> None:
    """Remove a calendar.

    Raises:
        NotFound: there is no such calendar.
        InUse: schedules refer to it.
    """
    with database.write() as connection:
        calendars.get(connection, id)
        users = calendars.users(connection, id)
        if users:
            raise InUse("calendar", id, f"schedule {', '.join(users[:5])} refers to it")
        calendars.delete(connection, id)
