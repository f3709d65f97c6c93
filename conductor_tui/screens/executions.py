"""All executions, newest first, by status."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from conductor_tui import listings, presenter
from conductor_tui.actions import Scope
from conductor_tui.cells import Look
from conductor_tui.context import Context
from conductor_tui.screens.bulk import cancel_all
from conductor_tui.screens.hurry import KeptRows
from conductor_tui.screens.listing import LIMIT, ListScreen
from conductor_tui.screens.parts import bindings_for, hint
from conductor_tui.sorting import Sort
from conductor_tui.spans import Line
from conductor_tui.subject import Subject
from conductor_tui.widgets.columns import Row
from conductor_tui.widgets.pane import Pane
from conductor_tui.widgets.table import Table
from conductor_tui.widgets.window_table import WindowTable
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

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._offset = 0
        self._total = 0
        self._goes_to_end = False
        self._kept = KeptRows(presenter.execution_row, is_live=presenter.is_timed)

    def body(self) -> ComposeResult:
        table = WindowTable(self.COLUMNS, empty=self.EMPTY, cursor=self.context.glyphs.cursor, id="table")
        yield Pane(self.TITLE_SHOWN, table, hint=self.HINT, id="list")

    @property
    def status(self) -> str:
        """The name of the filter by status, remembered from the last time."""
        chosen = self.context.sitting.state.status
        return chosen if chosen in FILTERS else "all"

    def load(self) -> list[Execution]:
        facade, wanted = self.context.facade, FILTERS[self.status]
        self._total = facade.count_executions(wanted)
        self._offset = max(0, min(self._offset, self._total - LIMIT))
        return facade.executions(status=wanted, limit=LIMIT, offset=self._offset, is_newest_first=True)

    def draw(self, view: list[Execution], look: Look) -> None:
        table = self.query_one(WindowTable)
        table.first_row, table.total, table.is_limited = self._offset, self._total, bool(self.sort)
        super().draw(view, look)
        if self._goes_to_end:
            self._goes_to_end = False
            Table.action_bottom(table)

    def hurries(self, view: list[Execution], now: datetime) -> bool:
        return self._kept.hurry(now)

    @on(WindowTable.Wanted)
    def on_wanted(self, message: WindowTable.Wanted) -> None:
        self._offset, self._goes_to_end = message.offset, message.to_end
        self.refetch()

    def rows(self, view: list[Execution], look: Look) -> Sequence[Row]:
        return self._kept.rows(view, look)

    def told(self, amount: int) -> str:
        shown = str(len(self.table.rows))
        if self._total > amount:
            shown = f"{self._offset + 1} to {self._offset + amount} of {self._total}"
        return f"{self.TITLE_SHOWN}  {shown}  [{self.status}]"

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
        self._offset = 0
        self.context.sitting.state.status = names[(names.index(self.status) + 1) % len(names)]
        self.refetch()

    def _cancel_marked(self) -> None:
        marked = set(self.table.marked)
        chosen = [one for one in self.view or () if one.id in marked]
        cancel_all(self, chosen, then=lambda: self.table.mark(self.table.marked, is_marked=False))


def newest(executions: list[Execution]) -> list[Execution]:
    """Return executions in the order of arrival, newest first."""
    return sorted(executions, key=lambda one: -one.number)
