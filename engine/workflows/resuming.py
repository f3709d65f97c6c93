"""What a resumed install does first about a node instance whose making broke off half way (semantics §1.10)."""

from collections.abc import Iterable

from engine.sdk.history import Stored
from engine.sdk.model import WorkflowNodeInstance
from engine.sdk.tasks import OperationTask, WorkflowTask
from engine.workflows.lifecycle import LIFECYCLE, Step, flat, ignore_and_tell

_UNDOING = {"creating": ("create", ("delete", "postdelete")), "starting": ("start", ("prestop", "stop"))}
"""By state: the operation that broke off, and those that clear away what it may have left."""


def clean_up(instance: WorkflowNodeInstance, steps: Iterable[Step]) -> list[Step]:
    """Return the steps that come before these in a resumed install; failures of theirs are passed over."""
    operation, undoing = _UNDOING.get(instance.state, ("", ()))
    broken = next((one for one in flat(steps) if _is(one, f"{LIFECYCLE}.{operation}")), None)
    mapped = [name for name in undoing if instance.node.has_operation(f"{LIFECYCLE}.{name}")]
    if broken is None or not mapped or not _is_half_done(broken.stored):
        return []
    internal = instance.ctx.internal
    with internal.places.within(f"{internal.places.scope}/attempt {internal.attempt}"):
        found = [
            instance.send_event("Rolling back prior to resuming install"),
            *(instance.execute_operation(f"{LIFECYCLE}.{name}") for name in mapped),
            instance.send_event("Finished rolling back, now resuming install"),
        ]
    for task in found:
        task.on_failure = ignore_and_tell(instance)
    return list(found)


def _is(task: WorkflowTask, operation: str) -> bool:
    return isinstance(task, OperationTask) and task.invocation.name == operation


def _is_half_done(stored: Stored | None) -> bool:
    """Say whether an operation has begun and will run again; one that may not is left as it was found."""
    return stored is not None and stored.was_begun and not stored.is_succeeded and not stored.is_interrupted
