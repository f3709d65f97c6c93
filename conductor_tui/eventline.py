"""How an event or a line of a log is written."""

from conductor_tui.cells import Look, first_line, operation_name, short
from conductor_tui.spans import LONGEST, Line, Span, Tone, safe, span
from conductor_tui.times import clock
from conductor_tui.widgets.log_pane import Entry
from engine.domain.event import Event, EventType, Level


def event_line(event: Event, look: Look, *, with_execution: bool = True, longest: int = LONGEST) -> Line:
    """Return an event as one line; `with_execution` says which execution it belongs to.

    Of its message `longest` characters are written, and how many more there are.
    """
    level = _LEVEL_TONES[event.level]
    parts = [span(clock(event.timestamp, look.zone), Tone.DIM), Span(" ")]
    if with_execution:
        parts += [span(f"{short(event.execution_id or ''):8} ", Tone.DIM)]
    if event.type is EventType.LOG:
        parts += [span(f"{_LEVEL_WORDS[event.level]:5} ", level if level is not Tone.PLAIN else Tone.DIM)]
        tone = level
    else:
        tone = _EVENT_TONES.get(event.type, level)
        parts += [span("EVENT ", Tone.KEY)]
    place = event_place(event)
    if place:
        parts.append(span(f"{place}  ", Tone.STRONG))
    causes = f" {first_line(event.error_causes)}" if event.error_causes else ""
    return (*parts, Span(safe(event.message + causes, longest), tone))


def event_entry(event: Event, look: Look, *, with_execution: bool = True) -> Entry:
    """Return an event as an entry of a log."""
    return Entry(
        event.id,
        event_line(event, look, with_execution=with_execution),
        stamp=2,
        level=LEVELS.index(event.level) + 1,
        node=event.node_instance_id or "",
        at=event.timestamp.timestamp(),
        execution_id=event.execution_id or "",
        operation_id=event.operation_id or "",
    )


def event_place(event: Event) -> str:
    """Return which node instance and operation, or else which deployment, an event tells about."""
    if event.node_instance_id:
        operation = operation_name(event.operation) if event.operation else ""
        return f"{event.node_instance_id}.{operation}" if operation else event.node_instance_id
    return event.deployment_id or ""


LEVELS = tuple(Level)
"""From the least grave on."""

_LEVEL_WORDS = {
    Level.DEBUG: "DEBUG",
    Level.INFO: "INFO",
    Level.WARNING: "WARN",
    Level.ERROR: "ERROR",
    Level.CRITICAL: "CRIT",
}


_LEVEL_TONES = {
    Level.DEBUG: Tone.DIM,
    Level.INFO: Tone.PLAIN,
    Level.WARNING: Tone.WARN,
    Level.ERROR: Tone.BAD,
    Level.CRITICAL: Tone.BAD,
}


_EVENT_TONES = {
    EventType.WORKFLOW_STARTED: Tone.BUSY,
    EventType.WORKFLOW_SUCCEEDED: Tone.GOOD,
    EventType.WORKFLOW_FAILED: Tone.BAD,
    EventType.WORKFLOW_CANCELLED: Tone.WARN,
    EventType.WORKFLOW_CANCELLING: Tone.WARN,
    EventType.WORKFLOW_QUEUED: Tone.WAIT,
    EventType.TASK_STARTED: Tone.DIM,
    EventType.TASK_SUCCEEDED: Tone.DIM,
    EventType.WORKFLOW_NODE_EVENT: Tone.DIM,
    EventType.WORKFLOW_STAGE: Tone.DIM,
    EventType.TASK_FAILED: Tone.BAD,
    EventType.TASK_RESCHEDULED: Tone.WARN,
    EventType.SCHEDULE_SKIPPED: Tone.WARN,
}
