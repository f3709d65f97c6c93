"""How the command line accompanies an execution until it has ended."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from conductor_tui.cli.colour import Colour
from conductor_tui.cli.eventlines import EventStyle, event_lines, shown
from conductor_tui.cli.exit_codes import ExitCode
from conductor_tui.cli.output import Output
from conductor_tui.cli.session import Session
from conductor_tui.cli.words import Ended
from engine.domain.event import Event
from engine.domain.execution import Execution, Status

if TYPE_CHECKING:
    from engine.domain.group import ExecutionGroupView

MOST_REASONS = 5
"""Lines of a failure's reason that are shown; `executions get` has them all."""

QUEUED = "Execution is being queued. It will automatically start when possible."


def print_events(out: Output, events: Iterable[Event], style: EventStyle) -> None:
    """Print events as lines, or one JSON object a line."""
    chosen = shown(events, style)
    if style.is_json:
        out.json_lines(chosen)
    else:
        out.lines(line for event in chosen for line in event_lines(event, is_coloured=style.is_coloured))


def follow(
    session: Session, execution: Execution, style: EventStyle, *, after: int = 0, timeout: float | None = None
) -> Execution:
    """Print what happens in the execution until it ends or `timeout` seconds have passed, and return it.

    Raises:
        Ended: Ctrl-C was pressed.
    """
    try:
        for events in session.conductor.follow(execution.id, after=after, timeout=timeout):
            print_events(session.out, events, style)
    except KeyboardInterrupt:
        session.out.talk(f"\nExecution {execution.id} keeps running.")
        _say_what_next(session.out, execution)
        raise Ended(ExitCode.INTERRUPTED) from None
    return session.conductor.execution(execution.id)


def conclude(session: Session, execution: Execution, *, timeout: float | None = None) -> None:
    """Tell how the execution ended.

    Raises:
        Ended: it did not end well, or not in time.
    """
    where = f" on deployment {execution.deployment_id}" if execution.deployment_id else ""
    out, what = session.out, f"workflow {execution.workflow_id}{where}"
    match execution.status:
        case Status.TERMINATED:
            out.talk(f"Finished executing {what}{_dry(execution)}", Colour.GREEN)
            out.talk(f"* Run 'conductor events list {execution.id}' to see its events and logs again")
            return
        case Status.FAILED:
            reason = first_words(execution.error)
            out.talk(f"Execution of {what} failed: {reason}", Colour.RED)
            if reason != execution.error:
                out.talk(f"* Run 'conductor executions get {execution.id}' to see all that is known of its error")
            out.talk(f"* Run 'conductor events list {execution.id}' to see its events and logs again")
        case Status.CANCELLED:
            out.talk(f"Execution of {what} was cancelled", Colour.YELLOW)
        case _:
            waited = "" if timeout is None else f" after {timeout:g} seconds"
            out.talk(f"Timed out{waited} of waiting for {what}; it keeps running.", Colour.YELLOW)
            _say_what_next(out, execution)
    raise Ended(ExitCode.FAILED)


def follow_group(session: Session, id: str, style: EventStyle, *, after: int = 0) -> "ExecutionGroupView":
    """Print what happens in an execution group until all of it has ended, and return it.

    Raises:
        Ended: Ctrl-C was pressed.
    """
    try:
        for events in session.conductor.follow_execution_group(id, after=after):
            print_events(session.out, events, style)
    except KeyboardInterrupt:
        session.out.talk(f"\nExecution group {id} keeps running.")
        raise Ended(ExitCode.INTERRUPTED) from None
    return session.conductor.execution_group(id)


def conclude_group(session: Session, view: "ExecutionGroupView") -> None:
    """Tell how a group ended.

    Raises:
        Ended: something of it did not end well.
    """
    lost = view.counts.get(Status.FAILED, 0) + view.counts.get(Status.CANCELLED, 0)
    what = f"execution group {view.group.id}: {counted(view.counts)}"
    if not lost:
        session.out.talk(f"Finished {what}", Colour.GREEN)
        return
    session.out.talk(f"Ended {what}", Colour.RED)
    session.out.talk(
        f"* Run 'conductor executions group resume {view.group.id}' to let those go on that did not end well"
    )
    raise Ended(ExitCode.FAILED)


def counted(counts: Mapping[Status, int]) -> str:
    """Return how many there are of each status, in words; empty when there is none."""
    return ", ".join(f"{counts[status]} {status.display}" for status in Status if counts.get(status))


def first_words(error: str) -> str:
    """Return why an execution failed, without the trace and with the first of many operation errors."""
    sentences = error.partition("Traceback (most recent call last)")[0].strip() or error
    return "\n".join(sentences.split("\n")[:MOST_REASONS])


def _dry(execution: Execution) -> str:
    return " (dry run)" if execution.dry_run else ""


def _say_what_next(out: Output, execution: Execution) -> None:
    out.talk(f"* Run 'conductor events list {execution.id} --tail' to follow it")
    out.talk(f"* Run 'conductor executions get {execution.id}' to see its status")
    out.talk(f"* Run 'conductor executions cancel {execution.id}' to cancel it")


def say_queued(session: Session, execution: Execution) -> None:
    """Tell that the execution waits, and for what."""
    session.out.talk(QUEUED)
    for blocker in session.conductor.why(execution.id):
        session.out.talk(f"* {blocker.sentence}")
    session.out.talk(f"* Run 'conductor executions why {execution.id}' to see what it waits for")
