"""`conductor executions resume`, `requeue` and `rerun`: let what has ended run again."""

from typing import Annotated

from conductor_tui.cli import listings, options
from conductor_tui.cli.commands.starting import accompany
from conductor_tui.cli.following import say_queued
from conductor_tui.cli.session import Session
from conductor_tui.cli.words import Option
from engine.domain.execution import Execution, Status

_Queue = Annotated[bool, Option("--queue", help="Wait in the queue when it cannot run now, instead of being refused.")]
_Detach = Annotated[bool, Option("--detach", help="Print the execution's id and return at once, without following it.")]
_Json = Annotated[bool, Option("--json", help="Print one JSON object per event.")]


def resume(
    session: Session,
    execution_id: options.ExecutionArgument,
    reset_operations: Annotated[
        bool,
        Option("--reset-operations", help="Run operations again too that were interrupted while they ran."),
    ] = False,
    queue: _Queue = False,
    timeout: options.TimeoutOption = 900,
    no_logs: options.NoLogsOption = False,
    detach: _Detach = False,
    json: _Json = False,
) -> None:
    """Let a failed or cancelled execution go on where it stopped.

    Operations that have succeeded do not run again. One that was interrupted is run again only if its author has
    marked it as resumable, or with --reset-operations.
    """
    after = _newest_event(session, execution_id)
    execution = session.conductor.resume_execution(execution_id, force=reset_operations, queue=queue)
    _go_on(session, execution, timeout=timeout, no_logs=no_logs, detach=detach, is_json=json, after=after)


def requeue(
    session: Session,
    execution_id: options.ExecutionArgument,
    timeout: options.TimeoutOption = 900,
    no_logs: options.NoLogsOption = False,
    detach: _Detach = False,
    json: _Json = False,
) -> None:
    """Put a failed or cancelled execution back into the queue.

    As at first, it runs the whole workflow from the start, at once or when its turn comes. It keeps its id.
    """
    after = _newest_event(session, execution_id)
    execution = session.conductor.requeue_execution(execution_id)
    _go_on(session, execution, timeout=timeout, no_logs=no_logs, detach=detach, is_json=json, after=after)


def rerun(
    session: Session,
    execution_id: options.ExecutionArgument,
    force: options.ForceOption = False,
    queue: _Queue = False,
    timeout: options.TimeoutOption = 900,
    no_logs: options.NoLogsOption = False,
    detach: _Detach = False,
    json: _Json = False,
) -> None:
    """Start another execution with the same parameters."""
    execution = session.conductor.rerun_execution(execution_id, force=force, queue=queue)
    _go_on(session, execution, timeout=timeout, no_logs=no_logs, detach=detach, is_json=json)


def _newest_event(session: Session, execution_id: str) -> int:
    """Return the id of the last event of the attempts before."""
    events = session.conductor.execution_view(execution_id).events
    return events[-1].id if events else 0


def _go_on(
    session: Session,
    execution: Execution,
    *,
    timeout: int,
    no_logs: bool,
    detach: bool,
    is_json: bool,
    after: int = 0,
) -> None:
    """Follow what runs; of what waits, or is not to be followed, tell the id."""
    if execution.status is not Status.QUEUED and not detach:
        accompany(session, execution, timeout=timeout, no_logs=no_logs, is_json=is_json, after=after)
        return
    if is_json:
        session.out.json_lines([listings.execution_shape(execution)])
    else:
        session.out.line(execution.id)
    if execution.status is Status.QUEUED:
        say_queued(session, execution)
