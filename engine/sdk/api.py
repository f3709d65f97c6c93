"""What a workflow asks about requests to stop it."""

from engine.domain.execution import CancelKind
from engine.sdk.cancel import CancelFlag
from engine.sdk.current import current_context
from engine.sdk.errors import ExecutionCancelled, NotInContext

EXECUTION_CANCELLED_RESULT = "execution_cancelled"
"""A workflow that returns this has heeded the request to stop."""

__all__ = ["EXECUTION_CANCELLED_RESULT", "ExecutionCancelled", "has_cancel_request", "has_kill_request"]


def has_cancel_request() -> bool:
    """Return whether the execution was asked to stop."""
    return _flag().is_set


def has_kill_request() -> bool:
    """Return whether the execution was asked to stop at once, with all its processes."""
    return _flag().kind is CancelKind.KILL


def _flag() -> CancelFlag:
    internal = getattr(current_context(), "internal", None)
    if internal is None:
        raise NotInContext("api")
    flag: CancelFlag = internal.cancel
    return flag
