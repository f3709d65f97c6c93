"""What the keys of a log do, on every screen that has one."""

from collections.abc import Callable
from typing import Any

from conductor_tui.screens.base import ViewScreen
from conductor_tui.screens.zooming import SIZES
from conductor_tui.widgets.event_log import EventLog
from conductor_tui.widgets.find import FindBar

AnyScreen = ViewScreen[Any]


def log_deeds(screen: AnyScreen, log: EventLog) -> dict[str, Callable[[], None]]:
    """Return the deeds on a log by the ids of their actions."""
    return {
        "log.follow": log.toggle_follow,
        "log.wrap": log.toggle_wrap,
        "log.level": log.turn_level,
        "log.time": log.toggle_time,
        "log.next": lambda: _step(screen, log, 1),
        "log.previous": lambda: _step(screen, log, -1),
        "log.filter": lambda: _filter(screen, log),
        "log.full": lambda: _turn_full(screen, log),
        "log.mark": log.mark,
        "log.mark-range": log.mark_to_here,
        "log.mark-all": log.mark_all,
        "log.unmark": log.unmark,
    }


def _step(screen: AnyScreen, log: EventLog, step: int) -> None:
    if not log.step_match(step):
        screen.say(none_sentence(log, step), is_bad=True)


def none_sentence(log: EventLog, step: int) -> str:
    """Return why a search does not go on."""
    if not log.needle:
        return "nothing was searched for yet: / searches"
    return f"no {'later' if step > 0 else 'earlier'} line contains {log.needle!r}"


def _filter(screen: AnyScreen, log: EventLog) -> None:
    screen.set_focus(log)
    log.filters_next = True
    screen.query_one(FindBar).open("only with", log.sieve.text)


def _turn_full(screen: AnyScreen, log: EventLog) -> None:
    """Give the log the whole screen, or its share again."""
    screen.set_focus(log)
    normal, full = SIZES[0], SIZES[-1]
    screen.take_size(normal if screen.size_shown == full else full)


def open_told(screen: AnyScreen, execution_id: str) -> None:
    """Open the execution that a line tells about."""
    from conductor_tui.screens.deeds import open_execution

    if execution_id:
        open_execution(screen, execution_id)
    else:
        screen.say("Open: the line tells of no execution", is_bad=True)
