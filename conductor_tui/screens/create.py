"""The form that makes a deployment of a blueprint, made from the blueprint's inputs."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Label

from conductor_tui.context import Context
from conductor_tui.fields import create_command
from conductor_tui.screens.forming import FormScreen
from conductor_tui.spans import safe
from conductor_tui.widgets.form import Form
from engine.domain.blueprint import Parameter
from engine.domain.json import JsonObject


class CreateScreen(FormScreen[str]):
    """Asks for a name and the inputs; gives back the deployment's id."""

    VERB: ClassVar[str] = "create"

    def __init__(self, context: Context, blueprint_id: str) -> None:
        super().__init__(context)
        self.blueprint_id = blueprint_id

    def title_shown(self) -> str:
        return f"Create a deployment of {self.blueprint_id}"

    def head(self) -> ComposeResult:
        with Horizontal(classes="choice"):
            yield Label("Name", classes="name")
            yield Input(value=safe(self.blueprint_id), id="name", compact=True)

    def on_mount(self) -> None:
        self.query_one("#name").focus()
        self.ask(self._read, self._known, group="read")

    def _read(self) -> dict[str, Parameter]:
        return self.context.facade.blueprint(self.blueprint_id).plan.inputs

    async def _known(self, inputs: dict[str, Parameter]) -> None:
        await self.query_one(Form).show(inputs)
        self.redraw()

    @on(Input.Changed, "#name")
    def on_named(self) -> None:
        self.redraw()

    @property
    def deployment_name(self) -> str:
        return self.query_one("#name", Input).value.strip()

    def command(self, values: JsonObject) -> str:
        return create_command(self.blueprint_id, self.deployment_name, values)

    def missing(self) -> str:
        return "" if self.deployment_name else "the deployment needs a name"

    def sending(self, values: JsonObject) -> Callable[[], str]:
        facade, name = self.context.facade, self.deployment_name
        return lambda: facade.create_deployment(self.blueprint_id, name, values).id
