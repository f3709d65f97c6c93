"""How a workflow ended, in the words and in the status that are stored."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from sqlite3 import Connection

from engine.domain.errors import ConductorError
from engine.domain.event import Draft, EventType, Level
from engine.domain.execution import TRANSITIONS, Execution, Status
from engine.runtime.scrub import scrub_text
from engine.runtime.secrecy import Secrecy
from engine.sdk.errors import ExecutionCancelled, WorkflowFailed
from engine.sdk.traces import trace_of
from storage import events, executions, operations

LONGEST = 128 * 1024
"""Bytes of a stored error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How an attempt ended."""

    status: Status
    error: str = ""
    """What a person understands."""
    details: str = ""
    """What helps to find the cause; may be empty."""


def without_secrets(verdict: Verdict, secrecy: Secrecy) -> Verdict:
    """Return the verdict as it may be stored."""
    return replace(verdict, error=secrecy.hide(verdict.error), details=secrecy.hide(verdict.details))


def verdict_of(error: BaseException | None) -> Verdict:
    """Return how a workflow ended that raised this, or nothing."""
    if error is None:
        return Verdict(status=Status.TERMINATED)
    if isinstance(error, ExecutionCancelled):
        return Verdict(status=Status.CANCELLED)
    if isinstance(error, WorkflowFailed):
        return Verdict(status=Status.FAILED, error=str(error), details=error.details)
    if isinstance(error, ConductorError):
        return Verdict(status=Status.FAILED, error=str(error) or type(error).__name__)
    return Verdict(status=Status.FAILED, error=_sentence(error), details=trace_of(error))


def _sentence(error: BaseException) -> str:
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def record(
    connection: Connection, execution: Execution, verdict: Verdict, now: datetime, drafts: Sequence[Draft] = ()
) -> bool:
    """Write the end of an attempt with its event.

    False means that it had been settled before, or that its processes are being killed: whoever kills them settles it.
    """
    current = executions.get(connection, execution.id).status
    if current is Status.KILL_CANCELLING:
        return False
    status = verdict.status if verdict.status in TRANSITIONS[current] else Status.CANCELLED
    error = "" if status is Status.CANCELLED else _stored_error(verdict)
    if not executions.finish(connection, execution.id, execution.attempt, status, error, now):
        return False
    still = f"still running when the execution ended ({status.display}); its effect is unknown"
    operations.interrupt(connection, execution.id, still, now)
    if status is Status.TERMINATED:
        operations.forget_passages(connection, execution.id)
    events.append(connection, [*drafts, _event(execution, status, verdict, now)])
    return True


def _stored_error(verdict: Verdict) -> str:
    return scrub_text("\n".join(part for part in (verdict.error, verdict.details) if part), LONGEST)


def _event(execution: Execution, status: Status, verdict: Verdict, now: datetime) -> Draft:
    type, words, level = _WORDS[status]
    message = f"'{execution.workflow_id}' workflow execution {words}"
    if status is Status.FAILED:
        message += f": {verdict.error}"
    return Draft(
        type=type,
        message=scrub_text(message + (" (dry run)" if execution.dry_run else "")),
        timestamp=now,
        level=level,
        execution_id=execution.id,
        deployment_id=execution.deployment_id,
        workflow_id=execution.workflow_id,
        error_causes=scrub_text(verdict.details) if status is Status.FAILED else "",
    )


_WORDS = {
    Status.TERMINATED: (EventType.WORKFLOW_SUCCEEDED, "succeeded", Level.INFO),
    Status.FAILED: (EventType.WORKFLOW_FAILED, "failed", Level.ERROR),
    Status.CANCELLED: (EventType.WORKFLOW_CANCELLED, "cancelled", Level.WARNING),
}
