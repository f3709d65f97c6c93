"""What waits, in order, and for what."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from conductor_tui import cells, listings, presenter, queuelines
from conductor_tui.actions import Scope
from conductor_tui.cells import Look
from conductor_tui.context import Context
from conductor_tui.screens.hurry import KeptRows, is_near
from conductor_tui.screens.listing import ListScreen
from conductor_tui.screens.parts import bindings_for, hint
from conductor_tui.spans import Line
from conductor_tui.subject import Subject
from conductor_tui.widgets.columns import Row
from conductor_tui.widgets.log_pane import Entry, LogPane
from conductor_tui.widgets.pane import Pane
from engine.domain.view import QueueRow, QueueView


class QueueScreen(ListScreen[QueueView]):
    """The queue and the reasons of the row under the cursor."""

    VIEW = "queue"
    TITLE_SHOWN = "Queue"
    COLUMNS = listings.QUEUE
    EMPTY: ClassVar[tuple[Line, ...]] = (
        hint("nothing waits: every execution that was asked for runs or has ended."),
        hint("", "conductor executions start WORKFLOW -d NAME --queue", " waits where it cannot run at once"),
    )
    SCOPES = (Scope.EXECUTION_ROW, Scope.QUEUE, Scope.EXECUTION)
    OPEN = "execution.open"
    HINT = "per deployment in order of arrival · system-wide waits for all and holds back all"
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(*SCOPES)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._kept = KeptRows(presenter.queue_row, told_from=presenter.queue_moments)
        self._tells_held = False
        """The lower pane says whom the row holds back, not what it waits for."""

    def body(self) -> ComposeResult:
        yield from super().body()
        yield Pane("Why", LogPane(empty=hint("nothing is selected"), id="why"), id="pane-why")

    def load(self) -> QueueView:
        return self.context.facade.queue_view()

    def rows(self, view: QueueView, look: Look) -> Sequence[Row]:
        return self._kept.rows(view.rows, look)

    def hurries(self, view: QueueView, now: datetime) -> bool:
        return self._kept.hurry(now) or _end_is_near(view, now)

    def draw(self, view: QueueView, look: Look) -> None:
        super().draw(view, look)
        self._draw_why()

    def cursor_moved(self) -> None:
        super().cursor_moved()
        self._draw_why()

    def subject(self) -> Subject:
        row = self._row()
        return Subject(execution=row.execution if row else None, engine=self.engine_state)

    def own_deeds(self) -> dict[str, Callable[[], None]]:
        return {**super().own_deeds(), "queue.why": self._show_why, "queue.blocks": self._show_held}

    def _show_why(self) -> None:
        self._tells_held = False
        self._draw_why()
        self.query_one("#why").focus()

    def _show_held(self) -> None:
        self._tells_held = not self._tells_held
        self._draw_why()

    def _row(self) -> QueueRow | None:
        key = self.table.key
        return next((one for one in (self.view.rows if self.view else ()) if one.execution.id == key), None)

    def _draw_why(self) -> None:
        row, view, pane = self._row(), self.view, self.query_one("#pane-why", Pane)
        if row is None or view is None:
            lines, title = list[Line](), "Why"
        elif self._tells_held:
            lines = queuelines.held(row, view)
            title = f"What does #{row.position} {cells.short(row.execution.id)} hold back?"
        else:
            lines = queuelines.reasons(row, view, self.look)
            title = f"Why does #{row.position} {cells.short(row.execution.id)} wait?"
        pane.tell(title)
        self.query_one("#why", LogPane).replace([Entry(index, one) for index, one in enumerate(lines, 1)])


def _end_is_near(view: QueueView, now: datetime) -> bool:
    """Whether the lower pane may tell in seconds when something ends."""
    return any(is_near(one.ends_at, now) for one in view.expected.values())
