"""The use cases of plugins: upload, list, delete, and which of them a deployment uses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection

from engine.domain.deployment import Deployment
from engine.domain.errors import AlreadyExists, InUse, NotFound
from engine.domain.plugin import StoredPlugin, plugin_id
from engine.services import plugincontent
from storage import plugins
from storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What came of an upload."""

    plugin: StoredPlugin
    is_new: bool
    """False where exactly this was uploaded before."""
    left_out: tuple[str, ...] = ()
    """Packages that it brings and Conductor stands in for."""
    lacking: tuple[str, ...] = ()
    """Packages that it needs, and that neither it nor Conductor has."""


def upload(database: Database, home: Path, path: Path, yaml: Sequence[Path] = (), *, now: datetime) -> Upload:
    """Store a plugin; a mistake in it leaves nothing behind.

    Raises:
        NotFound, InvalidArchive: it cannot be read, or not be used on this machine.
        InvalidValue: name, version or the YAML file cannot be told.
        BlueprintInvalid: a YAML file has mistakes, with their places.
        AlreadyExists: another plugin of the same name and version is stored.
    """
    from engine.services import content, pluginpackage  # listings start without them

    with pluginpackage.opened(home, path, yaml) as package:
        digest = content.secure(package.folder)
        plugin = StoredPlugin(
            id=plugin_id(package.name, package.version, package.distribution),
            package_name=package.name,
            package_version=package.version,
            distribution=package.distribution,
            archive_name=path.resolve().name,
            content=digest,
            files=package.files,
            labels=package.labels,
            packages=package.packages,
            uploaded_at=now,
        )
        stored, is_new = _kept(database, home, package.folder, plugin)
    return Upload(plugin=stored, is_new=is_new, left_out=package.left_out, lacking=package.lacking)


def _kept(database: Database, home: Path, folder: Path, plugin: StoredPlugin) -> tuple[StoredPlugin, bool]:
    """Store the row with the content, unless there is one of the same content."""
    with database.write() as connection:
        before = plugins.find(connection, plugin.id)
        if before is None:
            plugincontent.keep(home, folder, plugin.content)
            plugins.insert(connection, plugin)
        elif before.content != plugin.content:
            raise AlreadyExists("plugin", plugin.id)
    return (plugin, True) if before is None else (before, False)


def listing(database: Database) -> list[StoredPlugin]:
    with database.read() as connection:
        return plugins.every(connection)


def get(database: Database, id: str) -> StoredPlugin:
    """Return one plugin.

    Raises:
        NotFound: there is no such plugin.
    """
    with database.read() as connection:
        return plugins.get(connection, id)


def users_of(database: Database, id: str) -> list[str]:
    """Return the blueprints and deployments that use a plugin."""
    with database.read() as connection:
        return plugins.users_of(connection, plugins.get(connection, id))


def delete(database: Database, home: Path, id: str, *, force: bool = False) -> None:
    """Remove a plugin.

    Raises:
        NotFound: there is no such plugin.
        InUse: blueprints or deployments use it, and `force` is not given.
    """
    with database.write() as connection:
        plugin = plugins.get(connection, id)
        if (users := plugins.users_of(connection, plugin)) and not force:
            shown = ", ".join(users[:5])
            raise InUse("plugin", id, f"{shown}; --force deletes it nevertheless, and their operations fail")
        plugins.delete(connection, id)
    plugincontent.remove_unused(database, home, [plugin.content])


def used_by(connection: Connection, deployment: Deployment) -> list[StoredPlugin]:
    """Return the plugins that a deployment imports, and those whose package it declares exactly.

    Raises:
        NotFound: one that it imports was deleted.
    """
    found = {id: plugins.find(connection, id) for id in deployment.plan.imported_plugins}
    for id, plugin in found.items():
        if plugin is None:
            hint = f"deployment `{deployment.id}` needs it; upload it again"
            raise NotFound("plugin", id, hint)
    declared = [
        one
        for plugin in deployment.plan.plugins.values()
        if plugin.install and plugin.package_name and plugin.package_version
        for one in plugins.of_package(connection, plugin.package_name, plugin.package_version)[:1]
    ]
    imported = [one for one in found.values() if one is not None]
    names = {one.package_name for one in imported}
    return [*imported, *{one.id: one for one in declared if one.package_name not in names}.values()]
