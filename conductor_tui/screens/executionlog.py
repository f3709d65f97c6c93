"""The log of an execution: a window of it that is filled from the database as it is moved."""

from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from textual import on, work
from textual.message import Message

from conductor_tui import cells, eventline
from conductor_tui.messages import Refused
from conductor_tui.screens.base import ViewScreen
from conductor_tui.screens.parts import log_deeds, log_title
from conductor_tui.spans import plain
from conductor_tui.widgets.find import FindBar
from conductor_tui.widgets.log_pane import Entry, LogPane, Where
from conductor_tui.widgets.pane import Pane
from engine.domain.errors import ConductorError
from engine.domain.event import Event

View = TypeVar("View")

PAGE = 1000
NEWEST = 2**62
"""Greater than every id of an event."""


class Page(Message):
    """Lines beyond those that were held have come."""

    def __init__(self, where: Where, events: list[Event]) -> None:
        self.where, self.events = where, events
        super().__init__()


class LogScreen(ViewScreen[View], Generic[View]):
    """A screen with the log of one execution."""

    execution_id: str

    @property
    @abstractmethod
    def log_node(self) -> str:
        """The node instance that the cursor is on; empty for none."""

    @property
    def log_pane(self) -> LogPane:
        return self.query_one("#log", LogPane)

    def read_news(self) -> list[Event]:
        """Read what is newer than the last line, at first the newest page; runs in a thread."""
        log, facade = self.log_pane, self.context.facade
        if log.has_newer:
            return []
        if not log.last_id:
            return facade.events_before(NEWEST, execution_id=self.execution_id, limit=PAGE)
        last, news = log.last_id, list[Event]()
        while page := facade.events(last, execution_id=self.execution_id, limit=PAGE):
            news += page
            last = page[-1].id
            if len(page) < PAGE:
                break
        return news

    def extend_log(self, news: tuple[Event, ...]) -> None:
        log = self.log_pane
        if not log.last_id:
            log.has_older = len(news) == PAGE
        log.extend(self._entries(news))
        self.title_log()

    def _entries(self, events: list[Event] | tuple[Event, ...]) -> list[Entry]:
        look = self.look
        return [eventline.event_entry(event, look, with_execution=False) for event in events]

    @on(LogPane.Changed, "#log")
    def title_log(self) -> None:
        self.query_one("#pane-log", Pane).tell(f"Log  {log_title(self.log_pane, self.context.glyphs.running)}")

    def all_log_deeds(self) -> dict[str, Callable[[], None]]:
        return {
            **log_deeds(self.log_pane),
            "log.filter": self._filter_log,
            "log.save": lambda: self.save_log(Path.cwd() / f"conductor-{cells.short(self.execution_id)}.log"),
            "detail.node": self._turn_node,
        }

    def _filter_log(self) -> None:
        self.log_pane.filters_next = True
        self.query_one(FindBar).open("only with", self.log_pane.sieve.text)

    def _turn_node(self) -> None:
        log = self.log_pane
        node = "" if log.sieve.node else self.log_node
        if not node and not log.sieve.node:
            self.say("This node: the operation under the cursor belongs to no node instance", is_bad=True)
            return
        amount = log.only(node)
        self.say(f"{amount} lines of {node}; i shows all again" if node else "all lines again")

    # Moving beyond what is held.

    @on(LogPane.Wanted)
    def on_wanted(self, message: LogPane.Wanted) -> None:
        self.read_page(message.where, self.log_pane.first_id, self.log_pane.last_id)

    @work(thread=True, exclusive=True, exit_on_error=False, group="page")
    def read_page(self, where: Where, first: int, last: int) -> None:
        """Read the lines beside those that are held."""
        facade, id = self.context.facade, self.execution_id
        try:
            match where:
                case Where.FIRST:
                    found = facade.events(0, execution_id=id, limit=PAGE)
                case Where.OLDER:
                    found = facade.events_before(first, execution_id=id, limit=PAGE)
                case Where.NEWER:
                    found = facade.events(last, execution_id=id, limit=PAGE)
                case Where.LAST:
                    found = facade.events_before(NEWEST, execution_id=id, limit=PAGE)
        except ConductorError as error:
            self.post_message(Refused(str(error)))
            return
        self.post_message(Page(where, found))

    def on_page(self, message: Page) -> None:
        log, is_full = self.log_pane, len(message.events) == PAGE
        entries = self._entries(message.events)
        match message.where:
            case Where.OLDER:
                log.prepend(entries, is_first=not is_full)
            case Where.NEWER:
                log.has_newer, log.has_older = is_full, True
                log.extend(entries)
            case Where.FIRST:
                log.has_older, log.has_newer = False, is_full
                log.replace(entries)
            case Where.LAST:
                log.has_older, log.has_newer = is_full, False
                log.replace(entries, is_at_end=True)
        self.title_log()

    def save_log(self, path: Path) -> None:
        """Write the whole log, as it is stored, to a file."""
        facade, id, look = self.context.facade, self.execution_id, self.look

        def work() -> str:
            last, amount = 0, 0
            try:
                with path.open("w", encoding="utf-8") as file:
                    while page := facade.events(last, execution_id=id, limit=PAGE):
                        for one in page:
                            file.write(plain(eventline.event_line(one, look, with_execution=False)) + "\n")
                        last, amount = page[-1].id, amount + len(page)
            except OSError as error:
                return f"Save: {path} cannot be written: {error.strerror}"
            return f"{amount} lines are written to {path}"

        self.carry_out(work)
