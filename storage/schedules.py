"""Rows of schedules and of what was decided about their occurrences."""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection, Row

from engine.domain.errors import NotFound
from engine.domain.recurrence import Rule
from engine.domain.schedule import Disposition, ExecutionArguments, Occurrence, Origin, Schedule
from engine.domain.schedulepolicy import Policies
from storage.codec import from_json, from_json_as, from_time, from_time_or_none, to_json, to_time, to_time_or_none

COLUMNS = (
    "deployment_id, id, workflow_id, parameters, execution_arguments, rule, slip, stop_on_fail, policies, enabled, "
    "pause_reason, next_occurrence, latest_execution_id, is_failure_latched, origin, created_at"
)


def insert(connection: Connection, schedule: Schedule) -> None:
    """Store a new schedule."""
    connection.execute(
        f"INSERT INTO schedule ({COLUMNS}, due_at, owner_id) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            schedule.deployment_id,
            schedule.id,
            schedule.workflow_id,
            to_json(schedule.parameters),
            to_json(schedule.arguments),
            to_json(schedule.rule),
            schedule.slip,
            schedule.stop_on_fail,
            to_json(schedule.policies),
            schedule.enabled,
            schedule.pause_reason,
            to_time_or_none(schedule.next_occurrence),
            schedule.latest_execution_id,
            schedule.is_failure_latched,
            schedule.origin,
            to_time(schedule.created_at),
            to_time_or_none(schedule.due_at),
            None if schedule.is_system_wide else schedule.deployment_id,
        ),
    )


def update(connection: Connection, schedule: Schedule) -> None:
    """Replace everything of a schedule but its ids, its origin and its creation."""
    connection.execute(
        "UPDATE schedule SET workflow_id = ?, parameters = ?, execution_arguments = ?, rule = ?, slip = ?, "
        "stop_on_fail = ?, policies = ?, enabled = ?, pause_reason = ?, next_occurrence = ?, latest_execution_id = ?, "
        "is_failure_latched = ?, due_at = ? WHERE deployment_id = ? AND id = ?",
        (
            schedule.workflow_id,
            to_json(schedule.parameters),
            to_json(schedule.arguments),
            to_json(schedule.rule),
            schedule.slip,
            schedule.stop_on_fail,
            to_json(schedule.policies),
            schedule.enabled,
            schedule.pause_reason,
            to_time_or_none(schedule.next_occurrence),
            schedule.latest_execution_id,
            schedule.is_failure_latched,
            to_time_or_none(schedule.due_at),
            schedule.deployment_id,
            schedule.id,
        ),
    )


def exists(connection: Connection, deployment_id: str, id: str) -> bool:
    found = connection.execute("SELECT 1 FROM schedule WHERE deployment_id = ? AND id = ?", (deployment_id, id))
    return found.fetchone() is not None


def get(connection: Connection, deployment_id: str, id: str) -> Schedule:
    """Return one schedule.

    Raises:
        NotFound: the deployment has no such schedule.
    """
    row = connection.execute(
        f"SELECT {COLUMNS} FROM schedule WHERE deployment_id = ? AND id = ?", (deployment_id, id)
    ).fetchone()
    if row is None:
        raise NotFound(
            f"schedule of deployment {deployment_id}", id, "`conductor deployments schedule list` shows them"
        )
    return from_row(row)


def find(connection: Connection, *, deployment_id: str | None = None) -> list[Schedule]:
    """Return the schedules of a deployment (`-` for the system's), or all: what fires next comes first."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM schedule WHERE deployment_id = coalesce(?, deployment_id) "
        "ORDER BY enabled = 0, next_occurrence IS NULL, next_occurrence, deployment_id, id",
        (deployment_id,),
    )
    return [from_row(row) for row in rows]


def beside(connection: Connection, deployment_id: str, *, limit: int) -> list[Schedule]:
    """Return enabled schedules that share a deployment, or the system, with those of this one; `-` shares with all."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM schedule WHERE enabled = 1 AND next_occurrence IS NOT NULL "
        "AND (deployment_id IN (?, '-') OR ? = '-') ORDER BY next_occurrence LIMIT ?",
        (deployment_id, deployment_id, limit),
    )
    return [from_row(row) for row in rows]


def due(connection: Connection, now: datetime) -> list[tuple[str, str]]:
    """Return deployment and id of the enabled schedules that are due to start, oldest first."""
    rows = connection.execute(
        "SELECT deployment_id, id FROM schedule WHERE enabled = 1 AND due_at <= ? ORDER BY due_at",
        (to_time(now),),
    )
    return [(row["deployment_id"], row["id"]) for row in rows]


def has_future(connection: Connection) -> bool:
    """Say whether any enabled schedule will ever fire again."""
    row = connection.execute(
        "SELECT 1 FROM schedule WHERE enabled = 1 AND next_occurrence IS NOT NULL LIMIT 1"
    ).fetchone()
    return row is not None


def delete(connection: Connection, deployment_id: str, id: str) -> bool:
    """Remove a schedule with its history; False means that there was none."""
    cursor = connection.execute("DELETE FROM schedule WHERE deployment_id = ? AND id = ?", (deployment_id, id))
    return cursor.rowcount == 1


def insert_occurrences(connection: Connection, occurrences: Sequence[Occurrence]) -> int:
    """Record decisions and return how many are new: an occurrence is decided once."""
    cursor = connection.executemany(
        "INSERT INTO occurrence "
        "(deployment_id, schedule_id, occurrence, disposition, reason, execution_id, decided_at, covered) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [
            (
                one.deployment_id,
                one.schedule_id,
                to_time(one.occurrence),
                one.disposition,
                one.reason,
                one.execution_id,
                to_time(one.decided_at),
                one.covered,
            )
            for one in occurrences
        ],
    )
    return cursor.rowcount


def history(connection: Connection, deployment_id: str, id: str, *, limit: int = 100) -> list[Occurrence]:
    """Return what was decided about a schedule's occurrences, newest first."""
    rows = connection.execute(
        "SELECT deployment_id, schedule_id, occurrence, disposition, reason, execution_id, decided_at, covered "
        "FROM occurrence WHERE deployment_id = ? AND schedule_id = ? ORDER BY occurrence DESC LIMIT ?",
        (deployment_id, id, limit),
    )
    return [
        Occurrence(
            deployment_id=row["deployment_id"],
            schedule_id=row["schedule_id"],
            occurrence=from_time(row["occurrence"]),
            disposition=Disposition(row["disposition"]),
            reason=row["reason"],
            execution_id=row["execution_id"],
            decided_at=from_time(row["decided_at"]),
            covered=row["covered"],
        )
        for row in rows
    ]


def from_row(row: Row) -> Schedule:
    return Schedule(
        id=row["id"],
        deployment_id=row["deployment_id"],
        workflow_id=row["workflow_id"],
        parameters=from_json(row["parameters"]),
        arguments=from_json_as(row["execution_arguments"], ExecutionArguments),
        rule=from_json_as(row["rule"], Rule),
        slip=row["slip"],
        stop_on_fail=bool(row["stop_on_fail"]),
        policies=from_json_as(row["policies"], Policies),
        enabled=bool(row["enabled"]),
        pause_reason=row["pause_reason"],
        next_occurrence=from_time_or_none(row["next_occurrence"]),
        latest_execution_id=row["latest_execution_id"],
        is_failure_latched=bool(row["is_failure_latched"]),
        origin=Origin(row["origin"]),
        created_at=from_time(row["created_at"]),
    )
