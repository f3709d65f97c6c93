"""Workflows that ask node instances how they are, and keep the answers."""

from collections.abc import Callable, Iterator, Sequence

from engine.sdk.backend import Checked
from engine.sdk.decorators import workflow
from engine.sdk.errors import NonRecoverableError
from engine.sdk.graph import SubgraphTask, TaskDependencyGraph
from engine.sdk.handler import HandlerResult
from engine.sdk.immediate import ImmediateTask
from engine.sdk.model import WorkflowNodeInstance, WorkflowRelationshipInstance
from engine.sdk.narration import describe
from engine.sdk.tasks import WorkflowTask
from engine.sdk.tasks_graph import make_or_get_graph
from engine.sdk.workflow_context import WorkflowContext
from engine.workflows.lifecycle import LIFECYCLE, RELATIONSHIP, VALIDATION
from engine.workflows.selection import select

Filter = Sequence[str] | None

CHECK_STATUS = f"{VALIDATION}.check_status"
CHECK_DRIFT = f"{LIFECYCLE}.check_drift"
RELATIONSHIP_DRIFT = f"{RELATIONSHIP}.check_drift"
STATUS = "status"
DRIFT = "configuration_drift"
SOURCE_DRIFT = f"source_relationships_{DRIFT}"
TARGET_DRIFT = f"target_relationships_{DRIFT}"

Build = Callable[[WorkflowNodeInstance, SubgraphTask], None]


@workflow(resumable=True)
def check_status(
    ctx: WorkflowContext,
    run_by_dependency_order: bool = False,
    type_names: Filter = None,
    node_ids: Filter = None,
    node_instance_ids: Filter = None,
    **_: object,
) -> None:
    """Check the node instances; one that is not well fails the workflow."""
    ctx.graph_mode()
    chosen = select(ctx, node_ids=node_ids, node_instance_ids=node_instance_ids, type_names=type_names)
    status_graph(ctx, chosen, in_order=run_by_dependency_order, name="check_status").execute()


@workflow(resumable=True)
def check_drift(
    ctx: WorkflowContext,
    run_by_dependency_order: bool = True,
    type_names: Filter = None,
    node_ids: Filter = None,
    node_instance_ids: Filter = None,
    **_: object,
) -> None:
    """Ask the node instances and their relationships how far they have drifted from what was configured."""
    ctx.graph_mode()
    chosen = select(ctx, node_ids=node_ids, node_instance_ids=node_instance_ids, type_names=type_names)
    drift_graph(ctx, chosen, in_order=run_by_dependency_order, name="check_drift").execute()


@make_or_get_graph
def status_graph(
    ctx: WorkflowContext, chosen: Sequence[WorkflowNodeInstance], *, in_order: bool, ignores_failure: bool = False
) -> TaskDependencyGraph:
    """Return the graph that checks the status of the node instances."""

    def build(instance: WorkflowNodeInstance, subgraph: SubgraphTask) -> None:
        if instance.node.has_operation(CHECK_STATUS):
            subgraph.sequence().add(_status_task(instance, ignores_failure=ignores_failure))

    return each(ctx, chosen, build, prefix="check_status", in_order=in_order)


@make_or_get_graph
def drift_graph(ctx: WorkflowContext, chosen: Sequence[WorkflowNodeInstance], *, in_order: bool) -> TaskDependencyGraph:
    """Return the graph that checks the node instances and their relationships for drift."""

    def build(instance: WorkflowNodeInstance, subgraph: SubgraphTask) -> None:
        subgraph.sequence().add(*_drift_tasks(instance))

    return each(ctx, chosen, build, prefix="check_drift", in_order=in_order)


