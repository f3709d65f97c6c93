"""An execution beside the last one that ended well: parameters, outcome and time of each operation."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from conductor_tui import cells
from conductor_tui.cells import Look
from conductor_tui.context import Context
from conductor_tui.glyphs import operation_sign, status_sign
from conductor_tui.presenter import written
from conductor_tui.screens.base import ViewScreen
from conductor_tui.screens.parts import bindings_for, hint
from conductor_tui.spans import Line, Span, Tone, span
from conductor_tui.subject import Subject
from conductor_tui.times import MISSING, took, when
from conductor_tui.widgets.columns import Column, Row
from conductor_tui.widgets.lines import Lines
from conductor_tui.widgets.pane import Pane
from conductor_tui.widgets.table import Table
from engine.domain.comparison import Comparison, Kind, TaskDifference, compare, time_of
from engine.domain.execution import Execution
from engine.domain.past import Past
from engine.domain.taskgraph import Task
from engine.domain.view import ExecutionView

COLUMNS = (
    Column("DIFFERENCE", 10, 10),
    Column("WHAT", 12, 34),
    Column("HERE", 10, 30),
    Column("LAST GOOD RUN", 13, 30),
    Column("MORE", 6, 200, rank=1, grows=True),
)
_TONES = {
    Kind.OUTCOME: Tone.BAD,
    Kind.ONLY_HERE: Tone.WARN,
    Kind.ONLY_THERE: Tone.WARN,
    Kind.SLOWER: Tone.WARN,
    Kind.FASTER: Tone.GOOD,
    Kind.SAME: Tone.DIM,
}


class DiffScreen(ViewScreen[Comparison]):
    """What differs, most telling first."""

    VIEW = "executions"
    BINDINGS: ClassVar[list[BindingType]] = bindings_for()

    def __init__(self, context: Context, view: ExecutionView, past: Past) -> None:
        super().__init__(context)
        self._execution_view, self._past = view, past

    def body(self) -> ComposeResult:
        table = Table(
            COLUMNS, empty=[hint("no operations on either side")], cursor=self.context.glyphs.cursor, id="table"
        )
        yield Lines(id="summary")
        yield Pane("Differences", table, hint="/ filter · esc back", id="list")

    def on_mount(self) -> None:
        self.query_one(Table).focus()

    def load(self) -> Comparison:
        """Compare anew: a run that goes on changes."""
        view = self.context.facade.execution_view(self._execution_view.execution.id)
        reference = self._past.reference or view.execution
        return compare(view.execution, reference, view.operations, self._past.reference_operations)

    def subject(self) -> Subject:
        return Subject(execution=self._execution_view.execution, engine=self.engine_state)

    def crumbs(self) -> tuple[str, ...]:
        return ("Executions", cells.short(self._execution_view.execution.id), "diff")

    def draw(self, view: Comparison, look: Look) -> None:
        lines = [_side("here", view.here, look), _side("last good run", view.there, look)]
        self.query_one("#summary", Lines).show(lines)
        self.query_one("#summary").styles.height = len(lines)
        rows = rows_of(view, look)
        different = sum(1 for one in view.tasks if one.kind is not Kind.SAME) + len(view.parameters)
        self.query_one(Table).show(rows)
        self.query_one("#list", Pane).tell(f"Differences  {different} of {len(rows)}")


def _side(name: str, execution: Execution, look: Look) -> Line:
    sign = status_sign(execution.status, look.glyphs)
    return (
        span(f" {name:14}", Tone.DIM),
        span(f"{cells.short(execution.id)} {execution.workflow_id} ", Tone.STRONG),
        span(f"{sign.glyph} {sign.word}", sign.tone),
        span(
            f"  {cells.operations(execution)} operations  took {cells.duration(execution, look.now)}"
            f"  {when(execution.started_at, look.now, look.zone)}",
            Tone.DIM,
        ),
    )


def rows_of(view: Comparison, look: Look) -> list[Row]:
    """Return a row per parameter that differs and per operation."""
    parameters = [
        Row(
            f"parameter {one.name}",
            (
                (Span("parameter", Tone.WARN),),
                (span(one.name, Tone.STRONG),),
                (span(written(one.here)),),
                (span(written(one.there)),),
                (),
            ),
        )
        for one in view.parameters
    ]
    return [*parameters, *(_task_row(one, look) for one in view.tasks)]


def _task_row(one: TaskDifference, look: Look) -> Row:
    task = one.here or one.there
    if task is None:
        raise ValueError("a difference has a task on one side at least")
    error = cells.first_line(one.here.record.error) if one.here else ""
    return Row(
        " ".join(task.key),
        (
            (Span(one.kind.value, _TONES[one.kind]),),
            (span(cells.find_text(task.record), Tone.STRONG),),
            _cell(one.here, look),
            _cell(one.there, look),
            (span(error, Tone.BAD),),
        ),
    )


def _cell(task: Task | None, look: Look) -> Line:
    if task is None:
        return (Span(MISSING, Tone.DIM),)
    sign, time = operation_sign(task.record.state, look.glyphs), time_of(task)
    tries = f", {len(task.tries)} tries" if len(task.tries) > 1 else ""
    return (Span(f"{sign.glyph} {sign.word}", sign.tone), span(f" {took(time)}{tries}" if time is not None else tries))
