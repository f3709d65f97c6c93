"""`ctx` of an operation: the node or relationship that it runs on, and what it may ask of the runtime."""

from dataclasses import dataclass, field
from functools import cached_property
from logging import Logger
from pathlib import Path
from typing import Protocol

from engine.domain.blueprint import Plan
from engine.domain.deployment import NodeInstance
from engine.domain.json import Json, JsonObject
from engine.sdk.errors import NonRecoverableError, OperationRetry
from engine.sdk.instance_context import InstanceContext, NodeContext, RelationshipContext, Subject
from engine.sdk.logs import Sink, new_logger
from engine.sdk.resources import render, write_resource

NODE_INSTANCE = "node-instance"
RELATIONSHIP_INSTANCE = "relationship-instance"
DEPLOYMENT = "deployment"


class OperationBackend(Protocol):
    """The runtime, as one operation sees it."""

    def instance(self, id: str) -> NodeInstance:
        """Return a node instance as it is now."""

    def update_instance(self, id: str, properties: JsonObject, version: int | None) -> int:
        """Replace the runtime properties and return the new version.

        Raises:
            VersionConflict: somebody wrote since `version` was read.
        """

    def evaluate(self, values: JsonObject, instance_id: str | None) -> JsonObject:
        """Return properties with their functions evaluated now, for the node of an instance or for no node."""

    def resource(self, path: str) -> bytes:
        """Return a file of the deployment or its blueprint."""

    def event(self, message: str) -> None:
        """Tell something about the operation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationFacts:
    """What an operation may know about its own run; plain values, so that they can cross to another process."""

    task_id: str
    task_name: str
    operation_name: str
    execution_id: str
    workflow_id: str
    deployment_id: str
    blueprint_id: str
    plugin: str = ""
    function: str = ""
    instance_id: str | None = None
    source_id: str | None = None
    target_id: str | None = None
    is_source: bool = True
    retry_number: int = 0
    max_retries: int = -1
    timeout: float | None = None
    timeout_recoverable: bool = False
    resume: bool = False
    workdir: str = ""
    workflow_parameters: JsonObject = field(default_factory=dict)


class PluginFacts(str):
    """`ctx.plugin`: the plugin's name, with what else is known of it."""

    name: str
    package_name: str | None
    package_version: str | None
    source: str | None
    properties: JsonObject
    prefix: str | None = None
    _workdir: Path

    @classmethod
    def of(cls, name: str, plan: Plan, workdir: str, properties: JsonObject) -> "PluginFacts":
        plugin = cls(name)
        declared = plan.plugins.get(name)
        plugin.name = name
        plugin.package_name = declared.package_name if declared else None
        plugin.package_version = declared.package_version if declared else None
        plugin.source = declared.source if declared else None
        plugin.properties = properties
        plugin._workdir = Path(workdir) / "plugins" / name
        return plugin

    @property
    def workdir(self) -> str:
        """Return a folder of the plugin's own for this deployment."""
        self._workdir.mkdir(parents=True, exist_ok=True)
        return str(self._workdir)


class OperationSelf:
    """`ctx.operation`: the operation itself."""

    def __init__(self, facts: OperationFacts) -> None:
        self.name = facts.operation_name
        self.retry_number = facts.retry_number
        self.max_retries = facts.max_retries
        self.relationship = None if facts.source_id is None else ("source" if facts.is_source else "target")
        self.wanted_retry: OperationRetry | None = None

    def retry(self, message: str | None = None, retry_after: float | None = None) -> OperationRetry:
        """Ask for another try once the operation has returned."""
        self.wanted_retry = OperationRetry(message or "the operation asked for another try", retry_after)
        return self.wanted_retry


class DeploymentSelf:
    """`ctx.deployment`."""

    def __init__(self, facts: OperationFacts, plan: Plan) -> None:
        self.id = self.display_name = facts.deployment_id
        self.creator = "admin"
        self.tenant_name = "default_tenant"
        self.resource_tags = plan.resource_tags
        self.runtime_only_evaluation = False


class BlueprintSelf:
    """`ctx.blueprint`."""

    def __init__(self, id: str) -> None:
        self.id = id


