"""Rows of executions: every change of status is a compare-and-set, and workers pass the fence."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from sqlite3 import Connection, Row

from engine.domain.admission import GroupLimit, Live
from engine.domain.errors import InvalidValue, NotFound, StaleAttempt
from engine.domain.execution import ACTIVE, FINAL, TRANSITIONS, Execution, Status, transition
from storage import executiongroups, maintenance
from storage.codec import from_json, from_time, from_time_or_none, to_json, to_time, to_time_or_none

COLUMNS = (
    "id, number, workflow_id, deployment_id, blueprint_id, status, parameters, force, dry_run, "
    "allow_custom_parameters, wait_after_fail, origin, error, attempt, created_at, started_at, ended_at, "
    "total_operations, finished_operations, is_resumed"
)
LIVE = "execution INDEXED BY execution_live WHERE status NOT IN ('terminated', 'failed', 'cancelled')"
"""Word for word the condition of the index, or SQLite would read every execution there ever was."""
LIVE_NEAR = LIVE.replace("execution_live", "execution_live_near")


def _listed(statuses: Iterable[Status]) -> str:
    return ", ".join(f"'{status}'" for status in sorted(statuses))


_ACTIVE_LIST = _listed(ACTIVE)
_SOURCES = {end: _listed(one for one in ACTIVE if end in TRANSITIONS[one]) for end in FINAL}
"""From where an execution that has a worker comes to each of its ends."""


def insert(connection: Connection, execution: Execution) -> int:
    """Store a new execution and return its number; the one that it carries is not looked at."""
    cursor = connection.execute(
        "INSERT INTO execution (id, workflow_id, deployment_id, blueprint_id, status, parameters, force, dry_run, "
        "allow_custom_parameters, wait_after_fail, origin, error, attempt, created_at, started_at, ended_at, "
        "is_resumed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            execution.id,
            execution.workflow_id,
            execution.deployment_id,
            execution.blueprint_id,
            execution.status,
            to_json(execution.parameters),
            execution.force,
            execution.dry_run,
            execution.allow_custom_parameters,
            execution.wait_after_fail,
            execution.origin,
            execution.error,
            execution.attempt,
            to_time(execution.created_at),
            to_time_or_none(execution.started_at),
            to_time_or_none(execution.ended_at),
            execution.is_resumed,
        ),
    )
    return int(cursor.lastrowid or 0)


def get(connection: Connection, id: str) -> Execution:
    """Return one execution by its full id.

    Raises:
        NotFound: no execution has this id.
    """
    row = connection.execute(f"SELECT {COLUMNS} FROM execution WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise NotFound("execution", id)
    return from_row(row)


def exists(connection: Connection, id: str) -> bool:
    return connection.execute("SELECT 1 FROM execution WHERE id = ?", (id,)).fetchone() is not None


def resolve(connection: Connection, prefix: str) -> str:
    """Return the full id of the only execution whose id begins so.

    Raises:
        NotFound: no execution begins so.
        InvalidValue: several do.
    """
    upper = prefix + "\U0010ffff"
    found = connection.execute(
        "SELECT id FROM execution WHERE id >= ? AND id < ? ORDER BY id LIMIT 3", (prefix, upper)
    ).fetchall()
    if not found or not prefix:
        raise NotFound("execution", prefix, "`conductor executions list` shows those that exist")
    if len(found) > 1 and found[0]["id"] != prefix:
        raise InvalidValue(f"`{prefix}` begins several execution ids; give more of it")
    return str(found[0]["id"])


def find(
    connection: Connection,
    *,
    deployment_id: str | None = None,
    statuses: Iterable[Status] | None = None,
    limit: int = 1000,
    offset: int = 0,
    is_newest_first: bool = False,
) -> list[Execution]:
    """Return executions in order of arrival."""
    source, conditions, values = "execution WHERE", ["1 = 1"], list[str | int]()
    if deployment_id is not None:
        conditions.append("deployment_id = ?")
        values.append(deployment_id)
    if statuses is not None:
        wanted = [status.value for status in statuses]
        source = _among(wanted)
        conditions.append(f"status IN ({', '.join('?' * len(wanted))})")
        values.extend(wanted)
    order = "number DESC" if is_newest_first else "number"
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM {source} {' AND '.join(conditions)} ORDER BY {order} LIMIT ? OFFSET ?",
        (*values, limit, offset),
    )
    return [from_row(row) for row in rows]


def _among(statuses: Iterable[str]) -> str:
    """Return what is to be searched for executions with these statuses: of those that live there are never many."""
    return "execution WHERE" if any(Status(status).is_final for status in statuses) else f"{LIVE} AND"


def live(connection: Connection) -> list[Live]:
    """Return all executions that are not final, as the rules of admission see them."""
    limits = executiongroups.limits(connection, LIVE)
    is_maintained = maintenance.get(connection) is not None
    rows = connection.execute(
        f"SELECT id, number, deployment_id, workflow_id, status, force FROM {LIVE} ORDER BY number"
    )
    return [_live(row, limits.get(row["id"], ()), is_maintained=is_maintained) for row in rows]


def live_near(connection: Connection, deployment_id: str) -> list[Live]:
    """Return those that stand in the way of a start on a deployment: its own live executions, and the system's.

    It says nothing of limits on how many may run, nor of maintenance mode, in which there is no start.
    """
    rows = connection.execute(
        f"SELECT id, number, deployment_id, workflow_id, status, force FROM {LIVE_NEAR} AND deployment_id = ? "
        "UNION ALL "
        f"SELECT id, number, deployment_id, workflow_id, status, force FROM {LIVE_NEAR} AND deployment_id IS NULL "
        "ORDER BY number",
        (deployment_id,),
    )
    return [_live(row, ()) for row in rows]


def _live(row: Row, limits: tuple[GroupLimit, ...], *, is_maintained: bool = False) -> Live:
    return Live(
        id=row["id"],
        number=row["number"],
        deployment_id=row["deployment_id"],
        workflow_id=row["workflow_id"],
        status=Status(row["status"]),
        force=bool(row["force"]),
        limits=limits,
        is_held=is_maintained and row["status"] == Status.QUEUED and row["deployment_id"] is not None,
    )


def ended_last(connection: Connection, count: int) -> list[Execution]:
    """Return the executions that ended last, newest first."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM execution WHERE ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT ?", (count,)
    )
    return [from_row(row) for row in rows]


