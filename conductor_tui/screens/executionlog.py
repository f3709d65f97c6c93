"""The log of one execution, or of everything: a window of it that is filled from the database as it is moved."""

import os
from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Generic, TypeVar

from textual import on, work
from textual.message import Message

from conductor_tui import eventline, logfiles
from conductor_tui.editing import CannotLeave, editor, pager, run
from conductor_tui.messages import Refused
from conductor_tui.screens.base import ViewScreen
from conductor_tui.screens.logdeeds import log_deeds, none_sentence
from conductor_tui.screens.parts import found_sentence, log_title
from conductor_tui.widgets.event_log import EventLog
from conductor_tui.widgets.log_pane import LogPane
from conductor_tui.widgets.log_rows import Entry, Where
from conductor_tui.widgets.pane import Pane
from engine.domain.errors import ConductorError
from engine.domain.event import Event

View = TypeVar("View")

PAGE = 1000
AROUND = PAGE // 2
"""Lines that are read on each side of a match far away."""
NEWEST = 2**62
"""Greater than every id of an event."""


class Page(Message):
    """Lines beyond those that were held have come."""

    def __init__(self, where: Where, events: list[Event]) -> None:
        self.where, self.events = where, events
        super().__init__()


class LogScreen(ViewScreen[View], Generic[View]):
    """A screen with a log that may be longer than what is held of it."""

    execution_id: str | None = None
    """Whose log it is; None is that of everything."""
    LOG_NAME = "Log"

    @property
    @abstractmethod
    def log_file(self) -> Path:
        """Where the log is saved."""

    @property
    def line_written(self) -> Callable[[Event], str]:
        """What writes a line of the saved log."""
        return logfiles.as_text(self.look, with_execution=self.execution_id is None)

    @property
    def log_pane(self) -> EventLog:
        return self.query_one("#log", EventLog)

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
        return [eventline.event_entry(event, look, with_execution=self.execution_id is None) for event in events]

    @on(LogPane.Changed, "#log")
    def title_log(self) -> None:
        title = f"{self.LOG_NAME}  {log_title(self.log_pane, self.context.glyphs.running)}"
        self.query_one("#pane-log", Pane).tell(title)

    def all_log_deeds(self) -> dict[str, Callable[[], None]]:
        return {
            **log_deeds(self, self.log_pane),
            "log.next": lambda: self._to_match(1),
            "log.previous": lambda: self._to_match(-1),
            "log.save": lambda: self.save_log(self.log_file),
            "log.edit": lambda: self._show_in(editor),
            "log.page": lambda: self._show_in(pager),
        }

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

    # Searching all of it.

    def search(self, target: LogPane, text: str) -> None:
        log = self.log_pane
        if target is not log or not text or log.filters_next or not (log.has_older or log.has_newer):
            super().search(target, text)
            return
        found = log.search(text)
        facade, id = self.context.facade, self.execution_id

        def count() -> Callable[[], None]:
            amount = facade.count_events(text, execution_id=id)
            return lambda: self._searched(found, amount)

        self.look_up(count)

    def _searched(self, held: int, amount: int) -> None:
        self.say(f"{found_sentence(amount)}, in all of the log")
        if amount and not held:
            self._to_match(-1)

    def _to_match(self, step: int) -> None:
        """Go to the next match; beyond what is held the database knows it."""
        log, facade, id = self.log_pane, self.context.facade, self.execution_id
        if log.step_match(step):
            return
        if not log.needle or not (log.has_newer if step > 0 else log.has_older):
            self.say(none_sentence(log, step), is_bad=True)
            return
        needle = log.needle
        before, after = (None, log.last_id) if step > 0 else (log.first_id, None)

        def find() -> Callable[[], None]:
            found = facade.find_event(needle, execution_id=id, before=before, after=after)
            if found is None:
                return lambda: self.say(none_sentence(log, step), is_bad=True)
            older = facade.events_before(found + 1, execution_id=id, limit=AROUND)
            newer = facade.events(found, execution_id=id, limit=AROUND)
            return lambda: self._show_around(found, older, newer)

        self.look_up(find)

    def _show_around(self, id: int, older: list[Event], newer: list[Event]) -> None:
        log = self.log_pane
        log.has_older, log.has_newer = len(older) == AROUND, len(newer) == AROUND
        log.replace(self._entries([*older, *newer]))
        self.call_after_refresh(log.go_to_id, id)
        self.title_log()

    # Files.

    def save_log(self, path: Path) -> None:
        """Write the whole log, as it is stored, to a file."""
        facade, id, line = self.context.facade, self.execution_id, self.line_written

        def work() -> str:
            try:
                amount = logfiles.write(path, facade, id, line)
            except OSError as error:
                return f"Save: {path} cannot be written: {error.strerror}"
            return f"{amount} lines are written to {path}"

        self.carry_out(work)

    def _show_in(self, program: Callable[[dict[str, str]], list[str]]) -> None:
        """Open the whole log in a program of the user's."""
        facade, id, line = self.context.facade, self.execution_id, self.line_written
        name = self.log_file.name

        def written() -> Callable[[], None]:
            folder = Path(mkdtemp(prefix="conductor-"))
            logfiles.write(folder / name, facade, id, line)
            return lambda: self._leave_for(program, folder / name)

        self.look_up(written)

    def _leave_for(self, program: Callable[[dict[str, str]], list[str]], path: Path) -> None:
        self.context.sitting.keep()
        try:
            run(self.app, program(dict(os.environ)), path)
        except CannotLeave as error:
            self.say(str(error), is_bad=True)
        finally:
            rmtree(path.parent, ignore_errors=True)
