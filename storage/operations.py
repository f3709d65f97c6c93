"""Rows of operations, and the progress of the execution that follows from them."""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection, Row

from engine.domain.execution import OperationRecord, OperationState
from storage.codec import from_time_or_none, to_time, to_time_or_none

COLUMNS = (
    "id, execution_id, name, node_instance_id, target_instance_id, state, retry, max_retries, "
    "created_at, started_at, ended_at, error"
)


def insert(connection: Connection, operations: Sequence[OperationRecord]) -> None:
    """Store new operations; their executions' totals grow with them."""
    connection.executemany(
        f"INSERT INTO operation ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                one.id,
                one.execution_id,
                one.name,
                one.node_instance_id,
                one.target_instance_id,
                one.state,
                one.retry,
                one.max_retries,
                to_time_or_none(one.created_at),
                to_time_or_none(one.started_at),
                to_time_or_none(one.ended_at),
                one.error,
            )
            for one in operations
        ],
    )
    _raise_progress(connection, "total_operations", [one.execution_id for one in operations])
    finished = [one.execution_id for one in operations if one.state.is_final]
    _raise_progress(connection, "finished_operations", finished)


def update(connection: Connection, operations: Sequence[OperationRecord]) -> None:
    """Store new states; an operation counts as finished the first time that its state is final."""
    finished = []
    for one in operations:
        cursor = connection.execute(
            "UPDATE operation SET state = ?, started_at = ?, ended_at = ?, error = ? "
            "WHERE id = ? AND state NOT IN ('succeeded', 'failed', 'rescheduled')",
            (one.state, to_time_or_none(one.started_at), to_time_or_none(one.ended_at), one.error, one.id),
        )
        if cursor.rowcount and one.state.is_final:
            finished.append(one.execution_id)
    _raise_progress(connection, "finished_operations", finished)


def interrupt(connection: Connection, execution_id: str, error: str, now: datetime) -> int:
    """Mark what was started and never ended as failed; return how many there were."""
    cursor = connection.execute(
        "UPDATE operation SET state = 'failed', ended_at = ?, error = ? WHERE execution_id = ? AND state = 'started'",
        (to_time(now), error, execution_id),
    )
    if cursor.rowcount:
        _raise_progress(connection, "finished_operations", [execution_id] * cursor.rowcount)
    return cursor.rowcount


def find(connection: Connection, execution_id: str, *, limit: int = -1) -> list[OperationRecord]:
    """Return the operations of an execution in the order in which they were stored."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM operation WHERE execution_id = ? ORDER BY position LIMIT ?",
        (execution_id, limit),
    )
    return [from_row(row) for row in rows]


def _raise_progress(connection: Connection, column: str, execution_ids: Sequence[str]) -> None:
    for execution_id in set(execution_ids):
        connection.execute(
            f"UPDATE execution SET {column} = coalesce({column}, 0) + ? WHERE id = ?",
            (execution_ids.count(execution_id), execution_id),
        )


def from_row(row: Row) -> OperationRecord:
    return OperationRecord(
        id=row["id"],
        execution_id=row["execution_id"],
        name=row["name"],
        node_instance_id=row["node_instance_id"],
        target_instance_id=row["target_instance_id"],
        state=OperationState(row["state"]),
        retry=row["retry"],
        max_retries=row["max_retries"],
        created_at=from_time_or_none(row["created_at"]),
        started_at=from_time_or_none(row["started_at"]),
        ended_at=from_time_or_none(row["ended_at"]),
        error=row["error"],
    )
