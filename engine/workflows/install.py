"""Install, uninstall and reinstall: the lifecycle of many node instances in the order of their relationships."""

from collections.abc import Iterable, Sequence

from engine.sdk.backend import Passed
from engine.sdk.decorators import workflow
from engine.sdk.graph import SubgraphTask, TaskDependencyGraph
from engine.sdk.handler import HandlerResult
from engine.sdk.immediate import ImmediateTask
from engine.sdk.model import WorkflowNodeInstance
from engine.sdk.tasks import WorkflowTask
from engine.sdk.tasks_graph import make_or_get_graph
from engine.sdk.workflow_context import WorkflowContext
from engine.workflows.lifecycle import (
    Step,
    flat,
    ignore_and_tell,
    install_steps,
    relationship_steps,
    uninstall_steps,
)
from engine.workflows.resuming import clean_up
from engine.workflows.selection import select

Filter = Sequence[str] | None


@workflow(resumable=True)
def install(
    ctx: WorkflowContext,
    type_names: Filter = None,
    node_ids: Filter = None,
    node_instance_ids: Filter = None,
    **_: object,
) -> None:
    """Bring the node instances to `started`, targets of relationships first."""
    ctx.graph_mode()
    chosen = select(ctx, node_ids=node_ids, node_instance_ids=node_instance_ids, type_names=type_names)
    install_graph(ctx, chosen, name="install").execute()


@workflow(resumable=True)
def uninstall(
    ctx: WorkflowContext,
    ignore_failure: bool = False,
    type_names: Filter = None,
    node_ids: Filter = None,
    node_instance_ids: Filter = None,
    **_: object,
) -> None:
    """Bring the node instances to `deleted`, sources of relationships first."""
    ctx.graph_mode()
    chosen = select(ctx, node_ids=node_ids, node_instance_ids=node_instance_ids, type_names=type_names)
    uninstall_graph(ctx, chosen, ignore_failure=ignore_failure, name="uninstall").execute()


@workflow(resumable=True)
def reinstall(
    ctx: WorkflowContext,
    ignore_failure: bool = False,
    type_names: Filter = None,
    node_ids: Filter = None,
    node_instance_ids: Filter = None,
    **_: object,
) -> None:
    """Uninstall the node instances and install them again."""
    ctx.graph_mode()
    chosen = select(ctx, node_ids=node_ids, node_instance_ids=node_instance_ids, type_names=type_names)
    reinstall_instances(ctx, {one.id for one in chosen}, ignore_failure=ignore_failure, name="reinstall")


def reinstall_instances(ctx: WorkflowContext, ids: set[str], *, ignore_failure: bool, name: str) -> None:
    """Uninstall node instances, all of them, and install them again; `name` tells the graphs from others."""
    chosen = [one for one in ctx.node_instances if one.id in ids]
    uninstall_graph(ctx, chosen, ignore_failure=ignore_failure, name=f"{name}-uninstall").execute()
    ctx.refresh_node_instances()
    again = [one for one in ctx.node_instances if one.id in ids]
    if ctx.dry_run:
        for one in again:
            one.state = "uninitialized"
    install_graph(ctx, again, name=f"{name}-install").execute()


@make_or_get_graph
def install_graph(ctx: WorkflowContext, chosen: Sequence[WorkflowNodeInstance]) -> TaskDependencyGraph:
    """Return the graph that installs the chosen node instances."""
    graph = ctx.internal.task_graph
    subgraphs = {one: _install_subgraph(graph, one) for one in chosen}
    for instance, subgraph in subgraphs.items():
        for target in _targets(instance):
            if target in subgraphs:
                graph.add_dependency(subgraph, subgraphs[target])
    _join_intact(graph, subgraphs, "establish")
    return graph


@make_or_get_graph
def uninstall_graph(
    ctx: WorkflowContext, chosen: Sequence[WorkflowNodeInstance], *, ignore_failure: bool
) -> TaskDependencyGraph:
    """Return the graph that uninstalls the chosen node instances."""
    graph = ctx.internal.task_graph
    subgraphs: dict[WorkflowNodeInstance, SubgraphTask] = {}
    for instance in chosen:
        subgraph = graph.subgraph(instance.id)
        _fill(subgraph, uninstall_steps(instance, ignore_failure=ignore_failure))
        if ignore_failure:
            subgraph.on_failure = ignore_and_tell(instance)
        elif retries := ctx.internal.retries.subgraph_retries:
            subgraph.total_retries, subgraph.on_failure = retries, UninstallAgain(instance)
        subgraphs[instance] = subgraph
    for instance, subgraph in subgraphs.items():
        for target in _targets(instance):
            if target in subgraphs:
                graph.add_dependency(subgraphs[target], subgraph)
    _join_intact(graph, subgraphs, "unlink", ignore_failure=ignore_failure)
    return graph


