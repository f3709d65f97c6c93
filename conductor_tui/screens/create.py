"""The form that makes a deployment of a blueprint, made from the blueprint's inputs."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from conductor_tui.context import Context
from conductor_tui.fields import create_command
from conductor_tui.spans import Span, Tone, safe
from conductor_tui.widgets.form import Form
from conductor_tui.widgets.lines import Lines
from engine.domain.blueprint import Parameter
from engine.domain.errors import ConductorError
from engine.domain.json import JsonObject


class CreateScreen(ModalScreen[str | None]):
    """Asks for a name and the inputs; gives back the deployment's id."""

    BINDINGS: ClassVar[list[BindingType]] = [("ctrl+s", "create"), ("escape", "leave")]

    class Known(Message):
        """The blueprint's inputs were read."""

        def __init__(self, inputs: dict[str, Parameter]) -> None:
            self.inputs = inputs
            super().__init__()

    class Created(Message):
        """The deployment exists."""

        def __init__(self, deployment_id: str) -> None:
            self.deployment_id = deployment_id
            super().__init__()

    class Failed(Message):
        """Reading or creating was refused."""

        def __init__(self, reason: str) -> None:
            self.reason = reason
            super().__init__()

    def __init__(self, context: Context, blueprint_id: str) -> None:
        super().__init__()
        self.context, self.blueprint_id = context, blueprint_id
        self._is_sending = False

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="form") as dialog:
            dialog.border_title = Content(safe(f"Create a deployment of {self.blueprint_id}"))
            with Horizontal(classes="choice"):
                yield Label("Name", classes="name")
                yield Input(value=safe(self.blueprint_id), id="name", compact=True)
            yield Form(id="form")
            yield Label(Content(""), id="refusal", classes="-bad", markup=False)
            yield Label(Content(""), id="command", markup=False)
            yield Lines(id="answers")

    def on_mount(self) -> None:
        keys = (Span(" ^s", Tone.KEY), Span(" create  "), Span("tab", Tone.KEY), Span(" next field  "))
        self.query_one("#answers", Lines).show([(*keys, Span("esc", Tone.KEY), Span(" leave it"))])
        self.query_one("#name").focus()
        self.read()

    @work(thread=True, exclusive=True, exit_on_error=False, group="read")
    def read(self) -> None:
        """Read which inputs there are."""
        try:
            known = self.Known(self.context.facade.blueprint(self.blueprint_id).plan.inputs)
        except ConductorError as error:
            self.post_message(self.Failed(str(error)))
        else:
            self.post_message(known)

    async def on_create_screen_known(self, message: Known) -> None:
        await self.query_one(Form).show(message.inputs)
        self.redraw()

    @on(Form.Changed)
    @on(Input.Changed, "#name")
    def redraw(self) -> None:
        """Show what is wrong so far, and the command line that does the same."""
        values, wrong = self.query_one(Form).values()
        self.query_one(Form).tell({name: told for name, told in wrong.items() if told != "is required"})
        command = create_command(self.blueprint_id, self.deployment_name, values)
        self.query_one("#command", Label).update(Content(safe(command)))

    @property
    def deployment_name(self) -> str:
        return self.query_one("#name", Input).value.strip()

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_create(self) -> None:
        values, wrong = self.query_one(Form).values()
        self.query_one(Form).tell(wrong, moves=True)
        if wrong or not self.deployment_name:
            self._refuse(f"{len(wrong)} fields need a look" if wrong else "the deployment needs a name")
        elif not self._is_sending:
            self._is_sending = True
            self.create(self.deployment_name, values)

    @work(thread=True, exclusive=True, exit_on_error=False, group="start")
    def create(self, name: str, values: JsonObject) -> None:
        """Ask for the deployment."""
        try:
            deployment = self.context.facade.create_deployment(self.blueprint_id, name, values)
        except ConductorError as error:
            self.post_message(self.Failed(str(error)))
        else:
            self.post_message(self.Created(deployment.id))

    def on_create_screen_created(self, message: Created) -> None:
        self.dismiss(message.deployment_id)

    def on_create_screen_failed(self, message: Failed) -> None:
        self._is_sending = False
        self._refuse(message.reason)

    def _refuse(self, reason: str) -> None:
        self.query_one("#refusal", Label).update(Content(safe(reason, 600)))
