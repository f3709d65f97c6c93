"""The form that starts a workflow, made from the parameters that it declares."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Label, Select

from conductor_tui.cells import short
from conductor_tui.context import Context
from conductor_tui.fields import start_command
from conductor_tui.spans import Span, Tone, safe
from conductor_tui.widgets.form import Form
from conductor_tui.widgets.lines import Lines
from conductor_tui.widgets.tick import Tick
from engine.domain.blueprint import Workflow
from engine.domain.errors import ConductorError
from engine.domain.execution import Execution
from engine.domain.json import JsonObject
from engine.domain.view import DeploymentView

BUILT_IN = "default_workflows"
BUSY = (("say so and leave it", ""), ("wait in the queue", "--queue"), ("run beside them (force)", "--force"))


class StartScreen(ModalScreen[Execution | None]):
    """Asks for a workflow and its parameters; gives back the execution that was made."""

    BINDINGS: ClassVar[list[BindingType]] = [("ctrl+s", "start"), ("escape", "leave")]

    class Known(Message):
        """The deployment and its workflows were read."""

        def __init__(self, workflows: dict[str, Workflow], view: DeploymentView) -> None:
            self.workflows, self.view = workflows, view
            super().__init__()

    class Started(Message):
        """The execution was accepted."""

        def __init__(self, execution: Execution) -> None:
            self.execution = execution
            super().__init__()

    class Failed(Message):
        """Reading or starting was refused."""

        def __init__(self, reason: str) -> None:
            self.reason = reason
            super().__init__()

    def __init__(self, context: Context, deployment_id: str) -> None:
        super().__init__()
        self.context, self.deployment_id = context, deployment_id
        self.workflows: dict[str, Workflow] = {}
        self._is_sending = False

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="form") as dialog:
            dialog.border_title = Content(safe(f"Start a workflow on {self.deployment_id}"))
            with Horizontal(classes="choice"):
                yield Label("Workflow", classes="name")
                yield Select[str]([], prompt="loading …", id="workflow", compact=True)
            yield Form(id="form")
            with Horizontal(classes="choice"):
                yield Label("If it cannot run now", classes="name")
                yield Select[str](BUSY, value="", allow_blank=False, id="busy", compact=True)
                yield Tick("dry run", id="dry")
            yield Label(Content(""), id="refusal", markup=False)
            yield Label(Content(""), id="command", markup=False)
            yield Lines(id="answers")

    def on_mount(self) -> None:
        keys = (Span(" ^s", Tone.KEY), Span(" start  "), Span("tab", Tone.KEY), Span(" next field  "))
        self.query_one("#answers", Lines).show([(*keys, Span("esc", Tone.KEY), Span(" leave it"))])
        self.query_one("#workflow").focus()
        self.read()

    @work(thread=True, exclusive=True, exit_on_error=False, group="read")
    def read(self) -> None:
        """Read which workflows there are, and what is busy."""
        facade = self.context.facade
        try:
            known = self.Known(facade.workflows(self.deployment_id), facade.deployment(self.deployment_id))
        except ConductorError as error:
            self.post_message(self.Failed(str(error)))
        else:
            self.post_message(known)

    def on_start_screen_known(self, message: Known) -> None:
        self.workflows = message.workflows
        names = ordered(message.workflows, first=likely(message.view))
        chooser = self.query_one("#workflow", Select)
        chooser.prompt = "(choose a workflow)"
        chooser.set_options([(Text(safe(name)), name) for name in names])
        if names:
            chooser.value = names[0]
        busy = sorted((one for one in message.view.executions if not one.is_final), key=lambda one: one.number)
        if busy:
            self.query_one("#busy", Select).value = "--queue"
            self._refuse(busy_sentence(busy), is_bad=False)

    @on(Select.Changed, "#workflow")
    async def on_workflow_chosen(self, event: Select.Changed) -> None:
        chosen = self.workflows.get(str(event.value))
        if chosen is not None:
            await self.query_one(Form).show(chosen.parameters)
        self.redraw()

    @on(Form.Changed)
    @on(Select.Changed, "#busy")
    @on(Tick.Changed)
    def redraw(self) -> None:
        """Show what is wrong so far, and the command line that does the same."""
        values, wrong = self.query_one(Form).values()
        self.query_one(Form).tell({name: told for name, told in wrong.items() if told != "is required"})
        command = start_command(self.deployment_id, self.workflow_id or "WORKFLOW", values, self._flags())
        self.query_one("#command", Label).update(Content(safe(command)))

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

    def _flags(self) -> tuple[str, ...]:
        return tuple(flag for flag in (self.busy_flag, "--dry-run" if self.is_dry else "") if flag)

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_start(self) -> None:
        values, wrong = self.query_one(Form).values()
        self.query_one(Form).tell(wrong, moves=True)
        if wrong or not self.workflow_id:
            self._refuse(f"{len(wrong)} fields need a look" if wrong else "choose a workflow first")
            return
        if not self._is_sending:
            self._is_sending = True
            self.start(self.workflow_id, values, self.busy_flag, self.is_dry)

    @work(thread=True, exclusive=True, exit_on_error=False, group="start")
    def start(self, workflow_id: str, values: JsonObject, busy: str, is_dry: bool) -> None:
        """Ask for the execution."""
        try:
            execution = self.context.facade.start_execution(
                self.deployment_id,
                workflow_id,
                values,
                force=busy == "--force",
                queue=busy == "--queue",
                dry_run=is_dry,
            )
        except ConductorError as error:
            self.post_message(self.Failed(str(error)))
        else:
            self.post_message(self.Started(execution))

    def on_start_screen_started(self, message: Started) -> None:
        self.dismiss(message.execution)

    def on_start_screen_failed(self, message: Failed) -> None:
        self._is_sending = False
        self._refuse(message.reason)

    def _refuse(self, reason: str, *, is_bad: bool = True) -> None:
        label = self.query_one("#refusal", Label)
        label.set_class(is_bad, "-bad")
        label.update(Content(safe(reason, 600)))


def busy_sentence(busy: Sequence[Execution]) -> str:
    """Return what a start would have to wait for."""
    first = busy[0]
    state = "runs" if first.is_active else "waits in the queue"
    more = f", and {len(busy) - 1} more" if len(busy) > 1 else ""
    return f"{first.workflow_id} {short(first.id)} {state}{more}: a new one would wait for that"


def ordered(workflows: Mapping[str, Workflow], *, first: str) -> list[str]:
    """Return the names: `first`, then the blueprint's own workflows, then those that every deployment has."""
    return sorted(workflows, key=lambda name: (name != first, workflows[name].plugin == BUILT_IN, name))


def likely(view: DeploymentView) -> str:
    """Return the workflow that is most likely wanted: install what is not installed yet."""
    return "" if view.row.started_instances else "install"
