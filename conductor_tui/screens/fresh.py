"""How a screen stays fresh: it looks whether the database has changed, reads its view in a thread and draws it."""

from abc import abstractmethod
from asyncio import Future, get_running_loop
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar, cast

from textual import events, work
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.worker import Worker, WorkerState, get_current_worker

from conductor_tui.cells import Look
from conductor_tui.context import Context
from conductor_tui.facade import Facade
from conductor_tui.frame import Counts, Pulse, counts, work_waits
from conductor_tui.messages import News, Read, Reading, Refused, Unreadable
from conductor_tui.screens.acting import ActingScreen
from conductor_tui.screens.hurry import MINUTE
from conductor_tui.subject import Subject
from conductor_tui.widgets.table import Table
from engine.domain.errors import ConductorError
from engine.domain.maintenance import MaintenanceStatus
from engine.domain.view import EngineState, EngineView, HomeView

View = TypeVar("View")

UNKNOWN = -1
"""The version of data that has not been read."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What tells whether anything is new."""

    version: int
    engine: EngineView


def glance(facade: Facade) -> Glance:
    """Look whether anything has changed and who leads; runs in a thread.

    Raises:
        ConductorError: the database does not answer.
    """
    return Glance(facade.data_version(), facade.engine_status())


def told(error: BaseException) -> str:
    """Return an error as one sentence."""
    return str(error) if isinstance(error, ConductorError) else f"{type(error).__name__}: {error}"


class FreshScreen(ActingScreen, Generic[View]):
    """A screen that shows one view of the database and keeps it fresh while it is looked at."""

    view: View | None

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.view = None
        self.home: HomeView | None = None
        self.pulse = Pulse()
        self.numbers = Counts()
        self._version = UNKNOWN
        self._is_reading = False
        self._is_outdated = False
        self._is_maintained = False
        self._drawn_at: datetime | None = None
        self._told_at: datetime | None = None
        self._beating: Timer | None = None

    # What each screen gives.

    @abstractmethod
    def load(self) -> View:
        """Read what the screen shows; runs in a thread."""

    @abstractmethod
    def draw(self, view: View, look: Look) -> None:
        """Hand the view's rows to the widgets."""

    @abstractmethod
    def draw_frame(self) -> None:
        """Draw the lines around the view."""

    @abstractmethod
    def draw_clock(self) -> None:
        """Draw the one line around the view that tells of time."""

    def subject(self) -> Subject:
        return Subject(engine=self.engine_state)

    def hurries(self, view: View, now: datetime) -> bool:
        """Whether the view tells something in seconds now; all else is drawn again every minute."""
        return False

    def draw_hurried(self, view: View, look: Look) -> None:
        """Draw again what may be told in seconds."""
        self.draw(view, look)

    @property
    def look(self) -> Look:
        return self.context.look()

    @property
    def engine_state(self) -> EngineState:
        engine = self.pulse.engine
        return engine.state if engine else EngineState.RUNNING

    @property
    def is_seen(self) -> bool:
        """Whether any of it is on the terminal: nothing but dialogs lies over it."""
        stack = self.app.screen_stack
        return self in stack and all(isinstance(one, ModalScreen) for one in stack[stack.index(self) + 1 :])

    # Staying fresh.

    def on_mount(self) -> None:
        if self.context.interval:
            self._beating = self.set_interval(self.context.interval, self._beat)
        self.draw_frame()

    def on_screen_resume(self) -> None:
        if self._beating is not None:
            self._beating.resume()
        self.refetch()

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self.redraw)

    def refetch(self) -> None:
        """Read everything again, changed or not."""
        self._version = UNKNOWN
        if self._is_reading:
            self._is_outdated = True
        else:
            self._tick()

    def _beat(self) -> None:
        if not self.is_seen:
            self._pause()
        elif self.context.sitting.is_frozen:
            self.draw_clock()
        else:
            self._tick()

    def _pause(self) -> None:
        """Look no more until the screen is shown again."""
        if self._beating is not None:
            self._beating.pause()

    def _tick(self) -> None:
        if not self.is_seen or self._is_reading:
            return
        self._is_reading = True
        if self._version == UNKNOWN:
            self.read()
        else:  # twice a second for hours: a worker and its messages would cost far more than the look itself
            looking = get_running_loop().run_in_executor(None, glance, self.context.facade)
            looking.add_done_callback(self._on_glance)

    def _on_glance(self, looking: "Future[Glance]") -> None:
        if looking.cancelled() or not self.is_running:
            return
        error = looking.exception()
        if error is not None:
            self.post_message(Unreadable(told(error)))
        elif self._is_outdated:
            self._begin_again()
        elif looking.result().version != self._version:
            self.read()
        else:
            self._is_reading = False
            self._take(looking.result().engine)

    def _begin_again(self) -> None:
        self._is_reading = self._is_outdated = False
        self._tick()

    @work(thread=True, exclusive=True, exit_on_error=False, group="read")
    def read(self) -> None:
        """Read everything that is shown."""
        worker, facade = get_current_worker(), self.context.facade
        try:
            seen = glance(facade)
            home = facade.pulse_view()
            is_held = facade.maintenance_status().status is not MaintenanceStatus.DEACTIVATED
            reading: Reading[object] = Reading(
                version=seen.version, engine=seen.engine, home=home, view=self.load(), is_maintained=is_held
            )
        except ConductorError as error:
            self.post_message(Unreadable(str(error)))
            return
        if not worker.is_cancelled:
            self.post_message(Read(reading))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            reason = told(event.worker.error)
            self.post_message(Unreadable(reason) if event.worker.group == "read" else Refused(reason))

    def on_read(self, message: Read) -> None:
        reading = message.reading
        if self._is_outdated:
            self._begin_again()
            return
        self._is_reading = False
        self._version = reading.version
        self.home = reading.home
        self._is_maintained = reading.is_maintained
        self.numbers = counts(reading.home)
        self.view = cast(View, reading.view)
        self.post_message(News(reading.home))
        self._take(reading.engine, is_news=True)

    def _take(self, engine: EngineView, *, is_news: bool = False) -> None:
        """Tell that the data is current, and draw what has grown old: all of it, what hurries, or the time alone."""
        now, is_new = self.context.clock(), is_news or engine != self.pulse.engine
        self.pulse = Pulse(engine=engine, read_at=now, is_needed=self.home is not None and work_waits(self.home))
        second = now.replace(microsecond=0)
        if is_new or self._drawn_at is None or second - self._drawn_at >= MINUTE:
            self.redraw()
        elif second != self._told_at:
            self._told_at = second
            if self.view is not None and self.hurries(self.view, now):
                with self.app.batch_update():
                    self.draw_hurried(self.view, self.look)
            self.draw_clock()

    def on_unreadable(self, message: Unreadable) -> None:
        self._is_reading = self._is_outdated = False
        self._version = UNKNOWN
        self.pulse = Pulse(
            engine=self.pulse.engine,
            read_at=self.pulse.read_at,
            is_needed=self.pulse.is_needed,
            error=message.reason,
        )
        for table in self.query(Table):
            table.complain(message.reason)
        self.draw_frame()

    def redraw(self) -> None:
        """Draw the newest view at this moment; only rows that differ are touched."""
        if not self.is_mounted:
            return
        self._drawn_at = self._told_at = self.context.clock().replace(microsecond=0)
        if self.view is not None:
            with self.app.batch_update():
                self.draw(self.view, self.look)
        self.draw_frame()
