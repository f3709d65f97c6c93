"""The runs of all schedules on a calendar, by month, week or day."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen

from conductor_tui import calendarlines
from conductor_tui.calendarlines import Extent
from conductor_tui.context import Context
from conductor_tui.schedulefacade import ScheduleFacade
from conductor_tui.spans import Span, Tone, safe
from conductor_tui.widgets.lines import Lines
from engine.domain.agenda import Stretch
from engine.domain.errors import ConductorError

_NEXT = {Extent.MONTH: Extent.WEEK, Extent.WEEK: Extent.DAY, Extent.DAY: Extent.MONTH}


class ScheduleCalendar(ModalScreen[None]):
    """Arrows move, v turns through month, week and day."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("left,h,less_than_sign", "move(-1)"),
        ("right,l,greater_than_sign", "move(1)"),
        ("v", "turn"),
        ("escape,q", "leave"),
    ]

    class Counted(Message):
        """A thread has counted, or could not."""

        def __init__(self, found: list[Stretch], reason: str = "") -> None:
            self.found, self.reason = found, reason
            super().__init__()

    def __init__(self, context: Context, facade: ScheduleFacade) -> None:
        super().__init__()
        self.scheduling = facade
        look = context.look()
        self.today = look.now.astimezone(look.zone).date()
        self.zone = str(getattr(look.zone, "key", "") or "UTC")
        self.day, self.kind = self.today, Extent.MONTH

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="form"):
            yield Lines(id="calendar")
            yield Lines(id="answers")

    def on_mount(self) -> None:
        keys = (Span(" ← →", Tone.KEY), Span(" move  "), Span("v", Tone.KEY), Span(" month, week, day  "))
        self.query_one("#answers", Lines).show([(*keys, Span("esc", Tone.KEY), Span(" leave it"))])
        self._count()

    def _count(self) -> None:
        self.query_one("#dialog").border_title = Content(safe(calendarlines.title(self.day, self.kind, self.zone)))
        self.run_worker(self._counted, thread=True, exclusive=True, exit_on_error=False, group="read")

    def _counted(self) -> None:
        window = calendarlines.window(self.day, self.kind)
        try:
            found = self.scheduling.schedule_agenda(window.begin, step=window.step, steps=window.steps, zone=self.zone)
        except ConductorError as error:
            self.post_message(self.Counted([], str(error)))
        else:
            self.post_message(self.Counted(found))

    def on_schedule_calendar_counted(self, message: Counted) -> None:
        shown = calendarlines.lines(message.found, self.day, self.kind, self.today)
        if message.reason:
            shown = [(Span(safe(message.reason), Tone.BAD),)]
        pane = self.query_one("#calendar", Lines)
        pane.styles.height = len(shown)
        pane.show(shown)

    def action_move(self, by: int) -> None:
        self.day = calendarlines.moved(self.day, self.kind, by)
        self._count()

    def action_turn(self) -> None:
        self.kind = _NEXT[self.kind]
        self._count()

    def action_leave(self) -> None:
        self.dismiss(None)
