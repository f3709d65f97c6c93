"""Which node stands in which: the one reading of `contained_in`."""

from engine.domain.blueprint import Node, Relationship

COMPUTE = "cloudify.nodes.Compute"
CONTAINED_IN = "cloudify.relationships.contained_in"


def is_containment(relationship: Relationship) -> bool:
    """Return whether the source of a relationship stands in its target."""
    return CONTAINED_IN in relationship.type_hierarchy


def is_host(node: Node) -> bool:
    """Return whether operations can run on a node."""
    return COMPUTE in node.type_hierarchy


def container(node: Node) -> str | None:
    """Return the node that this one stands in."""
    return next((one.target for one in node.relationships if is_containment(one)), None)
