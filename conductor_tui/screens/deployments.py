"""All deployments with what they do and what comes next."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual.binding import BindingType

from conductor_tui import listings, presenter
from conductor_tui.actions import Scope
from conductor_tui.cells import Look, deployment_sign
from conductor_tui.context import Context
from conductor_tui.glyphs import UNICODE
from conductor_tui.screens.home import WELCOME
from conductor_tui.screens.hurry import KeptRows
from conductor_tui.screens.listing import ListScreen
from conductor_tui.screens.parts import bindings_for
from conductor_tui.sorting import Sort
from conductor_tui.subject import Subject
from conductor_tui.widgets.columns import Row
from engine.domain.view import DeploymentRow


class DeploymentsScreen(ListScreen[list[DeploymentRow]]):
    """The listing of deployments."""

    VIEW = "deployments"
    TITLE_SHOWN = "Deployments"
    COLUMNS = listings.DEPLOYMENTS_WIDE
    EMPTY = WELCOME
    SCOPES = (Scope.DEPLOYMENT_ROW, Scope.DEPLOYMENT)
    OPEN = "deployment.open"
    MOST = 5000
    HINT = "/ filter"
    SORTS: ClassVar[tuple[Sort, ...]] = (
        Sort("name", lambda one: one.id),
        Sort("blueprint", lambda one: one.blueprint_id),
        Sort("state", lambda one: deployment_sign(one, UNICODE).word),
        Sort("last run", lambda one: one.latest.created_at if one.latest else None),
        Sort("next", lambda one: one.next_run),
        Sort("created", lambda one: one.created_at),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(*SCOPES, Scope.FIRST)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._kept = KeptRows(presenter.wide_deployment_row, told_from=presenter.last_run_moments)

    def scopes(self) -> tuple[Scope, ...]:
        return (Scope.FIRST,) if self.view == [] else super().scopes()

    def hurries(self, view: list[DeploymentRow], now: datetime) -> bool:
        return self._kept.hurry(now)

    def load(self) -> list[DeploymentRow]:
        return self.context.facade.deployments()

    def rows(self, view: list[DeploymentRow], look: Look) -> Sequence[Row]:
        return self._kept.rows(view, look)

    def subject(self) -> Subject:
        key = self.table.key
        found = next((one for one in self.view or () if one.id == key), None)
        return Subject(deployment=found, engine=self.engine_state)
