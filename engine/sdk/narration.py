"""The sentences that tell what happens to tasks (semantics §6.2)."""

from engine.domain.event import EventType, Level
from engine.sdk.backend import Told
from engine.sdk.immediate import DryRunLocalWorkflowTask
from engine.sdk.tasks import FOREVER, OperationTask, WorkflowTask


def task_started(task: WorkflowTask) -> Told:
    """Tell that a task begins."""
    return _told(task, EventType.TASK_STARTED, f"{_kind(task)} started '{task.name}'")


def task_ended(task: WorkflowTask) -> Told:
    """Tell how a task has ended."""
    subject = _kind(task)
    if task.is_succeeded:
        result = "" if task.result is None else f" - {task.result}"
        return _told(task, EventType.TASK_SUCCEEDED, f"{subject} succeeded '{task.name}'{result}")
    if task.is_rescheduled and task.may_retry:
        message = f"{subject} rescheduled '{task.name}' -> {describe(task.error)}"
        return _told(task, EventType.TASK_RESCHEDULED, message, Level.WARNING)
    message = f"{subject} failed '{task.name}' -> {describe(task.error)}"
    return _told(task, EventType.TASK_FAILED, message, Level.ERROR)


def dry_run(task: DryRunLocalWorkflowTask) -> tuple[Told, ...]:
    """Tell of a task that only seems to run."""
    if not task.stands_for.send_task_events:
        return ()
    return (
        _told(task, EventType.TASK_STARTED, f"Task started '{task.name}'"),
        _told(task, EventType.TASK_SUCCEEDED, f"Task succeeded '{task.name}'"),
    )


def describe(error: BaseException | None) -> str:
    """Return an error as users read it: its own sentence, else its class and text."""
    return str(error) or type(error).__name__ if error is not None else "no reason was given"


def full_name(task: WorkflowTask) -> str:
    """Return the operation's full name, or the task's name."""
    return task.invocation.name if isinstance(task, OperationTask) else task.name


def ends(task: WorkflowTask) -> tuple[str | None, str | None]:
    """Return the node instance that a task is about, and the target where it is about a relationship."""
    actual = task.stands_for if isinstance(task, DryRunLocalWorkflowTask) else task
    if not isinstance(actual, OperationTask):
        return None, None
    if actual.invocation.related_id is None:
        return actual.invocation.instance_id, None
    return actual.invocation.source_and_target


def _told(task: WorkflowTask, type: EventType, message: str, level: Level = Level.INFO) -> Told:
    actual = task.stands_for if isinstance(task, DryRunLocalWorkflowTask) else task
    instance_id, target_id = ends(task)
    return Told(
        message=message + _retry(task) + (" (dry run)" if actual is not task or _is_dry(task) else ""),
        type=type,
        level=level,
        instance_id=instance_id,
        target_id=target_id,
        operation=full_name(actual) if isinstance(actual, OperationTask) else None,
        operation_id=task.id if actual is task and not task.is_subgraph() else None,
    )


def _is_dry(task: WorkflowTask) -> bool:
    return task.workflow_context is not None and task.workflow_context.dry_run


def _kind(task: WorkflowTask) -> str:
    return "Subgraph" if task.is_subgraph() else "Task"


def _retry(task: WorkflowTask) -> str:
    if task.current_retries == 0:
        return ""
    total = "" if task.total_retries == FOREVER else f"/{task.total_retries}"
    return f" [retry {task.current_retries}{total}]"
