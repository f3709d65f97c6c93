"""What happens after a task has ended: go on, try again, give up or look away (dsl.md §4.3)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Optional

from engine.sdk.errors import NonRecoverableError, RecoverableError

if TYPE_CHECKING:
    from engine.sdk.tasks import WorkflowTask


class Action(StrEnum):
    """What a handler decides."""

    CONTINUE = "handler_continue"
    RETRY = "handler_retry"
    FAIL = "handler_fail"
    IGNORE = "handler_ignore"


@dataclass(slots=True, kw_only=True)
class HandlerResult:
    """The answer of an `on_success` or `on_failure` handler."""

    action: Action
    ignore_total_retries: bool = False
    retry_after: float | None = None
    """Seconds; None takes the task's interval."""
    retried_task: Optional["WorkflowTask"] = None
    """The task that takes the place of the one that ended; None makes a copy of it."""

    @classmethod
    def retry(cls, ignore_total_retries: bool = False, retry_after: float | None = None) -> "HandlerResult":
        return cls(action=Action.RETRY, ignore_total_retries=ignore_total_retries, retry_after=retry_after)

    @classmethod
    def fail(cls) -> "HandlerResult":
        return cls(action=Action.FAIL)

    @classmethod
    def cont(cls) -> "HandlerResult":
        return cls(action=Action.CONTINUE)

    @classmethod
    def ignore(cls) -> "HandlerResult":
        return cls(action=Action.IGNORE)


def decide(task: "WorkflowTask") -> HandlerResult:
    """Return what follows the end of a task; one that asked for another try in vain has failed like any other."""
    result = _wanted(task)
    if result.action is Action.RETRY and not (result.ignore_total_retries or task.may_retry):
        return HandlerResult.fail()
    return result


def _wanted(task: "WorkflowTask") -> HandlerResult:
    if task.is_succeeded:
        return task.on_success(task) if task.on_success else HandlerResult.cont()
    if task.is_rescheduled and task.may_retry:
        return HandlerResult.retry(retry_after=_retry_after(task))
    if task.on_failure:
        return task.on_failure(task)
    if isinstance(task.error, NonRecoverableError):
        return HandlerResult.fail()
    return HandlerResult.retry(retry_after=_retry_after(task))


def _retry_after(task: "WorkflowTask") -> float | None:
    return task.error.retry_after if isinstance(task.error, RecoverableError) else None
