"""Rows of hooks and of what they are to tell.

What is to be told is noted in the transaction of the fact itself: nothing is told that was not committed, nothing is
forgotten that was.
"""

from datetime import datetime
from sqlite3 import Connection, Row

from engine.domain.errors import NotFound
from engine.domain.hook import EVENT_TYPES, Delivery, DeliveryState, Hook
from storage.codec import from_json, from_json_as, from_time, to_json, to_time

KEPT = 100
"""Tellings of each hook that are remembered once they are over."""

_COLUMNS = "id, events, command, url, enabled, created_at"
_DELIVERY = "hook_id, event_id, payload, state, tries, next_try_at, error"
_BY_TYPE = {type: event for event, type in EVENT_TYPES.items()}
_WORD = " ".join(f"WHEN '{type}' THEN '{event}'" for event, type in EVENT_TYPES.items())


def insert(connection: Connection, hook: Hook) -> None:
    connection.execute(
        f"INSERT INTO hook ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",
        (
            hook.id,
            to_json([EVENT_TYPES[event] for event in hook.events]),
            None if hook.command is None else to_json(hook.command),
            hook.url,
            hook.enabled,
            to_time(hook.created_at),
        ),
    )


def exists(connection: Connection, id: str) -> bool:
    return connection.execute("SELECT 1 FROM hook WHERE id = ?", (id,)).fetchone() is not None


def get(connection: Connection, id: str) -> Hook:
    """Return one hook.

    Raises:
        NotFound: no hook has this id.
    """
    row = connection.execute(f"SELECT {_COLUMNS} FROM hook WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise NotFound("hook", id, "`conductor hooks list` shows those that exist")
    return _hook(row)


def find(connection: Connection) -> list[Hook]:
    return [_hook(row) for row in connection.execute(f"SELECT {_COLUMNS} FROM hook ORDER BY id")]


def set_enabled(connection: Connection, id: str, enabled: bool) -> bool:
    """Switch a hook on or off; False means that it was so."""
    return (
        connection.execute("UPDATE hook SET enabled = ? WHERE id = ? AND enabled <> ?", (enabled, id, enabled)).rowcount
        == 1
    )


def delete(connection: Connection, id: str) -> bool:
    """Remove a hook with what it was to tell; False means that there was none."""
    return connection.execute("DELETE FROM hook WHERE id = ?", (id,)).rowcount == 1


def note(connection: Connection, *, after: int) -> None:
    """Note what the hooks are to tell of the events after the one with the id `after`.

    No row of a hook or an execution, however damaged, keeps the fact itself from being stored.
    """
    connection.execute(
        f"INSERT INTO hook_delivery ({_DELIVERY}) "
        f"SELECT hook.id, event.id, json_object('hook_id', hook.id, 'delivery', event.id, "
        f"'event', CASE event.type {_WORD} END, "
        "'timestamp', event.timestamp, 'message', event.message, 'execution_id', execution.id, "
        "'workflow_id', execution.workflow_id, 'deployment_id', execution.deployment_id, "
        "'blueprint_id', execution.blueprint_id, 'status', execution.status, 'error', execution.error, "
        "'parameters', json(iif(json_valid(execution.parameters), execution.parameters, 'null')), "
        "'origin', execution.origin, "
        "'dry_run', json(iif(execution.dry_run, 'true', 'false'))), "
        "'pending', 0, event.timestamp, '' "
        "FROM event CROSS JOIN execution CROSS JOIN hook "  # in this order
        "CROSS JOIN json_each(iif(json_valid(hook.events), hook.events, '[]')) AS wanted "
        "WHERE event.id > ? AND execution.id = event.execution_id AND hook.enabled AND wanted.value = event.type",
        (after,),
    )


def due(connection: Connection, now: datetime, *, limit: int) -> list[tuple[Hook, Delivery]]:
    """Return the oldest fact that each hook is to be told now, the longest due first."""
    rows = connection.execute(
        f"SELECT {_DELIVERY}, {_COLUMNS} FROM hook CROSS JOIN hook_delivery ON hook_id = hook.id AND event_id = ("
        "SELECT event_id FROM hook_delivery WHERE hook_id = hook.id AND state = 'pending' AND next_try_at <= ? "
        "ORDER BY next_try_at, event_id LIMIT 1) "
        "WHERE enabled ORDER BY next_try_at, event_id LIMIT ?",
        (to_time(now), limit),
    )
    return [(_hook(row), _delivery(row)) for row in rows]


def next_try(connection: Connection) -> datetime | None:
    """Return when something is to be told next; None when nothing is."""
    row = connection.execute(
        "SELECT min((SELECT min(next_try_at) FROM hook_delivery WHERE hook_id = hook.id AND state = 'pending')) "
        "AS next FROM hook WHERE enabled"
    ).fetchone()
    return from_time(row["next"]) if row["next"] else None


def update(connection: Connection, delivery: Delivery) -> bool:
    """Store how far a telling has come; False means that it is over, or that the hook is gone."""
    cursor = connection.execute(
        "UPDATE hook_delivery SET state = ?, tries = ?, next_try_at = ?, error = ? "
        "WHERE hook_id = ? AND event_id = ? AND state = 'pending'",
        (
            delivery.state,
            delivery.tries,
            to_time(delivery.next_try_at),
            delivery.error,
            delivery.hook_id,
            delivery.event_id,
        ),
    )
    return cursor.rowcount == 1


def forget_old(connection: Connection, hook_id: str) -> None:
    """Let go of tellings that are over, but the newest."""
    connection.execute(
        "DELETE FROM hook_delivery WHERE hook_id = ? AND state <> 'pending' AND event_id <= ("
        "SELECT event_id FROM hook_delivery WHERE hook_id = ? AND state <> 'pending' "
        "ORDER BY event_id DESC LIMIT 1 OFFSET ?)",
        (hook_id, hook_id, KEPT),
    )


def deliveries(connection: Connection, hook_id: str, *, limit: int) -> list[Delivery]:
    """Return what a hook has told and is to tell, newest first."""
    rows = connection.execute(
        f"SELECT {_DELIVERY} FROM hook_delivery WHERE hook_id = ? ORDER BY event_id DESC LIMIT ?", (hook_id, limit)
    )
    return [_delivery(row) for row in rows]


def _hook(row: Row) -> Hook:
    return Hook(
        id=row["id"],
        events=tuple(_BY_TYPE[type] for type in from_json(row["events"])),
        command=None if row["command"] is None else from_json_as(row["command"], tuple[str, ...]),
        url=row["url"],
        enabled=bool(row["enabled"]),
        created_at=from_time(row["created_at"]),
    )


def _delivery(row: Row) -> Delivery:
    return Delivery(
        hook_id=row["hook_id"],
        event_id=row["event_id"],
        payload=from_json(row["payload"]),
        state=DeliveryState(row["state"]),
        tries=row["tries"],
        next_try_at=from_time(row["next_try_at"]),
        error=row["error"],
    )
