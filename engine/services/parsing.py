"""How blueprints are parsed here: unchanged ones from the cache, what they import from what is uploaded."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from engine.domain.blueprint import Plan
from engine.domain.errors import NotFound
from engine.domain.plugin import StoredPlugin
from engine.dsl.cache import PlanCache
from engine.dsl.extensions import ensure_extensions
from engine.dsl.library import Folder
from engine.dsl.report import Report, validate
from engine.dsl.uploads import Shelf
from engine.services import content, plugincontent
from storage import blueprints, plugins
from storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """The blueprints and plugins of a state directory."""

    database: Database
    home: Path

    def ids(self) -> list[str]:
        with self.database.read() as connection:
            return blueprints.ids(connection)

    def place(self, id: str) -> tuple[Path, str] | None:
        try:
            with self.database.read() as connection:
                stored, main_file = blueprints.location(connection, id)
        except NotFound:
            return None
        return content.folder_of(self.home, stored), main_file

    def plugins(self) -> list[StoredPlugin]:
        with self.database.read() as connection:
            return plugins.every(connection)

    def plugin_folder(self, plugin: StoredPlugin) -> Path:
        return plugincontent.files_of(self.home, plugin.content)


def _shelf(stored: _Stored, folder: Folder) -> Shelf:
    return Shelf(own=folder, uploads=stored)


def parsed(database: Database, home: Path, source: content.Source) -> Plan:
    """Return the plan of a blueprint.

    Raises:
        BlueprintInvalid: with every mistake and its place.
    """
    ensure_extensions()
    shelving = partial(_shelf, _Stored(database=database, home=home))
    cache = PlanCache(home / "cache")
    return cache.parse(source.folder / source.main_file, root=source.folder, shelving=shelving)


def report(database: Database, home: Path, source: content.Source) -> Report:
    """Return everything that is to be said about a blueprint, its files named as the user typed them."""
    ensure_extensions()
    shelving = partial(_shelf, _Stored(database=database, home=home))
    main = source.folder / source.main_file
    return validate(main, root=source.folder, shown=source.shown, shelving=shelving)
