"""The form that makes, changes or copies a schedule, with its coming runs beside every keystroke."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label, Select

from conductor_tui.context import Context
from conductor_tui.schedulecommands import create_command, update_command
from conductor_tui.schedulefacade import ScheduleFacade
from conductor_tui.schedulelines import checks, months, preview_lines
from conductor_tui.scheduletexts import Texts, changes_of, request_of, texts_of
from conductor_tui.screens.dialogs import COPIES
from conductor_tui.screens.forming import FormScreen
from conductor_tui.screens.schedulefields import CHOICES, ENTRIES, STOPS, read_texts, show_texts
from conductor_tui.screens.start import ordered
from conductor_tui.spans import Line, Tone, safe, span
from conductor_tui.widgets.form import Form
from conductor_tui.widgets.lines import Lines
from conductor_tui.widgets.tick import Tick
from engine.domain import english, ruleset
from engine.domain.blueprint import Parameter, Workflow
from engine.domain.errors import InvalidValue
from engine.domain.json import JsonObject
from engine.domain.preview import PreviewLine
from engine.domain.recurrence import Rule
from engine.domain.schedule import SYSTEM, Schedule
from engine.domain.schedulechanges import ScheduleChanges
from engine.domain.schedulerequest import ScheduleRequest
from engine.domain.view import DeploymentRow

LOOKED_AT, SHOWN, CHECKS, MONTHS = 60, 12, 4, 3
ROOMY = 100
"""Columns from which on both halves are shown; the style sheet's `-narrow` begins below."""


def understood(rule: Rule) -> list[Line]:
    """Return a rule in English, as far as that says it, and as it is stored."""
    is_plain = rule.rrule is not None and not ruleset.is_set(rule.rrule)
    said = english.words(rule.rrule) if rule.rrule is not None and is_plain else None
    lines: list[Line] = [(span(f"  = {safe(said or rule.words, 200)}", Tone.GOOD),)]
    return [*lines, (span(f"    {safe(rule.rrule, 200)}", Tone.DIM),)] if said and rule.rrule else lines


def place_name(deployment_id: str) -> str:
    """Return how a deployment, or none, is called."""
    return "the system itself" if deployment_id == SYSTEM else deployment_id


class ScheduleEditor(FormScreen[Schedule]):
    """Asks for a workflow and when it runs; gives back the schedule that is stored then.

    With a `model` that is changed, or copied under another name.
    """

    VERB: ClassVar[str] = "store"
    BINDINGS: ClassVar[list[BindingType]] = [("ctrl+t", "turn")]

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
            yield Lines(id="checks")
            yield Label(Content(""), id="refusal", markup=False)
            yield Label(Content(""), id="command", markup=False)
            yield Lines(id="answers")

    def on_mount(self) -> None:
        show_texts(self, self.before, is_named=self.edits is None)
        if self.copies:
            self.query_one("#name", Input).value = f"{self.before.name}-2"
        self.query_one("#name" if self.copies else "#when").focus()
        self.query_one("#preview").styles.height = SHOWN + 2
        self.query_one("#months").styles.height = 9
        self.ask(self.context.facade.deployments, self._placed, group="read")

    def keys_shown(self) -> tuple[tuple[str, str], ...]:
        turns = (("^t", "other half"),) if self.app.size.width < ROOMY else ()
        first = (("^s", self.VERB), ("tab", "next field"), *turns)
        copies = ("^y", "copy") if turns else COPIES
        return (*first, ("F4", "as YAML"), copies, ("esc", "leave it"))

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

    @on(Input.Changed)
    @on(Select.Changed)
    @on(Tick.Changed)
    def on_edited(self) -> None:
        self.redraw()

    def action_turn(self) -> None:
        """Show the other half where there is room for one only."""
        self.query_one("#dialog").toggle_class("-turned")

    def redraw(self) -> None:
        values, wrong = self.query_one(Form).values()
        self.query_one(Form).tell({name: told for name, told in wrong.items() if told != "is required"})
        self.query_one("#command", Label).update(Content(safe(self.command(values))))
        if self.missing():
            self.refuse(self.missing(), is_bad=False)
            return
        try:
            asked = self.asked(values)
        except InvalidValue as error:
            self._unforeseen(str(error))
        else:
            self.ask(lambda: self._preview(asked), self._foreseen, group="preview")

    def _preview(self, asked: ScheduleRequest | ScheduleChanges) -> tuple[Schedule, list[PreviewLine]]:
        if isinstance(asked, ScheduleRequest):
            return self.scheduling.preview_request(asked, limit=LOOKED_AT)
        return self.scheduling.preview_changes(self.deployment_id, self.before.name, asked, limit=LOOKED_AT)

    def _foreseen(self, found: tuple[Schedule, list[PreviewLine]]) -> None:
        schedule, lines = found
        glyphs, rule = self.context.glyphs, schedule.rule
        self.refuse("")
        self.query_one("#preview", Lines).show(preview_lines(lines, rule.zone, most=SHOWN, glyphs=glyphs))
        first = lines[0].occurrence if lines else self.context.look().now
        self.query_one("#months", Lines).show(months(lines, first.date().replace(day=1), MONTHS, glyphs))
        self._tell_checks(checks(lines, rule, glyphs))
        self.query_one("#understood", Lines).show(understood(rule))

    def _tell_checks(self, told: list[Line]) -> None:
        pane = self.query_one("#checks", Lines)
        pane.styles.height = min(len(told), CHECKS)
        pane.show(told[:CHECKS])

    def _unforeseen(self, reason: str) -> None:
        self.refuse(reason)
        for id in ("preview", "months", "understood"):
            self.query_one(f"#{id}", Lines).show([])
        self._tell_checks([])

    def on_form_screen_failed(self, message: FormScreen.Failed) -> None:
        super().on_form_screen_failed(message)
        self._unforeseen(message.reason)

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
