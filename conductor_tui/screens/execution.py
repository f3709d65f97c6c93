"""One execution: how far it is, each operation, and its log as it grows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from conductor_tui import cells, eventline, listings, presenter
from conductor_tui.actions import Scope
from conductor_tui.cells import Look
from conductor_tui.context import Context
from conductor_tui.glyphs import status_sign
from conductor_tui.screens.base import ViewScreen
from conductor_tui.screens.parts import bindings_for, found_sentence, hint, log_deeds, log_title
from conductor_tui.spans import Line, Span, Tone, span
from conductor_tui.subject import Subject
from conductor_tui.times import lasting, when
from conductor_tui.widgets.columns import Row
from conductor_tui.widgets.lines import Lines, width_of
from conductor_tui.widgets.log_pane import Entry, LogPane
from conductor_tui.widgets.log_text import wrapped
from conductor_tui.widgets.pane import Pane
from conductor_tui.widgets.table import Table
from engine.domain.event import Event
from engine.domain.execution import Execution, OperationRecord, OperationState
from engine.domain.view import ExecutionView

PAGE = 1000
SHOWN_OPERATIONS = 5000
ERROR_LINES = 3
MORE = "  (v shows all of it)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """The execution and what of its log is new."""

    view: ExecutionView
    news: tuple[Event, ...] = ()


class ExecutionScreen(ViewScreen[Detail]):
    """The detail of one execution."""

    VIEW = "executions"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for(Scope.DETAIL, Scope.LOG, Scope.EXECUTION),
        ("tab", "turn"),
        ("shift+tab", "turn"),
    ]

    def __init__(self, context: Context, execution_id: str) -> None:
        super().__init__(context)
        self.execution_id = execution_id
        self._shows_facts = False

    def body(self) -> ComposeResult:
        cursor = self.context.glyphs.cursor
        yield Lines(id="summary")
        yield Pane(
            "Operations",
            Table(listings.OPERATIONS, empty=[hint("no operations yet")], cursor=cursor, id="operations"),
            hint="v parameters · n next failed · enter finds it in the log",
            id="pane-operations",
        )
        yield Pane("Parameters", Table(listings.FACTS, cursor=cursor, id="facts"), hint="v operations", id="pane-facts")
        yield Pane(
            "Log",
            LogPane(empty=hint("no line yet"), id="log"),
            hint="/ search · s follow · w wrap",
            id="pane-log",
        )

    def on_mount(self) -> None:
        self.query_one("#pane-facts").display = False
        self.query_one("#operations").focus()

    def load(self) -> Detail:
        facade, last = self.context.facade, self.query_one("#log", LogPane).last_id
        view = facade.execution_view(self.execution_id)
        news: list[Event] = []
        while page := facade.events(last, execution_id=self.execution_id, limit=PAGE):
            news += page
            last = page[-1].id
            if len(page) < PAGE:
                break
        return Detail(view=view, news=tuple(news))

    def scopes(self) -> tuple[Scope, ...]:
        if isinstance(self.focused, LogPane):
            return (Scope.LOG, Scope.DETAIL, Scope.EXECUTION)
        return (Scope.DETAIL, Scope.EXECUTION, Scope.LOG)

    def subject(self) -> Subject:
        return Subject(execution=self.view.view.execution if self.view else None, engine=self.engine_state)

    def crumbs(self) -> tuple[str, ...]:
        return ("Executions", cells.short(self.execution_id))

    def own_deeds(self) -> dict[str, Callable[[], None]]:
        return {
            **log_deeds(self.query_one("#log", LogPane)),
            "detail.view": self._turn_view,
            "detail.failed": self._next_failed,
            "detail.find": self._find_operation,
        }

    # Drawing.

    def draw(self, view: Detail, look: Look) -> None:
        execution, records = view.view.execution, view.view.operations
        told_at_a_glance = summary(view.view, look, self.size.width)
        self.query_one("#summary", Lines).show(told_at_a_glance)
        self.query_one("#summary").styles.height = len(told_at_a_glance)
        rows = [presenter.operation_row(record, look) for record in records[:SHOWN_OPERATIONS]]
        self.query_one("#operations", Table).show(rows)
        self.query_one("#pane-operations", Pane).tell(told(records))
        self.query_one("#facts", Table).show(facts(execution, look))
        log = self.query_one("#log", LogPane)
        log.extend(Entry(event.id, eventline.event_line(event, look, with_execution=False)) for event in view.news)
        self._title_log()

    @on(LogPane.Changed)
    def _title_log(self) -> None:
        log = self.query_one("#log", LogPane)
        self.query_one("#pane-log", Pane).tell(f"Log  {log_title(log, self.context.glyphs.running)}")

    # Moving.

    def action_turn(self) -> None:
        """Go from the upper part to the log and back."""
        upper = "#facts" if self._shows_facts else "#operations"
        self.query_one(upper if isinstance(self.focused, LogPane) else "#log").focus()

    def _turn_view(self) -> None:
        self._shows_facts = not self._shows_facts
        self.query_one("#pane-facts").display = self._shows_facts
        self.query_one("#pane-operations").display = not self._shows_facts
        self.query_one("#facts" if self._shows_facts else "#operations").focus()

    def _next_failed(self) -> None:
        records = self.view.view.operations if self.view else ()
        failed = [record.id for record in records if record.state is OperationState.FAILED]
        if not failed:
            self.say("Next failed: no operation has failed")
            return
        table = self.query_one("#operations", Table)
        place = failed.index(table.key) + 1 if table.key in failed else 0
        table.point_at(failed[place % len(failed)])

    @on(Table.Opened, "#operations")
    def _find_operation(self) -> None:
        key = self.query_one("#operations", Table).key
        record = next((one for one in self.view.view.operations if one.id == key), None) if self.view else None
        if record is None:
            return
        needle = cells.find_text(record)
        found = self.query_one("#log", LogPane).search(needle)
        self.query_one("#log").focus()
        self.say(f"{needle}: {found_sentence(found)}")


def summary(view: ExecutionView, look: Look, width: int) -> list[Line]:
    """Return what is known of the execution at a glance, the reason of its end or of its waiting included."""
    execution = view.execution
    sign = status_sign(execution.status, look.glyphs)
    head: list[Span] = [
        span(f" {cells.short(execution.id)} ", Tone.DIM),
        span(f"{execution.workflow_id} ", Tone.STRONG),
        span(f"{execution.deployment_id or cells.SYSTEM}  ", Tone.STRONG),
        span(f"{sign.glyph} {sign.word}", sign.tone),
    ]
    if execution.dry_run:
        head.append(Span(" dry run", Tone.WARN))
    if execution.is_active:
        head += [Span("  "), *cells.bar(execution, 14, look.glyphs)]
    head.append(span(f"  {cells.operations(execution)} operations", Tone.PLAIN))
    head.append(span(f"  {_since(execution, look)}  by {execution.origin}", Tone.DIM))
    lines: list[Line] = [tuple(head)]
    if execution.error:
        first, _, rest = execution.error.strip().partition("\n")
        error = wrapped((Span(f" {look.glyphs.bad} ", Tone.BAD), span(first, Tone.BAD)), width)
        if rest.strip() and width_of(error[-1]) + len(MORE) <= width:
            error[-1] = (*error[-1], Span(MORE, Tone.DIM))
        lines += error[:ERROR_LINES]
    lines += [(Span(f" {look.glyphs.queued} waits: ", Tone.WAIT), span(one.sentence)) for one in view.blockers[:3]]
    return lines


def _since(execution: Execution, look: Look) -> str:
    if execution.ended_at is not None:
        took = cells.duration(execution, look.now)
        return f"{when(execution.ended_at, look.now, look.zone)}, took {took}"
    if execution.started_at is not None:
        return f"for {cells.duration(execution, look.now)}"
    return f"for {lasting(look.now - execution.created_at)}"


def told(records: tuple[OperationRecord, ...]) -> str:
    """Return the operations' title with how many are in which state."""
    amount = {state: sum(1 for one in records if one.state is state) for state in OperationState}
    named = (
        (OperationState.SUCCEEDED, "ok"),
        (OperationState.STARTED, "running"),
        (OperationState.RESCHEDULED, "retried"),
        (OperationState.PENDING, "pending"),
        (OperationState.FAILED, "failed"),
    )
    parts = [f"{amount[state]} {word}" for state, word in named if amount[state]]
    return f"Operations  {' · '.join(parts)}" if parts else "Operations"


def facts(execution: Execution, look: Look) -> list[Row]:
    """Return everything stored about an execution, its parameters and its whole error."""
    zone, now = look.zone, look.now
    rows = [
        presenter.fact_row("id", execution.id),
        presenter.fact_row("asked for by", execution.origin),
        presenter.fact_row("created", when(execution.created_at, now, zone)),
        presenter.fact_row("started", when(execution.started_at, now, zone)),
        presenter.fact_row("ended", when(execution.ended_at, now, zone)),
        presenter.fact_row("attempt", execution.attempt),
        presenter.fact_row("forced", "yes" if execution.force else "no"),
        presenter.fact_row("dry run", "yes" if execution.dry_run else "no"),
    ]
    rows += [presenter.fact_row(f"parameter {name}", value) for name, value in execution.parameters.items()]
    error = execution.error.strip().split("\n") if execution.error else []
    rows += [presenter.fact_row(f"error {number}", text, Tone.BAD) for number, text in enumerate(error[:400], 1)]
    return rows
