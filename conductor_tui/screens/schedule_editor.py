"""The form that makes a schedule, with its coming runs beside every keystroke."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Label, Select

from conductor_tui.context import Context
from conductor_tui.schedulefacade import ScheduleFacade
from conductor_tui.schedulelines import create_command, preview_lines
from conductor_tui.screens.forming import FormScreen
from conductor_tui.screens.start import ordered
from conductor_tui.spans import safe
from conductor_tui.widgets.form import Form
from conductor_tui.widgets.lines import Lines
from engine.domain.blueprint import Workflow
from engine.domain.json import JsonObject
from engine.domain.preview import PreviewLine
from engine.domain.schedule import Schedule
from engine.domain.schedulepolicy import Overlap, Policies
from engine.domain.schedulerequest import ScheduleRequest, Timing

SHOWN = 10
OVERLAPS = (
    ("as said above, else skip it", ""),
    ("skip it", "skip"),
    ("let it wait in the queue", "queue"),
    ("run beside it (force)", "parallel"),
)
_FIELDS = (
    ("name", "Name", "the workflow's name"),
    ("when", "When", "last friday of the month 22:00 Berlin time, starting tomorrow, 10 times"),
    ("since", "Since", "now, or what is said above: 2026-12-31 22:00, +1h"),
    ("zone", "Time zone", "this machine's, or what is said above: Europe/Berlin"),
)


class ScheduleEditor(FormScreen[Schedule]):
    """Asks for a workflow and when it runs; gives back the schedule that was made."""

    VERB: ClassVar[str] = "store"

    def __init__(self, context: Context, facade: ScheduleFacade, deployment_id: str) -> None:
        super().__init__(context)
        self.scheduling, self.deployment_id = facade, deployment_id
        self.workflows: dict[str, Workflow] = {}

    def title_shown(self) -> str:
        return f"Schedule a workflow of {self.deployment_id}"

    def head(self) -> ComposeResult:
        with Horizontal(classes="choice"):
            yield Label("Workflow", classes="name")
            yield Select[str]([], prompt="loading …", id="workflow", compact=True)
        for id, title, hint in _FIELDS:
            with Horizontal(classes="choice"):
                yield Label(title, classes="name")
                yield Input(placeholder=hint, id=id, compact=True)
        with Horizontal(classes="choice"):
            yield Label("While the last one runs", classes="name")
            yield Select[str](OVERLAPS, value="", allow_blank=False, id="overlap", compact=True)

    def foot(self) -> ComposeResult:
        yield Lines(id="preview")

    def on_mount(self) -> None:
        self.query_one("#when").focus()
        self.query_one("#preview").styles.height = SHOWN + 1
        self.ask(lambda: self.context.facade.workflows(self.deployment_id), self._known, group="read")

    def _known(self, workflows: dict[str, Workflow]) -> None:
        self.workflows = workflows
        names = ordered(workflows, first="")
        chooser = self.query_one("#workflow", Select)
        chooser.prompt = "(choose a workflow)"
        chooser.set_options([(Text(safe(name)), name) for name in names])
        if names:
            chooser.value = names[0]

    @on(Select.Changed, "#workflow")
    async def on_workflow_chosen(self, event: Select.Changed) -> None:
        chosen = self.workflows.get(str(event.value))
        if chosen is not None:
            await self.query_one(Form).show(chosen.parameters)
        self.redraw()

    @on(Input.Changed)
    @on(Select.Changed, "#overlap")
    def on_edited(self) -> None:
        self.redraw()

    def redraw(self) -> None:
        super().redraw()
        self.refuse(self.missing(), is_bad=False)
        if not self.missing():
            values, _ = self.query_one(Form).values()
            request = self.request(values)
            self.ask(lambda: self.scheduling.preview_request(request, limit=SHOWN), self._foreseen, group="preview")

    def _foreseen(self, found: tuple[Schedule, list[PreviewLine]]) -> None:
        schedule, lines = found
        self.refuse("")
        self.query_one("#preview", Lines).show(preview_lines(lines, f"{schedule.rule.words}  {schedule.rule.zone}"))

    def on_form_screen_failed(self, message: FormScreen.Failed) -> None:
        super().on_form_screen_failed(message)
        self.query_one("#preview", Lines).show([])

    @property
    def workflow_id(self) -> str:
        value = self.query_one("#workflow", Select).value
        return value if isinstance(value, str) else ""

    def _typed(self, id: str) -> str | None:
        return self.query_one(f"#{id}", Input).value.strip() or None

    def request(self, values: JsonObject) -> ScheduleRequest:
        """Return what is asked for so far."""
        text = self._typed("when")
        is_rule = text is not None and text.upper().startswith(("FREQ=", "RRULE", "DTSTART", "RDATE"))
        overlap = str(self.query_one("#overlap", Select).value)
        timing = Timing(
            since=self._typed("since"),
            timezone=self._typed("zone"),
            rrule=text if is_rule else None,
            when=None if is_rule else text,
        )
        return ScheduleRequest(
            deployment_id=self.deployment_id,
            workflow_id=self.workflow_id,
            id=self._typed("name"),
            timing=timing,
            parameters=values,
            policies=_policies(overlap),
        )

    def command(self, values: JsonObject) -> str:
        return create_command(self.request(values), values)

    def missing(self) -> str:
        if not self.workflow_id:
            return "choose a workflow first"
        return "" if self._typed("when") else "say when it runs, such as `every weekday at 7:30`"

    def sending(self, values: JsonObject) -> Callable[[], Schedule]:
        return partial(self.scheduling.add_schedule, self.request(values))


def _policies(overlap: str) -> Policies | None:
    """Return the policies chosen beside the sentence; None takes what that says."""
    return Policies(overlap=Overlap(overlap)) if overlap else None
