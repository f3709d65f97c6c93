"""All executions, newest first, by status."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import BindingType

from conductor_tui import listings, presenter
from conductor_tui.actions import Scope
from conductor_tui.cells import Look
from conductor_tui.screens.bulk import cancel_all
from conductor_tui.screens.listing import LIMIT, ListScreen
from conductor_tui.screens.parts import bindings_for, hint
from conductor_tui.sorting import Sort
from conductor_tui.spans import Line
from conductor_tui.subject import Subject
from conductor_tui.widgets.columns import Row
from engine.domain.execution import ACTIVE, WAITING, Execution, Status

FILTERS: dict[str, frozenset[Status] | None] = {
    "all": None,
    "running": ACTIVE,
    "waiting": WAITING,
    "failed": frozenset({Status.FAILED}),
    "ended": frozenset({Status.TERMINATED, Status.CANCELLED, Status.FAILED}),
}


class ExecutionsScreen(ListScreen[list[Execution]]):
    """The listing of executions."""

    VIEW = "executions"
    TITLE_SHOWN = "Executions"
    COLUMNS = listings.EXECUTIONS
    EMPTY: ClassVar[tuple[Line, ...]] = (
        hint(
            "no executions here: ",
            "1",
            " shows deployments, ",
            "t",
            " starts a workflow on one; ",
            "f",
            " shows others",
        ),
    )
    SCOPES = (Scope.EXECUTION_ROW, Scope.EXECUTION, Scope.LIST)
    OPEN = "execution.open"
    HINT = "f status · / filter"
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(*SCOPES)

    SORTS: ClassVar[tuple[Sort, ...]] = (
        Sort("newest", lambda one: -one.number),
        Sort("deployment", lambda one: one.deployment_id),
        Sort("workflow", lambda one: one.workflow_id),
        Sort("status", lambda one: one.status.display),
        Sort("took", lambda one: one.ended_at - one.started_at if one.ended_at and one.started_at else None),
    )

    @property
    def status(self) -> str:
        """The name of the filter by status, remembered from the last time."""
        chosen = self.context.sitting.state.status
        return chosen if chosen in FILTERS else "all"

    def load(self) -> list[Execution]:
        return self.context.facade.executions(status=FILTERS[self.status], limit=LIMIT + 1, is_newest_first=True)

    def rows(self, view: list[Execution], look: Look) -> Sequence[Row]:
        return [presenter.execution_row(one, look) for one in view]

    def told(self, amount: int) -> str:
        more = ", the newest" if amount > LIMIT else ""
        shown = len(self.table.rows)
        return f"{self.TITLE_SHOWN}  {shown}{more}  [{self.status}]"

    def subject(self) -> Subject:
        key = self.table.key
        found = next((one for one in self.view or () if one.id == key), None)
        return Subject(execution=found, engine=self.engine_state)

    def own_deeds(self) -> dict[str, Callable[[], None]]:
        deeds = {**super().own_deeds(), "list.status": self._turn_status}
        if self.table.marked:
            deeds["execution.cancel"] = self._cancel_marked
        return deeds

    def _turn_status(self) -> None:
        names = list(FILTERS)
        self.context.sitting.state.status = names[(names.index(self.status) + 1) % len(names)]
        self.refetch()

    def _cancel_marked(self) -> None:
        marked = set(self.table.marked)
        chosen = [one for one in self.view or () if one.id in marked]
        cancel_all(self, chosen, then=lambda: self.table.mark(self.table.marked, is_marked=False))


def newest(executions: list[Execution]) -> list[Execution]:
    """Return executions in the order of arrival, newest first."""
    return sorted(executions, key=lambda one: -one.number)
