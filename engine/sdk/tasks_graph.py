"""The names by which workflow authors import the task graph."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from engine.sdk.graph import SubgraphTask, TaskDependencyGraph, TaskSequence, forkjoin
from engine.sdk.history import ended
from engine.sdk.workflow_context import WorkflowContext

__all__ = ["SubgraphTask", "TaskDependencyGraph", "TaskSequence", "forkjoin", "make_or_get_graph"]


def make_or_get_graph(function: Callable[..., TaskDependencyGraph]) -> Callable[..., TaskDependencyGraph]:
    """Let a function that builds a graph be called with the `name` under which the graph is known.

    Its first argument is the workflow's `ctx`. A graph of this name that an earlier attempt has brought to its end
    comes back empty.
    """

    @wraps(function)
    def build(ctx: WorkflowContext, *args: Any, name: str = "", **kwargs: Any) -> TaskDependencyGraph:
        internal = ctx.internal
        if name and ended(name) in internal.history.passed:
            return TaskDependencyGraph(ctx)
        with internal.places.within(name):
            graph = function(ctx, *args, **kwargs)
        graph.name = name
        return graph

    return build
