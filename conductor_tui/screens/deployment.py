"""One deployment: its node instances, and what it is made of."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from conductor_tui import cells, listings, presenter
from conductor_tui.actions import BY_ID, Scope
from conductor_tui.cells import Look
from conductor_tui.context import Context
from conductor_tui.screens.base import ViewScreen
from conductor_tui.screens.executions import newest
from conductor_tui.screens.parts import bindings_for, hint
from conductor_tui.spans import Line, Span, Tone, safe, span
from conductor_tui.subject import Subject
from conductor_tui.widgets.columns import Row
from conductor_tui.widgets.lines import Lines
from conductor_tui.widgets.pane import Pane
from conductor_tui.widgets.table import Table
from engine.domain.view import DeploymentView

PARTS = ("executions", "schedules", "facts")
LIMIT = 500


class DeploymentScreen(ViewScreen[DeploymentView]):
    """The detail of one deployment."""

    VIEW = "deployments"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for(Scope.DEPLOYMENT, Scope.EXECUTION, Scope.SCHEDULE, Scope.PARTS),
        ("tab", "turn"),
        ("shift+tab", "turn"),
    ]

    def __init__(self, context: Context, deployment_id: str) -> None:
        super().__init__(context)
        self.deployment_id = deployment_id
        self._part = "executions"

    def body(self) -> ComposeResult:
        cursor = self.context.glyphs.cursor
        yield Lines(id="summary")
        yield Pane(
            "Node instances",
            Table(listings.INSTANCES, empty=[hint("no node instances")], cursor=cursor, id="instances"),
            id="pane-instances",
        )
        yield Pane(
            "Executions",
            Table(
                listings.EXECUTIONS,
                empty=[hint("nothing has run: ", "t", " starts a workflow")],
                cursor=cursor,
                id="executions",
            ),
            hint="v schedules",
            id="pane-executions",
        )
        yield Pane(
            "Schedules",
            Table(
                listings.SCHEDULES,
                empty=[hint("no schedules: ", "conductor deployments schedule create")],
                cursor=cursor,
                id="schedules",
            ),
            hint="v inputs, outputs, capabilities",
            id="pane-schedules",
        )
        yield Pane(
            "Inputs, outputs, capabilities",
            Table(listings.FACTS, empty=[hint("none")], cursor=cursor, id="facts"),
            hint="v executions",
            id="pane-facts",
        )

    def on_mount(self) -> None:
        self._show_part()
        self.query_one("#instances").focus()

    def load(self) -> DeploymentView:
        return self.context.facade.deployment(self.deployment_id)

    def scopes(self) -> tuple[Scope, ...]:
        focused = self.focused.id if self.focused else ""
        inner = {"executions": (Scope.EXECUTION_ROW, Scope.EXECUTION), "schedules": (Scope.SCHEDULE,)}.get(
            focused or "", ()
        )
        return (*inner, Scope.PARTS, Scope.DEPLOYMENT)

    def subject(self) -> Subject:
        view = self.view
        if view is None:
            return Subject(engine=self.engine_state)
        focused = self.focused
        key = focused.key if isinstance(focused, Table) else None
        execution = schedule = None
        if focused is not None and focused.id == "executions":
            execution = next((one for one in view.executions if one.id == key), None)
        if focused is not None and focused.id == "schedules":
            schedule = next((one for one in view.schedules if presenter.schedule_key(one) == key), None)
        return Subject(deployment=view.row, execution=execution, schedule=schedule, engine=self.engine_state)

    def crumbs(self) -> tuple[str, ...]:
        return ("Deployments", self.deployment_id)

    def own_deeds(self) -> dict[str, Callable[[], None]]:
        return {
            "detail.part": self._turn_part,
            "schedule.open": lambda: None,
        }

    @on(Table.Opened, "#executions")
    def on_execution_opened(self) -> None:
        self.perform(BY_ID["execution.open"])

    def draw(self, view: DeploymentView, look: Look) -> None:
        self.query_one("#summary", Lines).show([summary(view, look)])
        self._show("instances", "Node instances", [presenter.instance_row(one, look) for one in view.instances])
        executions = [presenter.execution_row(one, look) for one in newest(list(view.executions))]
        self._show("executions", "Executions", executions)
        schedules = [presenter.schedule_row(one, look) for one in presenter.by_next_run(view.schedules)]
        self._show("schedules", "Schedules", schedules)
        self._show("facts", "Inputs, outputs, capabilities", facts(view))

    def _show(self, name: str, title: str, rows: list[Row]) -> None:
        self.query_one(f"#{name}", Table).show(rows[:LIMIT])
        more = f"  … {len(rows) - LIMIT} more" if len(rows) > LIMIT else ""
        self.query_one(f"#pane-{name}", Pane).tell(f"{title}  {min(len(rows), LIMIT)}{more}")

    def action_turn(self) -> None:
        """Go from the node instances to the part below and back."""
        focused = self.focused
        above = focused is not None and focused.id == "instances"
        self.query_one(f"#{self._part}" if above else "#instances").focus()

    def _turn_part(self) -> None:
        self._part = PARTS[(PARTS.index(self._part) + 1) % len(PARTS)]
        self._show_part()
        self.query_one(f"#{self._part}").focus()

    def _show_part(self) -> None:
        for name in PARTS:
            self.query_one(f"#pane-{name}").display = name == self._part


def summary(view: DeploymentView, look: Look) -> Line:
    """Return what is known of the deployment at a glance."""
    sign = cells.deployment_sign(view.row, look.glyphs)
    return (
        span(f" {view.row.id} ", Tone.STRONG),
        span(f"({view.row.blueprint_id})  ", Tone.DIM),
        span(f"{sign.glyph} {sign.word}   ", sign.tone),
        span(f"{view.row.started_instances} of {view.row.instances} node instances started", Tone.DIM),
        *_outputs(view),
    )


def _outputs(view: DeploymentView) -> Line:
    texts = [(name, value) for name, value in view.outputs.items() if isinstance(value, str)]
    return tuple(Span(f"   {safe(name)} {safe(value, 60)}", Tone.KEY) for name, value in texts[:1])


def facts(view: DeploymentView) -> list[Row]:
    """Return inputs, outputs and capabilities, one row each."""
    named = (("input", view.inputs), ("output", view.outputs), ("capability", view.capabilities))
    return [presenter.fact_row(f"{kind} {name}", value) for kind, values in named for name, value in values.items()]
