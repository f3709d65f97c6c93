"""What every screen of the cockpit shows: its frame around its body, and the lines in which is typed."""

from collections.abc import Callable
from itertools import groupby
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from conductor_tui.actions import BY_ID, Action
from conductor_tui.frame import crumb_line, keys_line, status_line, views_line
from conductor_tui.screens import zooming
from conductor_tui.screens.fresh import FreshScreen
from conductor_tui.screens.parts import bindings_for, found_sentence
from conductor_tui.spans import safe
from conductor_tui.subject import Subject
from conductor_tui.visits import Place
from conductor_tui.widgets.command import CommandBar
from conductor_tui.widgets.find import FindBar
from conductor_tui.widgets.lines import Lines
from conductor_tui.widgets.log_pane import LogPane
from conductor_tui.widgets.pane import Pane
from conductor_tui.widgets.table import Table
from engine.domain.view import EngineState

View = TypeVar("View")


class ViewScreen(FreshScreen[View], Generic[View]):
    """A screen of one of the views."""

    AUTO_FOCUS = ""
    is_settled: ClassVar[bool] = False
    """It shows one thing as long as it is there, not whatever the cursor stands on."""
    VIEW: ClassVar[str] = "home"
    """Which of the views in line 2 it belongs to."""
    BINDINGS: ClassVar[list[BindingType]] = bindings_for()

    mode: str
    """The view that esc leads back to, whatever lies on it."""

    # What each screen gives.

    def body(self) -> ComposeResult:
        """Yield the widgets between the frame's lines."""
        yield from ()

    def crumbs(self) -> tuple[str, ...]:
        name = self.subject().name
        title = BY_ID[f"view.{self.VIEW}"].title
        return (title, safe(name, 60)) if name else (title,)

    # The frame.

    def on_mount(self) -> None:
        is_detail = len(self.app.screen_stack) > 1
        self.mode = self.app.current_mode if is_detail else self.VIEW

    def path(self) -> tuple[str, ...]:
        """Return where the user is: the view, and what was opened on it, the one upon the other."""
        stack = self.app.screen_stack
        if self not in stack[1:]:
            return self.crumbs()
        opened = [one for one in stack[1 : stack.index(self) + 1] if isinstance(one, ViewScreen)]
        names = (name for one in opened for name in one.crumbs()[1:])
        return (BY_ID[f"view.{self.mode}"].title, *(name for name, _ in groupby(names)))

    def compose(self) -> ComposeResult:
        yield Lines(id="status")
        yield Lines(id="views")
        with Container(id="body"):
            yield from self.body()
        yield FindBar(id="find")
        yield CommandBar(id="command-line")
        yield Lines(id="crumbs")
        yield Lines(id="keys")

    def draw_clock(self) -> None:
        badges = (*self.context.sitting.badges, *(("MAINT",) if self._is_maintained else ()))
        status = status_line(self.context.name, self.pulse, self.numbers, self.look, self.size.width, badges=badges)
        self.query_one("#status", Lines).show([status])

    def draw_frame(self) -> None:
        self.draw_clock()
        look, width = self.look, self.size.width
        self.query_one("#views", Lines).show([views_line(self.mode, self.numbers, width, look.keymap)])
        self.query_one("#crumbs", Lines).show([crumb_line(self.path(), self.note(), look, width)])
        keys = keys_line(self.scopes(), look, width, can_be_done=self._can_do(), is_settled=self.is_settled)
        self.query_one("#keys", Lines).show([keys])

    def _can_do(self) -> Callable[[Action], bool]:
        subject = self.subject()
        return lambda action: self.view is None or not self.why_not(action, subject)

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

    def cursor_moved(self) -> None:
        """Draw what depends on the row under the cursor."""

    @on(Table.Moved)
    def _on_cursor_moved(self) -> None:
        self.cursor_moved()
        self.draw_frame()

    # Doing.

    def common_deed(self, action: Action, subject: Subject) -> None:
        from conductor_tui.screens.alldeeds import DEEDS

        if action.id in DEEDS:
            DEEDS[action.id](self, subject)
        else:
            self.say(f"{action.title}: not in this pane", is_bad=True)

    @on(CommandBar.Entered)
    def on_entered(self, message: CommandBar.Entered) -> None:
        from conductor_tui.screens.obeying import obey

        obey(self, message.text)

    # Places and sizes.

    @property
    def here(self) -> Place | None:
        """The place that the history remembers; None for what cannot be gone to by itself."""
        return None

    def on_screen_resume(self) -> None:
        if self.here is not None:
            self.context.sitting.visits.visit(self.here)
        zooming.show(self, self.size_shown)
        super().on_screen_resume()

    @property
    def size_shown(self) -> str:
        return self.context.sitting.state.sizes.get(type(self).__name__, zooming.SIZES[0])

    def zoom(self, step: int) -> None:
        """Make the pane in focus larger, or smaller; after the largest comes its share again."""
        if len(self.query(Pane)) < 2:
            self.say("Zoom: there is one pane only, and it has the whole screen", is_bad=True)
            return
        names = zooming.SIZES
        here = names.index(self.size_shown) if self.size_shown in names else 0
        self.take_size(names[(here + step) % len(names)])

    def take_size(self, name: str) -> None:
        self.context.sitting.state.sizes[type(self).__name__] = name
        zooming.show(self, name)

    def on_descendant_focus(self) -> None:
        if self.size_shown != zooming.SIZES[0]:
            zooming.show(self, self.size_shown)
        self.draw_frame()

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
            self.search(target, message.text)
        self.draw_frame()

    def search(self, target: LogPane, text: str) -> None:
        """Go to the newest line of a log that contains a text, and say how many there are."""
        found = target.search(text)
        if text:
            self.say(found_sentence(found))

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
