"""Rows of execution groups and of what is in them; who ends takes its deployment into the group for that end."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from sqlite3 import Connection, Row

from engine.domain.admission import GroupLimit
from engine.domain.errors import NotFound
from engine.domain.event import Draft, EventType, Level
from engine.domain.execution import Status
from engine.domain.group import ExecutionGroup
from storage import events
from storage.codec import from_time, to_time

_COLUMNS = "id, workflow_id, deployment_group_id, concurrency, success_group_id, failed_group_id, created_at"


def insert(connection: Connection, group: ExecutionGroup) -> None:
    """Store a new group; its members are added apart."""
    connection.execute(
        f"INSERT INTO execution_group ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            group.id,
            group.workflow_id,
            group.deployment_group_id,
            group.concurrency,
            group.success_group_id,
            group.failed_group_id,
            to_time(group.created_at),
        ),
    )


def update(connection: Connection, group: ExecutionGroup) -> None:
    """Replace the limit and the groups of those that have ended; these take in who has ended before."""
    connection.execute(
        "UPDATE execution_group SET concurrency = ?, success_group_id = ?, failed_group_id = ? WHERE id = ?",
        (group.concurrency, group.success_group_id, group.failed_group_id, group.id),
    )
    _sort_ended(connection, "execution_group.id", group.id)


def exists(connection: Connection, id: str) -> bool:
    return connection.execute("SELECT 1 FROM execution_group WHERE id = ?", (id,)).fetchone() is not None


def get(connection: Connection, id: str) -> ExecutionGroup:
    """Return one group.

    Raises:
        NotFound: there is no such group.
    """
    row = connection.execute(f"SELECT {_COLUMNS} FROM execution_group WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise NotFound("execution group", id, "`conductor executions group list` shows those that exist")
    return _group(row)


def find(connection: Connection) -> list[ExecutionGroup]:
    """Return all groups, oldest first."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM execution_group ORDER BY created_at, id")
    return [_group(row) for row in rows]


def add(connection: Connection, id: str, execution_id: str) -> None:
    """Put an execution into a group; one that has ended takes its deployment into the group for that end."""
    connection.execute(
        "INSERT INTO execution_group_member (group_id, execution_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (id, execution_id),
    )
    _sort_ended(connection, "execution.id", execution_id)


def members(connection: Connection, id: str) -> list[str]:
    """Return the ids of a group's executions in order of arrival."""
    rows = connection.execute(
        "SELECT execution.id FROM execution_group_member JOIN execution ON execution.id = execution_id "
        "WHERE group_id = ? ORDER BY number",
        (id,),
    )
    return [row["id"] for row in rows]


def of(connection: Connection, execution_ids: Iterable[str]) -> set[str]:
    """Return the ids of the groups that any of these executions is in."""
    return {
        row["group_id"]
        for id in execution_ids
        for row in connection.execute("SELECT group_id FROM execution_group_member WHERE execution_id = ?", (id,))
    }


def forget_empty(connection: Connection, ids: Iterable[str]) -> None:
    """Remove those of the groups that no execution is in any more, with what is told of them."""
    for id in ids:
        cursor = connection.execute(
            "DELETE FROM execution_group WHERE id = ? "
            "AND NOT EXISTS (SELECT 1 FROM execution_group_member WHERE group_id = execution_group.id)",
            (id,),
        )
        if cursor.rowcount:
            connection.execute("DELETE FROM event WHERE execution_group_id = ?", (id,))


def counts(connection: Connection) -> dict[str, Counter[Status]]:
    """Return how many executions of each group have each status, by the group's id."""
    found: dict[str, Counter[Status]] = defaultdict(Counter)
    for row in connection.execute(
        "SELECT group_id, status, count(*) AS number FROM execution_group_member "
        "JOIN execution ON execution.id = execution_id GROUP BY group_id, status"
    ):
        found[row["group_id"]][Status(row["status"])] = row["number"]
    return found


def limits(connection: Connection, live: str) -> dict[str, tuple[GroupLimit, ...]]:
    """Return the groups of the executions that `live` selects, by the execution's id."""
    if connection.execute("SELECT 1 FROM execution_group").fetchone() is None:
        return {}
    found: dict[str, tuple[GroupLimit, ...]] = defaultdict(tuple)
    for row in connection.execute(
        "SELECT execution_id, group_id, concurrency FROM execution_group_member AS member "
        "JOIN execution_group ON execution_group.id = group_id "
        f"WHERE execution_id IN (SELECT id FROM {live}) ORDER BY group_id"
    ):
        limit = GroupLimit(group_id=row["group_id"], concurrency=row["concurrency"])
        found[row["execution_id"]] += (limit,)
    return found


def limits_of(connection: Connection, execution_id: str) -> tuple[GroupLimit, ...]:
    """Return the groups of one execution, ended or not."""
    rows = connection.execute(
        "SELECT group_id, concurrency FROM execution_group_member "
        "JOIN execution_group ON execution_group.id = group_id WHERE execution_id = ? ORDER BY group_id",
        (execution_id,),
    )
    return tuple(GroupLimit(group_id=row["group_id"], concurrency=row["concurrency"]) for row in rows)


def note_status(connection: Connection, execution_id: str, now: datetime) -> None:
    """Tell the groups of an execution of its new status; an end takes its deployment into the groups for that end."""
    rows = connection.execute(
        "SELECT group_id, status, workflow_id, error FROM execution_group_member "
        "JOIN execution ON execution.id = execution_id WHERE execution_id = ? ORDER BY group_id",
        (execution_id,),
    ).fetchall()
    if rows:
        events.append(connection, [_state_change(execution_id, row, now) for row in rows])
        _sort_ended(connection, "execution.id", execution_id)


def _state_change(execution_id: str, row: Row, now: datetime) -> Draft:
    first_line = row["error"].partition("\n")[0]
    reason = f" with error '{first_line}'" if first_line else ""
    return Draft(
        type=EventType.EXECUTION_STATE_CHANGE,
        message=f"execution '{execution_id}' changed state to '{row['status']}'{reason}",
        timestamp=now,
        level=Level.ERROR if row["status"] == Status.FAILED else Level.INFO,
        workflow_id=row["workflow_id"],
        execution_group_id=row["group_id"],
    )


def _sort_ended(connection: Connection, column: str, id: str) -> None:
    connection.execute(
        "INSERT INTO deployment_group_member (group_id, deployment_id) SELECT target, deployment_id FROM ("
        "SELECT CASE status WHEN 'terminated' THEN success_group_id WHEN 'failed' THEN failed_group_id END AS target, "
        "deployment_id FROM execution JOIN execution_group_member ON execution_id = execution.id "
        f"JOIN execution_group ON execution_group.id = group_id WHERE {column} = ?) "
        "WHERE target IS NOT NULL AND deployment_id IS NOT NULL ON CONFLICT DO NOTHING",
        (id,),
    )


def _group(row: Row) -> ExecutionGroup:
    return ExecutionGroup(
        id=row["id"],
        workflow_id=row["workflow_id"],
        deployment_group_id=row["deployment_group_id"],
        concurrency=row["concurrency"],
        success_group_id=row["success_group_id"],
        failed_group_id=row["failed_group_id"],
        created_at=from_time(row["created_at"]),
    )
