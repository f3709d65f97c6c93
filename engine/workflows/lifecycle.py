"""What happens to one node instance when it is installed or uninstalled, step by step (dsl.md §4.8, §4.9)."""

from collections.abc import Iterable, Iterator

from engine.sdk.graph import SubgraphTask, forkjoin
from engine.sdk.handler import HandlerResult
from engine.sdk.model import WorkflowNodeInstance, WorkflowRelationshipInstance
from engine.sdk.tasks import OperationTask, WorkflowTask

LIFECYCLE = "cloudify.interfaces.lifecycle"
RELATIONSHIP = "cloudify.interfaces.relationship_lifecycle"
VALIDATION = "cloudify.interfaces.validation"
MONITORING = "cloudify.interfaces.monitoring"
HOST = "cloudify.interfaces.host"
HOST_TYPE = "cloudify.nodes.Compute"

CREATED = frozenset({"creating", "created", "configuring", "configured", "starting", "started"})
"""States in which the validation and preparation before `create` have been done."""
WAS_CREATED = frozenset({"created", "configuring", "configured", "starting", "started"})
WAS_CONFIGURED = frozenset({"configured", "starting", "started"})
WAS_STOPPED = frozenset({"stopped", "deleting", "deleted", "uninitialized", "configured"})
WAS_DELETED = frozenset({"deleted", "uninitialized"})

Step = WorkflowTask | forkjoin


def install_steps(instance: WorkflowNodeInstance) -> Iterator[Step]:
    """Yield the steps that bring a node instance from its present state to `started`."""
    state = instance.state
    if state == "started":
        return
    if not _has_any_operation(instance):
        yield instance.send_event("Node instance has no operation to run: started")
        yield instance.set_state("started")
        return
    if state not in CREATED:
        yield instance.set_state("initializing")
        yield from _told(
            instance, f"{VALIDATION}.create", "Validating node instance before creation", "Node instance validated"
        )
        yield from _told(instance, f"{LIFECYCLE}.precreate", "Precreating node instance", "Node instance precreated")
    if state not in WAS_CREATED:
        yield from _entering(instance, "create", "Creating", "created", "creating")
    if state not in WAS_CONFIGURED:
        yield from _relationships(instance, "preconfigure")
        yield from _entering(instance, "configure", "Configuring", "configured", "configuring")
    yield from _relationships(instance, "postconfigure")
    yield from _start_steps(instance)


def _start_steps(instance: WorkflowNodeInstance) -> Iterator[Step]:
    yield instance.set_state("starting")
    yield from _told(instance, f"{LIFECYCLE}.start", "Starting node instance", "Node instance start completed")
    yield from _host_steps(instance)
    yield from _told(instance, f"{LIFECYCLE}.poststart", "Poststarting node instance", "Node instance poststarted")
    yield from _mapped(instance, f"{MONITORING}.start")
    yield from _relationships(instance, "establish")
    yield instance.set_state("started")
    yield instance.send_event("Node instance started")


def uninstall_steps(instance: WorkflowNodeInstance, *, ignore_failure: bool) -> list[Step]:
    """Return the steps that bring a node instance from its present state to `deleted`."""
    steps = list(_uninstall(instance))
    if ignore_failure:
        for task in flat(steps):
            task.on_failure = ignore_and_tell(instance)
    return steps


def _uninstall(instance: WorkflowNodeInstance) -> Iterator[Step]:
    if instance.state not in WAS_STOPPED:
        yield from stop_steps(instance)
    if instance.state in WAS_DELETED:
        return
    yield from delete_steps(instance)
    yield instance.set_state("deleted")
    yield instance.send_event("Node instance deleted")


def delete_steps(instance: WorkflowNodeInstance) -> Iterator[Step]:
    """Yield the steps that take a stopped node instance away."""
    yield from _relationships(instance, "unlink", is_reversed=True)
    yield instance.set_state("deleting")
    yield from _told(instance, f"{LIFECYCLE}.delete", "Deleting node instance", "Node instance delete completed")
    yield from _mapped(instance, f"{LIFECYCLE}.postdelete")


def stop_steps(instance: WorkflowNodeInstance) -> Iterator[Step]:
    """Yield the steps that stop a node instance."""
    yield instance.set_state("stopping")
    yield from _told(
        instance, f"{VALIDATION}.delete", "Validating node instance before it stops", "Node instance validated"
    )
    yield from _mapped(instance, f"{MONITORING}.stop")
    yield from _mapped(instance, f"{LIFECYCLE}.prestop")
    yield from _told(instance, f"{LIFECYCLE}.stop", "Stopping node instance", "Node instance stopped")
    yield instance.set_state("stopped")


