"""Steps of an update for operations that are written as before, but whose script is another one."""

from collections.abc import Callable, Iterator, Mapping

from engine.domain.blueprint import Node, Operation, Plan
from engine.dsl.difference import MAKING, Action, Entity, Step

IsChanged = Callable[[Operation], bool]
"""Says whether an operation runs another script in the new blueprint."""


def script_steps(old: Plan, new: Plan, is_changed: IsChanged) -> tuple[Step, ...]:
    """Return a step for each operation of a node that stays and of its relationships."""
    return tuple(
        Step(action=Action.MODIFY, entity=Entity.SCRIPT, name=f"{place}.{name}", node=id, is_making=name in MAKING)
        for id, node in new.nodes.items()
        if id in old.nodes
        for place, operations, before in _pairs(id, old.nodes[id], node)
        for name, operation in operations.items()
        if before.get(name) == operation and is_changed(operation)
    )


Operations = Mapping[str, Operation]


def _pairs(id: str, old: Node, new: Node) -> Iterator[tuple[str, Operations, Operations]]:
    """Yield where operations are, as they are and as they were."""
    yield id, new.operations, old.operations
    known = {(one.type, one.target): one for one in old.relationships}
    for one in new.relationships:
        if before := known.get((one.type, one.target)):
            place = f"{id}.[{one.type} {one.target}]"
            yield place, one.source_operations, before.source_operations
            yield place, one.target_operations, before.target_operations
