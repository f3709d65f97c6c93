"""What polls and listings ask about schedules, one statement each."""

from datetime import datetime
from sqlite3 import Connection, Row
from typing import TYPE_CHECKING

from msgspec import MsgspecError

from engine.domain.execution import Status
from engine.domain.schedule import Schedule
from engine.domain.view import ScheduleRow
from storage import schedules
from storage.codec import from_json_as, from_time, from_time_or_none, to_time, to_time_or_none

if TYPE_CHECKING:
    from engine.domain.recurrence import Rule


def rows(connection: Connection, *, deployment_id: str | None = None, limit: int = -1) -> list[ScheduleRow]:
    """Return schedules as a listing shows them: what fires next comes first, what is at rest last."""
    found = connection.execute(
        "SELECT s.id, s.deployment_id, s.workflow_id, s.rule, s.enabled, s.next_occurrence, s.latest_execution_id, "
        "s.pause_reason, s.origin, s.created_at, e.status "
        "FROM schedule AS s LEFT JOIN execution AS e ON e.id = s.latest_execution_id "
        "WHERE s.deployment_id = coalesce(?, s.deployment_id) "
        "ORDER BY s.enabled = 0, s.next_occurrence IS NULL, s.next_occurrence, s.deployment_id, s.id LIMIT ?",
        (deployment_id, limit),
    )
    listed = []
    for row in found:
        rule = _readable(row)
        listed.append(
            ScheduleRow(
                id=row["id"],
                deployment_id=row["deployment_id"],
                workflow_id=row["workflow_id"],
                rule=rule.words,
                timezone=rule.zone,
                enabled=bool(row["enabled"]),
                next_occurrence=from_time_or_none(row["next_occurrence"]) if row["enabled"] else None,
                latest_execution_id=row["latest_execution_id"],
                latest_status=row["status"],
                since=rule.since,
                until=rule.until,
                origin=row["origin"],
                pause_reason=row["pause_reason"],
            )
        )
    return listed


def _readable(row: Row) -> "Rule":
    """Return the rule of a row; a damaged one must not hide the others from a listing."""
    from engine.domain.recurrence import Rule  # screens without schedules start without recurrence

    try:
        return from_json_as(row["rule"], Rule)
    except MsgspecError:
        return Rule(since=from_time(row["created_at"]), rrule="(damaged)")


def keys(connection: Connection) -> list[tuple[str, str]]:
    """Return deployment and id of every schedule."""
    rows = connection.execute("SELECT deployment_id, id FROM schedule ORDER BY deployment_id, id")
    return [(row["deployment_id"], row["id"]) for row in rows]


def claimed(connection: Connection, deployment_id: str, id: str) -> tuple[Schedule, Status | None] | None:
    """Return a schedule and how its latest execution stands; None where the schedule is gone."""
    row = connection.execute(
        f"SELECT {schedules.COLUMNS}, (SELECT status FROM execution WHERE id = latest_execution_id) AS latest_status "
        "FROM schedule WHERE deployment_id = ? AND id = ?",
        (deployment_id, id),
    ).fetchone()
    if row is None:
        return None
    latest = row["latest_status"]
    return schedules.from_row(row), None if latest is None else Status(latest)


def advance(connection: Connection, schedule: Schedule) -> None:
    """Store what a decision changes of a schedule, and nothing else."""
    connection.execute(
        "UPDATE schedule SET enabled = ?, pause_reason = ?, next_occurrence = ?, due_at = ?, latest_execution_id = ?, "
        "is_failure_latched = ? WHERE deployment_id = ? AND id = ?",
        (
            schedule.enabled,
            schedule.pause_reason,
            to_time_or_none(schedule.next_occurrence),
            to_time_or_none(schedule.due_at),
            schedule.latest_execution_id,
            schedule.is_failure_latched,
            schedule.deployment_id,
            schedule.id,
        ),
    )


def is_decided(connection: Connection, deployment_id: str, id: str, occurrence: datetime) -> bool:
    """Say whether something was decided about an occurrence before."""
    row = connection.execute(
        "SELECT 1 FROM occurrence WHERE deployment_id = ? AND schedule_id = ? AND occurrence = ?",
        (deployment_id, id, to_time(occurrence)),
    ).fetchone()
    return row is not None


def switch_off(connection: Connection, deployment_id: str, id: str, reason: str = "") -> None:
    """Disable a schedule whose row cannot be read as a schedule."""
    connection.execute(
        "UPDATE schedule SET enabled = 0, pause_reason = ? WHERE deployment_id = ? AND id = ?",
        (reason, deployment_id, id),
    )
