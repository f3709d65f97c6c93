"""Rows of uploaded blueprints."""

from sqlite3 import Connection

from engine.domain.blueprint import Plan
from engine.domain.deployment import Blueprint
from engine.domain.errors import NotFound
from storage.codec import from_json_as, from_time, to_json, to_time


def insert(connection: Connection, blueprint: Blueprint) -> None:
    """Store an uploaded blueprint."""
    connection.execute(
        'INSERT INTO blueprint (id, description, main_file, content, "plan", created_at) VALUES (?, ?, ?, ?, ?, ?)',
        (
            blueprint.id,
            blueprint.description,
            blueprint.main_file,
            blueprint.content,
            to_json(blueprint.plan),
            to_time(blueprint.created_at),
        ),
    )


def exists(connection: Connection, id: str) -> bool:
    return connection.execute("SELECT 1 FROM blueprint WHERE id = ?", (id,)).fetchone() is not None


def get(connection: Connection, id: str) -> Blueprint:
    """Return one blueprint.

    Raises:
        NotFound: no blueprint has this id.
    """
    row = connection.execute(
        'SELECT id, description, main_file, content, "plan", created_at FROM blueprint WHERE id = ?', (id,)
    ).fetchone()
    if row is None:
        raise NotFound("blueprint", id, "`conductor blueprints list` shows those that exist")
    return Blueprint(
        id=row["id"],
        description=row["description"],
        main_file=row["main_file"],
        content=row["content"],
        plan=from_json_as(row["plan"], Plan),
        created_at=from_time(row["created_at"]),
    )


def content_of(connection: Connection, id: str) -> str:
    """Return the name of the folder that holds the blueprint's content.

    Raises:
        NotFound: no blueprint has this id.
    """
    row = connection.execute("SELECT content FROM blueprint WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise NotFound("blueprint", id)
    return str(row["content"])


def location(connection: Connection, id: str) -> tuple[str, str]:
    """Return the folder of the blueprint's content and the path of the main file in it, without reading its plan.

    Raises:
        NotFound: no blueprint has this id.
    """
    row = connection.execute("SELECT content, main_file FROM blueprint WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise NotFound("blueprint", id, "`conductor blueprints list` shows those that exist")
    return str(row["content"]), str(row["main_file"])


def deployments_of(connection: Connection, id: str) -> list[str]:
    rows = connection.execute("SELECT id FROM deployment WHERE blueprint_id = ? ORDER BY id", (id,))
    return [row["id"] for row in rows]


def importers_of(connection: Connection, id: str) -> list[str]:
    """Return the blueprints that import this one."""
    rows = connection.execute(
        """SELECT blueprint.id FROM blueprint, json_each(blueprint."plan", '$.imported_blueprints') AS imported
           WHERE imported.value = ? ORDER BY blueprint.id""",
        (id,),
    )
    return [row["id"] for row in rows]


def ids(connection: Connection) -> list[str]:
    return [row["id"] for row in connection.execute("SELECT id FROM blueprint ORDER BY id")]


def contents(connection: Connection) -> list[str]:
    """Return the names of all folders that hold content of blueprints."""
    return [row["content"] for row in connection.execute("SELECT DISTINCT content FROM blueprint ORDER BY content")]


def is_content_used(connection: Connection, content: str) -> bool:
    return connection.execute("SELECT 1 FROM blueprint WHERE content = ?", (content,)).fetchone() is not None


def delete(connection: Connection, id: str) -> None:
    connection.execute("DELETE FROM blueprint WHERE id = ?", (id,))
