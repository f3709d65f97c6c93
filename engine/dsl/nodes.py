"""Node templates become nodes: properties, operations, relationships, hosts and instance counts."""

from collections.abc import Mapping
from dataclasses import replace

from engine.domain.blueprint import DataType, Node, Operation, Relationship
from engine.domain.json import JsonObject
from engine.dsl.calls import name_of
from engine.dsl.containment import container, is_containment, is_host
from engine.dsl.document import Document
from engine.dsl.implementations import Subject
from engine.dsl.interfaces import Interfaces
from engine.dsl.problems import Kind
from engine.dsl.properties import fill
from engine.dsl.scalable import of_template
from engine.dsl.typesystem import NodeType, RelationshipType
from engine.dsl.words import did_you_mean

LIFECYCLE_OPERATION = "cloudify.relationships.depends_on_lifecycle_operation"
LIFECYCLE = "cloudify.interfaces.lifecycle"
MOST_VALUES = 5_000_000
"""Properties and operations of all nodes; a type with many and many nodes of it multiply."""


class Nodes:
    """Makes nodes of templates."""

    def __init__(
        self,
        document: Document,
        types: Mapping[str, DataType],
        node_types: Mapping[str, NodeType],
        relationship_types: Mapping[str, RelationshipType],
        interfaces: Interfaces,
    ) -> None:
        self.document, self.types, self.interfaces = document, types, interfaces
        self.node_types, self.relationship_types = node_types, relationship_types
        self.templates = document.section("node_templates")

    def all(self) -> dict[str, Node]:
        """Return every node that could be made, in the order of the templates."""
        made: dict[str, Node] = {}
        values = 0
        for name, body in self.document.usable("node_templates").items():
            if type_ := self._type(name, body):
                values += len(type_.properties) + len(type_.operations)
                if values > MOST_VALUES:
                    self._too_large(name)
                    break
                made[name] = self._node(name, body, type_)
        hosts = _hosts(made)
        return {name: replace(node, host_id=hosts[name]) if hosts[name] else node for name, node in made.items()}

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

    def _node(self, name: str, body: JsonObject, type_: NodeType) -> Node:
        counts = of_template(self.document, name, body)
        return Node(
            id=name,
            type=type_.name,
            type_hierarchy=type_.hierarchy,
            properties=self._properties(name, body, type_),
            operations=self._operations(name, body, type_),
            relationships=self._relationships(name, body),
            instances=counts.instances,
            scalable=counts.expressions,
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

    def _relationships(self, name: str, body: JsonObject) -> tuple[Relationship, ...]:
        written = body.get("relationships") or []
        made = [self._relationship(name, written, index) for index in range(len(written))]
        found = tuple(one for one in made if one is not None)
        self._check_containers(name, body, found)
        return found

    def _relationship(self, name: str, written: list[JsonObject], index: int) -> Relationship | None:
        body = written[index]
        type_ = self._relationship_type(name, body)
        if not self._has_target(name, body) or type_ is None:
            return None
        properties = self._relationship_properties(name, body, type_, written, index)
        self._check_lifecycle(name, body, type_, properties)
        subject = Subject(name=f"the relationship of `{name}` to `{body['target']}`", holder=written, key=index)
        source = self.interfaces.of_template(body.get("source_interfaces"))
        target = self.interfaces.of_template(body.get("target_interfaces"))
        return Relationship(
            type=type_.name,
            type_hierarchy=type_.hierarchy,
            target=body["target"],
            properties=properties,
            source_operations=self.interfaces.operations(type_.source, source, subject),
            target_operations=self.interfaces.operations(type_.target, target, subject),
        )

    def _relationship_properties(
        self, name: str, body: JsonObject, type_: RelationshipType, written: list[JsonObject], index: int
    ) -> JsonObject:
        return fill(
            self.document,
            type_.properties,
            body.get("properties") or {},
            self.types,
            owner=f"the relationship of `{name}` to `{body['target']}` (of type `{type_.name}`)",
            holder=body if body.get("properties") else written,
            key="properties" if body.get("properties") else index,
        )

    def _relationship_type(self, name: str, body: JsonObject) -> RelationshipType | None:
        wanted = body["type"]
        if wanted in self.relationship_types:
            return self.relationship_types[wanted]
        known = self.document.section("relationships")
        if wanted not in known:
            message = f"`{name}` has a relationship of the type `{wanted}`, which does not exist"
            hint = self.document.type_hint(wanted, known)
            self.document.problems.at_value(Kind.UNKNOWN_RELATIONSHIP, message, body, "type", hint)
        return None

    def _has_target(self, name: str, body: JsonObject) -> bool:
        target = body["target"]
        if target == name:
            message = f"`{name}` has a relationship to itself"
            self.document.problems.at_value(Kind.SELF_TARGET, message, body, "target", "name another node template")
            return False
        if target not in self.templates:
            message = f"`{name}` has a relationship to `{target}`, which is no node template"
            hint = did_you_mean(target, self.templates)
            self.document.problems.at_value(Kind.UNKNOWN_TARGET, message, body, "target", hint)
            return False
        return True

    def _check_containers(self, name: str, body: JsonObject, found: tuple[Relationship, ...]) -> None:
        if sum(map(is_containment, found)) > 1:
            message = f"`{name}` is contained in several nodes, but it can stand in one only"
            self.document.problems.at_key(
                Kind.SEVERAL_CONTAINERS, message, body, "relationships", "use `connected_to` for the others"
            )

    def _check_lifecycle(self, name: str, body: JsonObject, type_: RelationshipType, properties: JsonObject) -> None:
        if type_.name != LIFECYCLE_OPERATION:
            return
        operation, target = properties.get("operation"), self.templates.get(body["target"])
        interfaces = (target or {}).get("interfaces") if isinstance(target, dict) else None
        declared = (interfaces or {}).get(LIFECYCLE) if isinstance(interfaces, dict) else None
        if not isinstance(operation, str) or operation not in (declared or {}):
            message = (
                f"`{name}` waits for the operation `{operation}` of `{body['target']}`, "
                f"which that template does not define"
            )
            hint = f"define it under `{LIFECYCLE}` of `{body['target']}`"
            self.document.problems.at_key(Kind.LIFECYCLE_OPERATION, message, body, "properties", hint)


def _hosts(nodes: Mapping[str, Node]) -> dict[str, str | None]:
    """Return each node's host: itself when it is a compute node, else that of what it stands in."""
    hosts: dict[str, str | None] = {}
    for name in nodes:
        path: list[str] = []
        host = _find_host(name, nodes, hosts, path)
        hosts.update(dict.fromkeys(path, host))
    return hosts


def _find_host(name: str, nodes: Mapping[str, Node], hosts: Mapping[str, str | None], path: list[str]) -> str | None:
    """Climb to the host; `path` receives the nodes on the way, which all have the same one."""
    current: str | None = name
    while current is not None and current in nodes and current not in path:
        if current in hosts:
            return hosts[current]
        path.append(current)
        if is_host(nodes[current]):
            return current
        current = container(nodes[current])
    return None
