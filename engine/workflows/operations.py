"""Workflows that run one operation on many node instances."""

from collections.abc import Sequence

from engine.domain.json import Json, JsonObject
from engine.sdk.decorators import workflow
from engine.sdk.graph import SubgraphTask, TaskDependencyGraph
from engine.sdk.model import WorkflowNodeInstance
from engine.sdk.tasks_graph import make_or_get_graph
from engine.sdk.workflow_context import WorkflowContext
from engine.workflows.lifecycle import LIFECYCLE
from engine.workflows.selection import require_operation, select

Filter = Sequence[str] | None


@workflow(resumable=True)
def execute_operation(
    ctx: WorkflowContext,
    operation: str,
    operation_kwargs: JsonObject | None = None,
    allow_kwargs_override: bool | None = None,
    run_by_dependency_order: bool = False,
    type_names: Filter = None,
    node_ids: Filter = None,
    node_instance_ids: Filter = None,
    **_: object,
) -> None:
    """Run an operation on the chosen node instances that have it."""
    chosen = select(ctx, node_ids=node_ids, node_instance_ids=node_instance_ids, type_names=type_names)
    require_operation(chosen, operation)
    _execute(ctx, chosen, operation, operation_kwargs, bool(allow_kwargs_override), run_by_dependency_order)


def _execute(
    ctx: WorkflowContext,
    chosen: Sequence[WorkflowNodeInstance],
    operation: str,
    kwargs: JsonObject | None,
    may_override: bool,
    in_order: bool,
) -> None:
    ctx.graph_mode()
    operation_graph(
        ctx,
        chosen,
        operation,
        kwargs,
        may_override=may_override,
        in_order=in_order,
        name=f"execute_operation_{operation}",
    ).execute()


@workflow(resumable=True)
def start(ctx: WorkflowContext, operation_parms: JsonObject | None = None, **options: Json) -> None:
    """Run the start operation, targets of relationships first."""
    _lifecycle(ctx, "start", operation_parms, **options)


@workflow(resumable=True)
def stop(ctx: WorkflowContext, operation_parms: JsonObject | None = None, **options: Json) -> None:
    """Run the stop operation, in the same direction as start."""
    _lifecycle(ctx, "stop", operation_parms, **options)


@workflow(resumable=True)
def pull(ctx: WorkflowContext, operation_parms: JsonObject | None = None, **options: Json) -> None:
    """Run the pull operation."""
    _lifecycle(ctx, "pull", operation_parms, **options)


@workflow(resumable=True)
def restart(
    ctx: WorkflowContext,
    stop_parms: JsonObject | None = None,
    start_parms: JsonObject | None = None,
    **options: Json,
) -> None:
    """Run all stops, then all starts."""
    stop(ctx, stop_parms, **options)
    start(ctx, start_parms, **options)


def _lifecycle(
    ctx: WorkflowContext,
    operation: str,
    operation_parms: JsonObject | None,
    *,
    run_by_dependency_order: bool = True,
    type_names: Filter = None,
    node_ids: Filter = None,
    node_instance_ids: Filter = None,
    **_: object,
) -> None:
    chosen = select(ctx, node_ids=node_ids, node_instance_ids=node_instance_ids, type_names=type_names)
    _execute(ctx, chosen, f"{LIFECYCLE}.{operation}", operation_parms, True, run_by_dependency_order)


@make_or_get_graph
def operation_graph(
    ctx: WorkflowContext,
    chosen: Sequence[WorkflowNodeInstance],
    operation: str,
    kwargs: JsonObject | None,
    *,
    may_override: bool,
    in_order: bool,
) -> TaskDependencyGraph:
    """Return the graph with one subgraph per node instance that has the operation.

    In order, a node instance waits for the targets of its relationships, through those too that were not chosen.
    """
    graph, wanted = ctx.internal.task_graph, set(chosen)
    instances = list(ctx.node_instances) if in_order else list(chosen)
    subgraphs = {
        one: _subgraph(graph, one, operation, kwargs, may_override, is_stub=one not in wanted) for one in instances
    }
    for instance, subgraph in subgraphs.items():
        for relationship in instance.relationships if in_order else ():
            graph.add_dependency(subgraph, subgraphs[relationship.target_node_instance])
    return graph


def _subgraph(
    graph: TaskDependencyGraph,
    instance: WorkflowNodeInstance,
    operation: str,
    kwargs: JsonObject | None,
    may_override: bool,
    *,
    is_stub: bool,
) -> SubgraphTask:
    subgraph = graph.subgraph(f"{operation}_{instance.id}")
    if is_stub or not instance.node.has_operation(operation):
        subgraph.send_task_events = False
        return subgraph
    subgraph.sequence().add(
        instance.send_event(f"Starting operation {operation}"),
        instance.execute_operation(operation, kwargs=kwargs, allow_kwargs_override=may_override),
        instance.send_event(f"Finished operation {operation}"),
    )
    return subgraph
