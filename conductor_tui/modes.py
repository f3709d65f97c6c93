"""Which screen each view opens with; a screen is imported when it is first shown."""

from collections.abc import Callable

from textual.screen import Screen

from conductor_tui.context import Context
from conductor_tui.screens.home import HomeScreen


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


def _system(context: Context) -> Screen[None]:
    from conductor_tui.screens.system import SystemScreen

    return SystemScreen(context)


MODES: dict[str, Callable[[Context], Screen[None]]] = {
    "home": _home,
    "deployments": _deployments,
    "executions": _executions,
    "queue": _queue,
    "schedules": _schedules,
    "blueprints": _blueprints,
    "events": _events,
    "system": _system,
}