def past_durations(
    connection: Connection, workflow_id: str, deployment_id: str | None, *, count: int
) -> list[timedelta]:
    """Return how long the newest successful executions of a workflow in a deployment took."""
    rows = connection.execute(
        "SELECT started_at, ended_at FROM execution WHERE deployment_id IS ? AND workflow_id = ? "
        "AND status = 'terminated' AND started_at IS NOT NULL AND NOT dry_run ORDER BY number DESC LIMIT ?",
        (deployment_id, workflow_id, count),
    )
    return [from_time(row["ended_at"]) - from_time(row["started_at"]) for row in rows]


def successes_before(connection: Connection, execution: Execution, *, count: int) -> list[Execution]:
    """Return the newest successful executions of the same workflow and deployment that came before it."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM execution WHERE deployment_id IS ? AND workflow_id = ? AND number < ? "
        "AND status = 'terminated' AND started_at IS NOT NULL AND NOT dry_run ORDER BY number DESC LIMIT ?",
        (execution.deployment_id, execution.workflow_id, execution.number, count),
    )
    return [from_row(row) for row in rows]


def queued(connection: Connection) -> list[Execution]:
    """Return the executions that wait, in order of arrival."""
    rows = connection.execute(f"SELECT {COLUMNS} FROM {LIVE} AND status = 'queued' ORDER BY number")
    return [from_row(row) for row in rows]


def count(connection: Connection, *, statuses: Iterable[Status] | None = None) -> int:
    """Count the executions that have one of these statuses, or all."""
    if statuses is None:
        return int(connection.execute("SELECT count(*) FROM execution").fetchone()[0])
    wanted = sorted(status.value for status in statuses)
    row = connection.execute(
        f"SELECT count(*) FROM {_among(wanted)} status IN ({', '.join('?' * len(wanted))})", wanted
    )
    return int(row.fetchone()[0])


def beginnings(connection: Connection) -> dict[str, datetime]:
    """Return when each active execution was started, or created where it has not been."""
    rows = connection.execute(
        f"SELECT id, coalesce(started_at, created_at) AS began FROM {LIVE} AND status IN ({_ACTIVE_LIST})"
    )
    return {row["id"]: from_time(row["began"]) for row in rows}


def purgeable(
    connection: Connection,
    *,
    statuses: Iterable[Status],
    before: datetime | None,
    keep_last: int | None,
    deployment_id: str | None,
    limit: int,
) -> list[str]:
    """Return the ids of ended executions that may go, oldest first."""
    wanted = [status.value for status in statuses]
    rows = connection.execute(
        "SELECT id FROM (SELECT id, number, ended_at, status, "
        "row_number() OVER (PARTITION BY deployment_id ORDER BY number DESC) AS age FROM execution "
        f"WHERE status IN ({', '.join('?' * len(wanted))}) AND deployment_id IS coalesce(?, deployment_id)) "
        "WHERE (? IS NULL OR ended_at < ?) AND (? IS NULL OR age > ?) ORDER BY number LIMIT ?",
        (*wanted, deployment_id, *[to_time_or_none(before)] * 2, keep_last, keep_last, limit),
    )
    return [row["id"] for row in rows]


def delete(connection: Connection, ids: Iterable[str]) -> None:
    """Remove executions with their operations and events."""
    connection.executemany("DELETE FROM execution WHERE id = ?", [(id,) for id in ids])


def active(connection: Connection) -> list[Execution]:
    """Return the executions that hold or await a worker, in order of arrival."""
    rows = connection.execute(f"SELECT {COLUMNS} FROM {LIVE} AND status IN ({_ACTIVE_LIST}) ORDER BY number")
    return [from_row(row) for row in rows]


def set_status(
    connection: Connection,
    id: str,
    source: Status,
    target: Status,
    *,
    now: datetime,
    error: str | None = None,
) -> bool:
    """Go from one status to another; False means that somebody else was first.

    Raises:
        IllegalTransition: no execution goes from the one to the other.
    """
    transition(source, target)
    cursor = connection.execute(
        "UPDATE execution SET status = ?, error = coalesce(?, error), ended_at = coalesce(?, ended_at) "
        "WHERE id = ? AND status = ?",
        (target, error, to_time(now) if target.is_final else None, id, source),
    )
    return _told(connection, id, now) if cursor.rowcount == 1 else False


def _told(connection: Connection, id: str, now: datetime) -> bool:
    """Let the groups of an execution know its new status."""
    executiongroups.note_status(connection, id, now)
    return True


def begin(connection: Connection, id: str, attempt: int, now: datetime) -> bool:
    """Let a worker take its execution; False means that this attempt may not run."""
    cursor = connection.execute(
        "UPDATE execution SET status = 'started', started_at = ? WHERE id = ? AND status = 'pending' AND attempt = ?",
        (to_time(now), id, attempt),
    )
    return _told(connection, id, now) if cursor.rowcount == 1 else False


def finish(connection: Connection, id: str, attempt: int, status: Status, error: str, now: datetime) -> bool:
    """Write the end of an attempt; False means that it had ended, was superseded, or cannot end so."""
    cursor = connection.execute(
        "UPDATE execution SET status = ?, error = ?, ended_at = ? "
        f"WHERE id = ? AND attempt = ? AND status IN ({_SOURCES[status]})",
        (status, error, to_time(now), id, attempt),
    )
    return _told(connection, id, now) if cursor.rowcount == 1 else False


def begin_again(
    connection: Connection, id: str, attempt: int, status: Status, *, is_resumed: bool, now: datetime
) -> bool:
    """Give an ended execution its next attempt; False means that somebody else was first.

    One that has to wait gets a new number, so that it stands behind those that wait already.
    """
    cursor = connection.execute(
        "UPDATE execution SET status = ?, attempt = attempt + 1, is_resumed = ?, error = '', ended_at = NULL, "
        "number = CASE WHEN ? = 'queued' THEN (SELECT max(number) + 1 FROM execution) ELSE number END "
        "WHERE id = ? AND attempt = ? AND status IN ('failed', 'cancelled')",
        (status, is_resumed, status, id, attempt),
    )
    return _told(connection, id, now) if cursor.rowcount == 1 else False


def require_attempt(connection: Connection, id: str, attempt: int) -> Status:
    """Return the status of the execution that the attempt serves.

    Raises:
        StaleAttempt: it is settled, or a newer attempt serves the execution.
    """
    row = connection.execute("SELECT status, attempt FROM execution WHERE id = ?", (id,)).fetchone()
    if row is None or row["attempt"] != attempt or Status(row["status"]).is_final:
        raise StaleAttempt(id, attempt)
    return Status(row["status"])


def from_row(row: Row, *, prefix: str = "") -> Execution:
    """Return the execution of a row whose columns carry the prefix."""
    return Execution(
        id=row[prefix + "id"],
        number=row[prefix + "number"],
        workflow_id=row[prefix + "workflow_id"],
        deployment_id=row[prefix + "deployment_id"],
        blueprint_id=row[prefix + "blueprint_id"],
        status=Status(row[prefix + "status"]),
        parameters=from_json(row[prefix + "parameters"]),
        force=bool(row[prefix + "force"]),
        dry_run=bool(row[prefix + "dry_run"]),
        allow_custom_parameters=bool(row[prefix + "allow_custom_parameters"]),
        wait_after_fail=row[prefix + "wait_after_fail"],
        origin=row[prefix + "origin"],
        error=row[prefix + "error"],
        attempt=row[prefix + "attempt"],
        created_at=from_time(row[prefix + "created_at"]),
        started_at=from_time_or_none(row[prefix + "started_at"]),
        ended_at=from_time_or_none(row[prefix + "ended_at"]),
        total_operations=row[prefix + "total_operations"],
        finished_operations=row[prefix + "finished_operations"],
        is_resumed=bool(row[prefix + "is_resumed"]),
    )
