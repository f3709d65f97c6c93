"""What is legal in a blueprint but probably not meant: unused inputs, duplicate keys, unreachable nodes, old forms."""

from collections.abc import Iterator

from engine.domain.blueprint import Plan
from engine.domain.json import Json
from engine.dsl.calls import calls_in
from engine.dsl.document import Document
from engine.dsl.problems import Holder, Place
from engine.dsl.slips import slips
from engine.dsl.words import did_you_mean

_DEPRECATED_OPERATIONS = {"creation": "create", "deletion": "delete"}
_SCALE = "name it in `targets` of a policy of the type `cloudify.policies.scaling`, or remove it"
_VALIDATION = "cloudify.interfaces.validation"


class Warnings:
    """Looks through a document that was parsed."""

    def __init__(self, document: Document, plan: Plan) -> None:
        self.document, self.plan = document, plan
        self.found: list[tuple[str, str, Place, str]] = []
        """(kind, sentence, place, hint)"""

    def look(self, duplicates: tuple[tuple[str, Place], ...]) -> list[tuple[str, str, Place, str]]:
        """Return every warning, in no order."""
        for key, place in duplicates:
            self.found.append(
                ("duplicate-key", f"`{key}` stands here twice; the last one counts", place, "remove one of the two")
            )
        self._unused_inputs()
        self._deprecated_counts()
        self._deprecated_operations()
        self._deprecated_agents()
        self._empty_groups()
        self._unreachable_nodes()
        for slip in slips(self.document):
            if self._is_ours(slip.holder):
                self._warn(*slip)
        return self.found

    def _warn(self, kind: str, sentence: str, holder: Holder, key: str | int, hint: str = "") -> None:
        self.found.append((kind, sentence, self.document.marks.key(holder, key), hint))

    def _is_ours(self, holder: Json) -> bool:
        return not self.document.is_standard(holder)

    def _unused_inputs(self) -> None:
        declared = self.document.section("inputs")
        used = set(self._named_by("get_input"))
        for name in declared:
            if name not in used:
                hint = did_you_mean(name, used) or f"use it as `{{ get_input: {name} }}`, or remove it"
                self._warn("unused-input", f"the input `{name}` is never used", declared, name, hint)

    def _named_by(self, *functions: str) -> Iterator[str]:
        """Yield what calls of these functions name first."""
        for section in self.document.sections.values():
            for function, call in calls_in(section):
                if function in functions:
                    argument = call[function]
                    name = argument[0] if isinstance(argument, list) and argument else argument
                    if isinstance(name, str):
                        yield name

    def _deprecated_counts(self) -> None:
        for name, body in self.document.usable("node_templates").items():
            if (body.get("instances") or {}).get("deploy") is not None:
                hint = "write `capabilities: { scalable: { properties: { default_instances: … } } }`"
                self._warn("deprecated", f"`instances` of `{name}` is an old form", body, "instances", hint)

    def _deprecated_operations(self) -> None:
        for section in ("node_types", "node_templates"):
            for body in self.document.usable(section).values():
                interface = (body.get("interfaces") or {}).get(_VALIDATION) or {}
                for old in _DEPRECATED_OPERATIONS.keys() & interface.keys():
                    if self._is_ours(interface):
                        hint = f"write `{_DEPRECATED_OPERATIONS[old]}`"
                        self._warn("deprecated", f"`{old}` is the old name of an operation", interface, old, hint)

    def _deprecated_agents(self) -> None:
        for body in self.document.usable("node_templates").values():
            properties = body.get("properties") or {}
            for old in ("install_agent", "cloudify_agent"):
                if old in properties:
                    self._warn("deprecated", f"`{old}` is an old property", properties, old, "write `agent_config`")

    def _empty_groups(self) -> None:
        scaled = self.plan.scaling_groups
        groups = self.document.section("groups")
        bodies = self.document.usable("groups")
        for name, body in bodies.items():
            is_member = any(name in other["members"] for other in bodies.values())
            if name not in scaled and not body.get("policies") and not is_member:
                self._warn("unused-group", f"no policy scales the group `{name}`", groups, name, _SCALE)

    def _unreachable_nodes(self) -> None:
        """A node for which nothing is done, and that no other node or value has to do with, has no effect."""
        nodes = self.plan.nodes
        if len(nodes) < 2:
            return
        meant = {one.target for node in nodes.values() for one in node.relationships}
        meant |= {name for members in self.plan.groups.values() for name in members}
        meant |= set(self._named_by("get_property", "get_attribute", "get_attributes_list", "get_attributes_dict"))
        for name, node in nodes.items():
            if name not in meant and not node.operations and not node.relationships:
                sentence = f"nothing is done for the node `{name}`, and nothing refers to it"
                hint = "give it an operation or a relationship, or remove it"
                self._warn("unreachable-node", sentence, self.document.section("node_templates"), name, hint)
