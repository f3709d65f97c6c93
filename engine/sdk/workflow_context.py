"""`ctx` of a workflow: the deployment's model, the task graph and the doors to the runtime."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from logging import Logger
from typing import Any

from engine.domain.blueprint import Operation, Plan
from engine.domain.deployment import NodeInstance
from engine.domain.event import EventType
from engine.domain.json import Json, JsonObject
from engine.sdk.backend import Backend, Passed
from engine.sdk.cancel import CancelFlag
from engine.sdk.graph import TaskDependencyGraph
from engine.sdk.history import ENDED, History, Places, ended
from engine.sdk.immediate import DryRunLocalWorkflowTask, NOPLocalWorkflowTask, SendWorkflowEventTask
from engine.sdk.logs import Sink, new_logger
from engine.sdk.model import WorkflowNode, WorkflowNodeInstance
from engine.sdk.results import WorkflowTaskResult
from engine.sdk.tasks import (
    DEFAULT_INTERVAL,
    DEFAULT_RETRIES,
    Invocation,
    LocalWorkflowTask,
    OperationTask,
    WorkflowTask,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrySettings:
    """What holds where an operation does not say it itself."""

    task_retries: int = DEFAULT_RETRIES
    task_retry_interval: float = DEFAULT_INTERVAL
    subgraph_retries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionFacts:
    """What a workflow may know about its own execution."""

    execution_id: str
    workflow_id: str
    deployment_id: str
    blueprint_id: str
    plan: Plan
    inputs: JsonObject
    dry_run: bool = False
    resume: bool = False
    wait_after_fail: float = 600
    retries: RetrySettings = RetrySettings()
    attempt: int = 1
    history: History = field(default_factory=History)


class BlueprintFacts:
    """`ctx.blueprint`."""

    def __init__(self, id: str) -> None:
        self.id = id


class DeploymentFacts:
    """`ctx.deployment`."""

    def __init__(self, facts: ExecutionFacts) -> None:
        self.id = self.display_name = facts.deployment_id
        self.inputs = facts.inputs
        self.creator = "admin"
        self.tenant_name = "default_tenant"
        self.resource_tags = facts.plan.resource_tags
        self.scaling_groups = facts.plan.scaling_groups
        self.runtime_only_evaluation = False


class WorkflowContext:
    """What a workflow function works with; the model is a snapshot taken at its start."""

    local = True
    tenant_name = "default_tenant"

    def __init__(self, facts: ExecutionFacts, backend: Backend, cancel: CancelFlag, sink: Sink) -> None:
        self._facts = facts
        self.execution_id, self.workflow_id = facts.execution_id, facts.workflow_id
        self.dry_run, self.resume, self.wait_after_fail = facts.dry_run, facts.resume, facts.wait_after_fail
        self.blueprint = BlueprintFacts(facts.blueprint_id)
        self.deployment = DeploymentFacts(facts)
        self.logger: Logger = new_logger(facts.workflow_id, sink)
        self.internal = Internal(self, facts, backend, cancel, sink)
        self._nodes = {id: WorkflowNode(self, node) for id, node in facts.plan.nodes.items()}
        self._instances: dict[str, WorkflowNodeInstance] = {}
        self.show_instances(backend.instances())

    def __repr__(self) -> str:
        return f"<workflow {self.workflow_id} {self.execution_id}>"

    @property
    def nodes(self) -> Iterator[WorkflowNode]:
        return iter(self._nodes.values())

    @property
    def node_instances(self) -> Iterator[WorkflowNodeInstance]:
        return iter(self._instances.values())

    def get_node(self, node_id: str) -> WorkflowNode:
        """Return a node.

        Raises:
            KeyError: the deployment has no such node.
        """
        return self._nodes[node_id]

    def get_node_instance(self, node_instance_id: str) -> WorkflowNodeInstance | None:
        return self._instances.get(node_instance_id)

    def refresh_node_instances(self) -> None:
        """Read the node instances again, as everything that was recorded up to now has left them."""
        self.internal.backend.commit(()).wait()
        self.show_instances(self.internal.backend.instances())

    def show_instances(self, instances: Iterable[NodeInstance]) -> None:
        """Let these be the node instances of the model."""
        self._instances = {one.id: self._instance(one) for one in instances}

    def show_plan(self, blueprint_id: str, plan: Plan, inputs: JsonObject) -> None:
        """Let the model be that of another plan; the node instances are to be read again."""
        self._facts = replace(self._facts, blueprint_id=blueprint_id, plan=plan, inputs=inputs)
        self.blueprint = BlueprintFacts(blueprint_id)
        self.deployment = DeploymentFacts(self._facts)
        self._nodes = {id: WorkflowNode(self, node) for id, node in plan.nodes.items()}

    def _instance(self, value: NodeInstance) -> WorkflowNodeInstance:
        return WorkflowNodeInstance(self, self._nodes[value.node_id], value)

    def graph_mode(self) -> TaskDependencyGraph:
        """Let the calls that follow return tasks for a graph instead of running them, and return that graph.

        Raises:
            RuntimeError: something has been run already.
        """
        return self.internal.enter_graph_mode()

    def send_event(
        self,
        event: str,
        event_type: str = EventType.WORKFLOW_STAGE,
        args: Json = None,
        additional_context: JsonObject | None = None,
    ) -> Json:
        """Tell something about the workflow."""
        return self.internal.process(SendWorkflowEventTask(event, _event_type(event_type)))

    def local_task(
        self,
        local_task: Callable[..., Any],
        node: object | None = None,
        info: str | None = None,
        kwargs: JsonObject | None = None,
        task_id: str | None = None,
        name: str | None = None,
        send_task_events: bool = True,
        override_task_config: bool = False,
        total_retries: int | None = None,
        retry_interval: float | None = None,
    ) -> Json:
        """Run a function of the workflow's own as a task."""
        given = {"total_retries": total_retries, "retry_interval": retry_interval}
        asked = {key: value for key, value in given.items() if value is not None}
        own = dict(getattr(local_task, "workflow_task_config", {}))
        config = self.internal.get_task_configuration() | (
            {**own, **asked} if override_task_config else {**asked, **own}
        )
        task = LocalWorkflowTask(
            local_task,
            kwargs=kwargs,
            node=node,
            name=name,
            info=info or "",
            task_id=task_id,
            send_task_events=send_task_events,
            **config,
        )
        return self.internal.process(DryRunLocalWorkflowTask(task) if self.dry_run else task)

    def download_resource(self, resource_path: str, target_path: str | None = None) -> str:
        """Copy a file of the deployment or its blueprint, and return where it is now."""
        from engine.sdk.resources import write_resource  # few workflows need it

        return write_resource(self.internal.backend.resource(resource_path), resource_path, target_path)


