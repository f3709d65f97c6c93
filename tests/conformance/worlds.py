"""Recorded deployments as ours: nodes, node instances, and the world outside."""

from typing import Any

from engine.domain.blueprint import Instances, Node, Plan, Relationship, ScalingGroup
from engine.domain.deployment import InstanceRelationship, NodeInstance
from engine.domain.errors import FunctionFailed
from engine.dsl.functions import Scope
from engine.dsl.paths import walk

Form = dict[str, Any]


def plan_of(nodes: list[Form], groups: Form | None = None, inputs: Form | None = None) -> Plan:
    """Return a plan with recorded nodes and scaling groups."""
    return Plan(
        version="cloudify_dsl_1_3",
        nodes={one["id"]: _node(one) for one in nodes},
        scaling_groups={
            name: ScalingGroup(members=tuple(one["members"]), instances=_instances(one["properties"]))
            for name, one in (groups or {}).items()
        },
    )


def _node(one: Form) -> Node:
    scalable = one.get("capabilities", {}).get("scalable", {}).get("properties", {})
    return Node(
        id=one["id"],
        type=one.get("type", "type"),
        type_hierarchy=tuple(one.get("type_hierarchy", ("type",))),
        properties=one.get("properties") or {},
        relationships=tuple(_relationship(two) for two in one.get("relationships", ())),
        instances=_instances(scalable),
    )


def _instances(properties: Form) -> Instances:
    count = properties.get("current_instances", 1)
    return Instances(default=count if isinstance(count, int) else 1)


def _relationship(one: Form) -> Relationship:
    hierarchy = tuple(one["type_hierarchy"])
    return Relationship(
        type=one.get("type", hierarchy[-1]),
        type_hierarchy=hierarchy,
        target=one["target_id"],
        properties=one.get("properties") or {},
    )


def instances_of(recorded: list[Form]) -> tuple[NodeInstance, ...]:
    """Return recorded node instances."""
    return tuple(
        NodeInstance(
            id=one["id"],
            node_id=one["node_id"],
            index=one.get("index", 1),
            host_id=one.get("host_id"),
            runtime_properties=one.get("runtime_properties") or {},
            relationships=tuple(
                InstanceRelationship(
                    type=two.get("type", ""), target_node=two["target_name"], target_instance=two["target_id"]
                )
                for two in one.get("relationships") or ()
            ),
            scaling_groups={two["id"]: two["name"] for two in one.get("scaling_groups") or ()},
        )
        for one in recorded
    )


class World:
    """What recorded functions may ask of the world outside."""

    def __init__(self, storage: Form) -> None:
        self.storage = storage

    def secret(self, key: str) -> Any:
        return self.storage.get("secrets", {}).get(key, f"{key}_value")

    def capability(self, deployment: str, path: list[Any]) -> Any:
        return walk(self._of("capabilities", deployment), path, deployment)

    def group_capability(self, group: str, path: list[Any]) -> Any:
        return walk(self._of("group_capabilities", group), path, group)

    def environment_capability(self, path: list[Any]) -> Any:
        return self.capability(self.label("csys-obj-parent", 0), path)

    def label(self, key: str, index: int | None) -> Any:
        values = self._of("labels", key)
        return values if index is None else values[index]

    def system(self, entity: str, name: str) -> Any:
        return self.storage.get(f"{entity}_{name}")

    def consumers(self, form: str) -> Any:
        found = self.storage.get("consumers", {})
        return {"ids": list(found), "names": list(found.values()), "count": len(found)}[form]

    def _of(self, kind: str, name: str) -> Any:
        found = self.storage.get(kind, {})
        if name not in found:
            raise FunctionFailed(f"nothing was recorded for {kind} {name}")
        return found[name]


def scope_of(storage: Form, context: Form) -> Scope:
    """Return the scope of a recorded evaluation."""
    nodes = [one for one in storage.get("nodes", []) if "id" in one]
    instances = {one.id: one for one in instances_of(storage.get("node_instances", []))}
    known = {name: id for name, id in context.items() if id in instances}
    return Scope(
        plan=plan_of(nodes),
        inputs=storage.get("inputs") or {},
        instances=instances,
        self_instance=known.get("self"),
        source_instance=known.get("source"),
        target_instance=known.get("target"),
        self_node=context.get("self"),
        source_node=context.get("source"),
        target_node=context.get("target"),
        outside=World(storage),
    )
