"""The Textual app: modes, signals, colours, and the way in and out."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic
from typing import ClassVar

from textual import work
from textual.app import App
from textual.binding import BindingType
from textual.screen import Screen

from conductor_tui.context import Context
from conductor_tui.facade import Facade
from conductor_tui.frame import work_waits
from conductor_tui.glyphs import ASCII, UNICODE, Glyphs
from conductor_tui.looks import DARK
from conductor_tui.screens.base import ViewScreen
from conductor_tui.screens.home import HomeScreen
from conductor_tui.screens.parts import farewell
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
        # A NO_COLOR terminal gets no colour codes at all only where Textual leaves colours to the terminal.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self.register_theme(DARK)
        self.theme = "ansi-dark" if "NO_COLOR" in os.environ else DARK.name
        self.context = context
        self._opens = execution_id
        self._asked_at: float | None = None
        self.set_class(context.glyphs is ASCII, "-ascii")
        for name in MODES:
            self.add_mode(name, self._maker(name))

    def get_default_screen(self) -> Screen[None]:
        return Screen(id="_default")

    def _maker(self, name: str) -> Callable[[], Screen[None]]:
        return lambda: MODES[name](self.context)

    async def on_mount(self) -> None:
        if not self.is_headless:
            for number, code in SIGNALS.items():
                asyncio.get_running_loop().add_signal_handler(number, self.exit, None, code)
        await self.switch_mode("home")
        if self._opens is not None:
            from conductor_tui.screens.execution import ExecutionScreen

            await self.push_screen(ExecutionScreen(self.context, self._opens))
        if self.context.starts_engine:
            self.wake_engine()

    @property
    def crash(self) -> Exception | None:
        """The error of ours that ended the cockpit."""
        return self._exception

    def _fatal_error(self) -> None:
        """End without a traceback on the screen: `run` raises the error for the crash report."""
        self._close_messages_no_wait()

    async def action_quit(self) -> None:
        """Leave from anywhere, a question included."""
        self.exit(farewell(self._engine_state))

    def action_help_quit(self) -> None:
        """Leave when ^c comes twice."""
        if self._asked_at is not None and monotonic() - self._asked_at < TWICE:
            self.exit(farewell(self._engine_state))
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


def _home(context: Context) -> Screen[None]:
    return HomeScreen(context)


def _deployments(context: Context) -> Screen[None]:
    from conductor_tui.screens.deployments import DeploymentsScreen

    return DeploymentsScreen(context)


def _executions(context: Context) -> Screen[None]:
    from conductor_tui.screens.executions import ExecutionsScreen

    return ExecutionsScreen(context)


def _queue(context: Context) -> Screen[None]:
    from conductor_tui.screens.queue import QueueScreen

    return QueueScreen(context)


def _schedules(context: Context) -> Screen[None]:
    from conductor_tui.screens.schedules import SchedulesScreen

    return SchedulesScreen(context)


def _blueprints(context: Context) -> Screen[None]:
    from conductor_tui.screens.blueprints import BlueprintsScreen

    return BlueprintsScreen(context)


def _events(context: Context) -> Screen[None]:
    from conductor_tui.screens.events import EventsScreen

    return EventsScreen(context)


MODES: dict[str, Callable[[Context], Screen[None]]] = {
    "home": _home,
    "deployments": _deployments,
    "executions": _executions,
    "queue": _queue,
    "schedules": _schedules,
    "blueprints": _blueprints,
    "events": _events,
}


def glyphs_for(environ: dict[str, str], encoding: str) -> Glyphs:
    """Return the signs that the terminal can show; CONDUCTOR_ASCII=1 asks for plain ones."""
    if environ.get("CONDUCTOR_ASCII") or "utf" not in encoding.lower():
        return ASCII
    return UNICODE


def run(facade: Facade, *, name: str = "", execution_id: str | None = None, starts_engine: bool = True) -> int:
    """Show the cockpit until the user leaves it; return the exit code.

    `name` is what the status line calls the state directory; `execution_id` opens that execution first.
    """
    context = Context(
        facade=facade,
        clock=lambda: datetime.now(UTC),
        name=name,
        glyphs=glyphs_for(dict(os.environ), sys.stdout.encoding or ""),
        starts_engine=starts_engine,
    )
    cockpit = Cockpit(context, execution_id=execution_id)
    said = cockpit.run()
    if cockpit.crash is not None:
        raise cockpit.crash
    if said:
        sys.stdout.write(f"{said}\n")
    return cockpit.return_code or 0
