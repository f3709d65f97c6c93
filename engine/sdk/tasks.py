"""The tasks that graphs are made of, and the states that a task goes through."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Optional
from uuid import uuid4

from engine.domain.blueprint import Operation
from engine.domain.json import Json, JsonObject
from engine.sdk.backend import Outcome, Passed, Step
from engine.sdk.errors import OperationRetry
from engine.sdk.handler import HandlerResult
from engine.sdk.history import Stored

if TYPE_CHECKING:
    from engine.sdk.graph import SubgraphTask
    from engine.sdk.results import WorkflowTaskResult
    from engine.sdk.workflow_context import WorkflowContext

FOREVER = -1
DEFAULT_RETRIES = 60
DEFAULT_INTERVAL = 15.0


class TaskState(StrEnum):
    """Where a task is in its life."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    STARTED = "started"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    RESCHEDULED = "rescheduled"


TERMINATED = frozenset({TaskState.SUCCEEDED, TaskState.FAILED, TaskState.RESCHEDULED})

Handler = Callable[["WorkflowTask"], HandlerResult]


class WorkflowTask:
    """One step of a workflow."""

    is_immediate = False
    """It has ended as soon as its effect is recorded; nothing has to be run."""
    only_records = False
    """It stands for nothing that a request to stop could withhold."""

    def __init__(
        self,
        name: str,
        *,
        info: str = "",
        on_success: Handler | None = None,
        on_failure: Handler | None = None,
        total_retries: int = 0,
        retry_interval: float = DEFAULT_INTERVAL,
        send_task_events: bool = True,
        task_id: str | None = None,
    ) -> None:
        self.id = task_id or str(uuid4())
        self.name = name
        self.info = info
        self.on_success = on_success
        self.on_failure = on_failure
        self.total_retries = total_retries
        self.retry_interval = retry_interval
        self.current_retries = 0
        self.timeout: float | None = None
        self.timeout_recoverable = False
        self.send_task_events = send_task_events
        self.containing_subgraph: SubgraphTask | None = None
        self.execute_after = 0.0
        self.retried_task: str | None = None
        self.error: BaseException | None = None
        self.result: Json = None
        self.async_result: WorkflowTaskResult | None = None
        self.workflow_context: WorkflowContext | None = None
        self.place = ""
        """Where it stands in the workflow; empty where a later attempt cannot know it again."""
        self.stored: Stored | None = None
        """What an earlier attempt has done of it."""
        self.is_passed = False
        """An earlier attempt has recorded it."""
        self._state = TaskState.PENDING

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name} {self._state}>"

    @property
    def is_succeeded(self) -> bool:
        return self._state is TaskState.SUCCEEDED

    @property
    def is_rescheduled(self) -> bool:
        return self._state is TaskState.RESCHEDULED

    @property
    def is_terminated(self) -> bool:
        return self._state in TERMINATED

    @property
    def is_done_before(self) -> bool:
        """Return whether an earlier attempt has brought it to a good end."""
        return self.is_passed or (self.stored is not None and self.stored.is_succeeded)

    @property
    def label(self) -> str:
        """Return what the task does, in a form that is the same in every attempt."""
        return f"{self.name}:{self.info}"

    @property
    def may_retry(self) -> bool:
        return self.total_retries == FOREVER or self.current_retries < self.total_retries

    def get_state(self) -> TaskState:
        return self._state

    def set_state(self, state: str) -> None:
        """Go to another state; the end of a task is never changed.

        Raises:
            RuntimeError: there is no such state.
        """
        try:
            wanted = TaskState(state)
        except ValueError as error:
            raise RuntimeError(f"`{state}` is no state of a task; there are {', '.join(TaskState)}") from error
        if not self.is_terminated:
            self._state = wanted

    def end(self, outcome: Outcome) -> None:
        """Take the outcome of the run."""
        self.result, self.error = outcome.result, outcome.error
        if outcome.error is None:
            self.set_state(TaskState.SUCCEEDED)
        elif isinstance(outcome.error, OperationRetry):
            self.set_state(TaskState.RESCHEDULED)
        else:
            self.set_state(TaskState.FAILED)

    def duplicate_for_retry(self) -> "WorkflowTask":
        """Return the task that tries the same again."""
        again = self._copy()
        again.on_success, again.on_failure = self.on_success, self.on_failure
        again.total_retries, again.retry_interval = self.total_retries, self.retry_interval
        again.send_task_events = self.send_task_events
        again.timeout, again.timeout_recoverable = self.timeout, self.timeout_recoverable
        again.current_retries = self.current_retries + 1
        again.retried_task = self.id
        again.workflow_context = self.workflow_context
        again.place = self.place
        return again

    def apply_async(self) -> "WorkflowTaskResult":
        """Begin the task now, outside of any graph order.

        Raises:
            RuntimeError: the task was not made by a workflow context.
        """
        if self.workflow_context is None:
            raise RuntimeError(f"task `{self.name}` was not made by `ctx`, so that nobody can run it")
        return self.workflow_context.internal.begin(self)

    def is_nop(self) -> bool:
        return False

    def is_subgraph(self) -> bool:
        return False

    def is_local(self) -> bool:
        return True

    def is_remote(self) -> bool:
        return not self.is_local()

    def effects(self) -> tuple[Step, ...]:
        """Return what an immediate task records."""
        return ()

    def passage(self) -> tuple[Step, ...]:
        """Return the effects together with the note that they have been recorded."""
        return (*self.effects(), Passed(self.place)) if self.place else self.effects()

    def restore(self) -> None:
        """End as an earlier attempt has ended it."""
        self.end(Outcome(result=self.stored.result if self.stored else None))

    def _copy(self) -> "WorkflowTask":
        raise RuntimeError(f"task `{self.name}` cannot be tried again")


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """An operation with everything that its run is called with."""

    operation: Operation
    name: str
    """The full name, such as `cloudify.interfaces.lifecycle.create`."""
    inputs: JsonObject = field(default_factory=dict)
    instance_id: str | None = None
    """The node instance that it runs on; None for an operation of the deployment as a whole."""
    related_id: str | None = None
    """The other end, for an operation of a relationship."""
    is_source: bool = True
    """Whether `instance_id` is the relationship's source."""

    @property
    def source_and_target(self) -> tuple[str | None, str | None]:
        """Return the ends of the relationship; an operation of a node has no target."""
        return (self.instance_id, self.related_id) if self.is_source else (self.related_id, self.instance_id)


