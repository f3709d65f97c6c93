"""One schedule: its coming runs, and what was decided about those that have been."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from conductor_tui.cells import Look
from conductor_tui.context import Context
from conductor_tui.schedulefacade import ScheduleFacade
from conductor_tui.schedulelines import history_row, preview_row
from conductor_tui.screens.base import ViewScreen
from conductor_tui.screens.parts import bindings_for, hint
from conductor_tui.spans import safe
from conductor_tui.subject import Subject
from conductor_tui.widgets.columns import Column
from conductor_tui.widgets.pane import Pane
from conductor_tui.widgets.table import Table
from engine.domain.preview import PreviewLine
from engine.domain.schedule import Occurrence, Schedule
from engine.domain.schedulechanges import ScheduleChanges
from engine.domain.view import ScheduleRow

COMING = 20
NEXT = (Column("#", 2, 3), Column("LOCAL", 12, 30), Column("UTC", 8, 14), Column("NOTES", 8, 200, grows=True))
PAST = (
    Column("OCCURRENCE", 12, 30),
    Column("DECISION", 8, 24),
    Column("EXECUTION", 8, 10),
    Column("WHY", 8, 200, grows=True),
)


@dataclass(frozen=True, slots=True)
class Story:
    """What is shown of a schedule."""

    schedule: Schedule
    coming: list[PreviewLine]
    past: list[Occurrence]


class ScheduleHistoryScreen(ViewScreen[Story]):
    """Two tables: what comes, what was."""

    VIEW = "schedules"
    BINDINGS: ClassVar[list[BindingType]] = bindings_for()

    def __init__(self, context: Context, facade: ScheduleFacade, row: ScheduleRow, *, focus: str = "past") -> None:
        super().__init__(context)
        self.scheduling, self.row, self.focus_first = facade, row, focus

    def body(self) -> ComposeResult:
        cursor = self.context.glyphs.cursor
        yield Pane("Next runs", Table(NEXT, empty=[hint("it will not run")], cursor=cursor, id="coming"), id="next")
        empty = [hint("nothing has been decided yet")]
        yield Pane("History", Table(PAST, empty=empty, cursor=cursor, id="past"), hint="esc back", id="history")

    def on_mount(self) -> None:
        self.query_one(f"#{self.focus_first}").focus()

    def load(self) -> Story:
        deployment_id, id = self.row.deployment_id, self.row.id
        schedule, coming = self.scheduling.preview_changes(deployment_id, id, ScheduleChanges(), limit=COMING)
        past = self.scheduling.schedule_history(deployment_id, id, limit=500)
        return Story(schedule, coming if schedule.enabled else [], past)

    def subject(self) -> Subject:
        return Subject(schedule=self.row, engine=self.engine_state)

    def crumbs(self) -> tuple[str, ...]:
        return ("Schedules", safe(f"{self.row.deployment_id} {self.row.id}", 60), "history")

    def draw(self, view: Story, look: Look) -> None:
        coming = [preview_row(number, one, look.glyphs) for number, one in enumerate(view.coming, 1)]
        zone = view.schedule.rule.zone
        self.query_one("#coming", Table).show(coming)
        self.query_one("#past", Table).show([history_row(one, zone) for one in view.past])
        rest = f"  at rest: {view.schedule.pause_reason or 'nobody said why'}" if not view.schedule.enabled else ""
        self.query_one("#next", Pane).tell(f"Next runs  {zone}{safe(rest, 80)}")
        self.query_one("#history", Pane).tell(f"History  {len(view.past)}")
