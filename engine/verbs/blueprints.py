"""The verbs of blueprints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.verbs.door import Door
from engine.verbs.lazy import lazy

if TYPE_CHECKING:
    from pathlib import Path

    from engine.domain.blueprint import Plan
    from engine.domain.deployment import Blueprint
    from engine.domain.view import BlueprintRow
    from engine.services import blueprints
    from storage import blueprints as blueprint_rows
    from storage import views as view_rows
else:
    blueprints = lazy("engine.services.blueprints")
    blueprint_rows = lazy("storage.blueprints")
    view_rows = lazy("storage.views")


class BlueprintVerbs(Door):
    """Validate, upload, list and delete blueprints."""

    def validate_blueprint(self, path: Path, *, main_file: str | None = None) -> Plan:
        """Return the plan of a blueprint file, folder or archive without storing it."""
        return blueprints.validate(self.home.root, path, main_file=main_file)

    def upload_blueprint(self, path: Path, id: str | None = None, *, main_file: str | None = None) -> Blueprint:
        """Store a blueprint file with its folder, a folder, or an archive."""
        now = self._clock.wall()
        return blueprints.upload(self._database, self.home.root, path, id, main_file=main_file, now=now)

    def blueprints(self) -> list[BlueprintRow]:
        with self._database.read() as connection:
            return view_rows.blueprints(connection)

    def blueprint(self, id: str) -> Blueprint:
        with self._database.read() as connection:
            return blueprint_rows.get(connection, id)

    def blueprint_folder(self, id: str) -> Path:
        """Return the folder of a blueprint's files; they must not be changed."""
        return self.home.blueprints / self.blueprint(id).content

    def delete_blueprint(self, id: str) -> None:
        blueprints.delete(self._database, self.home.root, id)