def each(
    ctx: WorkflowContext, chosen: Sequence[WorkflowNodeInstance], build: Build, *, prefix: str, in_order: bool
) -> TaskDependencyGraph:
    """Return a graph with a subgraph per node instance.

    In order, a node instance waits for the targets of its relationships, through those too that were not chosen.
    """
    graph, wanted = ctx.internal.task_graph, set(chosen)
    instances = list(ctx.node_instances) if in_order else list(chosen)
    subgraphs = {one: graph.subgraph(f"{prefix}_{one.id}") for one in instances}
    for instance, subgraph in subgraphs.items():
        if instance in wanted:
            build(instance, subgraph)
        subgraph.send_task_events = bool(subgraph.tasks)
        for relationship in instance.relationships if in_order else ():
            graph.add_dependency(subgraph, subgraphs[relationship.target_node_instance])
    return graph


def _status_task(instance: WorkflowNodeInstance, *, ignores_failure: bool) -> WorkflowTask:
    task: WorkflowTask = instance.execute_operation(CHECK_STATUS)
    if instance.node.operations[CHECK_STATUS].max_retries is None:
        task.total_retries = 0
    if not instance.ctx.dry_run:
        task.on_success = Keep(instance, STATUS)
        task.on_failure = KeepFailure(instance, ignores_failure=ignores_failure)
    return task


def _drift_tasks(instance: WorkflowNodeInstance) -> Iterator[WorkflowTask]:
    if instance.node.has_operation(CHECK_DRIFT):
        yield _kept(instance.execute_operation(CHECK_DRIFT), Keep(instance, DRIFT, is_drift=True))
    for one in instance.relationships:
        yield from _relationship_tasks(instance, one)


def _relationship_tasks(
    instance: WorkflowNodeInstance, relationship: WorkflowRelationshipInstance
) -> Iterator[WorkflowTask]:
    target = relationship.target_node_instance
    source_task: WorkflowTask = relationship.execute_source_operation(RELATIONSHIP_DRIFT)
    target_task: WorkflowTask = relationship.execute_target_operation(RELATIONSHIP_DRIFT)
    if not source_task.is_nop():
        yield _kept(source_task, Keep(instance, SOURCE_DRIFT, is_drift=True, related_id=target.id))
    if not target_task.is_nop():
        yield _kept(target_task, Keep(target, TARGET_DRIFT, is_drift=True, related_id=instance.id))


def _kept(task: WorkflowTask, keep: "Keep") -> WorkflowTask:
    if not keep.instance.ctx.dry_run:
        task.on_success = keep
    return task


class Keep:
    """Keeps what a check has returned; an answer about drift is good news when it is empty."""

    def __init__(
        self, instance: WorkflowNodeInstance, kind: str, *, is_drift: bool = False, related_id: str | None = None
    ) -> None:
        self.instance, self._kind = instance, kind
        self._is_drift, self._related_id = is_drift, related_id

    def __call__(self, task: WorkflowTask) -> HandlerResult:
        ok = not (self._is_drift and task.result)
        _add_beside(self.instance, task, self._kind, ok=ok, related_id=self._related_id)
        return HandlerResult.cont()


class KeepFailure:
    """Keeps that a check of the status has failed."""

    def __init__(self, instance: WorkflowNodeInstance, *, ignores_failure: bool) -> None:
        self._instance, self._ignores_failure = instance, ignores_failure

    def __call__(self, task: WorkflowTask) -> HandlerResult:
        _add_beside(self._instance, task, STATUS, ok=False)
        if task.may_retry and not isinstance(task.error, NonRecoverableError):
            return HandlerResult.retry()
        return HandlerResult.ignore() if self._ignores_failure else HandlerResult.fail()


def _add_beside(
    instance: WorkflowNodeInstance, task: WorkflowTask, kind: str, *, ok: bool, related_id: str | None = None
) -> None:
    result = describe(task.error) if task.error is not None else task.result
    finding = Checked(instance_id=instance.id, kind=kind, ok=ok, task=task.name, result=result, related_id=related_id)
    note = ImmediateTask("keep_finding", (finding,))
    instance.ctx.internal.task_graph.add_task(note)
