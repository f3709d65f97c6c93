"""All executions, newest first, by status."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import BindingType

from conductor_tui import listings, presenter
from conductor_tui.actions import Scope
from conductor_tui.cells import Look
from conductor_tui.context import Context
from conductor_tui.screens.listing import LIMIT, ListScreen
from conductor_tui.screens.parts import bindings_for, hint
from conductor_tui.spans import Line
from conductor_tui.subject import Subject
from conductor_tui.widgets.columns import Row
from engine.domain.execution import ACTIVE, WAITING, Execution, Status

FILTERS: tuple[tuple[str, frozenset[Status] | None], ...] = (
    ("all", None),
    ("running", ACTIVE),
    ("waiting", WAITING),
    ("failed", frozenset({Status.FAILED})),
    ("ended", frozenset({Status.TERMINATED, Status.CANCELLED, Status.FAILED})),
)


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

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._filter = 0

    def load(self) -> list[Execution]:
        return self.context.facade.executions(status=FILTERS[self._filter][1], limit=LIMIT + 1, is_newest_first=True)

    def rows(self, view: list[Execution], look: Look) -> Sequence[Row]:
        return [presenter.execution_row(one, look) for one in view]

    def told(self, amount: int) -> str:
        more = ", the newest" if amount > LIMIT else ""
        shown = len(self.table.rows)
        return f"{self.TITLE_SHOWN}  {shown}{more}  [{FILTERS[self._filter][0]}]"

    def subject(self) -> Subject:
        key = self.table.key
        found = next((one for one in self.view or () if one.id == key), None)
        return Subject(execution=found, engine=self.engine_state)

    def own_deeds(self) -> dict[str, Callable[[], None]]:
        return {"list.status": self._turn_filter}

    def _turn_filter(self) -> None:
        self._filter = (self._filter + 1) % len(FILTERS)
        self.refetch()


def newest(executions: list[Execution]) -> list[Execution]:
    """Return executions in the order of arrival, newest first."""
    return sorted(executions, key=lambda one: -one.number)
