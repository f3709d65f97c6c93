"""How one event becomes printed lines (semantics §6.4)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from conductor_tui.cli.colour import Colour, painted
from conductor_tui.cli.times import event_stamp
from conductor_tui.spans import UNLIMITED, safe
from engine.domain.event import Event, EventType, Level

_EVENT_COLOURS = {
    EventType.WORKFLOW_STARTED: Colour.BRIGHT_GREEN,
    EventType.WORKFLOW_SUCCEEDED: Colour.BRIGHT_GREEN,
    EventType.WORKFLOW_FAILED: Colour.BRIGHT_RED,
    EventType.WORKFLOW_CANCELLED: Colour.BRIGHT_YELLOW,
    EventType.TASK_SUCCEEDED: Colour.GREEN,
    EventType.TASK_RESCHEDULED: Colour.YELLOW,
    EventType.TASK_FAILED: Colour.RED,
}
_LEVEL_COLOURS = {
    Level.INFO: Colour.CYAN,
    Level.WARNING: Colour.YELLOW,
    Level.ERROR: Colour.RED,
    Level.CRITICAL: Colour.RED,
}
_WITH_CAUSES = frozenset({EventType.TASK_FAILED, EventType.TASK_RESCHEDULED})
_INDENT = "    "


@dataclass(frozen=True, slots=True, kw_only=True)
class EventStyle:
    """Which events are printed, and how."""

    has_logs: bool = True
    has_debug: bool = False
    is_json: bool = False
    is_coloured: bool = False


def shown(events: Iterable[Event], style: EventStyle) -> Iterator[Event]:
    """Return the events that the style lets through."""
    return (one for one in events if _is_shown(one, style))


def _is_shown(event: Event, style: EventStyle) -> bool:
    if event.type is not EventType.LOG:
        return True
    return style.has_logs and (style.has_debug or event.level is not Level.DEBUG)


def event_lines(event: Event, *, is_coloured: bool = False) -> list[str]:
    """Return the line of an event, then its further lines, indented so that none can pass for an event."""
    first, *rest = _body(event)
    if event.type is EventType.LOG:
        level = painted(f"{event.level.upper()}:", _LEVEL_COLOURS.get(event.level), is_on=is_coloured)
        parts = ["LOG", _deployment(event), _place(event), level, first]
    else:
        message = painted(first, _EVENT_COLOURS.get(event.type), is_on=is_coloured)
        parts = ["CFY", _deployment(event), _place(event), message]
    line = " ".join(part for part in parts if part)
    return [f"{event_stamp(event.timestamp)}  {line}", *(_INDENT + line for line in rest)]


def _body(event: Event) -> list[str]:
    text = event.message
    if event.type in _WITH_CAUSES and event.error_causes:
        text = f"{text}\n{event.error_causes}"
    return [safe(line, UNLIMITED) for line in text.split("\n")]


def _deployment(event: Event) -> str:
    if event.execution_group_id is not None:
        return f"<group {safe(event.execution_group_id)}>"
    return f"<{safe(event.deployment_id or '-')}>"


def _place(event: Event) -> str:
    operation = (event.operation or "").rpartition(".")[2]
    if event.target_instance_id:
        place = f"{event.node_instance_id}->{event.target_instance_id}|{operation}"
    else:
        place = ".".join(part for part in (event.node_instance_id, operation) if part)
    return f"[{safe(place)}]" if place else ""
