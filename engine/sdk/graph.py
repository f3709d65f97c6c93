"""Which tasks wait for which: the graph that workflow authors build."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from engine.sdk.backend import Outcome, Passed
from engine.sdk.history import ended
from engine.sdk.tasks import TaskState, WorkflowTask

if TYPE_CHECKING:
    from engine.sdk.workflow_context import WorkflowContext

Tasks = dict[WorkflowTask, None]
"""A set that keeps its order, so that every run of a graph goes the same way."""


class TaskDependencyGraph:
    """Tasks, each of which starts when all that it depends on have ended well."""

    def __init__(self, workflow_context: "WorkflowContext", id: str | None = None) -> None:
        self.id = id or str(uuid4())
        self.name = ""
        self.workflow_context = workflow_context
        self._tasks: dict[str, WorkflowTask] = {}
        self._waits_for: dict[WorkflowTask, Tasks] = {}
        self._awaited_by: dict[WorkflowTask, Tasks] = {}
        self.fresh: list[WorkflowTask] = []
        """Tasks that were added since the run of the graph last looked."""

    @property
    def tasks(self) -> list[WorkflowTask]:
        return list(self._tasks.values())

    def tasks_iter(self) -> Iterator[WorkflowTask]:
        return iter(self.tasks)

    def get_task(self, task_id: str) -> WorkflowTask | None:
        return self._tasks.get(task_id)

    def add_task(self, task: WorkflowTask) -> None:
        """Add a task; adding it twice changes nothing."""
        if task.id in self._tasks:
            return
        self._tasks[task.id] = task
        self._waits_for[task] = {}
        self._awaited_by[task] = {}
        self.fresh.append(task)

    def remove_task(self, task: WorkflowTask) -> None:
        """Remove a task, a subgraph with all its tasks; what waited for it waits no more."""
        if isinstance(task, SubgraphTask):
            for contained in list(task.tasks.values()):
                self.remove_task(contained)
        if self._tasks.pop(task.id, None) is None:
            return
        for earlier in self._waits_for.pop(task):
            self._awaited_by[earlier].pop(task, None)
        for later in self._awaited_by.pop(task):
            self._waits_for[later].pop(task, None)
        if task.containing_subgraph is not None:
            task.containing_subgraph.tasks.pop(task.id, None)

    def add_dependency(self, src_task: WorkflowTask, dst_task: WorkflowTask) -> None:
        """Let `src_task` wait for `dst_task`.

        Raises:
            RuntimeError: one of them is not in the graph.
        """
        if src_task is dst_task:
            return
        for task in (src_task, dst_task):
            if task.id not in self._tasks:
                raise RuntimeError(f"task `{task.name}` ({task.id}) is not in the graph; add it first")
        self._waits_for[src_task][dst_task] = None
        self._awaited_by[dst_task][src_task] = None

    def remove_dependency(self, src_task: WorkflowTask, dst_task: WorkflowTask) -> None:
        self._waits_for.get(src_task, {}).pop(dst_task, None)
        self._awaited_by.get(dst_task, {}).pop(src_task, None)

    def dependencies(self, task: WorkflowTask) -> tuple[WorkflowTask, ...]:
        """Return the tasks that have yet to end before this one may start."""
        return tuple(self._waits_for.get(task, ()))

    def dependents(self, task: WorkflowTask) -> tuple[WorkflowTask, ...]:
        """Return the tasks that wait for this one."""
        return tuple(self._awaited_by.get(task, ()))

    def is_free(self, task: WorkflowTask) -> bool:
        """Return whether nothing holds the task back any more."""
        if task.id not in self._tasks or self._waits_for[task]:
            return False
        return task.containing_subgraph is None or task.containing_subgraph.is_open

    def replace_task(self, task: WorkflowTask, successor: WorkflowTask) -> None:
        """Put a task into the place of another one: the same subgraph, awaited by the same tasks."""
        if successor.id not in self._tasks:
            self.add_task(successor)
            if task.containing_subgraph is not None:
                task.containing_subgraph.add_task(successor)
        for later in self.dependents(task):
            self.add_dependency(later, successor)
        self.remove_task(task)

    def sequence(self) -> "TaskSequence":
        """Return a sequence; what is added to it runs one after the other."""
        return TaskSequence(self)

    def subgraph(self, name: str) -> "SubgraphTask":
        """Return a new subgraph, which is a task of this graph too."""
        subgraph = SubgraphTask(self, name)
        self.add_task(subgraph)
        return subgraph

    def linearize(self) -> list[WorkflowTask]:
        """Return the tasks in an order in which they may run one by one.

        Raises:
            RuntimeError: tasks wait for each other in a circle.
        """
        order: list[WorkflowTask] = []
        left = {task: len(self._waits_for[task]) for task in self.tasks}
        free = [task for task, count in left.items() if count == 0]
        while free:
            task = free.pop(0)
            order.append(task)
            for later in self.dependents(task):
                left[later] -= 1
                if left[later] == 0:
                    free.append(later)
        if len(order) < len(left):
            names = ", ".join(sorted({task.name for task in left if task not in set(order)}))
            raise RuntimeError(f"these tasks wait for each other in a circle: {names}")
        return order

    def optimize(self) -> None:
        """Drop tasks that do nothing; what waited for them waits for what they waited for."""
        for task in self.tasks:
            is_empty = isinstance(task, SubgraphTask) and not task.tasks and not task.has_handlers
            if task.is_nop() or is_empty:
                for later in self.dependents(task):
                    for earlier in self.dependencies(task):
                        self.add_dependency(later, earlier)
                self.remove_task(task)

    def execute(self) -> None:
        """Run all tasks, as many at once as the graph and the runtime allow.

        Raises:
            WorkflowFailed: a task failed for good.
            ExecutionCancelled: the execution was asked to stop, and something was left to begin.
        """
        from engine.sdk.graph_run import GraphRun  # it runs what is declared here

        internal = self.workflow_context.internal
        GraphRun(self, internal).execute()
        if self.name and not self.workflow_context.dry_run:
            internal.backend.commit([Passed(ended(self.name))])


class SubgraphTask(WorkflowTask):
    """A group of tasks that starts, ends and fails as one task."""

    def __init__(self, graph: TaskDependencyGraph, name: str, **options: Any) -> None:
        super().__init__(name, **options)
        self.graph = graph
        self.workflow_context = graph.workflow_context
        self.tasks: dict[str, WorkflowTask] = {}
        self.failed_task: WorkflowTask | None = None
        self.is_open = False
        """Started and not failing: its tasks may run."""
        self.running = 0
        """How many of its tasks run now, those of inner subgraphs included."""
        graph.workflow_context.internal.find_place(self)

    @property
    def label(self) -> str:
        return f"subgraph:{self.name}"

    @property
    def has_ended_before(self) -> bool:
        """Return whether an earlier attempt has told of its good end."""
        return bool(self.place) and ended(self.place) in self.graph.workflow_context.internal.history.passed

    @property
    def has_handlers(self) -> bool:
        return self.on_success is not None or self.on_failure is not None

    def is_subgraph(self) -> bool:
        return True

    def end(self, outcome: Outcome) -> None:
        """Take the outcome; a task that asked for another try in vain is a failure to its subgraph."""
        self.result, self.error = outcome.result, outcome.error
        self.set_state(TaskState.SUCCEEDED if outcome.error is None else TaskState.FAILED)

    def add_task(self, task: WorkflowTask) -> None:
        """Take a task into the subgraph.

        Raises:
            RuntimeError: it is in another subgraph already.
        """
        if task.containing_subgraph not in {None, self}:
            raise RuntimeError(f"task `{task.name}` is in a subgraph already; a task can be in one only")
        task.containing_subgraph = self
        self.tasks[task.id] = task
        self.graph.add_task(task)

    def remove_task(self, task: WorkflowTask) -> None:
        self.graph.remove_task(task)

    def add_dependency(self, src_task: WorkflowTask, dst_task: WorkflowTask) -> None:
        self.graph.add_dependency(src_task, dst_task)

    def sequence(self) -> "TaskSequence":
        return TaskSequence(self)

    def subgraph(self, name: str) -> "SubgraphTask":
        inner = SubgraphTask(self.graph, name)
        self.add_task(inner)
        return inner


class forkjoin:  # noqa: N801 # the name by which workflow authors know it
    """Tasks of a sequence that run side by side."""

    def __init__(self, *tasks: WorkflowTask) -> None:
        self.tasks = tasks


class TaskSequence:
    """Tasks and forkjoins that run one after the other."""

    def __init__(self, graph: TaskDependencyGraph | SubgraphTask) -> None:
        self.graph = graph
        self.last_tasks: Sequence[WorkflowTask] = ()

    def add(self, *items: WorkflowTask | forkjoin) -> None:
        """Append items; an empty forkjoin is left out."""
        for item in items:
            tasks = item.tasks if isinstance(item, forkjoin) else (item,)
            if not tasks:
                continue
            for task in tasks:
                self.graph.add_task(task)
                for earlier in self.last_tasks:
                    self.graph.add_dependency(task, earlier)
            self.last_tasks = tasks
