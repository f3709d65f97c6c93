"""The fields of a schedule's form, and the request or the changes that they make."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label, Select

from conductor_tui.context import Context
from conductor_tui.schedulecommands import create_command, update_command
from conductor_tui.schedulefacade import ScheduleFacade
from conductor_tui.scheduletexts import Texts, changes_of, request_of, texts_of
from conductor_tui.screens.forming import FormScreen
from conductor_tui.screens.schedulefields import CHOICES, ENTRIES, STOPS, read_texts
from conductor_tui.screens.start import ordered
from conductor_tui.spans import safe
from conductor_tui.widgets.checks import Checks
from conductor_tui.widgets.form import Form
from conductor_tui.widgets.lines import Lines
from conductor_tui.widgets.tick import Tick
from engine.domain.blueprint import Parameter, Workflow
from engine.domain.errors import InvalidValue
from engine.domain.json import JsonObject
from engine.domain.schedule import SYSTEM, Schedule
from engine.domain.schedulechanges import ScheduleChanges
from engine.domain.schedulerequest import ScheduleRequest
from engine.domain.view import DeploymentRow


def place_name(deployment_id: str) -> str:
    """Return how a deployment, or none, is called."""
    return "the system itself" if deployment_id == SYSTEM else deployment_id


class ScheduleForm(FormScreen[Schedule]):
    """Asks for a workflow and when it runs.

    With a `model` that is changed, or copied under another name.
    """

    def __init__(
        self,
        context: Context,
        facade: ScheduleFacade,
        deployment_id: str | None = None,
        model: Schedule | None = None,
        *,
        copies: bool = False,
    ) -> None:
        super().__init__(context)
        self.scheduling, self.deployment_id = facade, deployment_id or ""
        self.model, self.copies = model, copies
        self.workflows: dict[str, Workflow] = {}
        self.before = texts_of(model, now=context.look().now) if model else Texts()

    @property
    def edits(self) -> Schedule | None:
        """The schedule that is changed; None makes a new one."""
        return None if self.copies else self.model

    def title_shown(self) -> str:
        if self.model is None:
            return "New schedule"
        name = f"{self.model.id} of {place_name(self.model.deployment_id)}"
        return f"Copy of schedule {name}" if self.copies else f"Schedule {name}"

    def head(self) -> ComposeResult:
        with Horizontal(classes="choice"):
            yield Label("Deployment", classes="name")
            yield Select[str]([], prompt="loading …", id="deployment", compact=True, disabled=self.edits is not None)
        with Horizontal(classes="choice"):
            yield Label("Workflow", classes="name")
            yield Select[str]([], prompt="loading …", id="workflow", compact=True)
        for entry in ENTRIES:
            with Horizontal(classes="choice"):
                yield Label(entry.title, classes="name")
                yield Input(placeholder=entry.hint, id=entry.id, compact=True)
            if entry.id == "when":
                yield Lines(id="understood")
        for choice in CHOICES:
            with Horizontal(classes="choice"):
                yield Label(choice.title, classes="name")
                yield Select[str](choice.options, allow_blank=False, id=choice.id, compact=True)
        with Horizontal(classes="choice"):
            yield Label("On failure", classes="name")
            yield Tick("stop the schedule", id=STOPS)

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="form editor") as dialog:
            dialog.border_title = Content(safe(self.title_shown()))
            with Horizontal(id="halves"):
                with VerticalScroll(id="entries", can_focus=False):
                    yield from self.head()
                    yield Form(id="form")
                with Vertical(id="sight"):
                    yield Lines(id="preview")
                    yield Lines(id="months")
            yield Checks(id="checks")
            yield Label(Content(""), id="refusal", markup=False)
            yield Label(Content(""), id="command", markup=False)
            yield Lines(id="answers")

    def _placed(self, rows: list[DeploymentRow]) -> None:
        chooser = self.query_one("#deployment", Select)
        names = [*(one.id for one in rows), SYSTEM]
        chooser.prompt = "(choose a deployment)"
        chooser.set_options([(Text(safe(place_name(name))), name) for name in names])
        chooser.value = self.deployment_id if self.deployment_id in names else names[0]

    @on(Select.Changed, "#deployment")
    def on_deployment_chosen(self, event: Select.Changed) -> None:
        self.deployment_id = event.value if isinstance(event.value, str) else ""
        if self.deployment_id:
            self.ask(lambda: self.scheduling.schedulable(self.deployment_id), self._known, group="read")

    def _known(self, workflows: dict[str, Workflow]) -> None:
        self.workflows = workflows
        names = ordered(workflows, first=self.model.workflow_id if self.model else "")
        chooser = self.query_one("#workflow", Select)
        chooser.prompt = "(choose a workflow)"
        chooser.set_options([(Text(safe(name)), name) for name in names])
        if self.edits is not None and self.edits.workflow_id not in workflows:
            chooser.prompt = "(its workflow is gone, choose another)"  # a prompt is markup: no name stands in it
        elif names:
            chooser.value = names[0]

    @on(Select.Changed, "#workflow")
    async def on_workflow_chosen(self, event: Select.Changed) -> None:
        chosen = self.workflows.get(str(event.value))
        if chosen is not None:
            await self.query_one(Form).show(self._declared(chosen))
        self.redraw()

    def _declared(self, workflow: Workflow) -> dict[str, Parameter]:
        """Return the parameters of the form; what the schedule has of its own stands in it."""
        own = self.model.parameters if self.model and self.model.workflow_id == workflow.name else {}
        return {
            name: replace(one, default=own[name], has_default=True) if name in own else one
            for name, one in workflow.parameters.items()
        }

    @property
    def workflow_id(self) -> str:
        value = self.query_one("#workflow", Select).value
        return value if isinstance(value, str) else ""

    def asked(self, values: JsonObject) -> ScheduleRequest | ScheduleChanges:
        """Return what the fields ask for so far.

        Raises:
            InvalidValue: a field does not fit.
        """
        texts, model = read_texts(self), self.model
        is_same = model is not None and model.workflow_id == self.workflow_id
        whole = {**model.parameters, **values} if model is not None and is_same else values
        if self.edits is None:
            return request_of(
                texts,
                deployment_id=self.deployment_id,
                workflow_id=self.workflow_id,
                values=whole,
                model=model,
                before=self.before,
            )
        return changes_of(
            replace(texts, name=self.before.name),
            self.before,
            workflow_id=None if is_same else self.workflow_id,
            parameters=None if is_same and not values else whole,
        )

    def command(self, values: JsonObject) -> str:
        try:
            asked = self.asked(values)
        except InvalidValue:
            return ""
        if isinstance(asked, ScheduleRequest):
            return create_command(asked)
        return update_command(self.deployment_id, self.before.name, asked)

    def missing(self) -> str:
        if not self.workflow_id:
            return "choose a workflow first"
        said = self.query_one("#when", Input).value.strip()
        return "" if said else "say when it runs, such as `every weekday at 7:30`, or `once`"

    def sending(self, values: JsonObject) -> Callable[[], Schedule]:
        asked = self.asked(values)
        if isinstance(asked, ScheduleRequest):
            return partial(self.scheduling.add_schedule, asked)
        return partial(self.scheduling.update_schedule, self.deployment_id, self.before.name, asked)

    def action_send(self) -> None:
        values, _ = self.query_one(Form).values()
        try:
            self.asked(values)
        except InvalidValue as error:
            self.refuse(str(error))
        else:
            super().action_send()