def relationship_steps(instance: WorkflowNodeInstance, operation: str, targets: Iterable[str]) -> list[Step]:
    """Return the steps of one relationship operation towards the given target instances."""
    wanted = set(targets)
    return [_both_ends(one, operation) for one in instance.relationships if one.target_id in wanted]


def flat(steps: Iterable[Step]) -> Iterator[WorkflowTask]:
    """Yield the tasks of the steps."""
    for step in steps:
        if isinstance(step, forkjoin):
            yield from step.tasks
        else:
            yield step


def ignore_and_tell(instance: WorkflowNodeInstance) -> "IgnoreFailure":
    """Return the handler that goes on after a failure and says so."""
    return IgnoreFailure(instance)


class IgnoreFailure:
    """Looks away from the failure of a task, and says so."""

    def __init__(self, instance: WorkflowNodeInstance) -> None:
        self._instance = instance

    def __call__(self, task: WorkflowTask) -> HandlerResult:
        graph = self._instance.ctx.internal.task_graph
        event = self._instance.send_event(f"Ignoring task {task.name} failure")
        if isinstance(event, WorkflowTask):
            _add_beside(task, event)
            graph.add_task(event)
        return HandlerResult.ignore()


def _add_beside(task: WorkflowTask, event: WorkflowTask) -> None:
    subgraph: SubgraphTask | None = task.containing_subgraph
    if subgraph is not None:
        subgraph.add_task(event)


def _has_any_operation(instance: WorkflowNodeInstance) -> bool:
    return any(not one.is_noop for one in instance.node.operations.values()) or any(
        not one.is_noop
        for relationship in instance.relationships
        for operations in (
            relationship.relationship.source_operations,
            relationship.relationship.target_operations,
        )
        for one in operations.values()
    )


def _entering(instance: WorkflowNodeInstance, operation: str, verb: str, done: str, state: str) -> Iterator[Step]:
    """Yield an operation that brings its state with it, so that a cancel before it leaves no trace, and its end."""
    for step in _told(instance, f"{LIFECYCLE}.{operation}", f"{verb} node instance", f"Node instance {done}"):
        if isinstance(step, OperationTask):
            step.entering = state
        yield step
    yield instance.set_state(done)


def _told(instance: WorkflowNodeInstance, operation: str, before: str, after: str) -> Iterator[Step]:
    """Yield an operation with the events around it, or one event that says that there is nothing to do."""
    if not instance.node.has_operation(operation):
        yield instance.send_event(f"{before}: nothing to do")
        return
    yield instance.send_event(before)
    yield instance.execute_operation(operation)
    yield instance.send_event(after)


def _mapped(instance: WorkflowNodeInstance, operation: str) -> Iterator[Step]:
    if instance.node.has_operation(operation):
        yield instance.execute_operation(operation)


def _host_steps(instance: WorkflowNodeInstance) -> Iterator[Step]:
    """Yield the wait for a host that can tell whether it is up."""
    operation = f"{HOST}.get_state"
    if HOST_TYPE not in instance.node.type_hierarchy or not instance.node.has_operation(operation):
        return
    task = instance.execute_operation(operation)
    if not instance.ctx.dry_run:
        task.on_success = wait_until_true
    yield task


def wait_until_true(task: WorkflowTask) -> HandlerResult:
    """Ask again until the answer is yes."""
    return HandlerResult.cont() if task.result else HandlerResult.retry(ignore_total_retries=True)


def _relationships(instance: WorkflowNodeInstance, operation: str, *, is_reversed: bool = False) -> Iterator[Step]:
    """Yield a relationship operation, target node by target node; the instances of one node go side by side."""
    groups: dict[str, list[WorkflowRelationshipInstance]] = {}
    for one in instance.relationships:
        groups.setdefault(one.relationship.target_id, []).append(one)
    ordered = reversed(groups.values()) if is_reversed else iter(groups.values())
    for group in ordered:
        tasks = [task for one in group for task in _both_ends(one, operation).tasks]
        if tasks:
            yield forkjoin(*tasks)


def _both_ends(relationship: WorkflowRelationshipInstance, operation: str) -> forkjoin:
    name = f"{RELATIONSHIP}.{operation}"
    tasks = (relationship.execute_source_operation(name), relationship.execute_target_operation(name))
    return forkjoin(*(task for task in tasks if not task.is_nop()))
