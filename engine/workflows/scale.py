"""The workflow that gives a node or scaling group more instances, or fewer (dsl.md §4.10)."""

from collections.abc import Iterable, Sequence

from engine.domain.deployment import Modification, ModificationStatus
from engine.sdk.backend import Scaled, Scaling
from engine.sdk.decorators import workflow
from engine.sdk.errors import NonRecoverableError, WorkflowFailed
from engine.sdk.model import WorkflowNodeInstance
from engine.sdk.workflow_context import WorkflowContext
from engine.workflows.install import install_graph, uninstall_graph

FINISHED, ROLLEDBACK, STARTED = ModificationStatus.FINISHED, ModificationStatus.ROLLEDBACK, ModificationStatus.STARTED


@workflow(resumable=True)
def scale(
    ctx: WorkflowContext,
    scalable_entity_name: str,
    delta: int = 1,
    scale_compute: bool = False,
    include_instances: Sequence[str] | str | None = None,
    exclude_instances: Sequence[str] | str | None = None,
    ignore_failure: bool = False,
    rollback_if_failed: bool = True,
    abort_started: bool = False,
    **_: object,
) -> None:
    """Install further instances of a node or scaling group, or uninstall some of them.

    Raises:
        NonRecoverableError: the entity or an instance does not exist, or the wishes contradict each other.
    """
    ctx.graph_mode()
    if delta == 0:
        ctx.logger.info("delta is 0: `%s` stays as it is", scalable_entity_name)
        return
    include, exclude = _ids(include_instances), _ids(exclude_instances)
    _check_wishes(ctx, delta, include, exclude, scale_compute=scale_compute)
    if abort_started:
        _abort_open(ctx)
    entity = _entity(ctx, scalable_entity_name, scale_compute=scale_compute)
    scaled = _begun(ctx, Scaling(entity=entity, delta=delta, remove_first=include, keep=exclude))
    if scaled is not None:
        _carry_out(ctx, scaled, ignore_failure=ignore_failure, rolls_back=rollback_if_failed)


def _ids(given: Sequence[str] | str | None) -> frozenset[str]:
    return frozenset([given] if isinstance(given, str) else given or ())


def _check_wishes(
    ctx: WorkflowContext, delta: int, include: frozenset[str], exclude: frozenset[str], *, scale_compute: bool
) -> None:
    if not include and not exclude:
        return
    if delta > 0:
        raise NonRecoverableError("include_instances and exclude_instances need a negative delta")
    if scale_compute:
        raise NonRecoverableError("include_instances and exclude_instances cannot be used with scale_compute")
    if both := sorted(include & exclude):
        raise NonRecoverableError(f"{', '.join(both)} cannot be both included and excluded")
    if unknown := sorted(one for one in include | exclude if ctx.get_node_instance(one) is None):
        raise NonRecoverableError(f"the deployment has no node instance {', '.join(unknown)}")


def _entity(ctx: WorkflowContext, name: str, *, scale_compute: bool) -> str:
    """Return what is scaled: the entity itself, or the host that it is on."""
    if name in ctx.deployment.scaling_groups:
        return name
    node = next((one for one in ctx.nodes if one.id == name), None)
    if node is None:
        raise NonRecoverableError(f"the deployment has no node and no scaling group `{name}`")
    return node.host_id if scale_compute and node.host_id else name


def _abort_open(ctx: WorkflowContext) -> None:
    """Uninstall what modifications of others have added that never ended, and roll them back."""
    for one in _open(ctx, is_own=False):
        if not ctx.dry_run:
            _take_back(ctx, one.id, one.added)


def _open(ctx: WorkflowContext, *, is_own: bool) -> list[Modification]:
    return [
        one
        for one in ctx.internal.backend.modifications()
        if one.status is STARTED and (one.execution_id == ctx.execution_id) is is_own
    ]


def _begun(ctx: WorkflowContext, scaling: Scaling) -> Scaled | None:
    """Begin a modification, or take up the one that an earlier attempt has begun; None when that had finished it."""
    own = [one for one in ctx.internal.backend.modifications() if one.execution_id == ctx.execution_id]
    if own and own[-1].status is FINISHED:
        return None
    if own and own[-1].status is STARTED:
        one, instances = own[-1], tuple(ctx.internal.backend.instances())
        scaled = Scaled(id=one.id, added=one.added, removed=one.removed, instances=instances)
    else:
        scaled = ctx.internal.backend.start_modification(scaling, is_dry_run=ctx.dry_run)
    ctx.show_instances(scaled.instances)
    return scaled


def _carry_out(ctx: WorkflowContext, scaled: Scaled, *, ignore_failure: bool, rolls_back: bool) -> None:
    try:
        name = f"scale-{scaled.id}"
        uninstall_graph(ctx, _named(ctx, scaled.removed), ignore_failure=ignore_failure, name=f"{name}-out").execute()
        install_graph(ctx, _named(ctx, scaled.added), name=f"{name}-in").execute()
    except WorkflowFailed:
        if rolls_back and scaled.added and not ctx.dry_run:
            ctx.logger.warning("scaling failed; what was added is uninstalled")
            _take_back(ctx, scaled.id, scaled.added)
        raise
    if not ctx.dry_run:
        ctx.internal.backend.end_modification(scaled.id, FINISHED)


def _take_back(ctx: WorkflowContext, id: str, added: Iterable[str]) -> None:
    ctx.internal.renew_graph()
    ctx.refresh_node_instances()
    uninstall_graph(ctx, _named(ctx, added), ignore_failure=True, name=f"rollback-{id}").execute()
    ctx.internal.backend.end_modification(id, ROLLEDBACK)
    ctx.refresh_node_instances()


def _named(ctx: WorkflowContext, ids: Iterable[str]) -> list[WorkflowNodeInstance]:
    wanted = set(ids)
    return [one for one in ctx.node_instances if one.id in wanted]
