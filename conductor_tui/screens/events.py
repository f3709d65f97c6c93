"""Everything that has happened, newest last."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from conductor_tui import eventline
from conductor_tui.actions import Scope
from conductor_tui.cells import Look
from conductor_tui.screens.base import ViewScreen
from conductor_tui.screens.parts import bindings_for, hint, log_deeds, log_title
from conductor_tui.widgets.log_pane import Entry, LogPane
from conductor_tui.widgets.pane import Pane
from engine.domain.event import Event

PAGE = 1000


class EventsScreen(ViewScreen[list[Event]]):
    """The event stream of all deployments."""

    VIEW = "events"
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Scope.LOG)

    def body(self) -> ComposeResult:
        yield Pane("Events", LogPane(empty=hint("nothing has happened yet"), id="log"), hint="/ search", id="list")

    def on_mount(self) -> None:
        self.log_pane.focus()

    @property
    def log_pane(self) -> LogPane:
        return self.query_one("#log", LogPane)

    def scopes(self) -> tuple[Scope, ...]:
        return (Scope.LOG,)

    def load(self) -> list[Event]:
        """Read what is newer than the pane's last line; at first the newest thousand."""
        facade, last = self.context.facade, self.log_pane.last_id
        if not last:
            newest = facade.home_view(1).events
            last = max(0, newest[-1].id - PAGE) if newest else 0
        found: list[Event] = []
        while page := facade.events(last, limit=PAGE):
            found += page
            last = page[-1].id
            if len(page) < PAGE:
                break
        return found

    def draw(self, view: list[Event], look: Look) -> None:
        self.log_pane.extend(Entry(event.id, eventline.event_line(event, look)) for event in view)
        self._title()

    def own_deeds(self) -> dict[str, Callable[[], None]]:
        return log_deeds(self.log_pane)

    @on(LogPane.Changed)
    def _title(self) -> None:
        self.query_one("#list", Pane).tell(f"Events  {log_title(self.log_pane, self.context.glyphs.running)}")
