"""Rows of operations, and the progress of the execution that follows from them."""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection, Row

from engine.domain.execution import OperationRecord, OperationState
from storage.codec import from_json, from_time_or_none, to_json, to_time, to_time_or_none

COLUMNS = (
    "id, execution_id, name, node_instance_id, target_instance_id, state, retry, max_retries, "
    "created_at, started_at, ended_at, error, place, result, is_interrupted, waits_for"
)


def insert(connection: Connection, operations: Sequence[OperationRecord]) -> None:
    """Store new operations; their executions' totals grow with them."""
    connection.executemany(
        f"INSERT INTO operation ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
                one.place,
                None if one.result is None else to_json(one.result),
                one.is_interrupted,
                to_json(one.waits_for) if one.waits_for else None,
            )
            for one in operations
        ],
    )
    _raise_progress(connection, "total_operations", [one.execution_id for one in operations])
    finished = [one.execution_id for one in operations if _is_finished(one)]
    _raise_progress(connection, "finished_operations", finished)


def update(connection: Connection, operations: Sequence[OperationRecord]) -> None:
    """Store new states; an operation counts as finished the first time that its state is final.

    One that was interrupted never counts: nobody knows how far it came.
    """
    finished = []
    for one in operations:
        cursor = connection.execute(
            "UPDATE operation SET state = ?, started_at = ?, ended_at = ?, error = ?, result = ?, is_interrupted = ? "
            "WHERE id = ? AND state NOT IN ('succeeded', 'failed', 'rescheduled')",
            (
                one.state,
                to_time_or_none(one.started_at),
                to_time_or_none(one.ended_at),
                one.error,
                None if one.result is None else to_json(one.result),
                one.is_interrupted,
                one.id,
            ),
        )
        if cursor.rowcount and _is_finished(one):
            finished.append(one.execution_id)
    _raise_progress(connection, "finished_operations", finished)


def interrupt(connection: Connection, execution_id: str, error: str, now: datetime) -> int:
    """Mark what was started and never ended as failed, which does not finish it; return how many there were."""
    cursor = connection.execute(
        "UPDATE operation SET state = 'failed', ended_at = ?, error = ?, is_interrupted = 1 "
        "WHERE execution_id = ? AND state = 'started'",
        (to_time(now), error, execution_id),
    )
    return cursor.rowcount


def find(connection: Connection, execution_id: str, *, limit: int = -1) -> list[OperationRecord]:
    """Return the operations of an execution in the order in which they were stored."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM operation WHERE execution_id = ? ORDER BY position LIMIT ?",
        (execution_id, limit),
    )
    return [from_row(row) for row in rows]


def reset(connection: Connection, execution_id: str, *, with_interrupted: bool) -> None:
    """Let the last try of every operation that did not succeed be made again, as a first try.

    What was interrupted stays marked so, unless `with_interrupted` says that it may run again like any other.
    `started_at` stays: it tells that the operation has run before.
    """
    connection.execute(
        "UPDATE operation SET state = 'pending', retry = 0, ended_at = NULL, error = '', "
        "is_interrupted = is_interrupted AND ? WHERE execution_id = ? AND state <> 'succeeded' "
        "AND position IN (SELECT max(position) FROM operation WHERE execution_id = ? "
        "GROUP BY CASE place WHEN '' THEN id ELSE place END)",
        (not with_interrupted, execution_id, execution_id),
    )
    recount(connection, execution_id)


def recount(connection: Connection, execution_id: str) -> None:
    """Count the progress of an execution anew from its operations."""
    connection.execute(
        "UPDATE execution SET total_operations = counted.total, finished_operations = counted.finished FROM "
        "(SELECT nullif(count(*), 0) AS total, "
        "nullif(count(*), 0) - count(*) FILTER (WHERE state IN ('pending', 'started') OR is_interrupted) AS finished "
        "FROM operation WHERE execution_id = ?) AS counted WHERE id = ?",
        (execution_id, execution_id),
    )


def forget(connection: Connection, execution_id: str) -> None:
    """Remove all that is known of an execution's steps, so that it can run from the start."""
    connection.execute("DELETE FROM operation WHERE execution_id = ?", (execution_id,))
    forget_passages(connection, execution_id)
    recount(connection, execution_id)


def add_passages(connection: Connection, execution_id: str, places: Sequence[str]) -> None:
    """Remember steps that only record something and have done so."""
    connection.execute("INSERT INTO passage (execution_id, places) VALUES (?, ?)", (execution_id, to_json(places)))


def passages(connection: Connection, execution_id: str) -> frozenset[str]:
    """Return the places of the steps that are remembered."""
    rows = connection.execute("SELECT places FROM passage WHERE execution_id = ?", (execution_id,))
    return frozenset(place for row in rows for place in from_json(row["places"]))


def forget_passages(connection: Connection, execution_id: str) -> None:
    connection.execute("DELETE FROM passage WHERE execution_id = ?", (execution_id,))


def _is_finished(operation: OperationRecord) -> bool:
    return operation.state.is_final and not operation.is_interrupted


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
        place=row["place"],
        result=None if row["result"] is None else from_json(row["result"]),
        is_interrupted=bool(row["is_interrupted"]),
        waits_for=tuple(from_json(row["waits_for"])) if row["waits_for"] else (),
    )