class OperationTask(WorkflowTask):
    """Runs an operation of a node or relationship."""

    def __init__(self, invocation: Invocation, **options: Any) -> None:
        operation = invocation.operation
        super().__init__(operation.function or invocation.name, **options)
        self.invocation = invocation
        self.timeout = operation.timeout or None
        self.timeout_recoverable = operation.timeout_recoverable
        self.entering: str | None = None
        """The state that its node instance is in from the moment in which it begins."""

    @property
    def label(self) -> str:
        one = self.invocation
        related = f":{one.related_id}:{'source' if one.is_source else 'target'}" if one.related_id else ""
        return f"{one.name}:{one.instance_id}{related}"

    def is_local(self) -> bool:
        return False

    def _copy(self) -> WorkflowTask:
        again = OperationTask(self.invocation, info=self.info)
        again.entering = self.entering
        return again


class LocalWorkflowTask(WorkflowTask):
    """Runs a function of the workflow's own."""

    def __init__(
        self,
        local_task: Callable[..., Any],
        *,
        kwargs: JsonObject | None = None,
        node: Optional["object"] = None,
        name: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(name or str(getattr(local_task, "__name__", "local task")), **options)
        self.local_task = local_task
        self.kwargs = kwargs or {}
        self.node = node

    def _copy(self) -> WorkflowTask:
        return LocalWorkflowTask(self.local_task, kwargs=self.kwargs, node=self.node, name=self.name, info=self.info)
