"""Rows of modifications: changes of the number of node instances, and what there was before."""

from datetime import datetime
from sqlite3 import Connection, IntegrityError, Row

from engine.domain.deployment import Modification, ModificationStatus, NodeInstance
from engine.domain.errors import InUse
from storage.codec import from_json_as, from_time, from_time_or_none, to_json, to_time

_COLUMNS = "id, deployment_id, execution_id, status, added, removed, before, created_at, ended_at"


def insert(connection: Connection, modification: Modification) -> None:
    """Store a modification that begins.

    Raises:
        InUse: another one of the deployment has not ended.
    """
    try:
        connection.execute(
            f"INSERT INTO modification ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",
            (
                modification.id,
                modification.deployment_id,
                modification.execution_id,
                modification.status,
                to_json(modification.added),
                to_json(modification.removed),
                to_json(modification.before),
                to_time(modification.created_at),
            ),
        )
    except IntegrityError as error:
        reason = "a modification of it was started and never ended; run `scale` with `abort_started=true`"
        raise InUse("deployment", modification.deployment_id, reason) from error


def find(connection: Connection, deployment_id: str) -> list[Modification]:
    """Return the modifications of a deployment, oldest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM modification WHERE deployment_id = ? ORDER BY created_at, id", (deployment_id,)
    )
    return [_modification(row) for row in rows]


def end(connection: Connection, id: str, status: ModificationStatus, now: datetime) -> bool:
    """End a modification; False means that it had ended."""
    cursor = connection.execute(
        "UPDATE modification SET status = ?, ended_at = ? WHERE id = ? AND status = 'started'",
        (status, to_time(now), id),
    )
    return cursor.rowcount == 1


def _modification(row: Row) -> Modification:
    return Modification(
        id=row["id"],
        deployment_id=row["deployment_id"],
        execution_id=row["execution_id"],
        status=ModificationStatus(row["status"]),
        added=from_json_as(row["added"], tuple[str, ...]),
        removed=from_json_as(row["removed"], tuple[str, ...]),
        before=from_json_as(row["before"], tuple[NodeInstance, ...]),
        created_at=from_time(row["created_at"]),
        ended_at=from_time_or_none(row["ended_at"]),
    )
