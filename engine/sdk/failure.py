"""How failed tasks become the error of their execution (semantics §1.9)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.domain.errors import ConductorError
from engine.sdk.errors import WorkflowFailed
from engine.sdk.narration import describe, ends, full_name
from engine.sdk.tasks import WorkflowTask
from engine.sdk.traces import trace_of

if TYPE_CHECKING:
    from engine.sdk.graph import SubgraphTask


def workflow_failed(tasks: Sequence[WorkflowTask]) -> WorkflowFailed:
    """Return the error of a workflow of which these tasks failed for good."""
    roots = [_root(task) for task in tasks]
    sentences = [sentence(task) for task in roots]
    details = details_of(roots[0].error)
    if len(sentences) == 1:
        return WorkflowFailed(sentences[0], details)
    others = "\n".join(f"- {one}" for one in sentences[1:])
    return WorkflowFailed(f"{len(sentences)} operation errors: {sentences[0]}\n{others}", details)


def sentence(task: WorkflowTask) -> str:
    """Say which task failed, where and why; a reason that quotes something itself is not put in quotes again."""
    place = "->".join(end for end in ends(task) if end)
    where = f" ({place}: {full_name(task)})" if place else ""
    reason = describe(task.error)
    told = f": {reason}" if "`" in reason else f" `{reason}`"
    return f"Task failed: {task.name}{where}: {type(task.error).__name__}{told}"


def details_of(error: BaseException | None) -> str:
    """Return the trace of an error that came from an author's code; an error that says it all has none."""
    if error is None:
        return ""
    causes = getattr(error, "causes", ())
    told = "\n".join(str(cause) for cause in causes)
    if isinstance(error, ConductorError) or error.__traceback__ is None:
        return told
    return "\n".join(part for part in (trace_of(error), told) if part)


def _root(task: WorkflowTask) -> WorkflowTask:
    """Return the task that made a subgraph fail."""
    while task.is_subgraph():
        subgraph: SubgraphTask = task  # type: ignore[assignment] # is_subgraph says so
        if subgraph.failed_task is None:
            return task
        task = subgraph.failed_task
    return task
