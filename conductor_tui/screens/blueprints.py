"""All uploaded blueprints."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from conductor_tui import listings, presenter
from conductor_tui.actions import Scope
from conductor_tui.cells import Look
from conductor_tui.screens.listing import ListScreen
from conductor_tui.screens.parts import bindings_for, hint
from conductor_tui.sorting import Sort
from conductor_tui.spans import Line
from conductor_tui.subject import Subject
from conductor_tui.widgets.columns import Row
from engine.domain.view import BlueprintRow


class BlueprintsScreen(ListScreen[list[BlueprintRow]]):
    """The listing of blueprints."""

    VIEW = "blueprints"
    TITLE_SHOWN = "Blueprints"
    COLUMNS = listings.BLUEPRINTS
    EMPTY: ClassVar[tuple[Line, ...]] = (
        hint("no blueprints yet: ", "conductor blueprints upload FILE", " or ", "conductor demo"),
    )
    SCOPES = (Scope.BLUEPRINT,)
    OPEN = "blueprint.open"
    HINT = "enter tree and source · C creates a deployment · / filter"
    SORTS: ClassVar[tuple[Sort, ...]] = (
        Sort("name", lambda one: one.id),
        Sort("nodes", lambda one: one.nodes),
        Sort("deployments", lambda one: one.deployments),
        Sort("uploaded", lambda one: one.created_at),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(*SCOPES)

    def load(self) -> list[BlueprintRow]:
        return self.context.facade.blueprints()

    def rows(self, view: list[BlueprintRow], look: Look) -> Sequence[Row]:
        return [presenter.blueprint_row(one, look) for one in view]

    def subject(self) -> Subject:
        key = self.table.key
        found = next((one for one in self.view or () if one.id == key), None)
        return Subject(blueprint=found, engine=self.engine_state)