class OperationContext:
    """What an operation works with."""

    tenant_name = "default_tenant"
    task_type = "operation"

    def __init__(self, facts: OperationFacts, plan: Plan, backend: OperationBackend, sink: Sink) -> None:
        self._facts, self._plan, self._backend, self._sink = facts, plan, backend, sink
        self._instances: dict[str, InstanceContext] = {}
        self.operation = OperationSelf(facts)
        self.execution_id, self.workflow_id = facts.execution_id, facts.workflow_id
        self.workflow_parameters = facts.workflow_parameters
        self.task_id, self.task_name = facts.task_id, facts.task_name
        self.timeout, self.timeout_recoverable = facts.timeout, facts.timeout_recoverable
        self.resume = facts.resume

    def __repr__(self) -> str:
        return f"<operation {self._facts.operation_name} of {self._facts.instance_id or self._facts.deployment_id}>"

    @property
    def type(self) -> str:
        if self._facts.source_id is not None:
            return RELATIONSHIP_INSTANCE
        return DEPLOYMENT if self._facts.instance_id is None else NODE_INSTANCE

    @property
    def node(self) -> NodeContext:
        return self.instance.node

    @property
    def instance(self) -> InstanceContext:
        return self._subject(NODE_INSTANCE, "instance", self._facts.instance_id)

    @property
    def source(self) -> Subject:
        return Subject(self._subject(RELATIONSHIP_INSTANCE, "source", self._facts.source_id))

    @property
    def target(self) -> Subject:
        return Subject(self._subject(RELATIONSHIP_INSTANCE, "target", self._facts.target_id))

    def _subject(self, type: str, name: str, id: str | None) -> InstanceContext:
        if self.type != type or id is None:
            raise NonRecoverableError(
                f"ctx.{name} belongs to operations of a {type}, and `{self._facts.operation_name}` "
                f"runs for a {self.type}"
            )
        if id not in self._instances:
            self._instances[id] = InstanceContext(id, self._plan, self._backend)
        return self._instances[id]

    @cached_property
    def blueprint(self) -> BlueprintSelf:
        return BlueprintSelf(self._facts.blueprint_id)

    @cached_property
    def deployment(self) -> DeploymentSelf:
        return DeploymentSelf(self._facts, self._plan)

    @cached_property
    def plugin(self) -> PluginFacts:
        declared = self._plan.plugins.get(self._facts.plugin)
        properties = self._backend.evaluate(declared.properties, self._facts.instance_id) if declared else {}
        return PluginFacts.of(self._facts.plugin, self._plan, self._facts.workdir, properties)

    @cached_property
    def logger(self) -> Logger:
        return new_logger(self._facts.operation_name, self._sink)

    def send_event(self, message: str) -> None:
        """Tell something about the operation."""
        self._backend.event(message)

    def get_resource(self, resource_path: str) -> bytes:
        """Return the content of a file of the deployment or its blueprint."""
        return self._backend.resource(resource_path)

    def get_resource_and_render(self, resource_path: str, template_variables: JsonObject | None = None) -> bytes:
        """Return the file as a template with its variables filled in."""
        return render(self._backend.resource(resource_path), template_variables, self)

    def download_resource(self, resource_path: str, target_path: str | None = None) -> str:
        """Copy the file and return where it is now."""
        return write_resource(self._backend.resource(resource_path), resource_path, target_path, self._facts.workdir)

    def download_resource_and_render(
        self,
        resource_path: str,
        target_path: str | None = None,
        template_variables: JsonObject | None = None,
    ) -> str:
        """Copy the file, as a template with its variables filled in, and return where it is now."""
        content = self.get_resource_and_render(resource_path, template_variables)
        return write_resource(content, resource_path, target_path, self._facts.workdir)

    def local_deployment_workdir(self) -> str:
        """Return the deployment's own folder, in which operations run."""
        return self._facts.workdir

    def save(self) -> None:
        """Store the runtime properties that the operation has changed."""
        for instance in self._instances.values():
            instance.update()

    def __getattr__(self, name: str) -> Json:
        raise AttributeError(f"ctx of an operation has no `{name}`")


__all__ = ["OperationBackend", "OperationContext", "OperationFacts", "RelationshipContext"]
