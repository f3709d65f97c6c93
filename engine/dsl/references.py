"""Whether every function in a plan can be answered: its arguments, the names that it refers to, and where it stands."""

from collections.abc import Iterator
from typing import NamedTuple

from engine.domain.blueprint import Node, Operation, Plan, Relationship
from engine.domain.errors import FunctionFailed
from engine.domain.json import Json, JsonObject
from engine.dsl.beyond import SYSTEM
from engine.dsl.calls import FUNCTIONS, calls_in, has_call, is_call, name_of
from engine.dsl.document import Document
from engine.dsl.meanings import KEYWORDS, SELF, SOURCE, TARGET
from engine.dsl.paths import walk
from engine.dsl.problems import Kind
from engine.dsl.version import write
from engine.dsl.words import did_you_mean, kind_of, listed, nearest


class Where(NamedTuple):
    """The scope in which a value is written."""

    node: str | None = None
    relationship: tuple[str, str] | None = None
    """(source, target)"""

    @property
    def keywords(self) -> tuple[str, ...]:
        if self.relationship:
            return (SOURCE, TARGET)
        return (SELF,) if self.node else ()

    def meant(self, name: str) -> str:
        """Return the node that a name or keyword means."""
        if name == SELF and self.node:
            return self.node
        if self.relationship and name in (SOURCE, TARGET):
            return self.relationship[name == TARGET]
        return name


