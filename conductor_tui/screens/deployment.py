"""One deployment: how its node instances stand in each other, all that is known of one, and what it is made of."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from conductor_tui import deploymentlines, listings, presenter, topologylines
from conductor_tui.actions import BY_ID, Scope
from conductor_tui.cells import Look
from conductor_tui.context import Context
from conductor_tui.frame import NARROW
from conductor_tui.screens.base import ViewScreen
from conductor_tui.screens.executions import newest
from conductor_tui.screens.hurry import KeptRows
from conductor_tui.screens.parts import bindings_for, hint
from conductor_tui.subject import Subject
from conductor_tui.visits import Place
from conductor_tui.widgets.columns import Row
from conductor_tui.widgets.lines import Lines
from conductor_tui.widgets.pane import Pane
from conductor_tui.widgets.table import Table
from engine.domain.execution import Execution
from engine.domain.view import DeploymentView, InstanceRow, ScheduleRow

PARTS = ("executions", "schedules", "facts")
"""What `v` turns through below the tree."""
INSTANCE = "instance"
LIMIT = 5000


class DeploymentScreen(ViewScreen[DeploymentView]):
    """The detail of one deployment."""

    VIEW = "deployments"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for(Scope.DEPLOYMENT, Scope.EXECUTION, Scope.SCHEDULE, Scope.PARTS),
        ("tab", "turn(1)"),
        ("shift+tab", "turn(-1)"),
    ]

    def __init__(self, context: Context, deployment_id: str) -> None:
        super().__init__(context)
        self.deployment_id = deployment_id
        self._ran: Sequence[Execution] = ()
        self._comes: Sequence[ScheduleRow] = ()
        self._execution_rows = KeptRows(presenter.execution_row, is_live=presenter.is_timed)
        self._schedule_rows = KeptRows(presenter.schedule_row, told_from=presenter.due_moments)
        part = context.sitting.state.parts.get("deployment", "")
        self._part = part if part in (*PARTS, INSTANCE) else PARTS[0]

    def body(self) -> ComposeResult:
        yield Lines(id="summary")
        with Horizontal(id="upper"):
            yield self._pane("Node instances", "instances", listings.INSTANCES, "no node instances", "enter all of it")
            yield self._pane(
                "Node instance", INSTANCE, listings.INSTANCE_FACTS, "no node instance is selected", "y copies"
            )
        yield self._pane(
            "Executions", "executions", listings.EXECUTIONS, "nothing has run: t starts a workflow", "v schedules"
        )
        yield self._pane(
            "Schedules", "schedules", listings.SCHEDULES, "no schedules: S makes one", "v inputs, outputs, labels"
        )
        yield self._pane("Inputs, outputs, capabilities, labels", "facts", listings.FACTS, "none", "v executions")

    def _pane(self, title: str, name: str, columns: listings.Columns, empty: str, told: str) -> Pane:
        table = Table(columns, empty=[hint(empty)], cursor=self.context.glyphs.cursor, id=name)
        return Pane(title, table, hint=told, id=f"pane-{name}")

    @property
    def here(self) -> Place:
        return Place(self.app.current_mode, "deployment", self.deployment_id)

    def on_mount(self) -> None:
        self._show_part()
        self.query_one("#instances").focus()

    def load(self) -> DeploymentView:
        return self.context.facade.deployment(self.deployment_id)

    @property
    def _shown(self) -> tuple[str, ...]:
        """The panes that are shown, in the order of tab."""
        inner = (INSTANCE,) if not self._is_narrow or self._part == INSTANCE else ()
        lower = (self._part,) if self._part != INSTANCE else () if self._is_narrow else (PARTS[0],)
        return ("instances", *inner, *lower)

    @property
    def _is_narrow(self) -> bool:
        return self.size.width < NARROW

    @property
    def _focused(self) -> str:
        return (self.focused.id or "") if self.focused is not None else ""

    def scopes(self) -> tuple[Scope, ...]:
        match self._focused:
            case "executions":
                return (Scope.EXECUTION_ROW, Scope.EXECUTION, Scope.PARTS, Scope.DEPLOYMENT)
            case "schedules":
                return (Scope.SCHEDULE, Scope.PARTS, Scope.DEPLOYMENT)
        return (Scope.PARTS, Scope.DEPLOYMENT)

    def subject(self) -> Subject:
        view, engine = self.view, self.engine_state
        if view is None:
            return Subject(engine=engine)
        key = self.focused.key if isinstance(self.focused, Table) else None
        match self._focused:
            case "executions":
                found = next((one for one in view.executions if one.id == key), None)
                return Subject(deployment=view.row, execution=found, engine=engine)
            case "schedules":
                schedule = next((one for one in view.schedules if presenter.schedule_key(one) == key), None)
                return Subject(deployment=view.row, schedule=schedule, engine=engine)
        return Subject(deployment=view.row, texts=self._texts(), engine=engine)

    def _texts(self) -> tuple[str, ...]:
        """The value under the cursor, where the cursor is on one."""
        table = self.focused
        if not isinstance(table, Table) or self._focused == "instances":
            return (self._table("instances").key or "",)
        return table.chosen_texts()

    def crumbs(self) -> tuple[str, ...]:
        return ("Deployments", self.deployment_id)

    def own_deeds(self) -> dict[str, Callable[[], None]]:
        return {"detail.part": self._turn_part, "schedule.open": self._open_schedule}

    def _open_schedule(self) -> None:
        self.say("Deployment: this is the deployment of the schedule; H shows the schedule's history", is_bad=True)

    @on(Table.Opened)
    def on_opened(self, event: Table.Opened) -> None:
        if event.table.id == "executions":
            self.perform(BY_ID["execution.open"])
        elif event.table.id == "instances":
            if self._is_narrow:
                self._take_part(INSTANCE)
            self.query_one(f"#{INSTANCE}").focus()
        elif event.table.id == INSTANCE:
            self._follow(event.key)

    def _follow(self, key: str) -> None:
        """Go from a relationship to the node instance at its other end."""
        if key.startswith(topologylines.LEADS_TO):
            self._table("instances").point_at(key.removeprefix(topologylines.LEADS_TO))
            self.query_one("#instances").focus()
            self._draw_instance()

    # Drawing.

    def draw(self, view: DeploymentView, look: Look) -> None:
        self.query_one("#summary", Lines).show([deploymentlines.summary(view, look)])
        self._show("instances", "Node instances", topologylines.tree_rows(view.instances, look))
        self._ran, self._comes = newest(list(view.executions)), presenter.by_next_run(view.schedules)
        self.draw_hurried(view, look)
        self._show("facts", "Inputs, outputs, capabilities, labels", deploymentlines.facts(view))
        self._draw_instance()

    def hurries(self, view: DeploymentView, now: datetime) -> bool:
        return self._execution_rows.hurry(now) or self._schedule_rows.hurry(now)

    def draw_hurried(self, view: DeploymentView, look: Look) -> None:
        self._show("executions", "Executions", self._execution_rows.rows(self._ran, look))
        self._show("schedules", "Schedules", self._schedule_rows.rows(self._comes, look))

    def cursor_moved(self) -> None:
        if self._focused == "instances":
            self._draw_instance()

    def _instance_row(self) -> InstanceRow | None:
        key = self._table("instances").key
        return next((one for one in (self.view.instances if self.view else ()) if one.id == key), None)

    def _draw_instance(self) -> None:
        row = self._instance_row()
        self._table(INSTANCE).show(topologylines.facts(row, self.look) if row else [])
        self.query_one(f"#pane-{INSTANCE}", Pane).tell(row.id if row else "Node instance")

    def _table(self, name: str) -> Table:
        return self.query_one(f"#{name}", Table)

    def _show(self, name: str, title: str, rows: list[Row]) -> None:
        self._table(name).show(rows[:LIMIT])
        more = f"  … {len(rows) - LIMIT} more" if len(rows) > LIMIT else ""
        self.query_one(f"#pane-{name}", Pane).tell(f"{title}  {min(len(rows), LIMIT)}{more}")

    # Parts.

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self._show_part()

    def action_turn(self, step: int) -> None:
        """Go to the next pane."""
        shown = self._shown
        here = shown.index(self._focused) if self._focused in shown else 0
        self.query_one(f"#{shown[(here + step) % len(shown)]}").focus()

    def _turn_part(self) -> None:
        parts = (*PARTS, INSTANCE) if self._is_narrow else PARTS
        here = self._part if self._part in parts else PARTS[0]
        self._take_part(parts[(parts.index(here) + 1) % len(parts)])
        self.query_one(f"#{self._part}").focus()

    def _take_part(self, part: str) -> None:
        self._part = part
        self.context.sitting.state.parts["deployment"] = part
        self._show_part()

    def _show_part(self) -> None:
        for name in (INSTANCE, *PARTS):
            self.query_one(f"#pane-{name}").set_class(name not in self._shown, "-off")
