"""Rows of events and log lines: one sequence, followed by cursor."""

from collections.abc import Sequence
from sqlite3 import Connection, Row

from engine.domain.event import Draft, Event, EventType, Level
from engine.domain.hook import TOLD
from storage import hooks
from storage.codec import from_time, to_time

DRAFT_COLUMNS = (
    "type, message, timestamp, level, execution_id, deployment_id, workflow_id, node_instance_id, "
    "target_instance_id, operation, operation_id, error_causes, execution_group_id"
)


def append(connection: Connection, drafts: Sequence[Draft]) -> None:
    """Store events in the given order, in the transaction of the fact that they tell, which hooks hear of."""
    connection.executemany(
        f"INSERT INTO event ({DRAFT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                draft.type,
                draft.message,
                to_time(draft.timestamp),
                draft.level,
                draft.execution_id,
                draft.deployment_id,
                draft.workflow_id,
                draft.node_instance_id,
                draft.target_instance_id,
                draft.operation,
                draft.operation_id,
                draft.error_causes,
                draft.execution_group_id,
            )
            for draft in drafts
        ],
    )
    if any(draft.type in TOLD for draft in drafts):
        last = connection.execute("SELECT last_insert_rowid()").fetchone()[0]
        hooks.note(connection, after=last - len(drafts))


def after(
    connection: Connection,
    cursor: int,
    *,
    execution_id: str | None = None,
    deployment_id: str | None = None,
    group_id: str | None = None,
    limit: int = 1000,
) -> list[Event]:
    """Return the events after `cursor` (an event's id), oldest first."""
    where, values = _filter(execution_id, deployment_id, group_id)
    rows = connection.execute(
        f"SELECT id, {DRAFT_COLUMNS} FROM event WHERE {where} AND id > ? ORDER BY id LIMIT ?",
        (*values, cursor, limit),
    )
    return [from_row(row) for row in rows]


def tail(
    connection: Connection,
    count: int,
    *,
    execution_id: str | None = None,
    deployment_id: str | None = None,
    before: int | None = None,
) -> list[Event]:
    """Return the newest events (older than the event `before`, if given), oldest first."""
    where, values = _filter(execution_id, deployment_id)
    rows = connection.execute(
        f"SELECT id, {DRAFT_COLUMNS} FROM event WHERE {where} AND id < ? ORDER BY id DESC LIMIT ?",
        (*values, before if before is not None else 2**62, count),
    )
    return [from_row(row) for row in rows][::-1]


def find(
    connection: Connection,
    text: str,
    *,
    execution_id: str | None = None,
    before: int | None = None,
    after: int | None = None,
) -> int | None:
    """Return the id of the nearest event before, or else after, the one given that tells `text`; None for none."""
    where, values = _filter(execution_id, None)
    side, order, cursor = ("id < ?", "DESC", before) if before is not None else ("id > ?", "ASC", after or 0)
    row = connection.execute(
        f"SELECT id FROM event WHERE {where} AND {side} AND {_TELLS} ORDER BY id {order} LIMIT 1",
        (*values, cursor, *_patterns(text)),
    ).fetchone()
    return int(row["id"]) if row is not None else None


def count(connection: Connection, text: str, *, execution_id: str | None = None) -> int:
    """Count the events that tell `text`."""
    where, values = _filter(execution_id, None)
    row = connection.execute(
        f"SELECT count(*) AS amount FROM event WHERE {where} AND {_TELLS}", (*values, *_patterns(text))
    ).fetchone()
    return int(row["amount"])


_TELLS = "(message LIKE ? ESCAPE '\\' OR node_instance_id || '.' || coalesce(operation, '') LIKE ? ESCAPE '\\')"


def _patterns(text: str) -> tuple[str, str]:
    r"""Return the patterns for the message and the place; `vm_1.create` finds the operation by its last name."""
    plain = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    node, dot, operation = plain.partition(".")
    return f"%{plain}%", f"%{node}.%{operation}%" if dot else f"%{plain}%"


def _filter(
    execution_id: str | None, deployment_id: str | None, group_id: str | None = None
) -> tuple[str, tuple[str, ...]]:
    if group_id is not None:
        return "execution_group_id = ?", (group_id,)
    if execution_id is not None:
        return "execution_id = ?", (execution_id,)
    if deployment_id is not None:
        return "deployment_id = ?", (deployment_id,)
    return "1 = 1", ()


def from_row(row: Row) -> Event:
    return Event(
        id=row["id"],
        type=EventType(row["type"]),
        message=row["message"],
        timestamp=from_time(row["timestamp"]),
        level=Level(row["level"]),
        execution_id=row["execution_id"],
        deployment_id=row["deployment_id"],
        workflow_id=row["workflow_id"],
        node_instance_id=row["node_instance_id"],
        target_instance_id=row["target_instance_id"],
        operation=row["operation"],
        operation_id=row["operation_id"],
        error_causes=row["error_causes"],
        execution_group_id=row["execution_group_id"],
    )