def _install_subgraph(graph: TaskDependencyGraph, instance: WorkflowNodeInstance) -> SubgraphTask:
    subgraph = graph.subgraph(f"install_{instance.id}")
    _fill(subgraph, _steps(instance))
    retries = instance.ctx.internal.retries.subgraph_retries
    if retries:
        subgraph.total_retries = retries
        subgraph.on_failure = Reinstall(instance)
    return subgraph


def _steps(instance: WorkflowNodeInstance) -> list[Step]:
    """Return the steps of an installation, or of its continuation."""
    internal = instance.ctx.internal
    if instance.state != "started" and _mark_of_reinstall(instance) in internal.history.passed:
        return _reinstall_steps(instance)
    steps = list(install_steps(instance))
    return [*clean_up(instance, steps), *steps] if instance.ctx.resume else steps


def _mark_of_reinstall(instance: WorkflowNodeInstance) -> str:
    """Return the place that tells that the first installation counts no more."""
    return f"reinstall/{instance.id}"


def _reinstall_steps(instance: WorkflowNodeInstance) -> list[Step]:
    """Return the steps that take a node instance away, whatever has become of it, and install it anew."""
    internal = instance.ctx.internal
    mark = ImmediateTask("reinstall", (Passed(_mark_of_reinstall(instance)),))
    with internal.places.within(f"reinstall/attempt {internal.attempt}"):
        steps = [
            mark,
            instance.send_event("Reinstalling node instance"),
            *uninstall_steps(instance, ignore_failure=True),
        ]
        instance.state = "uninitialized"
        return [*steps, *install_steps(instance)]


class _Again:
    """Puts another subgraph into the place of one that failed, as often as the settings say."""

    prefix = ""

    def __init__(self, instance: WorkflowNodeInstance) -> None:
        self._instance = instance

    def __call__(self, task: WorkflowTask) -> HandlerResult:
        context = self._instance.ctx
        context.refresh_node_instances()
        instance = context.get_node_instance(self._instance.id)
        if instance is None or not task.may_retry:
            return HandlerResult.fail()
        again = context.internal.task_graph.subgraph(f"{self.prefix}{instance.id}")
        again.current_retries, again.total_retries = task.current_retries + 1, task.total_retries
        again.on_failure = type(self)(instance)
        _fill(again, self.steps(instance))
        result = HandlerResult.retry()
        result.retried_task = again
        return result

    def steps(self, instance: WorkflowNodeInstance) -> list[Step]:
        """Return what is to be done about a node instance as it is now."""
        raise NotImplementedError


class Reinstall(_Again):
    """Uninstalls and installs a node instance whose installation failed."""

    prefix = "reinstall_"

    def steps(self, instance: WorkflowNodeInstance) -> list[Step]:
        return _reinstall_steps(instance)


class UninstallAgain(_Again):
    """Goes on with a node instance whose uninstallation failed."""

    def steps(self, instance: WorkflowNodeInstance) -> list[Step]:
        internal = instance.ctx.internal
        with internal.places.within(f"uninstall/attempt {internal.attempt}"):
            return uninstall_steps(instance, ignore_failure=False)


def _fill(subgraph: SubgraphTask, steps: Iterable[Step]) -> None:
    sequence = subgraph.sequence()
    for step in steps:
        sequence.add(step)


def _targets(instance: WorkflowNodeInstance) -> list[WorkflowNodeInstance]:
    return [one.target_node_instance for one in instance.relationships]


def _join_intact(
    graph: TaskDependencyGraph,
    subgraphs: dict[WorkflowNodeInstance, SubgraphTask],
    operation: str,
    *,
    ignore_failure: bool = False,
) -> None:
    """Let node instances that were not chosen, but relate to chosen ones, establish or unlink those relationships."""
    if not subgraphs:
        return
    context = graph.workflow_context
    for instance in context.node_instances:
        touched = [target for target in _targets(instance) if target in subgraphs]
        if instance in subgraphs or not touched or instance.state in {"uninitialized", "deleted"}:
            continue
        subgraph = graph.subgraph(f"{operation}_{instance.id}")
        steps = relationship_steps(instance, operation, (target.id for target in touched))
        _fill(subgraph, steps)
        if ignore_failure:
            for task in flat(steps):
                task.on_failure = ignore_and_tell(instance)
        for target in touched:
            first, second = (subgraphs[target], subgraph) if operation == "establish" else (subgraph, subgraphs[target])
            graph.add_dependency(second, first)
