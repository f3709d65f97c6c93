"""One execution: how far it is, each operation as table, graph and time line, and its log as it grows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from conductor_tui import cells, executionlines, gantt, graphboxes, listings, presenter
from conductor_tui.actions import Scope
from conductor_tui.cells import Look
from conductor_tui.context import Context
from conductor_tui.pins import pin_of, pinned_first
from conductor_tui.screens.executionlog import LogScreen
from conductor_tui.screens.hurry import KeptRows
from conductor_tui.screens.parts import bindings_for, found_sentence, hint
from conductor_tui.subject import Subject
from conductor_tui.visits import Place
from conductor_tui.widgets.event_log import EventLog
from conductor_tui.widgets.gantt_table import GanttTable
from conductor_tui.widgets.lines import Lines
from conductor_tui.widgets.log_pane import Entry, LogPane
from conductor_tui.widgets.pane import Pane
from conductor_tui.widgets.table import Table
from conductor_tui.widgets.task_graph import TaskGraph
from engine.domain.event import Event
from engine.domain.execution import OperationRecord
from engine.domain.past import Past
from engine.domain.replay import moments, state_at
from engine.domain.taskgraph import tasks_of
from engine.domain.view import ExecutionView

SHOWN_OPERATIONS = 5000
PARTS = ("operations", "graph", "gantt", "facts", "raw")
"""What `v` turns through."""
Listed = tuple[OperationRecord, bool]
"""An operation, and whether it is pinned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """The execution, its past, and what of its log is new."""

    view: ExecutionView
    past: Past
    news: tuple[Event, ...] = ()


