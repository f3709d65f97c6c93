"""Whether a deployment's state lets a workflow be started (semantics §1.4)."""

from collections.abc import Iterable, Sequence

from engine.domain.blueprint import Workflow
from engine.domain.errors import InvalidParameters


def require(workflow: Workflow, *, states: Sequence[str], types: Iterable[str]) -> None:
    """Return in peace when all availability rules hold.

    `states` are those of the node instances, `types` all types in the hierarchies of the nodes.

    Raises:
        InvalidParameters: a rule does not hold; the text names it.
    """
    rules = workflow.availability_rules
    if rules.get("available") is False:
        raise InvalidParameters(f"Workflow not available: {workflow.name} is switched off by its blueprint")
    wanted = rules.get("node_instances_active")
    if wanted and not any(_ACTIVITY[kind](states) for kind in wanted):
        started = sum(state == "started" for state in states)
        raise InvalidParameters(
            f"Workflow not available: {workflow.name} needs {' or '.join(wanted)} of the node instances started, "
            f"but {started} of {len(states)} are (--force starts it all the same)"
        )
    needed = rules.get("node_types_required")
    if needed and not set(needed) & set(types):
        raise InvalidParameters(f"Workflow not available: {workflow.name} needs a node of type {' or '.join(needed)}")


def _all_started(states: Sequence[str]) -> bool:
    return all(state == "started" for state in states)


def _partly_started(states: Sequence[str]) -> bool:
    return not _all_started(states) and not all(state in {"uninitialized", "deleted"} for state in states)


def _none_started(states: Sequence[str]) -> bool:
    return not any(state == "started" for state in states)


_ACTIVITY = {"all": _all_started, "partial": _partly_started, "none": _none_started}
