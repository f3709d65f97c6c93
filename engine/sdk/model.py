"""Nodes, node instances and relationships, as workflows see and use them."""

from collections.abc import Iterator
from functools import cached_property
from logging import Logger
from typing import TYPE_CHECKING

from engine.domain.blueprint import Node, Operation, Relationship
from engine.domain.deployment import InstanceRelationship, NodeInstance
from engine.domain.json import Json, JsonObject
from engine.sdk.decorators import operation as mark_operation
from engine.sdk.immediate import SendNodeEventTask, SetNodeInstanceStateTask
from engine.sdk.tasks import (
    Invocation,
    LocalWorkflowTask,
    WorkflowTask,
)

if TYPE_CHECKING:
    from engine.sdk.workflow_context import WorkflowContext


class WorkflowRelationship:
    """One relationship of a node."""

    def __init__(self, ctx: "WorkflowContext", relationship: Relationship) -> None:
        self._ctx, self._relationship = ctx, relationship
        self.type = relationship.type
        self.type_hierarchy = list(relationship.type_hierarchy)
        self.target_id = relationship.target
        self.properties = relationship.properties
        self.source_operations = relationship.source_operations
        self.target_operations = relationship.target_operations

    @property
    def target_node(self) -> "WorkflowNode":
        return self._ctx.get_node(self.target_id)

    def is_derived_from(self, other_relationship: str) -> bool:
        return other_relationship in self._relationship.type_hierarchy


class WorkflowNode:
    """One node of the deployment."""

    def __init__(self, ctx: "WorkflowContext", node: Node) -> None:
        self.ctx, self._node = ctx, node
        self.id = node.id
        self.type = node.type
        self.type_hierarchy = list(node.type_hierarchy)
        self.properties = node.properties
        self.operations = node.operations
        self.host_id = node.host_id
        self._relationships = {one.target: WorkflowRelationship(ctx, one) for one in node.relationships}

    def __repr__(self) -> str:
        return f"<node {self.id}>"

    @property
    def relationships(self) -> Iterator[WorkflowRelationship]:
        return iter(self._relationships.values())

    @property
    def instances(self) -> Iterator["WorkflowNodeInstance"]:
        return (one for one in self.ctx.node_instances if one.node_id == self.id)

    @property
    def number_of_instances(self) -> int:
        return sum(1 for _ in self.instances)

    @property
    def planned_number_of_instances(self) -> int:
        return self.number_of_instances

    @property
    def host_node(self) -> "WorkflowNode | None":
        return self.ctx.get_node(self.host_id) if self.host_id else None

    def get_relationship(self, target_id: str) -> WorkflowRelationship | None:
        return self._relationships.get(target_id)

    def has_operation(self, operation_name: str) -> bool:
        operation = self.operations.get(operation_name)
        return operation is not None and not operation.is_noop


class WorkflowRelationshipInstance:
    """One relationship between two node instances."""

    def __init__(self, ctx: "WorkflowContext", source: "WorkflowNodeInstance", value: InstanceRelationship) -> None:
        self.ctx, self.node_instance = ctx, source
        self.type = value.type
        self.source_id = source.id
        self.target_id = value.target_instance
        self._target_node = value.target_node

    @property
    def target_node_instance(self) -> "WorkflowNodeInstance":
        target = self.ctx.get_node_instance(self.target_id)
        if target is None:
            raise RuntimeError(f"node instance `{self.target_id}`, to which `{self.source_id}` relates, is gone")
        return target

    @property
    def relationship(self) -> WorkflowRelationship:
        found = self.node_instance.node.get_relationship(self._target_node)
        if found is None:
            raise RuntimeError(f"node `{self.node_instance.node_id}` has no relationship to `{self._target_node}`")
        return found

    def execute_source_operation(
        self,
        operation: str,
        kwargs: JsonObject | None = None,
        allow_kwargs_override: bool = False,
        send_task_events: bool = True,
    ) -> Json:
        """Run an operation of the relationship on its source."""
        return self._execute(operation, kwargs, allow_kwargs_override, send_task_events, is_source=True)

    def execute_target_operation(
        self,
        operation: str,
        kwargs: JsonObject | None = None,
        allow_kwargs_override: bool = False,
        send_task_events: bool = True,
    ) -> Json:
        """Run an operation of the relationship on its target."""
        return self._execute(operation, kwargs, allow_kwargs_override, send_task_events, is_source=False)

    def _execute(
        self, name: str, kwargs: JsonObject | None, may_override: bool, tells: bool, *, is_source: bool
    ) -> Json:
        relationship = self.relationship
        operations = relationship.source_operations if is_source else relationship.target_operations
        ends = (self.source_id, self.target_id) if is_source else (self.target_id, self.source_id)
        task = self.ctx.internal.operation_task(
            operations.get(name),
            Invocation(
                operation=operations.get(name) or Operation(),
                name=name,
                inputs=kwargs or {},
                instance_id=ends[0],
                related_id=ends[1],
                is_source=is_source,
            ),
            may_override=may_override,
            tells=tells,
        )
        return self.ctx.internal.process(task)