class ExecutionScreen(LogScreen[Detail]):
    """The detail of one execution."""

    VIEW = "executions"
    is_settled = True
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for(Scope.DETAIL, Scope.LOG, Scope.EXECUTION),
        ("tab", "turn"),
        ("shift+tab", "turn"),
    ]

    execution_id: str

    def __init__(self, context: Context, execution_id: str) -> None:
        super().__init__(context)
        self.execution_id = execution_id
        self._part = "operations"
        self._pins = context.sitting.pins.setdefault(execution_id, set())
        self._past: Past | None = None
        self._operation_rows: KeptRows[Listed] = KeptRows(
            lambda one, look: presenter.operation_row(one[0], look, is_pinned=one[1]),
            is_live=lambda one: presenter.is_timed(one[0]),
        )
        self._shown: tuple[object, int | None, tuple[OperationRecord, ...]] | None = None
        self._in_order: tuple[object, frozenset[str], Sequence[Listed]] | None = None
        self._step: int | None = None
        """Which moment of the replay is shown; None shows what is stored."""

    def body(self) -> ComposeResult:
        cursor, none = self.context.glyphs.cursor, hint("loading …")
        yield Lines(id="summary")
        yield Pane(
            "Operations",
            Table(listings.OPERATIONS, empty=[none], cursor=cursor, id="operations"),
            hint="v graph · n next failed · enter finds it in the log",
            id="pane-operations",
        )
        yield Pane("Graph", TaskGraph(empty=none, id="graph"), hint="v time line · hjkl move", id="pane-graph")
        yield Pane(
            "Time line",
            GanttTable(empty=none, cursor=cursor, id="gantt"),
            hint="v parameters · + - , .",
            id="pane-gantt",
        )
        yield Pane("Parameters", Table(listings.FACTS, cursor=cursor, id="facts"), hint="v raw values", id="pane-facts")
        yield Pane("Raw", LogPane(id="raw"), hint="v operations", id="pane-raw")
        yield Pane(
            "Log",
            EventLog(empty=hint("no line yet"), id="log"),
            hint="/ search · & filter · L level · s follow · w wrap",
            id="pane-log",
        )

    @property
    def here(self) -> Place:
        return Place(self.app.current_mode, "execution", self.execution_id)

    def on_mount(self) -> None:
        self._show_part()

    def load(self) -> Detail:
        facade = self.context.facade
        view = facade.execution_view(self.execution_id)
        if self._past is None:
            self._past = facade.execution_past(self.execution_id)
        return Detail(view=view, past=self._past, news=tuple(self.read_news()))

    def scopes(self) -> tuple[Scope, ...]:
        if isinstance(self.focused, LogPane):
            return (Scope.LOG, Scope.DETAIL, Scope.EXECUTION)
        return (Scope.DETAIL, Scope.EXECUTION, Scope.LOG)

    def subject(self) -> Subject:
        log = self.log_pane if self.focused is self.log_pane else None
        execution = self.view.view.execution if self.view else None
        texts, ids = (log.chosen_texts(), log.chosen_ids()) if log else ((), ())
        return Subject(execution=execution, texts=texts, event_ids=ids, engine=self.engine_state)

    def crumbs(self) -> tuple[str, ...]:
        return ("Executions", cells.short(self.execution_id))

    def own_deeds(self) -> dict[str, Callable[[], None]]:
        return {
            **self.all_log_deeds(),
            "detail.node": self._turn_node,
            "detail.pin": self._pin,
            "detail.view": self._turn_view,
            "detail.failed": self._next_failed,
            "detail.find": self._find_operation,
            "detail.diff": self._open_diff,
            "detail.back": lambda: self._replay(-1),
            "detail.forward": lambda: self._replay(1),
        }

    # Drawing.

    @property
    def records(self) -> tuple[OperationRecord, ...]:
        """The operations as they are shown: as they are stored, or as they were at the moment of the replay."""
        stored = self.view.view.operations if self.view else ()
        return stored if self._step is None else state_at(stored, moments(stored)[self._step])

    def draw(self, view: Detail, look: Look) -> None:
        self.query_one("#pane-operations", Pane).tell(executionlines.told(self.records))
        none = executionlines.without_operations(view.view.execution)
        self.query_one("#operations", Table).empty = self.query_one(GanttTable).empty = (none,)
        self.query_one(TaskGraph).empty = none
        self.draw_hurried(view, look)
        self.extend_log(view.news)
        self.view = replace(view, news=())

    def hurries(self, view: Detail, now: datetime) -> bool:
        """How long it runs or waits is told in seconds; of what has ended nothing is."""
        return not view.view.execution.is_final

    def draw_hurried(self, view: Detail, look: Look) -> None:
        told_at_a_glance = executionlines.summary(view.view, view.past, look, self.size.width)
        if self._step is not None:
            look = replace(look, now=moments(view.view.operations)[self._step])
            told_at_a_glance.append(executionlines.replay_line(self._step, len(moments(view.view.operations)), look))
        self.query_one("#summary", Lines).show(told_at_a_glance)
        self.query_one("#summary").styles.height = len(told_at_a_glance)
        self._draw_part(view, self._shown_records, look)

    @property
    def _shown_records(self) -> tuple[OperationRecord, ...]:
        """The same tuple for as long as the same operations are shown, so that their rows are kept."""
        stored = self.view.view.operations if self.view else ()
        if self._shown is None or self._shown[0] is not stored or self._shown[1] != self._step:
            self._shown = stored, self._step, self.records[:SHOWN_OPERATIONS]
        return self._shown[2]

    def _listed(self, shown: tuple[OperationRecord, ...]) -> Sequence[Listed]:
        """The operations with whether they are pinned, in the order of the table; the same list for the same ones."""
        pins = frozenset(self._pins)
        if self._in_order is None or self._in_order[0] is not shown or self._in_order[1] != pins:
            self._in_order = shown, pins, [(one, pin_of(one) in pins) for one in pinned_first(shown, self._pins)]
        return self._in_order[2]

    def _draw_part(self, view: Detail, shown: tuple[OperationRecord, ...], look: Look) -> None:
        match self._part:
            case "operations":
                self.query_one("#operations", Table).show(self._operation_rows.rows(self._listed(shown), look))
            case "graph":
                self.query_one(TaskGraph).show(graphboxes.boxes(tasks_of(shown), look))
                told = executionlines.told(self.records).replace("Operations", "Graph")
                self.query_one("#pane-graph", Pane).tell(told)
            case "gantt":
                self._draw_gantt(view, shown, look)
            case "facts":
                self.query_one("#facts", Table).show(executionlines.facts(view.view.execution, look))
            case "raw":
                lines = executionlines.raw(view.view)
                self.query_one("#raw", LogPane).replace([Entry(number, one) for number, one in enumerate(lines, 1)])

    def _draw_gantt(self, view: Detail, records: tuple[OperationRecord, ...], look: Look) -> None:
        table, execution, tasks = self.query_one(GanttTable), view.view.execution, tasks_of(records)
        table.names = gantt.name_cells(tasks, table.room)
        shown = gantt.window(execution, view.past, look.now, table.time_cells, zoom=table.zoom, pan=table.pan)
        rows = gantt.rows(tasks, view.past, shown, look, self._pins)
        table.draw(gantt.columns(shown, execution, table.names), rows)
        self.query_one("#pane-gantt", Pane).tell(gantt.told(view.past, table.zoom))

    @on(GanttTable.Turned)
    def on_turned(self) -> None:
        self.redraw()

    # Moving.

    def action_turn(self) -> None:
        """Go from the upper part to the log and back."""
        is_log = self.focused is not None and self.focused.id == "log"
        self.query_one(f"#{self._part}" if is_log else "#log").focus()

    def _turn_view(self) -> None:
        key = self._key
        self._part = PARTS[(PARTS.index(self._part) + 1) % len(PARTS)]
        self._show_part()
        self.redraw()
        self.call_after_refresh(self._point_at, key)

    def _show_part(self) -> None:
        for name in PARTS:
            self.query_one(f"#pane-{name}").set_class(name != self._part, "-off")
        self.query_one(f"#{self._part}").focus()

    @property
    def _key(self) -> str | None:
        """The operation under the cursor."""
        shown = self.query_one(f"#{self._part}")
        return shown.key if isinstance(shown, Table | TaskGraph) else None

    def _point_at(self, key: str | None) -> None:
        shown = self.query_one(f"#{self._part}")
        if key is not None and isinstance(shown, Table | TaskGraph):
            shown.point_at(key)

    def _record(self) -> OperationRecord | None:
        key = self._key
        return next((one for one in self.records if one.id == key), None)

    @property
    def log_file(self) -> Path:
        return Path.cwd() / f"conductor-{cells.short(self.execution_id)}.log"

    def _turn_node(self) -> None:
        """Show the log of the node instance under the cursor alone, or all of it again."""
        log, record = self.log_pane, self._record()
        node = "" if log.sieve.node else (record.node_instance_id or "" if record else "")
        if not node and not log.sieve.node:
            self.say("This node: the operation under the cursor belongs to no node instance", is_bad=True)
            return
        amount = log.only(node)
        self.say(f"{amount} lines of {node}; i shows all again" if node else "all lines again")

    def _next_failed(self) -> None:
        shown = [(one.id, one) for one in self.records]
        if self._part != "operations":
            shown = [(task.id, task.record) for task in tasks_of(self.records)]
        target = executionlines.next_failed(shown, self._key)
        if target is None:
            self.say("Next failed: no operation has failed")
        self._point_at(target)

    def _pin(self) -> None:
        """Keep the operation under the cursor in sight, or no longer."""
        record = self._record()
        if record is None or self._part == "graph":
            self.say("Pin: no operation is selected; pins keep rows of the table and the time line", is_bad=True)
            return
        self._pins.symmetric_difference_update({pin_of(record)})
        self.redraw()

    @on(Table.Opened, "#operations")
    @on(Table.Opened, "#gantt")
    @on(TaskGraph.Opened)
    def _find_operation(self) -> None:
        record = self._record()
        if record is None:
            return
        needle = cells.find_text(record)
        found = self.log_pane.search(needle)
        self.query_one("#log").focus()
        self.say(f"{needle}: {found_sentence(found)}")

    @on(EventLog.Opened)
    def _find_in_table(self, event: EventLog.Opened) -> None:
        """Go from a line of the log to the operation that it tells about."""
        if any(one.id == event.entry.operation_id for one in self.records):
            self.query_one(f"#{self._part}").focus()
            self._point_at(event.entry.operation_id)
        else:
            self.say("Operation: the line tells of no operation of this execution", is_bad=True)

    def _open_diff(self) -> None:
        from conductor_tui.screens.executiondiff import DiffScreen

        if self.view is None:
            return
        if self.view.past.reference is None:
            self.say("Diff: no earlier execution of this workflow ended well here", is_bad=True)
            return
        self.app.push_screen(DiffScreen(self.context, self.view.view, self.view.past))

    # Replay.

    def _replay(self, step: int) -> None:
        """Show the execution one step earlier or later; after the last step it is shown as it is stored."""
        stored = self.view.view.operations if self.view else ()
        known = moments(stored)
        if not known:
            self.say("Replay: no operation has run", is_bad=True)
            return
        place = (len(known) if self._step is None else self._step) + step
        self._step = None if place >= len(known) else max(0, place)
        if self._step is not None:
            self.log_pane.go_to_moment(known[self._step].timestamp())
        self.redraw()
