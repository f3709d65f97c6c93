"""Node templates become nodes: properties, operations, relationships, hosts and instance counts."""

from collections.abc import Mapping

from engine.domain.blueprint import DataType, Node, Operation, Relationship
from engine.domain.json import JsonObject
from engine.dsl.calls import name_of
from engine.dsl.containment import hosts
from engine.dsl.document import Document
from engine.dsl.implementations import Subject
from engine.dsl.interfaces import Interfaces
from engine.dsl.problems import Kind
from engine.dsl.properties import fill
from engine.dsl.relationships import Relationships
from engine.dsl.scalable import of_template
from engine.dsl.typesystem import NodeType

MOST_VALUES = 5_000_000
"""Properties and operations of all nodes; a type with many and many nodes of it multiply."""


class Nodes:
    """Makes nodes of templates."""

    def __init__(
        self,
        document: Document,
        types: Mapping[str, DataType],
        node_types: Mapping[str, NodeType],
        relationships: Relationships,
        interfaces: Interfaces,
    ) -> None:
        self.document, self.types, self.interfaces = document, types, interfaces
        self.node_types, self.relationships = node_types, relationships
        self.templates = document.section("node_templates")

    def all(self) -> dict[str, Node]:
        """Return every node that could be made, in the order of the templates."""
        typed = self._typed()
        links = {name: self.relationships.of(name, self.templates[name]) for name in typed}
        hosted = hosts({name: type_.hierarchy for name, type_ in typed.items()}, links)
        return {
            name: self._node(name, self.templates[name], type_, links[name], hosted[name])
            for name, type_ in typed.items()
        }

    def _typed(self) -> dict[str, NodeType]:
        """Return the templates whose type exists, each with it."""
        typed: dict[str, NodeType] = {}
        values = 0
        for name, body in self.document.usable("node_templates").items():
            if type_ := self._type(name, body):
                values += len(type_.properties) + len(type_.operations)
                if values > MOST_VALUES:
                    self._too_large(name)
                    break
                typed[name] = type_
        return typed

    def _too_large(self, name: str) -> None:
        message = f"the node templates have more than {MOST_VALUES:,} properties and operations together"
        self.document.problems.at_key(Kind.TOO_LARGE, message, self.templates, name)

    def _type(self, name: str, body: JsonObject) -> NodeType | None:
        wanted = body["type"]
        if wanted in self.node_types:
            return self.node_types[wanted]
        known = self.document.section("node_types")
        if wanted not in known:
            message = f"`{name}` is of the node type `{wanted}`, which does not exist"
            self.document.problems.at_value(
                Kind.UNKNOWN_NODE_TYPE, message, body, "type", self.document.type_hint(wanted, known)
            )
        return None

    def _node(
        self, name: str, body: JsonObject, type_: NodeType, links: tuple[Relationship, ...], host: str | None
    ) -> Node:
        counts = of_template(self.document, name, body)
        return Node(
            id=name,
            type=type_.name,
            type_hierarchy=type_.hierarchy,
            properties=self._properties(name, body, type_),
            operations=self._operations(name, body, type_),
            relationships=links,
            instances=counts.instances,
            scalable=counts.expressions,
            host_id=host,
        )

    def _properties(self, name: str, body: JsonObject, type_: NodeType) -> JsonObject:
        given = body.get("properties") or {}
        external = given.get("use_external_resource")
        if external is None and (default := type_.properties.get("use_external_resource")):
            external = default.schema.default
        if name_of(external) is not None:
            message = "`use_external_resource` decides which properties are needed, so it cannot be a function"
            self.document.problems.at_value(Kind.BAD_INPUT, message, given, "use_external_resource")
        return fill(
            self.document,
            type_.properties,
            given,
            self.types,
            owner=f"`{name}` (of type `{type_.name}`)",
            holder=body if given else self.templates,
            key="properties" if given else name,
            tolerant=bool(external),
        )

    def _operations(self, name: str, body: JsonObject, type_: NodeType) -> dict[str, Operation]:
        own = self.interfaces.of_template(body.get("interfaces"))
        subject = Subject(name=f"`{name}`", holder=self.templates, key=name)
        return self.interfaces.operations(type_.operations, own, subject)
