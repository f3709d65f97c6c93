"""How a screen stays fresh: it looks whether the database has changed, reads its view in a thread and draws it."""

from abc import abstractmethod
from datetime import datetime, timedelta
from typing import Generic, TypeVar, cast

from textual import events, work
from textual.worker import Worker, WorkerState, get_current_worker

from conductor_tui.cells import Look
from conductor_tui.context import Context
from conductor_tui.frame import Counts, Pulse, counts, work_waits
from conductor_tui.messages import News, Read, Reading, Refused, Unreadable
from conductor_tui.screens.acting import ActingScreen
from conductor_tui.subject import Subject
from conductor_tui.widgets.table import Table
from engine.domain.errors import ConductorError
from engine.domain.maintenance import MaintenanceStatus
from engine.domain.view import EngineState, HomeView

View = TypeVar("View")

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


class FreshScreen(ActingScreen, Generic[View]):
    """A screen that shows one view of the database and keeps it fresh while it is looked at."""

    view: View | None

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.view = None
        self.home: HomeView | None = None
        self.pulse = Pulse()
        self.numbers = Counts()
        self._version = -1
        self._is_reading = False
        self._is_outdated = False
        self._is_maintained = False
        self._drawn_at: datetime | None = None
        self._framed_at: datetime | None = None

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

    def subject(self) -> Subject:
        return Subject(engine=self.engine_state)

    @property
    def pace(self) -> timedelta:
        """How soon the times in the view grow old; the frame is drawn every second in any case."""
        return SECOND

    @property
    def look(self) -> Look:
        return self.context.look()

    @property
    def engine_state(self) -> EngineState:
        engine = self.pulse.engine
        return engine.state if engine else EngineState.RUNNING

    # Staying fresh.

    def on_mount(self) -> None:
        if self.context.interval:
            self.set_interval(self.context.interval, self._beat)
        self.draw_frame()

    def on_screen_resume(self) -> None:
        self.refetch()

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self.redraw)

    def refetch(self) -> None:
        """Read everything again, changed or not."""
        self._version = -1
        if self._is_reading:
            self._is_outdated = True
        else:
            self._tick()

    def _beat(self) -> None:
        if not self.context.sitting.is_frozen:
            self._tick()
        elif self.is_current:
            self.draw_frame()

    def _tick(self) -> None:
        if self.is_current and not self._is_reading:
            self._is_reading = True
            self.read(self._version)

    @work(thread=True, exclusive=True, exit_on_error=False, group="read")
    def read(self, version: int) -> None:
        """Look whether anything has changed, and if so read it."""
        worker, facade = get_current_worker(), self.context.facade
        try:
            current = facade.data_version()
            engine = facade.engine_status()
            if current == version:
                reading: Reading[object] = Reading(version=current, engine=engine)
            else:
                home = facade.pulse_view()
                is_held = facade.maintenance_status().status is not MaintenanceStatus.DEACTIVATED
                view = self.load()
                reading = Reading(version=current, engine=engine, home=home, view=view, is_maintained=is_held)
        except ConductorError as error:
            self.post_message(Unreadable(str(error)))
            return
        if not worker.is_cancelled:
            self.post_message(Read(reading))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            reason = f"{type(event.worker.error).__name__}: {event.worker.error}"
            self.post_message(Unreadable(reason) if event.worker.group == "read" else Refused(reason))

    def on_read(self, message: Read) -> None:
        reading, now = message.reading, self.context.clock()
        self._is_reading = False
        if self._is_outdated:
            self._is_outdated = False
            self._tick()
            return
        self._version = reading.version
        is_new = reading.home is not None or reading.engine != self.pulse.engine or bool(self.pulse.error)
        if reading.home is not None:
            self.home = reading.home
            self._is_maintained = reading.is_maintained
            self.numbers = counts(reading.home)
            self.view = cast(View, reading.view)
            self.post_message(News(reading.home))
        self.pulse = Pulse(
            engine=reading.engine,
            read_at=now,
            is_needed=self.home is not None and work_waits(self.home),
        )
        if is_new or self._drawn_at is None or now - self._drawn_at >= self.pace:
            self._drawn_at = now.replace(microsecond=0)
            self.redraw()
        elif now.replace(microsecond=0) != self._framed_at:
            self._framed_at = now.replace(microsecond=0)
            self.draw_frame()

    def on_unreadable(self, message: Unreadable) -> None:
        self._is_reading = self._is_outdated = False
        self._version = -1
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
        if self.view is not None:
            with self.app.batch_update():
                self.draw(self.view, self.look)
        self.draw_frame()
