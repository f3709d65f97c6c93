"""The verbs of plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.verbs.door import Door
from engine.verbs.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from engine.domain.plugin import StoredPlugin
    from engine.services import plugins
else:
    plugins = lazy("engine.services.plugins")


class PluginVerbs(Door):
    """Upload, list and delete plugins."""

    def upload_plugin(self, path: Path, yaml: Sequence[Path] = ()) -> plugins.Upload:
        """Store a wagon, a wheel, an archive or a folder of a plugin with its YAML files; nothing of it is run."""
        return plugins.upload(self._database, self.home.root, path, yaml, now=self._clock.wall())

    def plugins(self) -> list[StoredPlugin]:
        return plugins.listing(self._database)

    def plugin(self, id: str) -> StoredPlugin:
        return plugins.get(self._database, id)

    def plugin_users(self, id: str) -> list[str]:
        """Return the blueprints and deployments that use a plugin, such as `blueprint shop`."""
        return plugins.users_of(self._database, id)

    def delete_plugin(self, id: str, *, force: bool = False) -> None:
        """Remove a plugin; one that blueprints use only by force."""
        plugins.delete(self._database, self.home.root, id, force=force)
