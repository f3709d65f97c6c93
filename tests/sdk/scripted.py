"""A runtime that runs nothing: tasks end as their script says, in the thread that begins them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic

from engine.domain.blueprint import Node, Operation, Plan, Relationship
from engine.domain.deployment import InstanceRelationship, Modification, ModificationStatus, NodeInstance
from engine.domain.event import Level
from engine.domain.json import Json, JsonObject
from engine.sdk.backend import Begun, Ended, Outcome, Scaled, Scaling, StateSet, Step, Told
from engine.sdk.cancel import CancelFlag
from engine.sdk.narration import full_name
from engine.sdk.tasks import OperationTask, WorkflowTask
from engine.sdk.workflow_context import ExecutionFacts, RetrySettings, WorkflowContext

Script = Callable[[WorkflowTask], Outcome | None]
"""Returns how the task ends; None lets it run for ever."""


class Done:
    """A receipt for what is recorded at once."""

    def wait(self) -> None:
        return None


class SilentSink:
    """Takes lines and keeps them."""

    def __init__(self) -> None:
        self.lines: list[tuple[Level, str]] = []

    def line(self, level: Level, text: str) -> None:
        self.lines.append((level, text))

    def of_instance(self, instance_id: str) -> "SilentSink":
        return self


@dataclass(slots=True, kw_only=True)
class ScriptedBackend:
    """Keeps every step and ends tasks by the script."""

    script: Script
    values: list[NodeInstance] = field(default_factory=list)
    slots: int = 32
    steps: list[Step] = field(default_factory=list)
    most_at_once: int = 0
    on_commit: Callable[[], None] = lambda: None

    def commit(self, steps: Sequence[Step]) -> Done:
        self.steps.extend(steps)
        self.on_commit()
        begun = [step for step in steps if isinstance(step, Begun)]
        self.most_at_once = max(self.most_at_once, len(begun))
        for step in begun:
            outcome = self.script(step.task)
            if outcome is not None:
                step.report(step.task, outcome)
        return Done()

    def monotonic(self) -> float:
        return monotonic()

    def instances(self) -> list[NodeInstance]:
        return self.values

    def instance(self, id: str) -> NodeInstance:
        return next(one for one in self.values if one.id == id)

    def update_instance(self, id: str, properties: JsonObject, version: int | None) -> int:
        raise AssertionError("workflows do not write runtime properties here")

    def start_modification(self, scaling: Scaling, *, is_dry_run: bool) -> Scaled:
        raise AssertionError("nothing is scaled here")

    def end_modification(self, id: str, status: ModificationStatus) -> None:
        raise AssertionError("nothing is scaled here")

    def modifications(self) -> list[Modification]:
        return []

    def resource(self, path: str) -> bytes:
        return path.encode()

    @property
    def begun(self) -> list[str]:
        """Return the names of what has begun, in order."""
        return [full_name(step.task) for step in self.steps if isinstance(step, Begun)]

    @property
    def told(self) -> list[str]:
        return [step.message for step in self.steps if isinstance(step, Told)]

    @property
    def ended(self) -> list[Ended]:
        return [step for step in self.steps if isinstance(step, Ended)]

    def lifecycle(self, instance_id: str) -> list[str]:
        """Return states and operations of one node instance, in order."""
        found = []
        for step in self.steps:
            if isinstance(step, StateSet) and step.instance_id == instance_id:
                found.append(step.state)
            if isinstance(step, Begun) and isinstance(step.task, OperationTask):
                invocation = step.task.invocation
                if invocation.instance_id == instance_id:
                    found += [step.task.entering] if step.task.entering else []
                    found.append(invocation.name.removeprefix("cloudify.interfaces."))
        return found


def succeed(_task: WorkflowTask) -> Outcome:
    return Outcome()


def failing(errors: Mapping[str, BaseException | Sequence[BaseException | None]]) -> Script:
    """Return a script in which these operations fail: always, or try by try."""
    tries: dict[str, int] = {}

    def script(task: WorkflowTask) -> Outcome:
        name = full_name(task)
        scripted = errors.get(name)
        if scripted is None or isinstance(scripted, BaseException):
            return Outcome(error=scripted)
        tries[name] = tries.get(name, -1) + 1
        return Outcome(error=scripted[tries[name]] if tries[name] < len(scripted) else None)

    return script


def context(
    script: Script = succeed,
    nodes: Sequence[Node] = (),
    *,
    instances: Sequence[NodeInstance] | None = None,
    cancel: CancelFlag | None = None,
    retries: RetrySettings | None = None,
    slots: int = 32,
    **options: Json,
) -> tuple[WorkflowContext, ScriptedBackend]:
    """Return a workflow context over a scripted runtime, with one instance per node unless told otherwise."""
    values = list(instances) if instances is not None else [instance_of(one) for one in nodes]
    backend = ScriptedBackend(script=script, values=values, slots=slots)
    facts = ExecutionFacts(
        execution_id="e1",
        workflow_id="custom",
        deployment_id="d1",
        blueprint_id="b1",
        plan=Plan(version="cloudify_dsl_1_5", nodes={one.id: one for one in nodes}),
        inputs={},
        retries=retries or RetrySettings(task_retries=3, task_retry_interval=0),
        **options,
    )
    return WorkflowContext(facts, backend, cancel or CancelFlag(), SilentSink()), backend


def instance_of(node: Node, state: str = "uninitialized") -> NodeInstance:
    """Return the only instance of a node."""
    return NodeInstance(
        id=f"{node.id}_1",
        node_id=node.id,
        state=state,
        relationships=tuple(
            InstanceRelationship(type=one.type, target_node=one.target, target_instance=f"{one.target}_1")
            for one in node.relationships
        ),
    )


def operation(**options: Json) -> Operation:
    return Operation(plugin="app", function="tasks.nothing", **options)


def node(id: str, *names: str, relationships: Sequence[Relationship] = ()) -> Node:
    """Return a node whose operations of these names do nothing."""
    return Node(
        id=id,
        type="cloudify.nodes.Root",
        type_hierarchy=("cloudify.nodes.Root",),
        operations={f"cloudify.interfaces.{name}": operation() for name in names},
        relationships=tuple(relationships),
    )


def related(target: str, *names: str) -> Relationship:
    """Return a relationship whose source and target operations of these names do nothing."""
    kind = "cloudify.relationships.depends_on"
    operations = {f"cloudify.interfaces.relationship_lifecycle.{name}": operation() for name in names}
    return Relationship(
        type=kind,
        type_hierarchy=(kind,),
        target=target,
        source_operations=operations,
        target_operations=operations,
    )
