"""Rows of deployment groups and of what is in them."""

from collections.abc import Iterable
from sqlite3 import Connection, Row

from engine.domain.errors import NotFound
from engine.domain.group import DeploymentGroup
from storage.codec import from_json, from_time, to_json, to_time

_COLUMNS = "id, description, default_blueprint_id, default_inputs, created_at"


def insert(connection: Connection, group: DeploymentGroup) -> None:
    """Store a new group; its members are added apart."""
    connection.execute(
        f"INSERT INTO deployment_group ({_COLUMNS}) VALUES (?, ?, ?, ?, ?)",
        (
            group.id,
            group.description,
            group.default_blueprint_id,
            to_json(group.default_inputs),
            to_time(group.created_at),
        ),
    )


def exists(connection: Connection, id: str) -> bool:
    return connection.execute("SELECT 1 FROM deployment_group WHERE id = ?", (id,)).fetchone() is not None


def get(connection: Connection, id: str) -> DeploymentGroup:
    """Return one group with its members.

    Raises:
        NotFound: there is no such group.
    """
    row = connection.execute(f"SELECT {_COLUMNS} FROM deployment_group WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise NotFound("deployment group", id, "`conductor deployments group list` shows those that exist")
    return _group(row, _members(connection, id))


def find(connection: Connection) -> list[DeploymentGroup]:
    """Return all groups by name."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM deployment_group ORDER BY id").fetchall()
    return [_group(row, _members(connection, row["id"])) for row in rows]


def add(connection: Connection, id: str, deployment_ids: Iterable[str]) -> int:
    """Put deployments into a group and return how many were not in it."""
    cursor = connection.executemany(
        "INSERT INTO deployment_group_member (group_id, deployment_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(id, deployment_id) for deployment_id in deployment_ids],
    )
    return cursor.rowcount


def remove(connection: Connection, id: str, deployment_ids: Iterable[str]) -> int:
    """Take deployments out of a group and return how many were in it."""
    cursor = connection.executemany(
        "DELETE FROM deployment_group_member WHERE group_id = ? AND deployment_id = ?",
        [(id, deployment_id) for deployment_id in deployment_ids],
    )
    return cursor.rowcount


def delete(connection: Connection, id: str) -> None:
    connection.execute("DELETE FROM deployment_group WHERE id = ?", (id,))


def _members(connection: Connection, id: str) -> tuple[str, ...]:
    rows = connection.execute(
        "SELECT deployment_id FROM deployment_group_member WHERE group_id = ? ORDER BY deployment_id", (id,)
    )
    return tuple(row["deployment_id"] for row in rows)


def _group(row: Row, members: tuple[str, ...]) -> DeploymentGroup:
    return DeploymentGroup(
        id=row["id"],
        description=row["description"],
        default_blueprint_id=row["default_blueprint_id"],
        default_inputs=from_json(row["default_inputs"]),
        created_at=from_time(row["created_at"]),
        deployments=members,
    )
