"""Where `blueprint:` and `plugin:` imports are found: in the folders of what is uploaded, beside a blueprint's own."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from engine.domain.plugin import StoredPlugin
from engine.dsl import pluginshelf
from engine.dsl.library import Folder, Library, Missing, scheme
from engine.dsl.source import Tree
from engine.dsl.version import Version
from engine.dsl.words import did_you_mean


class Uploads(Protocol):
    """The uploaded blueprints and plugins."""

    def ids(self) -> Iterable[str]: ...

    def place(self, id: str) -> tuple[Path, str] | None:
        """Return the folder of a blueprint and its main file in it; None when it is not uploaded."""

    def plugins(self) -> Sequence[StoredPlugin]: ...

    def plugin_folder(self, plugin: StoredPlugin) -> Path:
        """Return the folder of a plugin's YAML files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A library of the own folder and of what is uploaded; each file is read once."""

    own: Folder
    uploads: Uploads
    others: dict[str, Folder] = field(default_factory=dict)
    """What stands before the names of a blueprint's or plugin's files → its folder."""

    def find(self, written: str, importer: str, version: Version) -> Tree | Missing:
        """Return the main file of a blueprint or plugin, or a file of the folder that the importing file lies in."""
        match scheme(written):
            case "blueprint":
                return self._main_of(written.partition(":")[2])
            case pluginshelf.SCHEME:
                return self._plugin(written.partition(":")[2], version)
        return self._folder_of(importer).find(written, importer, version)

    def has_script(self, path: str) -> bool:
        """Return whether a file of this name lies with the blueprint itself."""
        return self.own.has_script(path)

    def _main_of(self, id: str) -> Tree | Missing:
        place = self.uploads.place(id)
        if place is None:
            upload = f"upload it first, with `conductor blueprints upload PATH -b {id}`"
            hint = did_you_mean(id, self.uploads.ids()) or upload
            return Missing(reason=f"no blueprint `{id}` is uploaded", hint=hint, is_refused=True)
        root, main = place
        shown = f"blueprint:{id}/"
        folder = self.others.setdefault(shown, Folder(root=root, shown=shown))
        try:
            return folder.main(root / main)
        except OSError as error:
            return Missing(reason=f"its main file cannot be read: {error.strerror}", is_refused=True)

    def _plugin(self, written: str, version: Version) -> Tree | Missing:
        found = pluginshelf.chosen(written, self.uploads.plugins())
        if isinstance(found, Missing):
            return found
        shown = pluginshelf.shown(found)
        folder = self.others.setdefault(shown, Folder(root=self.uploads.plugin_folder(found), shown=shown))
        return pluginshelf.tree_of(found, folder, version)

    def _folder_of(self, importer: str) -> Folder:
        return next((one for shown, one in self.others.items() if importer.startswith(shown)), self.own)


Shelving = Callable[[Folder], Library]
"""Puts the library of all uploads around a blueprint's own folder."""
