"""The node types and relationship types of a blueprint, each with everything that it takes over."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.domain.blueprint import DataType
from engine.domain.json import JsonObject
from engine.dsl.document import Document
from engine.dsl.interfaces import Definitions, Interfaces
from engine.dsl.lineage import lineages
from engine.dsl.properties import Schema, declared, fit_default, inherit, known_types


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeType:
    """A node type, whole."""

    name: str
    hierarchy: tuple[str, ...]
    properties: Schema
    operations: Definitions


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationshipType:
    """A relationship type, whole."""

    name: str
    hierarchy: tuple[str, ...]
    properties: Schema
    source: Definitions
    target: Definitions


def node_types(document: Document, types: Mapping[str, DataType], interfaces: Interfaces) -> dict[str, NodeType]:
    """Return every usable node type."""
    bodies = document.usable("node_types")
    found: dict[str, NodeType] = {}
    for name, line in lineages(document, "node_types").items():
        parent = found[line[-2]] if len(line) > 1 else None
        found[name] = NodeType(
            name=name,
            hierarchy=line,
            properties=_properties(document, parent.properties if parent else {}, bodies[name], types),
            operations={
                **(parent.operations if parent else {}),
                **interfaces.of_type(bodies[name].get("interfaces")),
            },
        )
    return found


def relationship_types(
    document: Document, types: Mapping[str, DataType], interfaces: Interfaces
) -> dict[str, RelationshipType]:
    """Return every usable relationship type."""
    bodies = document.usable("relationships")
    found: dict[str, RelationshipType] = {}
    for name, line in lineages(document, "relationships").items():
        parent = found[line[-2]] if len(line) > 1 else None
        body = bodies[name]
        source, target = (interfaces.of_type(body.get(f"{side}_interfaces")) for side in ("source", "target"))
        interfaces.check_implementations({**source, **target})
        found[name] = RelationshipType(
            name=name,
            hierarchy=line,
            properties=_properties(document, parent.properties if parent else {}, body, types),
            source={**parent.source, **source} if parent else source,
            target={**parent.target, **target} if parent else target,
        )
    return found


def _properties(document: Document, parent: Schema, body: JsonObject, types: Mapping[str, DataType]) -> Schema:
    own = known_types(document, declared(body.get("properties")), types)
    joined = inherit(document, parent, own, types)
    return {name: fit_default(document, one, types) if name in own else one for name, one in joined.items()}
