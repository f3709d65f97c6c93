"""Rows of the updates of deployments."""

from sqlite3 import Connection, Row

from engine.domain.errors import InvalidValue, NotFound
from engine.domain.execution import Status
from engine.domain.update import DeploymentUpdate, UpdateStage, Work
from storage.codec import from_json, from_json_as, from_time, from_time_or_none, to_json, to_time, to_time_or_none

_COLUMNS = (
    "id, deployment_id, stage, old_blueprint_id, new_blueprint_id, old_inputs, new_inputs, steps, work, created_at, "
    "switched_at, ended_at"
)
_SELECT = (
    f"SELECT {', '.join(f'deployment_update.{one}' for one in _COLUMNS.split(', '))}, execution.status AS status "
    "FROM deployment_update LEFT JOIN execution ON execution.id = deployment_update.id"
)


def insert(connection: Connection, update: DeploymentUpdate) -> None:
    """Store an update that was accepted."""
    connection.execute(
        f"INSERT INTO deployment_update ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            update.id,
            update.deployment_id,
            update.stage,
            update.old_blueprint_id,
            update.new_blueprint_id,
            to_json(update.old_inputs),
            to_json(update.new_inputs),
            to_json(update.steps),
            to_json(update.work),
            to_time(update.created_at),
            to_time_or_none(update.switched_at),
            to_time_or_none(update.ended_at),
        ),
    )


def store(connection: Connection, update: DeploymentUpdate) -> None:
    """Replace what an update comes to and how far it is."""
    connection.execute(
        "UPDATE deployment_update SET stage = ?, old_blueprint_id = ?, new_blueprint_id = ?, old_inputs = ?, "
        "new_inputs = ?, steps = ?, work = ?, switched_at = ?, ended_at = ? WHERE id = ?",
        (
            update.stage,
            update.old_blueprint_id,
            update.new_blueprint_id,
            to_json(update.old_inputs),
            to_json(update.new_inputs),
            to_json(update.steps),
            to_json(update.work),
            to_time_or_none(update.switched_at),
            to_time_or_none(update.ended_at),
            update.id,
        ),
    )


def find(connection: Connection, *, deployment_id: str | None = None) -> list[DeploymentUpdate]:
    """Return the updates of a deployment, or all, oldest first."""
    rows = connection.execute(
        f"{_SELECT} WHERE deployment_update.deployment_id = coalesce(?, deployment_update.deployment_id) "
        "ORDER BY deployment_update.created_at, deployment_update.rowid",
        (deployment_id,),
    )
    return [_update(row) for row in rows]


def of_execution(connection: Connection, id: str) -> DeploymentUpdate | None:
    """Return the update that an execution makes; None where it makes none."""
    row = connection.execute(f"{_SELECT} WHERE deployment_update.id = ?", (id,)).fetchone()
    return None if row is None else _update(row)


def get(connection: Connection, id: str) -> DeploymentUpdate:
    """Return one update by its id or the unique beginning of it.

    Raises:
        NotFound: there is none.
        InvalidValue: several ids begin so.
    """
    rows = connection.execute(
        f"{_SELECT} WHERE deployment_update.id >= ? AND deployment_update.id < ? ORDER BY deployment_update.id LIMIT 2",
        (id, f"{id}\U0010ffff"),
    )
    found = [_update(row) for row in rows]
    if not found or not id:
        raise NotFound("update", id, "`conductor deployments updates list` shows those that exist")
    if len(found) > 1 and found[0].id != id:
        raise InvalidValue(f"`{id}` begins several ids of updates; give more of it")
    return found[0]


def waiting_for_blueprint(connection: Connection, blueprint_id: str) -> list[str]:
    """Return the deployments of which an update to a blueprint runs or waits."""
    rows = connection.execute(
        "SELECT DISTINCT deployment_update.deployment_id AS id FROM deployment_update "
        "JOIN execution ON execution.id = deployment_update.id "
        "WHERE new_blueprint_id = ? AND execution.status NOT IN (?, ?, ?) ORDER BY 1",
        (blueprint_id, Status.TERMINATED, Status.FAILED, Status.CANCELLED),
    )
    return [row["id"] for row in rows]


def _update(row: Row) -> DeploymentUpdate:
    status: str | None = row["status"]
    return DeploymentUpdate(
        id=row["id"],
        deployment_id=row["deployment_id"],
        stage=UpdateStage(row["stage"]),
        old_blueprint_id=row["old_blueprint_id"],
        new_blueprint_id=row["new_blueprint_id"],
        old_inputs=from_json(row["old_inputs"]),
        new_inputs=from_json(row["new_inputs"]),
        steps=from_json_as(row["steps"], tuple[str, ...]),
        work=from_json_as(row["work"], Work),
        created_at=from_time(row["created_at"]),
        switched_at=from_time_or_none(row["switched_at"]),
        ended_at=from_time_or_none(row["ended_at"]),
        execution_status=None if status is None else Status(status),
    )
