"""Rows of secrets; their values are sealed before they come here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Connection, Row

from engine.domain.errors import NotFound
from storage.codec import from_time, to_time

_COLUMNS = "key, sealed, key_id, is_hidden, created_at, updated_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRow:
    """One secret with its sealed value."""

    key: str
    sealed: str
    key_id: str
    is_hidden: bool
    created_at: datetime
    updated_at: datetime


def put(connection: Connection, row: SecretRow) -> None:
    """Store a secret, in the place of the one of the same key."""
    connection.execute(
        f"INSERT INTO secret ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET "
        "sealed = excluded.sealed, key_id = excluded.key_id, is_hidden = excluded.is_hidden, "
        "updated_at = excluded.updated_at",
        (row.key, row.sealed, row.key_id, row.is_hidden, to_time(row.created_at), to_time(row.updated_at)),
    )


def find(connection: Connection, key: str) -> SecretRow | None:
    row = connection.execute(f"SELECT {_COLUMNS} FROM secret WHERE key = ?", (key,)).fetchone()
    return None if row is None else _secret(row)


def get(connection: Connection, key: str) -> SecretRow:
    """Return one secret.

    Raises:
        NotFound: no secret has this key.
    """
    found = find(connection, key)
    if found is None:
        raise NotFound("secret", key, "`conductor secrets list` shows those that exist")
    return found


def every(connection: Connection) -> list[SecretRow]:
    return [_secret(row) for row in connection.execute(f"SELECT {_COLUMNS} FROM secret ORDER BY key")]


def keys(connection: Connection) -> frozenset[str]:
    return frozenset(row["key"] for row in connection.execute("SELECT key FROM secret"))


def delete(connection: Connection, key: str) -> None:
    connection.execute("DELETE FROM secret WHERE key = ?", (key,))


def needed_by(connection: Connection, key: str) -> Sequence[str]:
    """Return the deployments whose functions name the secret outright."""
    rows = connection.execute(
        """SELECT deployment.id FROM deployment, json_each(deployment."plan", '$.required_secrets') AS required
           WHERE required.value = ? ORDER BY deployment.id""",
        (key,),
    )
    return [row["id"] for row in rows]


def _secret(row: Row) -> SecretRow:
    return SecretRow(
        key=row["key"],
        sealed=row["sealed"],
        key_id=row["key_id"],
        is_hidden=bool(row["is_hidden"]),
        created_at=from_time(row["created_at"]),
        updated_at=from_time(row["updated_at"]),
    )
