"""What authors of workflows import."""

from engine.sdk import api
from engine.sdk.current import ctx, parameters
from engine.sdk.decorators import task_config, workflow
from engine.sdk.errors import ExecutionCancelled, WorkflowFailed
from engine.sdk.handler import HandlerResult
from engine.sdk.tasks import TaskState
from engine.sdk.tasks_graph import TaskDependencyGraph, forkjoin, make_or_get_graph

__all__ = [
    "ExecutionCancelled",
    "HandlerResult",
    "TaskDependencyGraph",
    "TaskState",
    "WorkflowFailed",
    "api",
    "ctx",
    "forkjoin",
    "make_or_get_graph",
    "parameters",
    "task_config",
    "workflow",
]
