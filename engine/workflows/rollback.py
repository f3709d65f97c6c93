"""The workflow that takes back what an install has left half done (dsl.md §4.10)."""

from collections.abc import Iterator, Sequence

from engine.sdk.decorators import workflow
from engine.sdk.graph import SubgraphTask, TaskDependencyGraph
from engine.sdk.model import WorkflowNodeInstance
from engine.sdk.tasks_graph import make_or_get_graph
from engine.sdk.workflow_context import WorkflowContext
from engine.workflows.install import uninstall_graph
from engine.workflows.lifecycle import Step, delete_steps, flat, ignore_and_tell, stop_steps
from engine.workflows.selection import select

Filter = Sequence[str] | None

HALF_DONE = frozenset({"creating", "configuring", "starting"})
BACK = frozenset({"configured", "uninitialized"})
STOPPING = frozenset({"starting", "stopping", "stopped"})
"""States of a node instance that is taken back to `configured`, the last two where an earlier attempt came so far."""


@workflow(resumable=True)
def rollback(
    ctx: WorkflowContext,
    type_names: Filter = None,
    node_ids: Filter = None,
    node_instance_ids: Filter = None,
    full_rollback: bool = False,
    **_: object,
) -> None:
    """Bring half made node instances back to the state before; a full rollback uninstalls everything."""
    ctx.graph_mode()
    chosen = select(ctx, node_ids=node_ids, node_instance_ids=node_instance_ids, type_names=type_names)
    ids = ctx.internal.settled("rollback-scope", lambda: (one.id for one in chosen if one.state in HALF_DONE))
    rollback_graph(ctx, [one for one in chosen if one.id in ids], name="rollback").execute()
    if full_rollback:
        ctx.refresh_node_instances()
        uninstall_graph(ctx, list(ctx.node_instances), ignore_failure=True, name="rollback-uninstall").execute()


@make_or_get_graph
def rollback_graph(ctx: WorkflowContext, chosen: Sequence[WorkflowNodeInstance]) -> TaskDependencyGraph:
    """Return the graph that takes the node instances back, sources of relationships first."""
    graph = ctx.internal.task_graph
    subgraphs: dict[WorkflowNodeInstance, SubgraphTask] = {}
    for instance in chosen:
        subgraphs[instance] = subgraph = graph.subgraph(f"rollback_{instance.id}")
        steps = list(_steps(instance))
        for task in flat(steps):
            task.on_failure = ignore_and_tell(instance)
        subgraph.sequence().add(*steps)
    for instance, subgraph in subgraphs.items():
        for relationship in instance.relationships:
            target = relationship.target_node_instance
            if target in subgraphs:
                graph.add_dependency(subgraphs[target], subgraph)
    return graph


def _steps(instance: WorkflowNodeInstance) -> Iterator[Step]:
    if instance.state in BACK:
        return
    if instance.state in STOPPING:
        yield from stop_steps(instance)
        yield instance.set_state("configured")
    else:
        yield from delete_steps(instance)
        yield instance.set_state("uninitialized")
    yield instance.send_event("Node instance rolled back")
