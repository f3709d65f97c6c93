"""Everything that has happened, newest last."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from conductor_tui import logfiles
from conductor_tui.actions import Scope
from conductor_tui.cells import Look
from conductor_tui.screens.executionlog import LogScreen
from conductor_tui.screens.logdeeds import open_told
from conductor_tui.screens.parts import bindings_for, hint
from conductor_tui.subject import Subject
from conductor_tui.visits import Place
from conductor_tui.widgets.event_log import EventLog
from conductor_tui.widgets.pane import Pane
from engine.domain.event import Event


class EventsScreen(LogScreen[list[Event]]):
    """The event stream of all deployments."""

    VIEW = "events"
    LOG_NAME = "Events"
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Scope.LOG)

    def body(self) -> ComposeResult:
        log = EventLog(empty=hint("nothing has happened yet"), id="log")
        yield Pane("Events", log, hint="/ search · & filter · L level · enter opens · ^s JSON lines", id="pane-log")

    @property
    def here(self) -> Place:
        return Place(self.VIEW)

    @property
    def log_file(self) -> Path:
        return Path.cwd() / "conductor-events.jsonl"

    @property
    def line_written(self) -> Callable[[Event], str]:
        return logfiles.as_json

    def on_mount(self) -> None:
        self.log_pane.focus()

    def scopes(self) -> tuple[Scope, ...]:
        return (Scope.LOG,)

    def load(self) -> list[Event]:
        return self.read_news()

    def draw(self, view: list[Event], look: Look) -> None:
        self.extend_log(tuple(view))
        self.view = []

    def subject(self) -> Subject:
        log = self.log_pane
        return Subject(texts=log.chosen_texts(), event_ids=log.chosen_ids(), engine=self.engine_state)

    def own_deeds(self) -> dict[str, Callable[[], None]]:
        return self.all_log_deeds()

    @on(EventLog.Opened)
    def on_opened(self, event: EventLog.Opened) -> None:
        """Open the execution that the line tells about."""
        open_told(self, event.entry.execution_id)
