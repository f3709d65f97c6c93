"""Node instances as operations see them: properties, runtime properties and relationships."""

from collections.abc import Callable
from functools import cached_property, partial
from typing import Protocol

from engine.domain.blueprint import Node, Plan
from engine.domain.deployment import InstanceRelationship, NodeInstance
from engine.domain.errors import VersionConflict
from engine.domain.json import Json, JsonObject
from engine.sdk.errors import NonRecoverableError
from engine.sdk.runtime_properties import ReadOnlyProperties, RuntimeProperties

OnConflict = Callable[[JsonObject, JsonObject], JsonObject]
"""Takes what was read and what is there now, and returns what shall be stored."""


class Instances(Protocol):
    """Where node instances are read and written."""

    def instance(self, id: str) -> NodeInstance: ...
    def update_instance(self, id: str, properties: JsonObject, version: int | None) -> int: ...
    def evaluate(self, values: JsonObject, instance_id: str | None) -> JsonObject: ...


class NodeContext:
    """`ctx.node`: the node that an instance was made of."""

    def __init__(self, node: Node, evaluate: Callable[[JsonObject], JsonObject]) -> None:
        self._node, self._evaluate = node, evaluate
        self.id = self.name = node.id
        self.type = node.type
        self.type_hierarchy = list(node.type_hierarchy)
        self.number_of_instances = node.instances.default

    @cached_property
    def properties(self) -> ReadOnlyProperties:
        """Return the properties; their functions are evaluated when they are first looked at."""
        return ReadOnlyProperties(self._evaluate(self._node.properties), f"node `{self.id}`")


class InstanceContext:
    """`ctx.instance`: a node instance; its runtime properties are read when they are first used."""

    def __init__(self, id: str, plan: Plan, instances: Instances, *, may_write: bool = True) -> None:
        self.id = id
        self._plan, self._instances, self._may_write = plan, instances, may_write
        self._loaded: NodeInstance | None = None
        self._properties: RuntimeProperties | ReadOnlyProperties | None = None

    @cached_property
    def node(self) -> NodeContext:
        return self._node_of(self._value)

    def _node_of(self, instance: NodeInstance) -> NodeContext:
        evaluate = partial(self._instances.evaluate, instance_id=instance.id)
        return NodeContext(self._plan.nodes[instance.node_id], evaluate)

    @property
    def index(self) -> int:
        return self._value.index

    @property
    def scaling_groups(self) -> dict[str, str]:
        return dict(self._value.scaling_groups)

    @property
    def relationships(self) -> list["RelationshipContext"]:
        return [RelationshipContext(one, self._plan, self._instances) for one in self._value.relationships]

    @property
    def host_ip(self) -> str:
        """Return the address of the instance's host: its runtime property `ip`, else its node's property.

        Raises:
            NonRecoverableError: there is no host, or it has no address.
        """
        if self._value.host_id is None:
            raise NonRecoverableError(f"node instance `{self.id}` has no host, so that it has no host_ip")
        host = self._instances.instance(self._value.host_id)
        address = host.runtime_properties.get("ip") or self._node_of(host).properties.get("ip")
        if not address:
            raise NonRecoverableError(
                f"the host `{host.id}` has no address; set its runtime property or node property `ip`"
            )
        return str(address)

    @property
    def runtime_properties(self) -> RuntimeProperties | ReadOnlyProperties:
        if self._properties is None:
            values = self._value.runtime_properties
            self._properties = (
                RuntimeProperties(values)
                if self._may_write
                else ReadOnlyProperties(values, f"`{self.id}`, the target of a relationship,")
            )
        return self._properties

    @runtime_properties.setter
    def runtime_properties(self, values: JsonObject) -> None:
        current = self.runtime_properties
        current.clear()
        current.update(values)

    def update(self, on_conflict: OnConflict | None = None) -> None:
        """Store the runtime properties if they were changed.

        Raises:
            VersionConflict: somebody wrote since they were read, and no handler says what to do.
        """
        if on_conflict is None and not self._is_dirty:
            return
        before, version = dict(self.runtime_properties), self._value.version
        stored = before
        while True:
            try:
                self._instances.update_instance(self.id, stored, version)
                break
            except VersionConflict:
                if on_conflict is None:
                    raise
                latest = self._instances.instance(self.id)
                stored, version = on_conflict(before, dict(latest.runtime_properties)), latest.version
        self._forget()

    def refresh(self, force: bool = False) -> None:
        """Read the node instance again when it is next used.

        Raises:
            NonRecoverableError: there are changes that were not stored, and `force` is not given.
        """
        if self._is_dirty and not force:
            raise NonRecoverableError(
                f"`{self.id}` has runtime properties that were changed and not stored; update() first, or force"
            )
        self._forget()

    @property
    def _is_dirty(self) -> bool:
        return isinstance(self._properties, RuntimeProperties) and self._properties.is_dirty

    @property
    def _value(self) -> NodeInstance:
        if self._loaded is None:
            self._loaded = self._instances.instance(self.id)
        return self._loaded

    def _forget(self) -> None:
        self._loaded = self._properties = None


class Subject:
    """`ctx.source`, `ctx.target`: one end of a relationship."""

    def __init__(self, instance: InstanceContext) -> None:
        self.instance = instance

    @property
    def node(self) -> NodeContext:
        return self.instance.node


class RelationshipContext:
    """One of `ctx.instance.relationships`; its target can only be read."""

    def __init__(self, value: InstanceRelationship, plan: Plan, instances: Instances) -> None:
        self.type = value.type
        self.target = Subject(InstanceContext(value.target_instance, plan, instances, may_write=False))
        self._plan, self._target_node = plan, value.target_node

    @property
    def type_hierarchy(self) -> list[str]:
        for node in self._plan.nodes.values():
            for one in node.relationships:
                if one.type == self.type and one.target == self._target_node:
                    return list(one.type_hierarchy)
        return [self.type]


def simple_merge_handler(before: JsonObject, latest: JsonObject) -> JsonObject:
    """Merge two versions of runtime properties that do not contradict each other.

    Raises:
        ValueError: both have a key with different values.
    """
    both = sorted(key for key in before.keys() & latest.keys() if before[key] != latest[key])
    if both:
        raise ValueError(f"both sides have changed {', '.join(both)}")
    merged: dict[str, Json] = latest | before
    return merged
