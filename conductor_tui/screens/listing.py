"""A screen with one table over its whole width."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult

from conductor_tui.actions import BY_ID, Scope
from conductor_tui.cells import Look
from conductor_tui.screens.base import ViewScreen
from conductor_tui.spans import Line
from conductor_tui.widgets.columns import Column, Row
from conductor_tui.widgets.pane import Pane
from conductor_tui.widgets.table import Table

View = TypeVar("View")

LIMIT = 500
"""Rows that are loaded; the title says how many more there are."""


class ListScreen(ViewScreen[View]):
    """One table; Enter opens the row under the cursor."""

    TITLE_SHOWN: ClassVar[str] = ""
    COLUMNS: ClassVar[tuple[Column, ...]] = ()
    EMPTY: ClassVar[tuple[Line, ...]] = ()
    SCOPES: ClassVar[tuple[Scope, ...]] = ()
    OPEN: ClassVar[str] = ""
    """Id of the action that Enter runs."""
    HINT: ClassVar[str] = ""

    @abstractmethod
    def rows(self, view: View, look: Look) -> Sequence[Row]:
        """Return the table's rows."""

    def body(self) -> ComposeResult:
        table = Table(self.COLUMNS, empty=self.EMPTY, cursor=self.context.glyphs.cursor, id="table")
        yield Pane(self.TITLE_SHOWN, table, hint=self.HINT, id="list")

    @property
    def table(self) -> Table:
        return self.query_one("#table", Table)

    def on_mount(self) -> None:
        self.table.focus()

    def scopes(self) -> tuple[Scope, ...]:
        return self.SCOPES

    def draw(self, view: View, look: Look) -> None:
        rows = self.rows(view, look)
        self.table.show(rows[:LIMIT])
        self.query_one("#list", Pane).tell(self.told(len(rows)))

    def told(self, amount: int) -> str:
        """Return the pane's title for that many rows."""
        shown = len(self.table.rows)
        if self.table.filter:
            return f"{self.TITLE_SHOWN}  {shown} of {amount}"
        more = f"  … {amount - LIMIT} more" if amount > LIMIT else ""
        return f"{self.TITLE_SHOWN}  {min(amount, LIMIT)}{more}"

    @on(Table.Opened)
    def on_opened(self) -> None:
        if self.OPEN:
            self.perform(BY_ID[self.OPEN])
