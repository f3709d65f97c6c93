"""Read models: one query, or a few, per screen and listing."""

from datetime import datetime, timedelta
from sqlite3 import Connection, Row

from engine.domain.execution import ACTIVE
from engine.domain.view import BlueprintRow, DeploymentRow, InstanceRow, Totals
from storage import executions
from storage.codec import from_json, from_time, from_time_or_none, to_time

_ACTIVE_LIST = ", ".join(f"'{status}'" for status in sorted(ACTIVE))
_LIVE_OF_DEPLOYMENTS = (
    f"SELECT deployment_id AS of_deployment, count(*) FILTER (WHERE status IN ({_ACTIVE_LIST})) AS running, "
    f"count(*) FILTER (WHERE status = 'queued') AS queued FROM {executions.LIVE} GROUP BY deployment_id"
)
_LATEST = ", ".join(f"latest.{column} AS latest_{column}" for column in executions.COLUMNS.split(", "))


def blueprints(connection: Connection) -> list[BlueprintRow]:
    """Return all blueprints by name."""
    rows = connection.execute(
        "SELECT id, description, main_file, created_at, "
        "(SELECT count(*) FROM deployment WHERE blueprint_id = blueprint.id) AS deployments, "
        "(SELECT count(*) FROM json_each(\"plan\", '$.nodes')) AS nodes FROM blueprint ORDER BY id"
    )
    return [
        BlueprintRow(
            id=row["id"],
            description=row["description"],
            main_file=row["main_file"],
            created_at=from_time(row["created_at"]),
            deployments=row["deployments"],
            nodes=row["nodes"],
        )
        for row in rows
    ]


def deployments(connection: Connection, *, id: str | None = None, limit: int = -1) -> list[DeploymentRow]:
    """Return all deployments by name, or the one asked for."""
    rows = connection.execute(
        f"SELECT deployment.id, deployment.blueprint_id, deployment.created_at, {_LATEST}, "
        "(SELECT count(*) FROM node_instance WHERE deployment_id = deployment.id) AS instances, "
        "(SELECT count(*) FROM node_instance WHERE deployment_id = deployment.id AND state = 'started') AS started, "
        "(SELECT min(next_occurrence) FROM schedule "
        " WHERE deployment_id = deployment.id AND enabled = 1) AS next_run, "
        "coalesce(live.running, 0) AS running, coalesce(live.queued, 0) AS queued "
        "FROM deployment LEFT JOIN execution AS latest ON latest.number = "
        "(SELECT number FROM execution WHERE deployment_id = deployment.id AND started_at IS NOT NULL "
        " ORDER BY number DESC LIMIT 1) "
        f"LEFT JOIN ({_LIVE_OF_DEPLOYMENTS}) AS live ON live.of_deployment = deployment.id "
        "WHERE deployment.id = coalesce(?, deployment.id) ORDER BY deployment.id LIMIT ?",
        (id, limit),
    )
    return [_deployment(row) for row in rows]


def _deployment(row: Row) -> DeploymentRow:
    return DeploymentRow(
        id=row["id"],
        blueprint_id=row["blueprint_id"],
        created_at=from_time(row["created_at"]),
        instances=row["instances"],
        started_instances=row["started"],
        latest=executions.from_row(row, prefix="latest_") if row["latest_id"] else None,
        next_run=from_time_or_none(row["next_run"]),
        running=row["running"],
        queued=row["queued"],
    )


def instances(connection: Connection, deployment_id: str) -> list[InstanceRow]:
    """Return the node instances of a deployment, each with the type of its node."""
    rows = connection.execute(
        "SELECT node_instance.id, node_id, state, host_id, runtime_properties, "
        "json_extract(deployment.\"plan\", '$.nodes.\"' || node_id || '\".type') AS type "
        "FROM node_instance JOIN deployment ON deployment.id = deployment_id "
        "WHERE deployment_id = ? ORDER BY node_instance.rowid",
        (deployment_id,),
    )
    return [
        InstanceRow(
            id=row["id"],
            node_id=row["node_id"],
            type=row["type"] or "",
            state=row["state"],
            host_id=row["host_id"],
            runtime_properties=from_json(row["runtime_properties"]),
        )
        for row in rows
    ]


def failed_since(connection: Connection, moment: datetime) -> int:
    """Count the executions that failed after `moment`."""
    row = connection.execute(
        "SELECT count(*) AS failed FROM execution WHERE ended_at > ? AND status = 'failed'", (to_time(moment),)
    ).fetchone()
    return int(row["failed"])


def failed_last_day(connection: Connection, now: datetime) -> int:
    return failed_since(connection, now - timedelta(days=1))


def totals(connection: Connection, now: datetime) -> Totals:
    """Count what the first lines of every screen tell."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM deployment) AS deployments, "
        f"(SELECT count(*) FROM {executions.LIVE} AND status IN ({_ACTIVE_LIST})) AS running, "
        f"(SELECT count(*) FROM {executions.LIVE} AND status = 'queued') AS queued, "
        "(SELECT count(*) FROM schedule) AS schedules, "
        "(SELECT count(*) FROM schedule WHERE enabled = 1 AND next_occurrence IS NOT NULL) AS coming"
    ).fetchone()
    return Totals(
        deployments=row["deployments"],
        running=row["running"],
        queued=row["queued"],
        schedules=row["schedules"],
        coming=row["coming"],
        failed_last_day=failed_last_day(connection, now),
    )
