"""A screen with one table over its whole width."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from conductor_tui.actions import BY_ID, Scope
from conductor_tui.cells import Look
from conductor_tui.screens.base import ViewScreen
from conductor_tui.screens.choice import Choice, ChoiceScreen
from conductor_tui.screens.parts import bindings_for
from conductor_tui.sorting import Sort, arranged, turned
from conductor_tui.spans import Line
from conductor_tui.visits import Place
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
    MOST: ClassVar[int] = LIMIT
    """Rows that are shown."""
    SORTS: ClassVar[tuple[Sort, ...]] = ()
    """What the rows can be sorted by; none keeps the order in which they are read."""
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Scope.TABLE)

    _is_restored = False
    """The cursor was put where it stood the last time."""
    _arranged: tuple[View, str, View] | None = None
    """What was read, the order, and both together."""

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

    @property
    def here(self) -> Place:
        return Place(self.VIEW)

    def scopes(self) -> tuple[Scope, ...]:
        return (Scope.TABLE, *self.SCOPES)

    def on_screen_resume(self) -> None:
        self.table.narrow(self.context.sitting.state.filters.get(self.VIEW, ""))
        super().on_screen_resume()

    def narrowed(self, text: str) -> None:
        self.context.sitting.state.filters[self.VIEW] = text

    def own_deeds(self) -> dict[str, Callable[[], None]]:
        return {
            "table.sort": self._choose_sort,
            "table.invert": lambda: self._sort(turned(self.sort)),
            "table.mark": self._mark,
            "table.mark-all": lambda: self._mark_rows([row.key for row in self.table.rows]),
            "table.unmark": lambda: self._mark_rows(self.table.marked, is_marked=False),
        }

    @property
    def sort(self) -> str:
        """The name of the order, with a minus where it is turned round."""
        return self.context.sitting.state.sorts.get(self.VIEW, "")

    def _choose_sort(self) -> None:
        def chosen(name: str | None) -> None:
            if name is not None:
                self._sort(name if name != self.sort else turned(name))

        if not self.SORTS:
            self.say("Sort: these rows have one order only", is_bad=True)
            return
        choices = [Choice(one.name, one.name) for one in self.SORTS]
        cursor = self.context.glyphs.cursor
        current = self.sort.removeprefix("-")
        self.app.push_screen(ChoiceScreen("Sort by", choices, current=current, cursor=cursor), chosen)

    def _sort(self, name: str) -> None:
        self.context.sitting.state.sorts[self.VIEW] = name
        self.redraw()

    def _mark(self) -> None:
        key = self.table.key
        if key is not None:
            self._mark_rows([key], is_marked=key not in self.table.marked)
            self.table.action_move(1)

    def _mark_rows(self, keys: Sequence[str], *, is_marked: bool = True) -> None:
        self.table.mark(keys, is_marked=is_marked)
        self.redraw()

    def draw(self, view: View, look: Look) -> None:
        rows = self.rows(self._ordered(view), look)
        self.table.show(rows[: self.MOST])
        if rows and not self._is_restored:
            self._is_restored = True
            self.table.point_at(self.context.sitting.state.selections.get(self.VIEW, ""))
        order = f"  by {self.sort}" if self.sort else ""
        marked = f"  {len(self.table.marked)} marked" if self.table.marked else ""
        self.query_one("#list", Pane).tell(f"{self.told(len(rows))}{order}{marked}")

    def _ordered(self, view: View) -> View:
        """Return the view in its order: the same list as long as neither changes."""
        if not isinstance(view, list):
            return view
        kept = self._arranged
        if kept is None or kept[0] is not view or kept[1] != self.sort:
            found: View = arranged(view, self.SORTS, self.sort)  # type: ignore[assignment] # a sorted list is a list
            kept = self._arranged = view, self.sort, found
        return kept[2]

    def told(self, amount: int) -> str:
        """Return the pane's title for that many rows."""
        shown = len(self.table.rows)
        if self.table.filter:
            return f"{self.TITLE_SHOWN}  {shown} of {amount}"
        more = f"  … {amount - self.MOST} more" if amount > self.MOST else ""
        return f"{self.TITLE_SHOWN}  {min(amount, self.MOST)}{more}"

    def cursor_moved(self) -> None:
        if self._is_restored and self.table.key is not None:
            self.context.sitting.state.selections[self.VIEW] = self.table.key

    @on(Table.Opened)
    def on_opened(self) -> None:
        if self.OPEN:
            self.perform(BY_ID[self.OPEN])
