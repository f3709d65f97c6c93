"""What every screen of the cockpit shares: its frame, its keys, its refresh."""

from abc import abstractmethod
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar, Generic, TypeVar, cast

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Input
from textual.worker import Worker, WorkerState, get_current_worker

from conductor_tui.actions import BY_ID, Action, Scope
from conductor_tui.cells import Look
from conductor_tui.context import Context
from conductor_tui.frame import Counts, Pulse, counts, crumb_line, keys_line, status_line, views_line, work_waits
from conductor_tui.keys import resolve
from conductor_tui.messages import Done, News, Read, Reading, Refused, Unreadable
from conductor_tui.screens.parts import bindings_for, found_sentence
from conductor_tui.spans import safe
from conductor_tui.subject import Subject
from conductor_tui.widgets.command import CommandBar
from conductor_tui.widgets.find import FindBar
from conductor_tui.widgets.lines import Lines
from conductor_tui.widgets.log_pane import LogPane
from conductor_tui.widgets.table import Table
from engine.domain.errors import ConductorError
from engine.domain.maintenance import MaintenanceStatus
from engine.domain.view import EngineState, HomeView

View = TypeVar("View")

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


class ViewScreen(Screen[None], Generic[View]):
    """A screen that shows one view of the database and keeps it fresh."""

    AUTO_FOCUS = ""
    VIEW: ClassVar[str] = "home"
    """Which of the views in line 2 it belongs to."""
    BINDINGS: ClassVar[list[BindingType]] = bindings_for()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.view: View | None = None
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

    def body(self) -> ComposeResult:
        """Yield the widgets between the frame's lines."""
        yield from ()

    def subject(self) -> Subject:
        """Return what the cursor stands on."""
        return Subject(engine=self.engine_state)

    def scopes(self) -> tuple[Scope, ...]:
        """Return the scopes of the focused part, nearest first."""
        return ()

    def crumbs(self) -> tuple[str, ...]:
        name = self.subject().name
        title = BY_ID[f"view.{self.VIEW}"].title
        return (title, safe(name, 60)) if name else (title,)

    def own_deeds(self) -> dict[str, Callable[[], None]]:
        """Return what only this screen does, by action id."""
        return {}

    @property
    def pace(self) -> timedelta:
        """How soon the times in the view grow old; the frame is drawn every second in any case."""
        return SECOND

    # The frame.

    def compose(self) -> ComposeResult:
        yield Lines(id="status")
        yield Lines(id="views")
        with Container(id="body"):
            yield from self.body()
        yield FindBar(id="find")
        yield CommandBar(id="command-line")
        yield Lines(id="crumbs")
        yield Lines(id="keys")

    @property
    def look(self) -> Look:
        return self.context.look()

    @property
    def engine_state(self) -> EngineState:
        engine = self.pulse.engine
        return engine.state if engine else EngineState.RUNNING

    def draw_frame(self) -> None:
        look, width = self.look, self.size.width
        badges = (*self.context.sitting.badges, *(("MAINT",) if self._is_maintained else ()))
        status = status_line(self.context.name, self.pulse, self.numbers, look, width, badges=badges)
        self.query_one("#status", Lines).show([status])
        self.query_one("#views", Lines).show([views_line(self.VIEW, self.numbers, width, look.keymap)])
        self.query_one("#crumbs", Lines).show([crumb_line(self.crumbs(), self.note(), look, width)])
        self.query_one("#keys", Lines).show([keys_line(self.scopes(), look, width)])

    def note(self) -> str:
        """Return what the right end of the crumb line says."""
        if self.pulse.error:
            return safe(self.pulse.error, 160)
        if self.engine_state is EngineState.ABSENT and self.pulse.is_needed:
            return "work waits and no engine runs: E starts one"
        table = self.focused
        if isinstance(table, Table) and table.filter:
            return f"filter: {table.filter} (esc clears)"
        return ""

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

    def cursor_moved(self) -> None:
        """Draw what depends on the row under the cursor."""

    @on(Table.Moved)
    def _on_cursor_moved(self) -> None:
        self.cursor_moved()
        self.draw_frame()

    def on_descendant_focus(self) -> None:
        self.draw_frame()

    # Doing.

    def action_press(self, key: str) -> None:
        action = resolve(key, self.scopes(), self.context.keymap)
        if action is not None:
            self.perform(action)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave a key to the line in which something is typed."""
        is_typing = isinstance(self.focused, Input) and parameters != ("ctrl+q",)
        return not (action == "press" and is_typing)

    def on_key(self, event: events.Key) -> None:
        """Obey a key that the user gave an action; its own keys are bindings."""
        if any(event.key in keys for keys in self.context.keymap.changed.values()):
            self.action_press(event.key)

    @on(Lines.Clicked)
    def on_clicked(self, message: Lines.Clicked) -> None:
        self.perform(BY_ID[message.action])

    def perform(self, action: Action) -> None:
        """Do what an action says to what the cursor stands on, or say why not."""
        from conductor_tui.screens.alldeeds import DEEDS

        subject = self.subject()
        reason = self.why_not(action, subject)
        if reason:
            self.say(f"{action.title}: {reason}", is_bad=True)
            return
        own = self.own_deeds().get(action.id)
        if own is not None:
            own()
        elif action.id in DEEDS:
            DEEDS[action.id](self, subject)

    def why_not(self, action: Action, subject: Subject) -> str:
        """Return why an action cannot be done now; empty when it can."""
        if action.changes and self.context.sitting.config.read_only:
            return "the cockpit is read-only; start it without --read-only, or change the config file"
        reason = action.enabled(subject)
        return reason if not reason or self.view is not None else "nothing is loaded yet"

    def why_not_here(self, action: Action) -> str:
        """Return why an action cannot be done to what the cursor stands on now."""
        return self.why_not(action, self.subject())

    def say(self, text: str, *, is_bad: bool = False) -> None:
        """Show a line for some seconds; `text` may hold anything."""
        self.notify(safe(text, 400), severity="warning" if is_bad else "information", markup=False)

    @work(thread=True, exclusive=True, exit_on_error=False, group="deed")
    def carry_out(self, deed: Callable[[], str]) -> None:
        """Run a deed in a thread; it returns what is then said."""
        try:
            said = deed()
        except ConductorError as error:
            self.post_message(Refused(str(error)))
        else:
            self.post_message(Done(said))

    @work(thread=True, exclusive=True, exit_on_error=False, group="look-up")
    def look_up(self, question: Callable[[], Callable[[], None]]) -> None:
        """Ask the facade in a thread; what the answer says is done on the screen's side."""
        try:
            then = question()
        except ConductorError as error:
            self.post_message(Refused(str(error)))
        else:
            self.app.call_from_thread(then)

    def on_done(self, message: Done) -> None:
        if message.said:
            undoes = self.context.sitting.journal.undoes_last
            self.say(f"{message.said} (z undoes {undoes})" if undoes else message.said)
        self.refetch()

    def on_refused(self, message: Refused) -> None:
        self.say(message.reason, is_bad=True)
        self.refetch()

    @on(CommandBar.Entered)
    def on_entered(self, message: CommandBar.Entered) -> None:
        from conductor_tui.screens.obeying import obey

        obey(self, message.text)

    # Finding.

    def find(self) -> None:
        """Open the line in which a filter or a search is typed."""
        target = self.focused
        if isinstance(target, Table):
            self.query_one(FindBar).open("filter", target.filter)
        elif isinstance(target, LogPane):
            self.query_one(FindBar).open("search", "")
        else:
            self.say("Find: nothing here can be searched", is_bad=True)

    @on(FindBar.Typed)
    def on_typed(self, message: FindBar.Typed) -> None:
        target = message.target
        if isinstance(target, Table):
            target.narrow(message.text)
            self.narrowed(message.text)
        elif isinstance(target, LogPane) and message.is_final:
            found = target.search(message.text)
            if message.text:
                self.say(found_sentence(found))
        self.draw_frame()

    def narrowed(self, text: str) -> None:
        """Remember what the list is narrowed to."""

    def step_back(self) -> None:
        """Clear the filter, else leave this screen if it lies on another."""
        target = self.focused
        if isinstance(target, Table) and target.filter:
            target.narrow("")
            self.narrowed("")
            self.draw_frame()
        elif len(self.app.screen_stack) > 1:
            self.app.pop_screen()