class References:
    """Checks every call in a plan."""

    def __init__(self, document: Document, plan: Plan) -> None:
        self.document, self.plan = document, plan
        self.secrets: set[str] = set()
        """Names of the secrets that calls name outright."""
        self.parent_capabilities: set[tuple[str, ...]] = set()
        self._seen: set[tuple[int, Where]] = set()
        self._plain: set[int] = set()
        """Inputs without functions; those of types are shared by many nodes."""

    def check(self) -> None:
        """Note every call that cannot be answered."""
        for node in self.plan.nodes.values():
            self._node(node)
        self._left_out()
        for group in self.plan.scaling_groups.values():
            self._names(group.scalable, Where())
        for section in (self.plan.outputs, self.plan.capabilities):
            for output in section.values():
                self._value(output.value, Where())
        for values in (
            self.plan.labels,
            self.plan.blueprint_labels,
            self.plan.deployment_settings,
            self.plan.resource_tags,
        ):
            self._names(values, Where())

    def _left_out(self) -> None:
        """Look for inputs that do not exist in templates whose own mistakes keep them out of the plan."""
        for name, body in self.document.section("node_templates").items():
            if name in self.plan.nodes:
                continue
            for function, call in calls_in(body):
                if function == "get_input" and FUNCTIONS[function].accepts(call[function]):
                    self._input(call, _listed(call[function]))

    def _node(self, node: Node) -> None:
        where = Where(node=node.id)
        self._names(node.properties, where)
        self._names(node.scalable, where)
        for operation in node.operations.values():
            self._operation(operation, where)
        for relationship in node.relationships:
            self._relationship(node, relationship)

    def _relationship(self, node: Node, relationship: Relationship) -> None:
        where = Where(relationship=(node.id, relationship.target))
        self._names(relationship.properties, where)
        for operation in (*relationship.source_operations.values(), *relationship.target_operations.values()):
            self._operation(operation, where)

    def _operation(self, operation: Operation, where: Where) -> None:
        if not operation.has_functions:
            if id(operation.inputs) in self._plain:
                return
            self._plain.add(id(operation.inputs))
        self._names(operation.inputs, where)

    def _names(self, names: JsonObject, where: Where) -> None:
        for one in names.values():
            if type(one) is dict or type(one) is list:
                self._value(one, where)

    def _value(self, value: Json, where: Where) -> None:
        if type(value) is dict:
            if name := name_of(value):
                self._call(name, value, where)
                return
            self._suspect(value)
            children: Iterator[Json] = iter(value.values())
        elif type(value) is list:
            children = iter(value)
        else:
            return
        for one in children:
            if type(one) is dict or type(one) is list:
                self._value(one, where)

    def _suspect(self, value: JsonObject) -> None:
        """A mapping of one key that is nearly a function's name is a mistake, not a value."""
        if len(value) != 1:
            return
        name = next(iter(value))
        if not name.startswith("get_") and not _is_nearly_a_function(name):
            return
        message = f"there is no function `{name}`"
        hint = did_you_mean(name, FUNCTIONS) or f"there are {listed(FUNCTIONS, 30)}"
        self.document.problems.at_key(Kind.UNKNOWN_FUNCTION, message, value, name, hint)

    def _call(self, name: str, call: JsonObject, where: Where) -> None:
        if (id(call), where) in self._seen:
            return
        self._seen.add((id(call), where))
        function, arguments = FUNCTIONS[name], call[name]
        if self.document.checks_versions and self.document.version < function.since:
            message = f"`{name}` needs {write(function.since)}, but this blueprint is {self.document.version_name}"
            hint = "raise `tosca_definitions_version` in the main file"
            self._note(Kind.VERSION_TOO_OLD, message, call, name, hint)
        if not function.accepts(arguments):
            message = f"`{name}` takes {function.arguments}, but this is {kind_of(arguments)}"
            self._note(
                Kind.BAD_FUNCTION, message, call, name, f"such as `{function.example}`" if function.example else ""
            )
            return
        self._refer(name, call, where)
        self._value(arguments, where)

    def _note(self, kind: Kind, message: str, call: JsonObject, name: str, hint: str = "") -> None:
        self.document.problems.at_value(kind, message, call, name, hint)

    def _refer(self, name: str, call: JsonObject, where: Where) -> None:
        arguments = call[name]
        match name:
            case "get_input":
                self._input(call, _listed(arguments))
            case "get_property":
                if self._has_node(name, call, where):
                    self._property(call, where)
            case "get_attribute" | "get_attributes_list" | "get_attributes_dict":
                self._has_node(name, call, where)
            case "get_sys":
                self._system(call, arguments)
            case "get_secret":
                self.secrets.update(one for one in _listed(arguments)[:1] if isinstance(one, str))
            case "get_environment_capability":
                self.parent_capabilities.add(tuple(str(one) for one in _listed(arguments)))

    def _input(self, call: JsonObject, arguments: list[Json]) -> None:
        name = arguments[0]
        known = self.document.section("inputs")
        if not is_call(name) and name not in known:
            message = f"there is no input `{name}`"
            hint = did_you_mean(str(name), known) or "declare it under `inputs`"
            self._note(Kind.UNKNOWN_INPUT, message, call, "get_input", hint)

    def _has_node(self, name: str, call: JsonObject, where: Where) -> bool:
        node = call[name][0]
        if is_call(node):
            return False
        if not isinstance(node, str):
            message = f"the name of a node is a text, but this is {kind_of(node)}"
            self._note(Kind.BAD_FUNCTION, message, call, name, "write the name of a node template")
            return False
        if node in KEYWORDS:
            return self._has_keyword(name, call, node, where)
        if node in self.document.section("node_templates"):
            return node in self.plan.nodes
        message = f"`{name}` refers to `{node}`, which is no node template"
        hint = did_you_mean(node, self.plan.nodes)
        self._note(Kind.BAD_FUNCTION, message, call, name, hint)
        return False

    def _has_keyword(self, name: str, call: JsonObject, keyword: str, where: Where) -> bool:
        if keyword in where.keywords:
            return where.meant(keyword) in self.plan.nodes
        possible = (
            f"use {listed(where.keywords, joint='or')}"
            if where.keywords
            else "name a node template: this belongs to no node"
        )
        self._note(Kind.BAD_FUNCTION, f"`{keyword}` means nothing here", call, name, possible)
        return False

    def _property(self, call: JsonObject, where: Where) -> None:
        name, *path = call["get_property"]
        node = self.plan.nodes[where.meant(name)]
        value: Json = node.properties
        what = node.id
        for step in path:
            if has_call(step) or name_of(value) is not None:
                return
            try:
                value = walk(value, [step], what)
            except FunctionFailed as error:
                self._note(Kind.BAD_FUNCTION, str(error), call, "get_property")
                return
            what = f"{what}.{step}"

    def _system(self, call: JsonObject, arguments: list[Json]) -> None:
        entity, name = arguments
        if isinstance(entity, str) and entity not in SYSTEM:
            message = f"`get_sys` knows nothing of `{entity}`"
            hint = did_you_mean(entity, SYSTEM) or f"write {listed(SYSTEM, joint='or')}"
            self._note(Kind.BAD_FUNCTION, message, call, "get_sys", hint)
        elif isinstance(entity, str) and isinstance(name, str) and name not in SYSTEM[entity]:
            message = f"`get_sys` knows no `{name}` of a {entity}"
            hint = did_you_mean(name, SYSTEM[entity]) or f"write {listed(SYSTEM[entity], joint='or')}"
            self._note(Kind.BAD_FUNCTION, message, call, "get_sys", hint)


def _listed(arguments: Json) -> list[Json]:
    return arguments if isinstance(arguments, list) else [arguments]


def _is_nearly_a_function(name: str) -> bool:
    return "_" in name and len(name) < 40 and nearest(name, FUNCTIONS) != "" and _distance_is_small(name)


def _distance_is_small(name: str) -> bool:
    found = nearest(name, FUNCTIONS)
    return abs(len(found) - len(name)) <= 2 and sum(a != b for a, b in zip(found, name, strict=False)) <= 2
