"""The workflow that brings a deployment from one plan to another (dsl.md §4.10, semantics §5.9).

What goes is taken away while the deployment has its old plan, by the operations that it was made with; then the plan is
switched; what comes is made by the new one. So the plan tells the truth about what is there at every moment.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.domain.blueprint import Plan
from engine.domain.json import Json, JsonObject
from engine.domain.update import UPDATING, DeploymentUpdate, UpdateOptions, from_parameters
from engine.sdk.api import EXECUTION_CANCELLED_RESULT
from engine.sdk.decorators import workflow
from engine.sdk.errors import ExecutionCancelled, NonRecoverableError
from engine.sdk.graph import SubgraphTask, TaskDependencyGraph
from engine.sdk.handler import HandlerResult
from engine.sdk.model import WorkflowNodeInstance
from engine.sdk.tasks import WorkflowTask
from engine.sdk.tasks_graph import make_or_get_graph
from engine.sdk.workflow_context import WorkflowContext
from engine.workflows.checks import each
from engine.workflows.install import install_graph, reinstall_instances, uninstall_graph
from engine.workflows.lifecycle import flat, ignore_and_tell, relationship_steps


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a workflow sees of a deployment."""

    blueprint_id: str
    plan: Plan
    inputs: JsonObject


class Updating(Protocol):
    """The runtime's side of an update: each verb is one commit, and does nothing where it was done before."""

    def begin(self) -> DeploymentUpdate:
        """Settle what goes."""

    def switch(self) -> DeploymentUpdate:
        """Give the deployment its new plan."""

    def finish(self) -> None:
        """Note that all is done."""

    def custom(self, record: DeploymentUpdate) -> Callable[[WorkflowContext], Json]:
        """Return the workflow that runs instead of installing and uninstalling."""

    def turn_to_new(self) -> View:
        """Let operations run with the new plan before the deployment has it."""

    def turn_to_stored(self) -> View:
        """Let operations run with the plan that the deployment has."""


@workflow(resumable=True)
def update(ctx: WorkflowContext, updating: Updating, **parameters: object) -> None:
    """Take away what goes, switch the plan, make what comes."""
    options = from_parameters(ctx.deployment.id, parameters).options
    if options.workflow:
        _leave_to_another(ctx, updating)
        return
    ctx.graph_mode()
    record = updating.begin()
    if not record.is_switched:
        if options.install_first and record.work.is_installed:
            _show(ctx, updating.turn_to_new())
            install_graph(ctx, _named(ctx, record.work.added), name="update-install-first").execute()
        _show(ctx, updating.turn_to_stored())
        _take_away(ctx, record, options)
        record = updating.switch()
    _show(ctx, updating.turn_to_stored())
    _bring(ctx, record, options)
    updating.finish()


def _leave_to_another(ctx: WorkflowContext, updating: Updating) -> None:
    """Switch the plan and run the author's workflow, to which the nodes of both plans are there."""
    updating.begin()
    record = updating.switch()
    _show(ctx, updating.turn_to_stored())
    result = updating.custom(record)(ctx)
    ctx.internal.wait_for_all()
    if result == EXECUTION_CANCELLED_RESULT:
        raise ExecutionCancelled
    updating.finish()


def _show(ctx: WorkflowContext, view: View) -> None:
    """Let the model be that of a plan, with the node instances as they are."""
    ctx.show_plan(view.blueprint_id, view.plan, view.inputs)
    ctx.refresh_node_instances()


def _take_away(ctx: WorkflowContext, record: DeploymentUpdate, options: UpdateOptions) -> None:
    work = record.work
    ignores = options.ignore_failure
    if not options.skip_uninstall:
        unlink_graph(ctx, work.unlinked, ignore_failure=ignores, name="update-unlink").execute()
    gone = () if options.skip_uninstall else work.removed
    going = _named(ctx, {*gone, *work.reinstalled})
    uninstall_graph(ctx, going, ignore_failure=ignores, name="update-uninstall").execute()


