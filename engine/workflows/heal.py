"""The workflow that finds out which node instances are unwell and mends them (dsl.md §4.10)."""

from collections.abc import Iterator, Sequence

from engine.sdk.backend import Checked
from engine.sdk.decorators import workflow
from engine.sdk.errors import NonRecoverableError
from engine.sdk.graph import SubgraphTask, TaskDependencyGraph
from engine.sdk.handler import HandlerResult
from engine.sdk.immediate import ImmediateTask
from engine.sdk.model import WorkflowNodeInstance
from engine.sdk.tasks import WorkflowTask
from engine.sdk.tasks_graph import make_or_get_graph
from engine.sdk.workflow_context import WorkflowContext
from engine.workflows.checks import STATUS, each, status_graph
from engine.workflows.install import reinstall_instances
from engine.workflows.lifecycle import LIFECYCLE, Step
from engine.workflows.selection import select

HEAL = f"{LIFECYCLE}.heal"


@workflow(resumable=True)
def heal(
    ctx: WorkflowContext,
    node_instance_id: str | None = None,
    diagnose_value: object = None,
    ignore_failure: bool = True,
    check_status: bool = True,
    allow_reinstall: bool = True,
    force_reinstall: bool = False,
    **_: object,
) -> None:
    """Mend what is unwell: by its own heal operation where it has one, else by installing it anew.

    Raises:
        NonRecoverableError: something must be installed anew, and that is not allowed.
    """
    ctx.graph_mode()
    scope = _scope(ctx, node_instance_id)

    def decide() -> set[str]:
        if force_reinstall:
            return {one.id for one in scope}
        worse = _still_unwell(ctx, scope, is_targeted=node_instance_id is not None, checks=check_status)
        if worse and not allow_reinstall:
            names = ", ".join(f"`{one}`" for one in sorted(worse))
            raise NonRecoverableError(f"{names} could not be healed, and `allow_reinstall` is false")
        return worse

    if ids := ctx.internal.settled("heal-scope", decide):
        reinstall_instances(ctx, ids, ignore_failure=ignore_failure, name="heal")


def _scope(ctx: WorkflowContext, id: str | None) -> list[WorkflowNodeInstance]:
    """Return what a heal is about: everything, or what stands on the host of a node instance."""
    if not id:
        return list(ctx.node_instances)
    named = select(ctx, node_instance_ids=[id])[0]
    host = ctx.get_node_instance(named.host_id) if named.host_id else None
    inside = (host or named).get_contained_subgraph()
    return [one for one in ctx.node_instances if one in inside]


def _still_unwell(
    ctx: WorkflowContext, scope: Sequence[WorkflowNodeInstance], *, is_targeted: bool, checks: bool
) -> set[str]:
    """Check, let heal what can heal itself, and say what has to be installed anew, with all that it contains."""
    if checks:
        status_graph(ctx, scope, in_order=False, ignores_failure=True, name="heal-check").execute()
        ctx.refresh_node_instances()
    unwell = [one for one in _again(ctx, scope) if not is_healthy(one, is_targeted=is_targeted)]
    healing = [one for one in unwell if one.node.has_operation(HEAL)]
    heal_graph(ctx, healing, name="heal-heal").execute()
    ctx.refresh_node_instances()
    healed = set(healing) if ctx.dry_run else {one for one in _again(ctx, healing) if is_healthy(one, is_targeted=True)}
    return {id for one in _again(ctx, unwell) if one not in healed for id in _contained(one)}


def _again(ctx: WorkflowContext, instances: Sequence[WorkflowNodeInstance]) -> Iterator[WorkflowNodeInstance]:
    """Yield the same node instances as they are now."""
    return (one for one in ctx.node_instances if one in set(instances))


def _contained(instance: WorkflowNodeInstance) -> set[str]:
    return {one.id for one in instance.get_contained_subgraph()}


def is_healthy(instance: WorkflowNodeInstance, *, is_targeted: bool) -> bool:
    """Say whether the last check found a node instance well; where nobody checks, only what was named is unwell."""
    status = instance.system_properties.get(STATUS)
    if status is None:
        return not is_targeted
    return bool(status.get("ok"))


@make_or_get_graph
def heal_graph(ctx: WorkflowContext, chosen: Sequence[WorkflowNodeInstance]) -> TaskDependencyGraph:
    """Return the graph that lets node instances heal themselves, targets of relationships first."""

    def build(instance: WorkflowNodeInstance, subgraph: SubgraphTask) -> None:
        subgraph.on_failure = look_away
        subgraph.sequence().add(*_heal_steps(instance))

    return each(ctx, chosen, build, prefix="heal", in_order=True)


def _heal_steps(instance: WorkflowNodeInstance) -> Iterator[Step]:
    yield instance.send_event("Healing node instance")
    for name in ("preheal", "heal", "postheal"):
        if instance.node.has_operation(f"{LIFECYCLE}.{name}"):
            yield instance.execute_operation(f"{LIFECYCLE}.{name}")
    if not instance.ctx.dry_run:
        yield ImmediateTask("keep_finding", (Checked(instance_id=instance.id, kind=STATUS, ok=True, task="healed"),))
    yield instance.send_event("Node instance healed")


def look_away(_task: WorkflowTask) -> HandlerResult:
    """Let a failure pass: what could not heal itself stays unwell and is installed anew."""
    return HandlerResult.ignore()
