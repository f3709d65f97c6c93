"""Which node stands in which, and on which host: the one reading of `contained_in`."""

from collections.abc import Iterable, Mapping

from engine.domain.blueprint import CONTAINED_IN, Node, Relationship

__all__ = ["COMPUTE", "CONTAINED_IN", "container", "is_containment", "is_host"]

COMPUTE = "cloudify.nodes.Compute"


def is_containment(relationship: Relationship) -> bool:
    """Return whether the source of a relationship stands in its target."""
    return relationship.is_containment


def is_host(node: Node) -> bool:
    """Return whether operations can run on a node."""
    return COMPUTE in node.type_hierarchy


def container(node: Node) -> str | None:
    """Return the node that this one stands in."""
    return _container(node.relationships)


def hosts(
    hierarchies: Mapping[str, Iterable[str]], relationships: Mapping[str, tuple[Relationship, ...]]
) -> dict[str, str | None]:
    """Return each node's host: itself when it is a compute node, else that of what it stands in."""
    found: dict[str, str | None] = {name: name for name, hierarchy in hierarchies.items() if COMPUTE in hierarchy}
    for name in hierarchies:
        path: dict[str, None] = {}
        current: str | None = name
        while current is not None and current in relationships and current not in found and current not in path:
            path[current] = None
            current = _container(relationships[current])
        found |= dict.fromkeys(path, found.get(current) if current is not None else None)
    return found


def _container(relationships: Iterable[Relationship]) -> str | None:
    return next((one.target for one in relationships if is_containment(one)), None)
