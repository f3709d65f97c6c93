"""The use cases of maintenance mode: ask for it, note that it is reached, end it."""

from datetime import datetime
from sqlite3 import Connection

from engine.domain.event import Draft, EventType
from engine.domain.maintenance import Maintenance, MaintenanceStatus
from engine.domain.view import MaintenanceView
from storage import events, executions, maintenance
from storage.database import Database


def activate(database: Database, *, now: datetime, by: str = "user") -> bool:
    """Hold everything that has not begun; False means that it was asked for before.

    With nothing running it is reached at once. Waiting executions do not count: they are held, not awaited.
    """
    with database.write() as connection:
        if not maintenance.request(connection, now, by):
            return False
        events.append(connection, [_event("maintenance mode is being activated", now)])
        if not executions.active(connection):
            _reach(connection, now)
        return True


def advance(database: Database, *, now: datetime) -> bool:
    """Note that maintenance mode is reached once nothing runs; the engine calls it after every end."""
    with database.read() as connection:
        found = maintenance.get(connection)
        if found is None or found.activated_at or executions.active(connection):
            return False
    with database.write() as connection:
        return not executions.active(connection) and _reach(connection, now)


def deactivate(database: Database, *, now: datetime) -> bool:
    """Let executions start again; False means that maintenance mode was off."""
    with database.write() as connection:
        was_on = maintenance.clear(connection)
        if was_on:
            events.append(connection, [_event("maintenance mode is deactivated", now)])
        return was_on


def status(database: Database) -> MaintenanceView:
    """Return how far maintenance mode has come, and what it still waits for."""
    with database.read() as connection:
        found: Maintenance | None = maintenance.get(connection)
        if found is None:
            return MaintenanceView(status=MaintenanceStatus.DEACTIVATED)
        remaining = () if found.activated_at else tuple(executions.active(connection))
    return MaintenanceView(
        status=found.status,
        requested_at=found.requested_at,
        activated_at=found.activated_at,
        requested_by=found.requested_by,
        remaining=remaining,
    )


def _reach(connection: Connection, now: datetime) -> bool:
    is_new = maintenance.activate(connection, now)
    if is_new:
        events.append(connection, [_event("maintenance mode is active", now)])
    return is_new


def _event(message: str, now: datetime) -> Draft:
    return Draft(type=EventType.ENGINE_EVENT, message=message, timestamp=now)
