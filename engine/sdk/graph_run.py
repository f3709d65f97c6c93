"""How a graph is run: what is free begins, what has ended unlocks others, and failures stay where they are."""

import heapq
from collections import deque
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from engine.sdk.backend import Added, Begun, Ended, Outcome, Passed, Step, Told
from engine.sdk.errors import ExecutionCancelled
from engine.sdk.failure import workflow_failed
from engine.sdk.graph import SubgraphTask, TaskDependencyGraph
from engine.sdk.handler import Action, HandlerResult, decide
from engine.sdk.history import ended
from engine.sdk.lineage import Lineage
from engine.sdk.narration import task_ended, task_started
from engine.sdk.tasks import TaskState, WorkflowTask

if TYPE_CHECKING:
    from engine.sdk.workflow_context import Internal

Arrival = tuple[WorkflowTask, Outcome] | None

LONGEST_WAVE = 1000
"""Steps that are recorded together, so that a request to stop is heard in between."""


class GraphRun:
    """One run of one graph; all of it happens in the workflow's own thread."""

    def __init__(self, graph: TaskDependencyGraph, internal: "Internal") -> None:
        self._graph = graph
        self._backend = internal.backend
        self._cancel = internal.cancel
        self._wait_after_fail = internal.wait_after_fail
        self._arrivals: SimpleQueue[Arrival] = SimpleQueue()
        self._steps: list[Step] = []
        self._free: deque[WorkflowTask] = deque()
        self._ready: deque[WorkflowTask] = deque()
        """Free, and waiting for a slot only."""
        self._delayed: list[tuple[float, int, WorkflowTask]] = []
        self._count = 0
        self._running: set[WorkflowTask] = set()
        self._failed: list[WorkflowTask] = []
        self._deadline: float | None = None
        self._withholds: bool | None = None
        """Whether a request to stop would keep anything from beginning; None where nobody has looked yet."""

    def execute(self) -> None:
        """Run until nothing is left that may run."""
        self._cancel.wake(self._arrivals)  # type: ignore[arg-type] # it only ever puts None
        try:
            self._graph.fresh = self._graph.tasks
            self._take_fresh()
            self._loop()
        finally:
            self._cancel.leave(self._arrivals)  # type: ignore[arg-type] # as above
        if self._cancel.is_forced:
            raise ExecutionCancelled
        if self._failed:
            raise workflow_failed(self._failed)
        if self._is_stopping():
            raise ExecutionCancelled
        self._graph.linearize()  # what is left now waits in a circle

    def _loop(self) -> None:
        while True:
            self._withholds = None
            self._begin_free()
            self._flush()
            if self._is_over():
                return
            self._receive()

    def _is_over(self) -> bool:
        if self._cancel.is_forced:
            return True
        if self._deadline is not None and self._backend.monotonic() >= self._deadline:
            return True
        return not self._running and (self._is_stopping() or not self._may_go_on())

    def _is_stopping(self) -> bool:
        """Say whether a request to stop is obeyed: one that comes too late to withhold anything changes nothing."""
        if not self._cancel.is_set:
            return False
        if self._withholds is None:
            self._withholds = any(self._is_left(task) for task in self._graph.tasks)
        return self._withholds or self._cancel.is_forced

    def _is_left(self, task: WorkflowTask) -> bool:
        """Say whether a task has yet to begin and would do something then."""
        is_over = task in self._running or task.is_terminated or task.is_done_before
        return not (is_over or task.only_records or task.is_subgraph())

    def _may_go_on(self) -> bool:
        return bool(self._ready) or any(self._graph.is_free(task) for _, _, task in self._delayed)

    def _begin_free(self) -> None:
        self._take_delayed()
        while self._free and not self._is_stopping():
            if len(self._steps) > LONGEST_WAVE:
                self._flush()
            task = self._free.popleft()
            if not self._may_begin(task):
                continue
            if task.is_done_before and not isinstance(task, SubgraphTask):
                self._restore(task)
            elif isinstance(task, SubgraphTask):
                self._open(task)
            elif task.is_immediate:
                self._pass_through(task)
            else:
                self._ready.append(task)
        while self._ready and len(self._running) < self._backend.slots and not self._is_stopping():
            task = self._ready.popleft()
            if self._may_begin(task):
                self._begin(task)

    def _may_begin(self, task: WorkflowTask) -> bool:
        return task.get_state() is TaskState.PENDING and self._graph.is_free(task)

    def _begin(self, task: WorkflowTask) -> None:
        task.set_state(TaskState.STARTED)
        self._running.add(task)
        self._count_running(task, 1)
        self._steps.append(Begun(task, self._report))

    def _report(self, task: WorkflowTask, outcome: Outcome) -> None:
        self._arrivals.put((task, outcome))

    def _restore(self, task: WorkflowTask) -> None:
        """Leave a task behind that an earlier attempt has brought to its end."""
        task.restore()
        self._complete(task)
        if task.containing_subgraph is not None:
            self._close_if_done(task.containing_subgraph)

    def _pass_through(self, task: WorkflowTask) -> None:
        self._steps.extend(task.passage())
        task.end(Outcome())
        self._follow(task, decide(task))

    def _open(self, subgraph: SubgraphTask) -> None:
        subgraph.set_state(TaskState.STARTED)
        subgraph.is_open = True
        if not subgraph.is_passed:
            self._tell(subgraph, task_started(subgraph), subgraph.place)
        self._free.extend(subgraph.tasks.values())
        self._close_if_done(subgraph)

    def _receive(self) -> None:
        """Wait for the next arrival, then take all that have come meanwhile."""
        try:
            self._arrive(self._arrivals.get(timeout=self._patience()))
            while True:
                self._arrive(self._arrivals.get_nowait())
        except Empty:
            return

    def _patience(self) -> float | None:
        moments = [self._delayed[0][0]] if self._delayed and not self._is_stopping() else []
        if self._deadline is not None:
            moments.append(self._deadline)
        return max(0.0, min(moments) - self._backend.monotonic()) if moments else None

    def _arrive(self, arrival: Arrival) -> None:
        if arrival is None:
            return
        task, outcome = arrival
        self._running.discard(task)
        self._count_running(task, -1)
        if isinstance(outcome.error, ExecutionCancelled):
            return  # it never began
        task.end(outcome)
        self._follow(task, decide(task))

    def _follow(self, task: WorkflowTask, result: HandlerResult) -> None:
        """Do what the handler decided about a task that has ended."""
        subgraph = task.containing_subgraph
        is_retried = result.action is Action.RETRY and (subgraph is None or subgraph.is_open)
        if not task.is_immediate and not task.is_subgraph():
            self._steps.append(Ended(task, is_retried))
        if is_retried:
            self._try_again(task, result)
        elif result.action is Action.FAIL:
            self._fail(task)
        else:
            self._complete(task)
        self._take_fresh()
        if subgraph is not None:
            self._close_if_done(subgraph)

    def _try_again(self, task: WorkflowTask, result: HandlerResult) -> None:
        successor = result.retried_task or task.duplicate_for_retry()
        delay = task.retry_interval if result.retry_after is None else result.retry_after
        if not successor.is_subgraph():
            successor.execute_after = self._backend.monotonic() + delay
        self._graph.replace_task(task, successor)

    def _fail(self, task: WorkflowTask) -> None:
        """Remember a failure for good: in a subgraph it is the subgraph's, else the workflow's."""
        subgraph = task.containing_subgraph
        if subgraph is not None:
            subgraph.failed_task = subgraph.failed_task or task
            subgraph.is_open = False
            return
        self._failed.append(task)
        if self._deadline is None:
            self._deadline = self._backend.monotonic() + self._wait_after_fail

    def _complete(self, task: WorkflowTask) -> None:
        later = self._graph.dependents(task)
        self._graph.remove_task(task)
        self._free.extend(one for one in later if self._graph.is_free(one))

    def _close_if_done(self, subgraph: SubgraphTask) -> None:
        """End a subgraph whose tasks have all ended, or that failed and has nothing running any more."""
        if subgraph.is_terminated or subgraph.get_state() is TaskState.PENDING:
            return
        if subgraph.failed_task is not None:
            if subgraph.running:
                return
            subgraph.end(Outcome(error=subgraph.failed_task.error))
        elif subgraph.tasks:
            return
        else:
            subgraph.end(Outcome())
        subgraph.is_open = False
        if not subgraph.has_ended_before:
            self._tell(subgraph, task_ended(subgraph), ended(subgraph.place) if subgraph.is_succeeded else "")
        self._follow(subgraph, decide(subgraph))

    def _tell(self, subgraph: SubgraphTask, told: Told, place: str) -> None:
        if subgraph.send_task_events:
            self._steps.append(told)
        if place and subgraph.place:
            self._steps.append(Passed(place))

    def _count_running(self, task: WorkflowTask, change: int) -> None:
        subgraph = task.containing_subgraph
        while subgraph is not None:
            subgraph.running += change
            subgraph = subgraph.containing_subgraph

    def _take_fresh(self) -> None:
        """Meet the tasks that handlers or authors have added."""
        fresh, self._graph.fresh = self._graph.fresh, []
        self._withholds = None if fresh else self._withholds
        lineage = Lineage(self._graph)
        for task in fresh:
            if not (task.is_immediate or task.is_subgraph() or task.is_done_before):
                self._steps.append(Added(task, lineage.of(task)))
            if task.execute_after:
                self._count += 1
                heapq.heappush(self._delayed, (task.execute_after, self._count, task))
            elif self._graph.is_free(task):
                self._free.append(task)

    def _take_delayed(self) -> None:
        now = self._backend.monotonic()
        while self._delayed and self._delayed[0][0] <= now:
            self._free.append(heapq.heappop(self._delayed)[2])

    def _flush(self) -> None:
        if self._steps:
            self._backend.commit(self._steps)
            self._steps = []
