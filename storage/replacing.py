"""How all rows are replaced by those of a copy, inside one transaction: what concerns this moment and place stays."""

from collections.abc import Iterable
from sqlite3 import Connection

KEPT = frozenset({"alembic_version", "engine", "maintenance", "poll", "snapshot"})
"""Tables that tell of this state directory, not of its content."""

DROPPED = frozenset({"hook_delivery", "blueprint_upload"})
"""Tables that are emptied: what was to be told or uploaded when the copy was made is over since."""


def is_empty(connection: Connection) -> bool:
    """Say whether nothing would be lost."""
    found = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM blueprint) OR EXISTS (SELECT 1 FROM deployment) "
        "OR EXISTS (SELECT 1 FROM plugin) OR EXISTS (SELECT 1 FROM secret) AS has_any"
    )
    return not found.fetchone()["has_any"]


def replace_all(connection: Connection, copy: str, *, own: str) -> None:
    """Replace every row by those of the attached database `copy`, but the running execution `own` with its events."""
    connection.execute("PRAGMA defer_foreign_keys = ON")
    _make_room(connection, copy, own)
    tables = _tables(connection)
    attempts = connection.execute("SELECT attempt, id FROM execution").fetchall()
    makers = connection.execute("SELECT execution_id, id FROM snapshot WHERE execution_id IS NOT NULL").fetchall()
    for table in tables:
        connection.execute(f'DELETE FROM main."{table}" WHERE {_CONDITIONS.get(table, "1")}', _own(table, own))
    for table in tables:
        if table not in DROPPED:
            columns = ", ".join(f'"{column}"' for column in _columns(connection, table))
            connection.execute(f'INSERT INTO main."{table}" ({columns}) SELECT {columns} FROM "{copy}"."{table}"')
    _raise_attempts(connection, own, [(row["attempt"], row["id"]) for row in attempts if row["id"] != own])
    connection.executemany(
        "UPDATE snapshot SET execution_id = execution.id FROM execution WHERE execution.id = ? AND snapshot.id = ?",
        [tuple(row) for row in makers],
    )


_CONDITIONS = {"execution": "id <> ?", "event": "execution_id IS NOT ?"}


def _own(table: str, own: str) -> tuple[str, ...]:
    return (own,) if table in _CONDITIONS else ()


def _make_room(connection: Connection, copy: str, own: str) -> None:
    """Give what stays numbers that nothing in the copy has."""
    connection.execute(
        "UPDATE main.execution SET number = 1 + max((SELECT coalesce(max(number), 0) FROM main.execution), "
        f'(SELECT coalesce(max(number), 0) FROM "{copy}".execution)) WHERE id = ?',
        (own,),
    )
    connection.execute(
        "UPDATE main.event SET id = id + max((SELECT coalesce(max(id), 0) FROM main.event), "
        f'(SELECT coalesce(max(id), 0) FROM "{copy}".event)) '
        f'WHERE execution_id = ? AND id IN (SELECT id FROM "{copy}".event)',
        (own,),
    )


def _raise_attempts(connection: Connection, own: str, before: Iterable[tuple[int, str]]) -> None:
    """Let no attempt come back that somebody has served: a process of that time could still write to it.

    Of what was deleted since the copy only that is known which the copy says.
    """
    connection.execute(
        "UPDATE execution SET attempt = attempt + 1 WHERE status NOT IN ('terminated', 'failed', 'cancelled') "
        "AND id <> ?",
        (own,),
    )
    connection.executemany(
        "UPDATE execution SET attempt = max(attempt, ? + (status NOT IN ('terminated', 'failed', 'cancelled'))) "
        "WHERE id = ?",
        before,
    )


def _tables(connection: Connection) -> list[str]:
    rows = connection.execute(
        "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite#_%' ESCAPE '#'"
    )
    return sorted({row["name"] for row in rows} - KEPT)


def _columns(connection: Connection, table: str) -> list[str]:
    return [row["name"] for row in connection.execute(f'PRAGMA main.table_info("{table}")')]


def active(connection: Connection, *, but: str) -> list[str]:
    """Return the ids of executions that ran when the copy was made, which is all that runs but `but`."""
    rows = connection.execute(
        "SELECT id FROM execution WHERE status NOT IN ('terminated', 'failed', 'cancelled', 'queued') AND id <> ?",
        (but,),
    )
    return [row["id"] for row in rows]
