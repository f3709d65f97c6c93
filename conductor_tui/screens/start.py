"""The form that starts a workflow, made from the parameters that it declares."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Label, Select

from conductor_tui.cells import short
from conductor_tui.context import Context
from conductor_tui.fields import start_command
from conductor_tui.screens.forming import FormScreen
from conductor_tui.spans import safe
from conductor_tui.widgets.form import Form
from conductor_tui.widgets.tick import Tick
from engine.domain.blueprint import Workflow
from engine.domain.execution import Execution
from engine.domain.json import JsonObject
from engine.domain.view import DeploymentView

BUILT_IN = "default_workflows"
BUSY = (("say so and leave it", ""), ("wait in the queue", "--queue"), ("run beside them (force)", "--force"))


class StartScreen(FormScreen[Execution]):
    """Asks for a workflow and its parameters; gives back the execution that was made."""

    VERB: ClassVar[str] = "start"

    def __init__(self, context: Context, deployment_id: str, workflow_id: str = "") -> None:
        super().__init__(context)
        self.deployment_id, self.wanted = deployment_id, workflow_id
        self.workflows: dict[str, Workflow] = {}
        self._started = 0
        """Node instances that are started now."""
        self._busy = ""

    def title_shown(self) -> str:
        return f"Start a workflow on {self.deployment_id}"

    def head(self) -> ComposeResult:
        with Horizontal(classes="choice"):
            yield Label("Workflow", classes="name")
            yield Select[str]([], prompt="loading …", id="workflow", compact=True)

    def foot(self) -> ComposeResult:
        with Horizontal(classes="choice"):
            yield Label("If it cannot run now", classes="name")
            yield Select[str](BUSY, value="", allow_blank=False, id="busy", compact=True)
            yield Tick("dry run", id="dry")

    def on_mount(self) -> None:
        self.query_one("#workflow").focus()
        self.ask(self._read, self._known, group="read")

    def _read(self) -> tuple[dict[str, Workflow], DeploymentView]:
        facade = self.context.facade
        return facade.workflows(self.deployment_id), facade.deployment(self.deployment_id)

    def _known(self, answer: tuple[dict[str, Workflow], DeploymentView]) -> None:
        self.workflows, view = answer
        first = self.wanted or likely(view)
        names = ordered(self.workflows, first=first)
        chooser = self.query_one("#workflow", Select)
        chooser.prompt = "(choose a workflow: enter shows them)"
        chooser.set_options([(Text(safe(name)), name) for name in names])
        if first in names:
            chooser.value = first
        self._started = view.row.started_instances
        busy = sorted((one for one in view.executions if not one.is_final), key=lambda one: one.number)
        if busy:
            self.query_one("#busy", Select).value = "--queue"
            self._busy = busy_sentence(busy)
        self._advise()

    @on(Select.Changed, "#workflow")
    async def on_workflow_chosen(self, event: Select.Changed) -> None:
        chosen = self.workflows.get(str(event.value))
        if chosen is not None:
            await self.query_one(Form).show(chosen.parameters)
            self._advise()
        self.redraw()

    def _advise(self) -> None:
        """Say what to think of before this start."""
        told = (self._busy, warning(self.workflow_id, self._started))
        self.refuse("\n".join(one for one in told if one), is_bad=False)

    @on(Select.Changed, "#busy")
    @on(Tick.Changed)
    def on_choice(self) -> None:
        self.redraw()

    @property
    def workflow_id(self) -> str:
        value = self.query_one("#workflow", Select).value
        return value if isinstance(value, str) else ""

    @property
    def is_dry(self) -> bool:
        return self.query_one("#dry", Tick).value

    @property
    def busy_flag(self) -> str:
        return str(self.query_one("#busy", Select).value)

    def command(self, values: JsonObject) -> str:
        flags = tuple(flag for flag in (self.busy_flag, "--dry-run" if self.is_dry else "") if flag)
        return start_command(self.deployment_id, self.workflow_id or "WORKFLOW", values, flags)

    def missing(self) -> str:
        return "" if self.workflow_id else "choose a workflow first"

    def sending(self, values: JsonObject) -> Callable[[], Execution]:
        return partial(
            self.context.facade.start_execution,
            self.deployment_id,
            self.workflow_id,
            values,
            force=self.busy_flag == "--force",
            queue=self.busy_flag == "--queue",
            dry_run=self.is_dry,
        )


def ordered(workflows: Mapping[str, Workflow], *, first: str) -> list[str]:
    """Return the names: `first`, then the blueprint's own workflows, then those that every deployment has."""
    return sorted(workflows, key=lambda name: (name != first, workflows[name].plugin == BUILT_IN, name))


def busy_sentence(busy: Sequence[Execution]) -> str:
    """Return what a start would have to wait for."""
    first = busy[0]
    state = "runs" if first.is_active else "waits in the queue"
    more = f", and {len(busy) - 1} more" if len(busy) > 1 else ""
    return f"{first.workflow_id} {short(first.id)} {state}{more}: a new one would wait for that"


def warning(workflow_id: str, started: int) -> str:
    """Return what to think of before a workflow that undoes or repeats what stands."""
    if workflow_id == "uninstall" and started:
        return f"uninstall stops and deletes what runs: {started} node instances are started"
    if workflow_id == "install" and started:
        return f"{started} node instances are started already"
    return ""


def likely(view: DeploymentView) -> str:
    """Return the workflow that is certainly wanted: install what is not installed yet; else the user is asked."""
    return "" if view.row.started_instances else "install"