class WorkflowNodeInstance:
    """One node instance of the deployment."""

    def __init__(self, ctx: "WorkflowContext", node: WorkflowNode, value: NodeInstance) -> None:
        self.ctx, self.node = ctx, node
        self.id = value.id
        self.node_id = value.node_id
        self.index = value.index
        self.state = value.state
        self.version = value.version
        self.host_id = value.host_id
        self.runtime_properties = value.runtime_properties
        self.scaling_groups = value.scaling_groups
        self.system_properties = value.system_properties
        self.modification: str | None = None
        self._relationships = {
            one.target_instance: WorkflowRelationshipInstance(ctx, self, one) for one in value.relationships
        }

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WorkflowNodeInstance) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        return f"<node instance {self.id} {self.state}>"

    @property
    def deployment_id(self) -> str:
        return self.ctx.deployment.id

    @property
    def relationships(self) -> Iterator[WorkflowRelationshipInstance]:
        return iter(self._relationships.values())

    @property
    def contained_instances(self) -> list["WorkflowNodeInstance"]:
        """Return the node instances that are directly contained in this one."""
        return [
            other
            for other in self.ctx.node_instances
            for relationship in other.relationships
            if relationship.target_id == self.id
            and relationship.relationship.is_derived_from("cloudify.relationships.contained_in")
        ]

    @cached_property
    def logger(self) -> Logger:
        return self.ctx.internal.instance_logger(self.id)

    def get_contained_subgraph(self) -> set["WorkflowNodeInstance"]:
        """Return this node instance and all that is contained in it, directly or not."""
        found = {self}
        for contained in self.contained_instances:
            found |= contained.get_contained_subgraph()
        return found

    def set_state(self, state: str) -> Json:
        """Bring the node instance into a state."""
        task: WorkflowTask = SetNodeInstanceStateTask(self.id, state, on_success=None)
        if self.ctx.dry_run:
            return self.ctx.internal.process(self.ctx.internal.nop())
        return self.ctx.internal.process(task)

    def get_state(self) -> Json:
        """Read the state as it is now."""

        @mark_operation(resumable=True)
        def read() -> str:
            return self.ctx.internal.backend.instance(self.id).state

        return self.ctx.internal.process(LocalWorkflowTask(read, name="get_state", send_task_events=False))

    def send_event(self, event: str, additional_context: JsonObject | None = None) -> Json:
        """Tell something about the node instance."""
        target = (additional_context or {}).get("target_id")
        return self.ctx.internal.process(SendNodeEventTask(self.id, event, target))

    def execute_operation(
        self,
        operation: str,
        kwargs: JsonObject | None = None,
        allow_kwargs_override: bool = False,
        send_task_events: bool = True,
    ) -> Json:
        """Run an operation; one that is not mapped does nothing.

        Raises:
            RuntimeError: an input is given that the blueprint sets, without `allow_kwargs_override`.
        """
        declared = self.node.operations.get(operation)
        invocation = Invocation(
            operation=declared or Operation(), name=operation, inputs=kwargs or {}, instance_id=self.id
        )
        task = self.ctx.internal.operation_task(
            declared, invocation, may_override=allow_kwargs_override, tells=send_task_events
        )
        return self.ctx.internal.process(task)
