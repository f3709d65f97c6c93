"""Rows of settings: what differs from the defaults of `engine.domain.settings`."""

from sqlite3 import Connection

from engine.domain.json import Json
from storage.codec import from_json, to_json


def get(connection: Connection, key: str) -> Json:
    """Return the stored value; None where there is none."""
    row = connection.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
    return None if row is None else from_json(row["value"])


def find(connection: Connection) -> dict[str, Json]:
    return {row["key"]: from_json(row["value"]) for row in connection.execute("SELECT key, value FROM setting")}


def put(connection: Connection, key: str, value: Json) -> None:
    connection.execute(
        "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, to_json(value)),
    )


def remove(connection: Connection, key: str) -> None:
    connection.execute("DELETE FROM setting WHERE key = ?", (key,))
