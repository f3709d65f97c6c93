"""What a workflow holds of a task that it began itself: wait for it, with the retries that it is due."""

from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from engine.domain.json import Json
from engine.sdk.backend import Added, Begun, Ended, Outcome
from engine.sdk.errors import ExecutionCancelled
from engine.sdk.failure import workflow_failed
from engine.sdk.handler import Action, decide
from engine.sdk.tasks import TaskState, WorkflowTask

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.sdk.workflow_context import Internal


class WorkflowTaskResult:
    """The result of a task, once there is one."""

    def __init__(self, task: WorkflowTask, internal: "Internal") -> None:
        self.task = task
        self._internal = internal
        self._arrivals: SimpleQueue[Outcome | None] = SimpleQueue()
        self._listeners: list[Callable[[Json], None]] = []
        self._begin()

    @property
    def result(self) -> Json:
        """Return the result.

        Raises:
            RuntimeError: there is none yet.
        """
        if not self.task.is_terminated:
            raise RuntimeError(f"task `{self.task.name}` has not ended; call get() to wait for it")
        return self.task.result if self.task.is_succeeded else self.task.error

    def on_result(self, listener: "Callable[[Json], None]") -> None:
        """Call the listener with the result, at once where there is one."""
        if self.task.is_terminated:
            listener(self.result)
        else:
            self._listeners.append(listener)

    def get(self, retry_on_failure: bool = True) -> Json:
        """Wait for the end and return the result.

        Raises:
            WorkflowFailed: the task failed for good.
            ExecutionCancelled: the execution was asked to stop before the task, or the next try of it, began.
        """
        while True:
            self._wait_for_end()
            result = decide(self.task)
            is_due = result.action is Action.RETRY and retry_on_failure
            is_stopping = self._internal.cancel.is_set
            self._record_end(is_due and not is_stopping)
            if self._internal.cancel.is_forced or (is_due and is_stopping):
                raise ExecutionCancelled
            if not is_due:
                break
            self._pause(self.task.retry_interval if result.retry_after is None else result.retry_after)
            self.task = result.retried_task or self.task.duplicate_for_retry()
            self._begin()
        if result.action in {Action.FAIL, Action.RETRY}:
            raise workflow_failed([self.task])
        return self.task.result

    def _begin(self) -> None:
        task, backend = self.task, self._internal.backend
        task.async_result = self
        self._is_recorded = task.is_immediate or task.is_done_before
        task.set_state(TaskState.STARTED)
        if task.is_done_before:
            task.restore()
        elif task.is_immediate:
            backend.commit(task.passage()).wait()
            task.end(Outcome())
        else:
            backend.commit([Added(task), Begun(task, lambda _task, outcome: self._arrivals.put(outcome))])

    def _wait_for_end(self) -> None:
        if self.task.is_terminated:
            return
        cancel = self._internal.cancel
        cancel.wake(self._arrivals)  # type: ignore[arg-type] # it only ever puts None
        try:
            while (outcome := self._arrivals.get()) is None:
                if cancel.is_forced:
                    raise ExecutionCancelled
        finally:
            cancel.leave(self._arrivals)  # type: ignore[arg-type] # as above
        if isinstance(outcome.error, ExecutionCancelled):
            raise outcome.error  # it never began
        self.task.end(outcome)

    def _record_end(self, is_retried: bool) -> None:
        if self._is_recorded:
            return
        self._is_recorded = True
        self._internal.backend.commit([Ended(self.task, is_retried)]).wait()
        listeners, self._listeners = self._listeners, []
        for listener in listeners:
            listener(self.result)

    def _pause(self, seconds: float) -> None:
        """Wait for the next try, or for the request to stop."""
        woken: SimpleQueue[object] = SimpleQueue()
        self._internal.cancel.wake(woken)
        try:
            woken.get(timeout=seconds)
        except Empty:
            return
        finally:
            self._internal.cancel.leave(woken)
        raise ExecutionCancelled
