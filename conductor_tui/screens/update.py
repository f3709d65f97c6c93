"""The form that brings a deployment to another blueprint or other inputs, with what that would do below it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Label, Select

from conductor_tui import updaterows
from conductor_tui.context import Context
from conductor_tui.fields import update_command
from conductor_tui.screens.confirm import ConfirmScreen, Question
from conductor_tui.screens.forming import SEND, FormScreen
from conductor_tui.screens.parts import hint
from conductor_tui.screens.start import BUSY, busy_sentence
from conductor_tui.spans import safe
from conductor_tui.widgets.columns import Row
from conductor_tui.widgets.form import Form
from conductor_tui.widgets.table import Table
from engine.domain.blueprint import Parameter
from engine.domain.deployment import Blueprint
from engine.domain.execution import Execution
from engine.domain.json import JsonObject
from engine.domain.updatepreview import UpdatePreview
from engine.domain.view import BlueprintRow, DeploymentView

MOST_STEPS = 9
"""Steps that are seen at once; the others are scrolled to."""
PAUSE = 0.3
"""Seconds without a key after which the preview is made anew."""


class UpdateScreen(FormScreen[Execution]):
    """Asks for a blueprint and inputs, shows the steps, asks once more; gives back the execution that was made."""

    VERB: ClassVar[str] = "update"

    def __init__(self, context: Context, deployment_id: str) -> None:
        super().__init__(context)
        self.deployment_id = deployment_id
        self._inputs: JsonObject = {}
        """What the deployment has."""
        self._typing: Timer | None = None

    def title_shown(self) -> str:
        return f"Update {self.deployment_id}"

    def head(self) -> ComposeResult:
        with Horizontal(classes="choice"):
            yield Label("Blueprint", classes="name")
            yield Select[str]([], prompt="loading …", id="blueprint", compact=True)

    def foot(self) -> ComposeResult:
        with Horizontal(classes="choice"):
            yield Label("If it cannot run now", classes="name")
            yield Select[str](BUSY, value="", allow_blank=False, id="busy", compact=True)
        yield Label(Content(""), id="summary", markup=False)
        yield Table(updaterows.COLUMNS, empty=[hint("no steps")], cursor=self.context.glyphs.cursor, id="steps")

    def on_mount(self) -> None:
        self.query_one("#blueprint").focus()
        self.ask(self._read, self._known, group="read")

    def _read(self) -> tuple[list[BlueprintRow], DeploymentView]:
        facade = self.context.facade
        return facade.blueprints(), facade.deployment(self.deployment_id)

    def _known(self, answer: tuple[list[BlueprintRow], DeploymentView]) -> None:
        blueprints, view = answer
        self._inputs = view.inputs
        ids = dict.fromkeys((view.row.blueprint_id, *sorted(one.id for one in blueprints)))
        chooser = self.query_one("#blueprint", Select)
        chooser.prompt = "(choose a blueprint: enter shows them)"
        chooser.set_options([(Text(safe(one)), one) for one in ids])
        chooser.value = view.row.blueprint_id
        busy = sorted((one for one in view.executions if not one.is_final), key=lambda one: one.number)
        if busy:
            self.query_one("#busy", Select).value = "--queue"
            self.refuse(busy_sentence(busy), is_bad=False)

    @on(Select.Changed, "#blueprint")
    def on_blueprint_chosen(self, event: Select.Changed) -> None:
        if isinstance(event.value, str):
            self.ask(partial(self.context.facade.blueprint, event.value), self._chosen, group="read")
        else:
            self.redraw()
            self._forget()

    async def _chosen(self, blueprint: Blueprint) -> None:
        await self.query_one(Form).show(
            {name: self._as_it_is(name, one) for name, one in blueprint.plan.inputs.items()}
        )
        self.redraw()
        self._foresee()

    def _as_it_is(self, name: str, parameter: Parameter) -> Parameter:
        """Return a declaration whose default is what the deployment has, so that only changes are sent."""
        if self._inputs.get(name) is None:
            return parameter
        return replace(parameter, default=self._inputs[name], has_default=True)

    def on_form_changed(self) -> None:
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(PAUSE, self._foresee)

    @on(Select.Changed, "#busy")
    def on_choice(self) -> None:
        self.redraw()

    def _foresee(self) -> None:
        values, wrong = self.query_one(Form).values()
        if not wrong and self.blueprint_id:
            self.ask(self._foreseeing(values), self._show, group="read")

    def _foreseeing(self, values: JsonObject) -> Callable[[], UpdatePreview]:
        return partial(self.context.facade.preview_update, self.deployment_id, self.blueprint_id, values)

    def _show(self, preview: UpdatePreview) -> None:
        if preview.new_blueprint_id != self.blueprint_id:
            return  # another one was chosen meanwhile, and its answer is on the way
        self.query_one("#summary", Label).update(Content(safe(updaterows.summary(preview))))
        self._draw(updaterows.rows_of(preview))
        if self.query_one("#refusal", Label).has_class("-bad"):
            self.refuse("")

    def on_form_screen_failed(self, message: FormScreen.Failed) -> None:
        super().on_form_screen_failed(message)
        self._forget()

    def _forget(self) -> None:
        """Show no steps: there are none, or they are not known."""
        self.query_one("#summary", Label).update(Content(""))
        self._draw([])

    def _draw(self, rows: list[Row]) -> None:
        table = self.query_one("#steps", Table)
        table.styles.height = min(len(rows), MOST_STEPS) + 1
        table.show(rows)

    @property
    def blueprint_id(self) -> str:
        value = self.query_one("#blueprint", Select).value
        return value if isinstance(value, str) else ""

    @property
    def busy_flag(self) -> str:
        return str(self.query_one("#busy", Select).value)

    def command(self, values: JsonObject) -> str:
        flags = (self.busy_flag,) if self.busy_flag else ()
        return update_command(self.deployment_id, self.blueprint_id or "BLUEPRINT", values, flags)

    def missing(self) -> str:
        return "" if self.blueprint_id else "choose a blueprint first"

    def send(self, values: JsonObject) -> None:
        """Look once more what it would do, and ask."""
        if self._typing is not None:
            self._typing.stop()
        self.ask(self._foreseeing(values), partial(self._confirm, values), group=SEND)

    def _confirm(self, values: JsonObject, preview: UpdatePreview) -> None:
        self._show(preview)
        if not preview.changes_anything:
            self._is_sending = False
            self.refuse(f"{self.deployment_id} is as the blueprint and the inputs say already", is_bad=False)
            return
        question = Question(
            title=f"Update {self.deployment_id}?", effect=updaterows.effect(preview), command=self.command(values)
        )

        def answered(is_yes: bool | None) -> None:
            if is_yes:
                self.ask(self.sending(values), self._made, group=SEND)
            else:
                self._is_sending = False

        self.app.push_screen(ConfirmScreen(question), answered)

    def sending(self, values: JsonObject) -> Callable[[], Execution]:
        return partial(
            self.context.facade.update_deployment,
            self.deployment_id,
            self.blueprint_id,
            values,
            force=self.busy_flag == "--force",
            queue=self.busy_flag == "--queue",
        )
