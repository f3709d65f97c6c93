"""Every way in which a workflow or an operation says no.

ConductorError
├── OperationFailed               an operation or task did not succeed
│   ├── NonRecoverableError       trying again is pointless
│   │   ├── HttpException         an HTTP answer that was not expected
│   │   └── OperationInterrupted  it was cut off in an earlier attempt and may not simply run again
│   └── RecoverableError          trying again may help
│       ├── OperationRetry        the operation asks for another try
│       ├── OperationTimeout      the operation ran longer than it may
│       └── ProcessException      a script or command ended with a failure
├── WorkflowFailed                tasks of the workflow failed
├── ExecutionCancelled            the execution was asked to stop
└── NotInContext                  `ctx` was used outside a workflow or operation
"""

from collections.abc import Sequence

from engine.domain.errors import ConductorError


class OperationFailed(ConductorError):
    """An operation or task did not succeed."""

    def __init__(self, message: str = "", *, causes: Sequence[str] = ()) -> None:
        self.causes = tuple(causes)
        super().__init__(message)


class NonRecoverableError(OperationFailed):
    """Trying again is pointless: the task fails at once."""


class HttpException(NonRecoverableError):
    """An HTTP answer that was not expected."""

    def __init__(self, url: str, code: int, message: str) -> None:
        self.url, self.code = url, code
        super().__init__(f"{url} answered {code}: {message}")


class OperationInterrupted(NonRecoverableError):
    """The operation was cut off in an earlier attempt and may not simply run again."""

    def __init__(self, operation: str, execution_id: str) -> None:
        super().__init__(
            f"`{operation}` was interrupted in an earlier attempt, and nobody knows how far it came; "
            f"`conductor executions resume {execution_id} --reset-operations` runs it again"
        )


class RecoverableError(OperationFailed):
    """Trying again may help; `retry_after` is in seconds, None takes the task's interval."""

    def __init__(self, message: str = "", retry_after: float | None = None, *, causes: Sequence[str] = ()) -> None:
        self.retry_after = retry_after
        super().__init__(message, causes=causes)


class OperationRetry(RecoverableError):
    """The operation asks for another try; it counts as a retry but not as a failure."""


class OperationTimeout(RecoverableError):
    """The operation ran longer than it may, in a way that another try may mend."""


class ProcessException(RecoverableError):
    """A script or command ended with a failure."""

    def __init__(self, command: str, exit_code: int, stdout: str = "", stderr: str = "") -> None:
        self.command, self.exit_code, self.stdout, self.stderr = command, exit_code, stdout, stderr
        super().__init__(_ending(command, exit_code, stderr))


class WorkflowFailed(ConductorError):
    """Tasks of the workflow failed; `details` says more than the first line."""

    def __init__(self, message: str, details: str = "") -> None:
        self.details = details
        super().__init__(message)


class ExecutionCancelled(ConductorError):
    """The execution was asked to stop."""

    def __init__(self, message: str = "the execution was cancelled") -> None:
        super().__init__(message)


class NotInContext(ConductorError):
    """`ctx` was used outside a workflow or operation."""

    def __init__(self, name: str) -> None:
        super().__init__(f"`{name}` has a value only while a workflow or an operation runs, in its own thread")


def _ending(command: str, exit_code: int, stderr: str) -> str:
    said = next((line.strip() for line in reversed(stderr.splitlines()) if line.strip()), "")
    how = f"was ended by signal {-exit_code}" if exit_code < 0 else f"ended with exit code {exit_code}"
    return f"`{command}` {how}" + (f": {said}" if said else "")
