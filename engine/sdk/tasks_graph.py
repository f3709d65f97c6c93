"""The names by which workflow authors import the task graph."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from engine.sdk.graph import SubgraphTask, TaskDependencyGraph, TaskSequence, forkjoin

__all__ = ["SubgraphTask", "TaskDependencyGraph", "TaskSequence", "forkjoin", "make_or_get_graph"]


def make_or_get_graph(function: Callable[..., TaskDependencyGraph]) -> Callable[..., TaskDependencyGraph]:
    """Let a function that builds a graph be called with the `name` under which the graph is known."""

    @wraps(function)
    def build(*args: Any, name: str = "", **kwargs: Any) -> TaskDependencyGraph:
        graph = function(*args, **kwargs)
        graph.name = name
        return graph

    return build
