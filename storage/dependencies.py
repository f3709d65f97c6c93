"""Rows that say which deployment reads capabilities of which other one, as their plans name them."""

from sqlite3 import Connection

from engine.domain.dependents import UNDER_WAY, Dependent, sources_of
from storage import executions
from storage.codec import from_json

_UNDER_WAY = ", ".join(f"'{status}'" for status in sorted(UNDER_WAY))


def replace(connection: Connection, deployment_id: str, plan: str) -> None:
    """Store which deployments the plan of one, as JSON, names; what an earlier plan of it named is forgotten."""
    connection.execute("DELETE FROM deployment_dependency WHERE dependent_id = ?", (deployment_id,))
    if '"get_capability"' not in plan:  # most plans; they need not be read again
        return
    connection.executemany(
        "INSERT INTO deployment_dependency (dependent_id, source_id) VALUES (?, ?)",
        [(deployment_id, one) for one in sources_of(from_json(plan)) if one != deployment_id],
    )


def sources(connection: Connection, dependent_id: str) -> tuple[str, ...]:
    """Return the deployments that one reads capabilities of, by name; they need not exist."""
    rows = connection.execute(
        "SELECT source_id FROM deployment_dependency WHERE dependent_id = ? ORDER BY source_id", (dependent_id,)
    )
    return tuple(row["source_id"] for row in rows)


def dependents(connection: Connection, source_id: str) -> list[Dependent]:
    """Return the deployments that read capabilities of one, by name, as they are now."""
    rows = connection.execute(
        "SELECT dependent_id AS id, (SELECT count(*) > 0 AND min(state = 'started') FROM node_instance "
        "WHERE deployment_id = dependent_id) AS is_active "
        "FROM deployment_dependency WHERE source_id = ? ORDER BY dependent_id",
        (source_id,),
    ).fetchall()
    return [
        Dependent(id=row["id"], is_active=bool(row["is_active"]), under_way=_under_way(connection, row["id"]))
        for row in rows
    ]


def _under_way(connection: Connection, deployment_id: str) -> frozenset[str]:
    rows = connection.execute(
        f"SELECT workflow_id FROM {executions.LIVE_NEAR} AND deployment_id = ? AND status IN ({_UNDER_WAY})",
        (deployment_id,),
    )
    return frozenset(row["workflow_id"] for row in rows)
