"""Which node instances a workflow was asked to work on."""

from collections.abc import Iterable, Sequence

from engine.sdk.model import WorkflowNodeInstance
from engine.sdk.workflow_context import WorkflowContext


def select(
    ctx: WorkflowContext,
    *,
    node_ids: Sequence[str] | None = None,
    node_instance_ids: Sequence[str] | None = None,
    type_names: Sequence[str] | None = None,
) -> list[WorkflowNodeInstance]:
    """Return the node instances that pass all filters; an empty filter lets everything pass.

    Raises:
        RuntimeError: a filter names a node or an instance that does not exist.
    """
    instances = list(ctx.node_instances)
    _require_known("node", node_ids, (node.id for node in ctx.nodes))
    _require_known("node instance", node_instance_ids, (one.id for one in instances))
    return [
        one
        for one in instances
        if (not node_ids or one.node_id in node_ids)
        and (not node_instance_ids or one.id in node_instance_ids)
        and (not type_names or any(name in one.node.type_hierarchy for name in type_names))
    ]


def _require_known(kind: str, wanted: Sequence[str] | None, existing: Iterable[str]) -> None:
    unknown = sorted(set(wanted or ()) - set(existing))
    if unknown:
        raise RuntimeError(f"the deployment has no {kind} {', '.join(f'`{one}`' for one in unknown)}")
