"""Which node instances a workflow was asked to work on."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from engine.sdk.errors import NonRecoverableError
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
        NonRecoverableError: a filter names a node or an instance that does not exist.
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


def require_operation(chosen: Sequence[WorkflowNodeInstance], operation: str) -> None:
    """Check that at least one of the chosen node instances knows the operation, although it may do nothing there.

    Raises:
        NonRecoverableError: there are some, and none of them knows it.
    """
    known = {name for instance in chosen for name in instance.node.operations}
    if chosen and operation not in known:
        raise NonRecoverableError(f"no selected node has the operation `{operation}`{_near(operation, known)}")


def _require_known(kind: str, wanted: Sequence[str] | None, existing: Iterable[str]) -> None:
    known = set(existing)
    if unknown := sorted(set(wanted or ()) - known):
        names = ", ".join(f"`{one}`" for one in unknown)
        raise NonRecoverableError(f"the deployment has no {kind} {names}{_near(unknown[0], known)}")


def _near(name: str, known: Iterable[str]) -> str:
    """Return the question with the names most like `name`, or nothing."""
    names = sorted(known)
    last = name.rpartition(".")[2]
    alike = [one for one in names if one.rpartition(".")[2] == last] or get_close_matches(name, names)
    return f"; did you mean {' or '.join(f'`{one}`' for one in alike[:3])}?" if alike else ""