def _bring(ctx: WorkflowContext, record: DeploymentUpdate, options: UpdateOptions) -> None:
    work = record.work
    unchanged = ctx.internal.settled("update-anew", lambda: _change(ctx, work.updated))
    if unchanged and options.skip_reinstall:
        names = ", ".join(f"`{one}`" for one in sorted(unchanged))
        raise NonRecoverableError(f"{names} could not be updated, and skip_reinstall forbids to install it anew")
    if unchanged:
        reinstall_instances(ctx, unchanged, ignore_failure=options.ignore_failure, name="update-anew")
        ctx.refresh_node_instances()
    added = work.added if work.is_installed and not options.skip_install else ()
    coming = _named(ctx, {*added, *work.reinstalled})
    install_graph(ctx, coming, name="update-install").execute()
    establish_graph(ctx, work.established, name="update-establish").execute()


def _named(ctx: WorkflowContext, ids: Iterable[str]) -> list[WorkflowNodeInstance]:
    wanted = set(ids)
    return [one for one in ctx.node_instances if one.id in wanted]


def _change(ctx: WorkflowContext, ids: Iterable[str]) -> set[str]:
    """Let node instances change where they are, and return those that could not, with all that they contain."""
    failed: set[str] = set()
    change_graph(ctx, _named(ctx, ids), failed=failed, name="update-change").execute()
    ctx.refresh_node_instances()
    return {inner.id for one in _named(ctx, failed) for inner in one.get_contained_subgraph()}


@make_or_get_graph
def change_graph(
    ctx: WorkflowContext, chosen: Sequence[WorkflowNodeInstance], *, failed: set[str]
) -> TaskDependencyGraph:
    """Return the graph of update operations, targets of relationships first; failures are noted in `failed`."""

    def build(instance: WorkflowNodeInstance, subgraph: SubgraphTask) -> None:
        subgraph.on_failure = _Noting(instance.id, failed)
        sequence = subgraph.sequence()
        sequence.add(instance.send_event("Updating node instance"))
        for name in UPDATING:
            if instance.node.has_operation(name):
                sequence.add(instance.execute_operation(name))
        for step in relationship_steps(instance, "update", (one.target_id for one in instance.relationships)):
            sequence.add(step)
        sequence.add(instance.send_event("Node instance updated"))

    return each(ctx, chosen, build, prefix="update", in_order=True)


class _Noting:
    """Lets a failure pass, and notes whose it was."""

    def __init__(self, instance_id: str, failed: set[str]) -> None:
        self._instance_id, self._failed = instance_id, failed

    def __call__(self, _task: WorkflowTask) -> HandlerResult:
        self._failed.add(self._instance_id)
        return HandlerResult.ignore()


@make_or_get_graph
def unlink_graph(
    ctx: WorkflowContext, pairs: Sequence[tuple[str, str]], *, ignore_failure: bool
) -> TaskDependencyGraph:
    """Return the graph that unlinks relationships whose ends both stay."""
    return _relationship_graph(ctx, pairs, "unlink", ignore_failure=ignore_failure)


@make_or_get_graph
def establish_graph(ctx: WorkflowContext, pairs: Sequence[tuple[str, str]]) -> TaskDependencyGraph:
    """Return the graph that establishes relationships whose ends both stay."""
    return _relationship_graph(ctx, pairs, "establish", ignore_failure=False)


def _relationship_graph(
    ctx: WorkflowContext, pairs: Sequence[tuple[str, str]], operation: str, *, ignore_failure: bool
) -> TaskDependencyGraph:
    graph = ctx.internal.task_graph
    targets: dict[str, list[str]] = {}
    for source, target in pairs:
        targets.setdefault(source, []).append(target)
    for instance in _named(ctx, targets):
        steps = relationship_steps(instance, operation, targets[instance.id])
        graph.subgraph(f"{operation}_{instance.id}").sequence().add(*steps)
        if ignore_failure:
            for task in flat(steps):
                task.on_failure = ignore_and_tell(instance)
    return graph
