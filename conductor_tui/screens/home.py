"""The first screen: what is deployed, runs, waits, comes next and happens."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.css.query import NoMatches

from conductor_tui import cells, eventline, listings, presenter
from conductor_tui.actions import BY_ID, Scope
from conductor_tui.cells import Look
from conductor_tui.context import Context
from conductor_tui.frame import NARROW
from conductor_tui.screens.base import ViewScreen
from conductor_tui.screens.hurry import KeptRows
from conductor_tui.screens.logdeeds import log_deeds, open_told
from conductor_tui.screens.parts import bindings_for, hint, log_title
from conductor_tui.spans import Line, Span, Tone
from conductor_tui.subject import Subject
from conductor_tui.times import when
from conductor_tui.visits import Place
from conductor_tui.widgets.event_log import EventLog
from conductor_tui.widgets.log_pane import LogPane
from conductor_tui.widgets.pane import Pane
from conductor_tui.widgets.table import Table
from engine.domain.execution import Execution
from engine.domain.view import DeploymentRow, HomeView, ScheduleRow

WELCOME: tuple[Line, ...] = (
    (),
    (Span("Nothing is deployed yet.", Tone.STRONG),),
    (),
    hint("", "d", "  installs a demo: a small shop of processes"),
    hint("", "u", "  uploads a blueprint and deploys it"),
    hint("", "t", "  shows a short tour"),
    (),
    hint("From a shell:"),
    hint("  ", "conductor demo"),
    hint("  ", "conductor install FILE -d NAME"),
    (),
    hint("", "?", " shows the keys that work here."),
)
LIMIT = 100
"""Rows that each pane holds; the views behind the digits hold more."""
PANES = ("deployments", "running", "queue", "schedules", "events")
_SCOPE = {
    "deployments": (Scope.DEPLOYMENT_ROW, Scope.DEPLOYMENT),
    "running": (Scope.EXECUTION_ROW, Scope.EXECUTION),
    "queue": (Scope.EXECUTION_ROW, Scope.EXECUTION),
    "schedules": (Scope.SCHEDULE,),
    "events": (Scope.LOG,),
}
_OPEN = {
    "deployments": "deployment.open",
    "running": "execution.open",
    "queue": "execution.open",
    "schedules": "schedule.open",
}


class HomeScreen(ViewScreen[HomeView]):
    """Live panes for everything that matters now."""

    VIEW = "home"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for(Scope.DEPLOYMENT, Scope.EXECUTION, Scope.SCHEDULE, Scope.LOG, Scope.FIRST),
        ("tab", "turn(1)"),
        ("shift+tab", "turn(-1)"),
    ]

    def body(self) -> ComposeResult:
        cursor = self.context.glyphs.cursor
        with Container(id="home", classes="-open-deployments"):
            with Container(id="top"):
                yield Pane(
                    "Deployments",
                    Table(listings.DEPLOYMENTS, empty=WELCOME, cursor=cursor, id="deployments"),
                    id="pane-deployments",
                )
                with Vertical(id="right"):
                    yield Pane(
                        "Running",
                        Table(listings.RUNNING, empty=[hint("nothing runs")], cursor=cursor, id="running"),
                        id="pane-running",
                    )
                    yield Pane(
                        "Queue",
                        Table(listings.QUEUE, empty=[hint("nothing waits")], cursor=cursor, id="queue"),
                        id="pane-queue",
                    )
            yield Pane(
                "Schedules",
                Table(
                    listings.SCHEDULES,
                    empty=[hint("no schedules: ", "n", " makes one")],
                    cursor=cursor,
                    id="schedules",
                ),
                id="pane-schedules",
            )
            yield Pane(
                "Events", EventLog(empty=hint("nothing has happened yet"), cap=1000, id="events"), id="pane-events"
            )

    @property
    def here(self) -> Place:
        return Place(self.VIEW)

    def on_mount(self) -> None:
        self.query_one("#deployments").focus()

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._listed: Sequence[DeploymentRow] = ()
        self._by_next_run: Sequence[ScheduleRow] = ()
        self._running_rows = KeptRows(presenter.running_row, is_live=lambda one: True)
        self._ended_rows = KeptRows(presenter.ended_row, told_from=lambda one: (one.ended_at,))
        self._queue_rows = KeptRows(presenter.queue_row, told_from=presenter.queue_moments)
        self._deployment_rows = KeptRows(presenter.deployment_row, told_from=presenter.last_run_moments)
        self._schedule_rows = KeptRows(presenter.schedule_row, told_from=presenter.due_moments)

    def load(self) -> HomeView:
        return self.context.facade.home_view(LIMIT)

    def hurries(self, view: HomeView, now: datetime) -> bool:
        every = (self._running_rows, self._ended_rows, self._queue_rows, self._deployment_rows, self._schedule_rows)
        return any(kept.hurry(now) for kept in every)

    @property
    def part(self) -> str:
        """The id of the pane in focus."""
        focused = self.focused
        return focused.id if focused is not None and focused.id in PANES else "deployments"

    def scopes(self) -> tuple[Scope, ...]:
        is_empty = self.view is not None and not self.view.deployments and self.part == "deployments"
        return (Scope.FIRST,) if is_empty else _SCOPE[self.part]

    def subject(self) -> Subject:
        view, key = self.view, self._key()
        if view is None or (key is None and self.part != "events"):
            return Subject(engine=self.engine_state)
        match self.part:
            case "deployments":
                found = next((one for one in view.deployments if one.id == key), None)
                return Subject(deployment=found, engine=self.engine_state)
            case "running" | "queue":
                return Subject(execution=self._execution(view, key or ""), engine=self.engine_state)
            case "schedules":
                schedule = next((one for one in view.schedules if presenter.schedule_key(one) == key), None)
                return Subject(schedule=schedule, engine=self.engine_state)
        log = self.query_one("#events", EventLog)
        return Subject(texts=log.chosen_texts(), event_ids=log.chosen_ids(), engine=self.engine_state)

    def _key(self) -> str | None:
        focused = self.focused
        return focused.key if isinstance(focused, Table) else None

    def _execution(self, view: HomeView, key: str) -> Execution | None:
        known = (*view.running, *(row.execution for row in view.queue), *view.recent)
        return next((one for one in known if one.id == key), None)

    def own_deeds(self) -> dict[str, Callable[[], None]]:
        return log_deeds(self, self.query_one("#events", EventLog))

    @on(Table.Opened)
    def on_opened(self) -> None:
        self.perform(BY_ID[_OPEN[self.part]])

    @on(EventLog.Opened)
    def on_event_opened(self, event: EventLog.Opened) -> None:
        open_told(self, event.entry.execution_id)

    # Drawing.

    def draw(self, view: HomeView, look: Look) -> None:
        self._listed, self._by_next_run = view.deployments[:LIMIT], presenter.by_next_run(view.schedules)
        self._draw_running(view, look)
        self._draw_queue(view, look)
        self._draw_deployments(view, look)
        self._draw_schedules(view, look)
        self._draw_events(view, look)
        self._fold()

    def draw_hurried(self, view: HomeView, look: Look) -> None:
        if self._running_rows.hurry(look.now) or self._ended_rows.hurry(look.now):
            self._draw_running(view, look)
        if self._queue_rows.hurry(look.now):
            self._draw_queue(view, look)
        if self._deployment_rows.hurry(look.now):
            self._draw_deployments(view, look)
        if self._schedule_rows.hurry(look.now):
            self._draw_schedules(view, look)

    def _draw_events(self, view: HomeView, look: Look) -> None:
        log = self.query_one("#events", LogPane)
        log.extend(eventline.event_entry(event, look) for event in view.events)
        self._title_log()

    def _draw_deployments(self, view: HomeView, look: Look) -> None:
        rows = self._deployment_rows.rows(self._listed, look)
        self._table("deployments").show(rows)
        more = (view.totals.deployments if view.totals else len(view.deployments)) - len(rows)
        title = f"Deployments  {len(rows)}" + (f"  … {more} more" if more else "")
        failed = sum(1 for one in view.deployments if one.latest and one.latest.status == "failed")
        self._pane("deployments").tell(
            title, f"{failed} failed" if failed else "none failed", folded_sign=look.glyphs.folded
        )

    def _draw_running(self, view: HomeView, look: Look) -> None:
        rows = self._running_rows.rows(view.running, look)
        ended = self._ended_rows.rows(view.recent, look)[: 3 if rows else 6]
        self._table("running").show([*rows, *ended])
        latest = presenter.ended_sentence(view.recent[0], look) if view.recent else "nothing has run yet"
        self._pane("running").tell(f"Running  {len(rows)}", latest, folded_sign=look.glyphs.folded)

    def _draw_queue(self, view: HomeView, look: Look) -> None:
        self._table("queue").show(self._queue_rows.rows(view.queue, look))
        summary = "empty"
        if view.queue:
            first = view.queue[0]
            what = f"{first.execution.deployment_id or cells.SYSTEM} {first.execution.workflow_id}"
            summary = f"next: {what} ({cells.blocked_by(first.blockers)})"
        self._pane("queue").tell(f"Queue  {len(view.queue)}", summary, folded_sign=look.glyphs.folded)

    def _draw_schedules(self, view: HomeView, look: Look) -> None:
        self._table("schedules").show(self._schedule_rows.rows(self._by_next_run, look))
        coming = [row for row in self._by_next_run if row.enabled and row.next_occurrence][:3]
        summary = " · ".join(
            f"{when(row.next_occurrence, look.now, look.zone)} {row.deployment_id} {row.workflow_id}" for row in coming
        )
        self._pane("schedules").tell(
            f"Schedules  {len(view.schedules)}", summary or "none", folded_sign=look.glyphs.folded
        )

    @on(LogPane.Changed)
    def _title_log(self) -> None:
        log = self.query_one("#events", LogPane)
        self._pane("events").tell(f"Events  {log_title(log, self.context.glyphs.running)}")

    def _table(self, name: str) -> Table:
        return self.query_one(f"#{name}", Table)

    def _pane(self, name: str) -> Pane:
        return self.query_one(f"#pane-{name}", Pane)

    # Panes.

    def action_turn(self, step: int) -> None:
        """Go to the next pane; where the room is short it unfolds."""
        target = PANES[(PANES.index(self.part) + step) % len(PANES)]
        if target != "events":
            home = self.query_one("#home")
            home.set_classes(f"-open-{target}")
        self._fold()
        self.query_one(f"#{target}").focus()

    def _fold(self) -> None:
        """Where it is narrow, fold what is neither open nor has something to show in few lines."""
        try:
            home = self.query_one("#home")
        except NoMatches:
            return
        is_narrow = self.size.width < NARROW
        for name in PANES[:-1]:
            is_open = home.has_class(f"-open-{name}")
            is_busy = name == "running" and bool(self.view and self.view.running)
            self._pane(name).set_class(is_narrow and not is_open and not is_busy, "-folded")

    def on_resize(self, event: events.Resize) -> None:
        self._fold()
