"""The verbs of blueprints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.verbs.door import Door
from engine.verbs.lazy import lazy

if TYPE_CHECKING:
    from pathlib import Path

    from engine.domain import view
    from engine.domain.blueprint import Plan
    from engine.domain.deployment import Blueprint
    from engine.domain.json import JsonObject
    from engine.domain.upload import Upload, Watch
    from engine.domain.view import BlueprintRow
    from engine.dsl import catalogue, graph, jsonschema
    from engine.dsl.report import Report
    from engine.services import blueprints, language, uploads
    from storage import blueprints as blueprint_rows
    from storage import views as view_rows
else:
    catalogue = lazy("engine.dsl.catalogue")
    graph = lazy("engine.dsl.graph")
    jsonschema = lazy("engine.dsl.jsonschema")
    language = lazy("engine.services.language")
    blueprints = lazy("engine.services.blueprints")
    blueprint_rows = lazy("storage.blueprints")
    uploads = lazy("engine.services.uploads")
    view = lazy("engine.domain.view")
    view_rows = lazy("storage.views")


class BlueprintVerbs(Door):
    """Validate, upload, list and delete blueprints."""

    def validate_blueprint(self, path: Path, *, main_file: str | None = None) -> Plan:
        """Return the plan of a blueprint file, folder or archive without storing it."""
        return blueprints.validate(self._database, self.home.root, path, main_file=main_file)

    def check_blueprint(self, path: Path, *, main_file: str | None = None) -> Report:
        """Return the mistakes and warnings of a blueprint; nothing is raised for them, and nothing is stored."""
        return blueprints.check(self._database, self.home.root, path, main_file=main_file)

    def plan_blueprint(self, path: Path, inputs: JsonObject | None = None, *, main_file: str | None = None) -> Plan:
        """Return the plan of a blueprint, with inputs as a deployment would get it; nothing is stored."""
        return blueprints.plan(self._database, self.home.root, path, inputs, main_file=main_file)

    def draw_blueprint(self, path: Path, drawing: str = "tree", *, main_file: str | None = None) -> str:
        """Return a blueprint drawn as a `tree`, as `mermaid` or as `dot`."""
        return graph.draw(self.plan_blueprint(path, main_file=main_file), graph.Drawing(drawing))

    @staticmethod
    def blueprint_schema() -> JsonObject:
        """Return the JSON Schema of blueprints, for editors."""
        return jsonschema.json_schema()

    @staticmethod
    def blueprint_functions() -> tuple[catalogue.FunctionEntry, ...]:
        """Return every function that a blueprint may call, those of installed packages included."""
        return language.functions()

    @staticmethod
    def blueprint_types() -> tuple[catalogue.TypeEntry, ...]:
        """Return the types that a blueprint may use without declaring them."""
        return catalogue.types()

    @staticmethod
    def new_blueprint(path: Path) -> Path:
        """Write a commented blueprint that validates, and return its file; what exists is never overwritten."""
        return language.write_skeleton(path)

    def upload_blueprint(
        self, path: Path, id: str | None = None, *, main_file: str | None = None, watch: Watch | None = None
    ) -> Blueprint:
        """Store a blueprint file with its folder, a folder, or an archive; `watch` is told how far it is."""
        request = uploads.Request(path=path, id=id, main_file=main_file)
        watch = watch or (lambda _: None)
        return uploads.upload(self._database, self.home.root, request, clock=self._clock.wall, watch=watch)

    def blueprints(self) -> list[BlueprintRow]:
        """Return all blueprints by name, with the uploads that are under way or have failed."""
        with self._database.read() as connection:
            whole = view_rows.blueprints(connection)
        others = uploads.listed(self._database, self.home.root, self._clock.wall())
        return sorted([*whole, *map(view.row_of, others)], key=lambda one: one.id) if others else whole

    def blueprint(self, id: str) -> Blueprint:
        with self._database.read() as connection:
            return blueprint_rows.get(connection, id)

    def blueprint_upload(self, id: str) -> Upload | None:
        """Return the upload of an id that is under way or has failed."""
        return uploads.find(self._database, self.home.root, id, self._clock.wall())

    def blueprint_folder(self, id: str) -> Path:
        """Return the folder of a blueprint's files; they must not be changed."""
        return self.home.blueprints / self.blueprint(id).content

    def delete_blueprint(self, id: str, *, force: bool = False) -> None:
        """Delete a blueprint or a failed upload; forced, also one that others import or that is being uploaded."""
        if upload := self.blueprint_upload(id):
            uploads.forget(self._database, upload, force=force)
            return
        blueprints.delete(self._database, self.home.root, id, force=force)
