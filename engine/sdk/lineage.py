"""After which tasks a task starts, seen through subgraphs and through steps that only record something."""

from collections.abc import Iterable
from itertools import islice

from engine.sdk.graph import SubgraphTask, TaskDependencyGraph
from engine.sdk.tasks import WorkflowTask

MOST = 64
"""Predecessors that are told of one task."""
DEPTH = 200
"""Steps without a task of their own that are looked through, one behind the other."""

Ids = dict[str, None]
"""A set that keeps its order."""


class Lineage:
    """What the tasks of a graph start after, while nothing is added to the graph."""

    def __init__(self, graph: TaskDependencyGraph) -> None:
        self._graph = graph
        self._entries: dict[WorkflowTask, Ids] = {}
        self._ends: dict[WorkflowTask, Ids] = {}

    def of(self, task: WorkflowTask) -> tuple[str, ...]:
        """Return the ids of the tasks that this one starts after, at most `MOST` of them."""
        return tuple(self._entry(task, 0))

    def _entry(self, task: WorkflowTask, depth: int) -> Ids:
        """Return what has to end before a task may start; for the first of a subgraph what the subgraph waits for."""
        if task not in self._entries:
            self._entries[task] = {}  # tasks that wait for each other in a circle find this
            earlier = self._graph.dependencies(task)
            around = task.containing_subgraph
            if not earlier and around is not None:
                found = self._entry(around, depth + 1) if depth < DEPTH else {}
            else:
                found = _joined(self._end(one, depth + 1) for one in earlier)
            self._entries[task] = found
        return self._entries[task]

    def _end(self, task: WorkflowTask, depth: int) -> Ids:
        """Return the ids of the tasks with which a task has ended."""
        if depth >= DEPTH:
            return {}
        if task not in self._ends:
            self._ends[task] = {}
            self._ends[task] = self._end_of(task, depth)
        return self._ends[task]

    def _end_of(self, task: WorkflowTask, depth: int) -> Ids:
        if isinstance(task, SubgraphTask):
            last = (one for one in task.tasks.values() if not self._graph.dependents(one))
            return _joined(self._end(one, depth + 1) for one in last) or self._entry(task, depth + 1)
        return self._entry(task, depth + 1) if task.is_immediate else {task.id: None}


def _joined(parts: Iterable[Ids]) -> Ids:
    return dict.fromkeys(islice((id for part in parts for id in part), MOST))