class Internal:
    """What the framework itself uses of a workflow context."""

    def __init__(
        self, ctx: WorkflowContext, facts: ExecutionFacts, backend: Backend, cancel: CancelFlag, sink: Sink
    ) -> None:
        self._ctx, self._facts, self._sink = ctx, facts, sink
        self.backend, self.cancel = backend, cancel
        self.retries = facts.retries
        self.wait_after_fail = facts.wait_after_fail
        self.history, self.attempt = facts.history, facts.attempt
        self.places = Places()
        self.task_graph = TaskDependencyGraph(ctx)
        self.is_graph_mode = False
        self._begun: list[WorkflowTaskResult] = []
        self._has_run = False

    def get_task_configuration(self) -> dict[str, Any]:
        return {
            "total_retries": self.retries.task_retries,
            "retry_interval": self.retries.task_retry_interval,
        }

    def enter_graph_mode(self) -> TaskDependencyGraph:
        if self._has_run and not self.is_graph_mode:
            raise RuntimeError("graph_mode() must come before the first task of the workflow is run")
        self.is_graph_mode = True
        return self.task_graph

    def settled(self, what: str, decide: Callable[[], Iterable[str]]) -> set[str]:
        """Return the names that the first attempt has decided on, so that a later one goes on with the same."""
        if self._facts.dry_run:
            return set(decide())
        prefix = f"{what}/"
        if ended(what) in self.history.passed:
            return {one.removeprefix(prefix) for one in self.history.passed if one.startswith(prefix)} - {ENDED}
        names = set(decide())
        self.backend.commit([Passed(f"{prefix}{one}") for one in (*sorted(names), ENDED)]).wait()
        return names

    def renew_graph(self) -> None:
        """Begin with an empty graph, after one that has failed."""
        self.task_graph = TaskDependencyGraph(self._ctx)

    def process(self, task: WorkflowTask) -> Json:
        """Return the task in graph mode; else begin it and return its result object."""
        task.workflow_context = self._ctx
        self.find_place(task)
        return task if self.is_graph_mode else self.begin(task)

    def find_place(self, task: WorkflowTask) -> None:
        """Give a task its place, and with it what earlier attempts have done of it; a dry run leaves no trace."""
        if self._facts.dry_run or task.is_nop():
            return
        task.place = self.places.next(task.label)
        task.is_passed = task.place in self.history.passed
        task.stored = self.history.stored.get(task.place)
        if task.stored is not None:
            task.id = task.stored.id

    def begin(self, task: WorkflowTask) -> WorkflowTaskResult:
        self._has_run = True
        result = WorkflowTaskResult(task, self)
        if not task.is_terminated:
            self._begun.append(result)
        return result

    def wait_for_all(self) -> None:
        """Wait for what the workflow began and did not wait for itself."""
        begun, self._begun = self._begun, []
        for result in begun:
            result.get()

    def nop(self) -> WorkflowTask:
        return NOPLocalWorkflowTask()

    def instance_logger(self, instance_id: str) -> Logger:
        return new_logger(instance_id, self._sink.of_instance(instance_id))

    def operation_task(
        self, declared: Operation | None, invocation: Invocation, *, may_override: bool, tells: bool
    ) -> WorkflowTask:
        """Return the task that runs an operation, or the one that stands for it.

        Raises:
            RuntimeError: an input is given that the blueprint sets, without leave to override it.
        """
        if declared is None or declared.is_noop:
            return self.nop()
        twice = sorted(declared.inputs.keys() & invocation.inputs.keys())
        if twice and not may_override:
            raise RuntimeError(
                f"operation `{invocation.name}` has inputs of its own for {', '.join(twice)}; "
                "set allow_kwargs_override to replace them"
            )
        complete = replace(invocation, inputs=declared.inputs | invocation.inputs)
        task = OperationTask(complete, send_task_events=tells, **self._retries_of(declared))
        return DryRunLocalWorkflowTask(task) if self._ctx.dry_run else task

    def _retries_of(self, operation: Operation) -> dict[str, Any]:
        config = self.get_task_configuration()
        if operation.max_retries is not None:
            config["total_retries"] = operation.max_retries
        if operation.retry_interval is not None:
            config["retry_interval"] = operation.retry_interval
        return config


def _event_type(name: str) -> EventType:
    return EventType(name) if name in set(EventType) else EventType.WORKFLOW_STAGE
