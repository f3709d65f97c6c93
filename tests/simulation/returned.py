"""What a restore must bring back, derived from what was copied and not from how the product restores."""

from collections.abc import Iterator
from sqlite3 import Connection, Row
from typing import Any

from engine.domain.execution import Status

Line = dict[str, Any]
Content = dict[str, list[Line]]
"""The rows of each table, in their order."""

OF_THIS_PLACE = frozenset({"alembic_version", "engine", "maintenance", "snapshot"})
"""What a restore leaves alone."""
UNTOLD = frozenset({"hook_delivery", "blueprint_upload"})
"""What is under way, and of another time after a restore."""
VERDICT = ("status", "ended_at", "attempt")
"""What a restore may change of an execution, and is judged by rules of its own."""

MOMENTS = ("next_occurrence", "due_at")
"""What a restore may change of a schedule."""


def content(connection: Connection) -> Content:
    """Return everything that the database holds."""
    tables = connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    return {row["name"]: _lines(connection, row["name"]) for row in tables.fetchall()}


def _lines(connection: Connection, table: str) -> list[Line]:
    rows: list[Row] = connection.execute(f'SELECT * FROM main."{table}" ORDER BY rowid').fetchall()
    return [dict(row) for row in rows]


def faults(copy: Content, before: dict[str, int], after: Content, *, own: str, now: str) -> Iterator[str]:
    """Say what is not as it should be after a restore.

    `before` holds the attempt of each execution that there was, `own` is the execution that restores, and `now` the
    moment at which it began.
    """
    for table in sorted(copy.keys() - OF_THIS_PLACE - UNTOLD - {"execution", "event", "schedule"}):
        if _sorted(copy[table]) != _sorted(after[table]):
            yield f"R1 the table {table} is not as it was copied"
    if _without_own(after["event"], "execution_id", own) != copy["event"]:
        yield "R1 the events are not those that were copied"
    yield from _faults_of_executions(copy["execution"], before, after["execution"], own)
    yield from _faults_of_schedules(copy["schedule"], after["schedule"], now)


def _sorted(lines: list[Line]) -> list[str]:
    return sorted(map(repr, lines))


def _without_own(lines: list[Line], column: str, own: str) -> list[Line]:
    return [line for line in lines if line[column] != own]


def _faults_of_executions(copied: list[Line], before: dict[str, int], after: list[Line], own: str) -> Iterator[str]:
    found = {line["id"]: line for line in _without_own(after, "id", own)}
    if [_without(line, VERDICT) for line in copied] != [_without(line, VERDICT) for line in found.values()]:
        yield "R1 the executions are not those that were copied"
        return
    for line in copied:
        restored = found[line["id"]]
        if restored["status"] != _expected(Status(line["status"])):
            yield f"R2 {line['number']} was {line['status']} and is {restored['status']}"
        if restored["attempt"] < max(line["attempt"], before.get(line["id"], 0)) + _runs_again(restored):
            yield f"R3 attempt {restored['attempt']} of {line['number']} may be served by somebody from before"
    if not any(line["id"] == own for line in after):
        yield "R2 the restore itself is gone"
    elif max(after, key=lambda line: int(line["number"]))["id"] != own:
        yield "R2 the restore itself is not the last one"


def _expected(status: Status) -> Status:
    """Return what becomes of an execution: what ran was the snapshot, as that runs alone, and it has succeeded.

    The law lets none succeed that is killed or forced to stop.
    """
    if status in (Status.FORCE_CANCELLING, Status.KILL_CANCELLING):
        return Status.CANCELLED
    return Status.TERMINATED if status.is_active else status


def _runs_again(restored: Line) -> bool:
    return not Status(restored["status"]).is_final


def _faults_of_schedules(copied: list[Line], after: list[Line], now: str) -> Iterator[str]:
    if [_without(line, MOMENTS) for line in copied] != [_without(line, MOMENTS) for line in after]:
        yield "R1 the schedules are not those that were copied"
    for line in after:
        if any(line[name] is not None and line[name] <= now for name in MOMENTS):
            yield f"R4 schedule {line['id']} fires for a time before the restore"


def _without(line: Line, columns: tuple[str, ...]) -> Line:
    return {name: value for name, value in line.items() if name not in columns}
