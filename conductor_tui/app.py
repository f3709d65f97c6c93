"""The Textual app: modes, signals, colours, and the way in and out."""

import asyncio
import gc
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import monotonic
from typing import ClassVar

from textual import work
from textual.app import App
from textual.binding import BindingType
from textual.filter import LineFilter
from textual.screen import Screen

from conductor_tui import clipboard, terminal
from conductor_tui.context import Context
from conductor_tui.frame import work_waits
from conductor_tui.glyphs import ASCII
from conductor_tui.journal import journalled
from conductor_tui.looks import chosen_name, theme_name, themes
from conductor_tui.messages import News
from conductor_tui.modes import MODES
from conductor_tui.plainsigns import PLAIN_SIGNS
from conductor_tui.rules import Rules
from conductor_tui.screens.base import ViewScreen
from conductor_tui.screens.parts import farewell
from conductor_tui.sitting import Sitting
from conductor_tui.telling import Telling, notice
from conductor_tui.themes import DARK, NAMES, TERMINAL
from engine.domain.errors import ConductorError
from engine.domain.view import EngineState

SIGNALS = {signal.SIGTERM: 143, signal.SIGHUP: 129}
"""Signals that close the cockpit in order, so that the terminal is restored; the exit code of each."""
TWICE = 5.0
"""Seconds within which a second ^c leaves."""


class Cockpit(App[str]):
    """The cockpit; it ends with the sentence that is said after it has closed."""

    TITLE = "Conductor"
    CSS_PATH = "conductor.tcss"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (140, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (16, "-low"), (32, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, context: Context, *, execution_id: str | None = None) -> None:
        sitting = context.sitting
        self.DEFAULT_MODE = sitting_mode(sitting)  # type: ignore[misc] # Textual asks the instance for it
        self.context = context  # Textual asks for the filters of lines while it begins
        # A NO_COLOR terminal gets no colour codes at all only where Textual leaves colours to the terminal.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        for theme in themes():
            self.register_theme(theme)
        self.sitting = sitting
        self.show_theme(sitting.config.theme or sitting.state.theme)
        self.stylesheet = Rules(variables=self.get_css_variables())
        facade = journalled(context.facade, sitting.journal, clock=context.clock, is_read_only=sitting.config.read_only)
        self.context = context = replace(context, facade=facade)
        self._told = Telling()
        self._opens = execution_id
        self._asked_at: float | None = None
        self.set_class(context.glyphs is ASCII, "-ascii")
        for name in MODES:
            self.add_mode(name, self._maker(name))

    def get_line_filters(self) -> Sequence[LineFilter]:
        filters = super().get_line_filters()
        return [*filters, PLAIN_SIGNS] if self.context.glyphs is ASCII else filters

    def _maker(self, name: str) -> Callable[[], Screen[None]]:
        return lambda: MODES[name](self.context)

    async def on_mount(self) -> None:
        if not self.is_headless:
            for number, code in SIGNALS.items():
                asyncio.get_running_loop().add_signal_handler(number, self.exit, None, code)
            terminal.wake_only_with_a_terminal()
            if terminal.is_there():
                terminal.watch(self._leave_from_a_thread(asyncio.get_running_loop()))
        self._send(self._told.opening())
        if self._opens is not None:
            from conductor_tui.screens.execution import ExecutionScreen

            await self.push_screen(ExecutionScreen(self.context, self._opens))
        if self.context.starts_engine and not self.sitting.config.read_only:
            self.wake_engine()

    def _leave_from_a_thread(self, loop: asyncio.AbstractEventLoop) -> Callable[[], None]:
        def leave() -> None:
            loop.call_soon_threadsafe(self.exit, None, terminal.GONE)

        return leave

    def on_ready(self) -> None:
        if not self.is_headless:
            gc.freeze()
            gc.enable()

    def show_theme(self, name: str) -> None:
        """Take the colours that users call `name`; without colours there is nothing to choose."""
        known = name if name in NAMES else DARK.name
        self.theme = theme_name(TERMINAL if "NO_COLOR" in os.environ else known)

    def take_mouse(self, *, is_on: bool) -> None:
        """Let the terminal report the mouse, or leave it to the terminal, whose own selection then works."""
        self.sitting.has_mouse = is_on
        self._send(terminal.mouse_sequence(is_on=is_on))
        if self._driver is not None:
            self._driver._mouse = is_on  # what it switches on again when the screen comes back from an editor

    def copy_to_clipboard(self, text: str) -> None:
        """Put a text where other programs paste from, as far as the terminal lets it get there."""
        self._clipboard = text
        if not self.is_headless and not self.is_web and clipboard.is_in_tmux(os.environ):
            self.copy_by_tmux(text)
        else:
            self._send(clipboard.code(text))

    @work(thread=True, exclusive=True, exit_on_error=False, group="copy")
    def copy_by_tmux(self, text: str) -> None:
        if not clipboard.give_to_tmux(text):
            self.call_from_thread(self._send, clipboard.code(text))

    @property
    def shown_theme(self) -> str:
        return chosen_name(self.theme)

    def on_news(self, message: News) -> None:
        """Tell the terminal what is new, outside the picture: progress, and ends that nobody is looking at."""
        home, config = message.home, self.sitting.config
        if config.title:
            self._send(self._told.title(home, self.context.glyphs))
        ended = self._told.ended(home)
        if ended and not self.app_focus:
            self._send(notice(ended, config.notice))

    def _send(self, sequence: str) -> None:
        if sequence and not self.is_headless and self._driver is not None:
            self._driver.write(sequence)

    async def on_unmount(self) -> None:
        self._send(self._told.closing())

    @property
    def crash(self) -> Exception | None:
        """The error of ours that ended the cockpit."""
        return self._exception

    def _fatal_error(self) -> None:
        """End without a traceback on the screen: `run` raises the error for the crash report."""
        self._close_messages_no_wait()

    async def action_quit(self) -> None:
        """Leave from anywhere, a question included."""
        self.exit(farewell(self._engine_state, self.context.again))

    def action_help_quit(self) -> None:
        """Leave when ^c comes twice."""
        if self._asked_at is not None and monotonic() - self._asked_at < TWICE:
            self.exit(farewell(self._engine_state, self.context.again))
            return
        self._asked_at = monotonic()
        self.notify("^c again leaves the cockpit; executions keep running.", timeout=TWICE, markup=False)

    @property
    def _engine_state(self) -> EngineState:
        states = [screen.engine_state for screen in self.screen_stack if isinstance(screen, ViewScreen)]
        return states[-1] if states else EngineState.RUNNING

    @work(thread=True, exclusive=True, exit_on_error=False, group="engine")
    def wake_engine(self) -> None:
        """Start an engine when work waits for one; where that fails the status line says that none runs."""
        facade = self.context.facade
        try:
            if facade.engine_status().state is EngineState.ABSENT and work_waits(facade.home_view(1)):
                facade.ensure_engine()
        except ConductorError as error:
            self.call_from_thread(self.notify, str(error), severity="warning", markup=False)


def sitting_mode(sitting: Sitting) -> str:
    """Return the view that the user was in the last time."""
    return sitting.state.screen if sitting.state.screen in MODES else "home"
