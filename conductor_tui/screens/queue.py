"""What waits, in order, and for what."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from conductor_tui import cells, listings, presenter
from conductor_tui.actions import Scope
from conductor_tui.cells import Look
from conductor_tui.screens.listing import ListScreen
from conductor_tui.screens.parts import bindings_for, hint
from conductor_tui.spans import Line, Span, Tone, span
from conductor_tui.subject import Subject
from conductor_tui.times import lasting
from conductor_tui.widgets.columns import Row
from conductor_tui.widgets.log_pane import Entry, LogPane
from conductor_tui.widgets.pane import Pane
from engine.domain.execution import Execution
from engine.domain.view import QueueRow


class QueueScreen(ListScreen[list[QueueRow]]):
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

    def body(self) -> ComposeResult:
        yield from super().body()
        yield Pane("Why", LogPane(empty=hint("nothing is selected"), id="why"), id="pane-why")

    def load(self) -> list[QueueRow]:
        return self.context.facade.queue()

    def rows(self, view: list[QueueRow], look: Look) -> Sequence[Row]:
        return [presenter.queue_row(one, look) for one in view]

    def draw(self, view: list[QueueRow], look: Look) -> None:
        super().draw(view, look)
        self._draw_why()

    def cursor_moved(self) -> None:
        self._draw_why()

    def subject(self) -> Subject:
        row = self._row()
        return Subject(execution=row.execution if row else None, engine=self.engine_state)

    def own_deeds(self) -> dict[str, Callable[[], None]]:
        return {"queue.why": self._go_to_why}

    def _go_to_why(self) -> None:
        self.query_one("#why").focus()

    def _row(self) -> QueueRow | None:
        key = self.table.key
        return next((one for one in self.view or () if one.execution.id == key), None)

    def _draw_why(self) -> None:
        row, pane = self._row(), self.query_one("#pane-why", Pane)
        lines = reasons(row, self._known(), self.look) if row else []
        title = f"Why does #{row.position} {cells.short(row.execution.id)} wait?" if row else "Why"
        pane.tell(title)
        self.query_one("#why", LogPane).replace([Entry(index, one) for index, one in enumerate(lines, 1)])

    def _known(self) -> dict[str, Execution]:
        home = self.home
        if home is None:
            return {}
        return {one.id: one for one in (*home.running, *(row.execution for row in home.queue))}


def reasons(row: QueueRow, known: dict[str, Execution], look: Look) -> list[Line]:
    """Return the lines that say what a waiting execution waits for, and what would let it go."""
    execution = row.execution
    what = f"{execution.deployment_id or cells.SYSTEM} {execution.workflow_id}"
    head: Line = (
        span(what, Tone.STRONG),
        span(f"  asked for by {execution.origin}, waits {lasting(look.now - execution.created_at)}", Tone.DIM),
    )
    if not row.blockers:
        return [head, (), (Span("Nothing is in its way: the engine starts it next.", Tone.GOOD),)]
    lines: list[Line] = [head, ()]
    for index, blocker in enumerate(row.blockers):
        is_last = index == len(row.blockers) - 1
        lines.append((Span("└─ " if is_last else "├─ ", Tone.DIM), span(blocker.sentence)))
        running = known.get(blocker.execution_id)
        if running is not None and running.is_active:
            told = f"{cells.operations(running)} operations, {cells.duration(running, look.now)}"
            lines.append(
                (
                    Span("     " if is_last else "│    ", Tone.DIM),
                    *cells.bar(running, 14, look.glyphs),
                    span(f"  {told}", Tone.DIM),
                )
            )
    lines += [
        (),
        (
            Span("It starts by itself when these have ended. ", Tone.DIM),
            Span("x", Tone.KEY),
            Span(" takes it out of the queue.", Tone.DIM),
        ),
    ]
    return lines
