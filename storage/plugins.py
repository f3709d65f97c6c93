"""Rows of uploaded plugins."""

from sqlite3 import Connection, Row

from engine.domain.errors import NotFound
from engine.domain.plugin import StoredPlugin
from storage.codec import from_json, from_json_as, from_time, to_json, to_time

_COLUMNS = (
    "id, package_name, package_version, distribution, archive_name, content, files, labels, packages, uploaded_at"
)


def insert(connection: Connection, plugin: StoredPlugin) -> None:
    connection.execute(
        f"INSERT INTO plugin ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            plugin.id,
            plugin.package_name,
            plugin.package_version,
            plugin.distribution,
            plugin.archive_name,
            plugin.content,
            to_json(plugin.files),
            to_json(plugin.labels),
            to_json(plugin.packages),
            to_time(plugin.uploaded_at),
        ),
    )


def find(connection: Connection, id: str) -> StoredPlugin | None:
    row = connection.execute(f"SELECT {_COLUMNS} FROM plugin WHERE id = ?", (id,)).fetchone()
    return None if row is None else _plugin(row)


def exists(connection: Connection, id: str) -> bool:
    return connection.execute("SELECT 1 FROM plugin WHERE id = ?", (id,)).fetchone() is not None


def get(connection: Connection, id: str) -> StoredPlugin:
    """Return one plugin.

    Raises:
        NotFound: no plugin has this id.
    """
    found = find(connection, id)
    if found is None:
        raise NotFound("plugin", id, "`conductor plugins list` shows those that are uploaded")
    return found


def every(connection: Connection) -> list[StoredPlugin]:
    rows = connection.execute(f"SELECT {_COLUMNS} FROM plugin ORDER BY package_name, uploaded_at, id")
    return [_plugin(row) for row in rows]


def of_package(connection: Connection, name: str, version: str) -> list[StoredPlugin]:
    """Return the plugins of exactly this package."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM plugin WHERE package_name = ? AND package_version = ? ORDER BY id", (name, version)
    )
    return [_plugin(row) for row in rows]


def users_of(connection: Connection, plugin: StoredPlugin) -> list[str]:
    """Return the blueprints and deployments whose plans import the plugin, or declare exactly its package."""
    return [
        f"{kind} {row['id']}"
        for kind in ("blueprint", "deployment")
        for row in connection.execute(
            f"""SELECT id FROM {kind} WHERE EXISTS (
                    SELECT 1 FROM json_each({kind}."plan", '$.imported_plugins') AS one WHERE one.value = ?
                ) OR EXISTS (
                    SELECT 1 FROM json_each({kind}."plan", '$.plugins') AS one
                    WHERE json_extract(one.value, '$.package_name') = ?
                    AND json_extract(one.value, '$.package_version') = ?
                ) ORDER BY id""",
            (plugin.id, plugin.package_name, plugin.package_version),
        )
    ]


def contents(connection: Connection) -> list[str]:
    """Return the names of all folders that hold content of plugins."""
    return [row["content"] for row in connection.execute("SELECT DISTINCT content FROM plugin ORDER BY content")]


def delete(connection: Connection, id: str) -> None:
    connection.execute("DELETE FROM plugin WHERE id = ?", (id,))


def _plugin(row: Row) -> StoredPlugin:
    return StoredPlugin(
        id=row["id"],
        package_name=row["package_name"],
        package_version=row["package_version"],
        distribution=row["distribution"],
        archive_name=row["archive_name"],
        content=row["content"],
        files=from_json_as(row["files"], tuple[str, ...]),
        labels=from_json(row["labels"]),
        packages=from_json_as(row["packages"], tuple[str, ...]),
        uploaded_at=from_time(row["uploaded_at"]),
    )
