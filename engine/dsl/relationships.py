"""Relationships of node templates: their types, targets, properties and operations."""

from collections.abc import Mapping
from typing import NamedTuple

from engine.domain.blueprint import DataType, Operation, Relationship
from engine.domain.json import JsonObject
from engine.dsl.containment import is_containment
from engine.dsl.document import Document
from engine.dsl.implementations import Subject
from engine.dsl.interfaces import Interfaces
from engine.dsl.problems import Kind
from engine.dsl.properties import fill
from engine.dsl.typesystem import RelationshipType
from engine.dsl.words import did_you_mean

LIFECYCLE_OPERATION = "cloudify.relationships.depends_on_lifecycle_operation"
LIFECYCLE = "cloudify.interfaces.lifecycle"

_NAMED = frozenset({"type", "target"})


class _Details(NamedTuple):
    """What a relationship has beside its type and target."""

    properties: JsonObject
    source: dict[str, Operation]
    target: dict[str, Operation]


class Relationships:
    """Makes relationships of what templates write."""

    def __init__(
        self,
        document: Document,
        types: Mapping[str, DataType],
        relationship_types: Mapping[str, RelationshipType],
        interfaces: Interfaces,
    ) -> None:
        self.document, self.types, self.interfaces = document, types, interfaces
        self.relationship_types = relationship_types
        self.templates = document.section("node_templates")
        self._plain: dict[str, _Details] = {}
        """By type: the details of every relationship that has a type and a target only."""

    def of(self, name: str, body: JsonObject) -> tuple[Relationship, ...]:
        """Return those relationships of a template that could be made, in the order in which they were written."""
        written = body.get("relationships") or []
        made = [self._relationship(name, written, index) for index in range(len(written))]
        found = tuple(one for one in made if one is not None)
        self._check_containers(name, body, found)
        return found

    def _relationship(self, name: str, written: list[JsonObject], index: int) -> Relationship | None:
        body = written[index]
        type_ = self._type(name, body)
        if not self._has_target(name, body) or type_ is None:
            return None
        details = self._details(name, type_, written, index)
        self._check_lifecycle(name, body, type_, details.properties)
        return Relationship(
            type=type_.name,
            type_hierarchy=type_.hierarchy,
            target=body["target"],
            properties=details.properties,
            source_operations=details.source,
            target_operations=details.target,
        )

    def _details(self, name: str, type_: RelationshipType, written: list[JsonObject], index: int) -> _Details:
        """Return what the type and the template say; where the template says nothing, it is found out once."""
        if written[index].keys() - _NAMED:
            return self._made(name, type_, written, index)
        if (known := self._plain.get(type_.name)) is not None:
            return known
        before = len(self.document.problems.found)
        details = self._made(name, type_, written, index)
        if len(self.document.problems.found) == before:
            self._plain[type_.name] = details
        return details

    def _made(self, name: str, type_: RelationshipType, written: list[JsonObject], index: int) -> _Details:
        body = written[index]
        given = body.get("properties")
        title = f"the relationship of `{name}` to `{body['target']}`"
        subject = Subject(name=title, holder=written, key=index)
        properties = fill(
            self.document,
            type_.properties,
            given or {},
            self.types,
            owner=f"{title} (of type `{type_.name}`)",
            holder=body if given else written,
            key="properties" if given else index,
        )
        source = self.interfaces.of_template(body.get("source_interfaces"))
        target = self.interfaces.of_template(body.get("target_interfaces"))
        return _Details(
            properties,
            self.interfaces.operations(type_.source, source, subject),
            self.interfaces.operations(type_.target, target, subject),
        )

    def _type(self, name: str, body: JsonObject) -> RelationshipType | None:
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
        if len(found) > 1 and sum(map(is_containment, found)) > 1:
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
