"""A state directory with one deployment whose plan is written by hand, for tests of the worker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from engine.domain.blueprint import Node, Operation, Plan, Plugin, Relationship, Workflow
from engine.domain.deployment import Blueprint, Deployment, InstanceRelationship, NodeInstance
from engine.domain.event import Event, EventType
from engine.domain.execution import CancelKind, Execution, OperationRecord, StartRequest
from engine.domain.json import Json, JsonObject
from engine.runtime.worker import run
from engine.services import executions as service
from engine.workflows.registry import BUILT_IN
from storage import blueprints, deployments, events, executions, operations
from storage.database import Database

LIFECYCLE = "cloudify.interfaces.lifecycle"


def script(path: str, inputs: JsonObject | None = None, **options: Json) -> Operation:
    """Return an operation that runs a script of the blueprint."""
    return Operation(
        plugin="script",
        function="script_runner.tasks.run",
        inputs={"script_path": path, **(inputs or {})},
        **options,
    )


def python(function: str, inputs: JsonObject | None = None, **options: Json) -> Operation:
    """Return an operation that runs a function of the blueprint."""
    return Operation(plugin="app", function=function, inputs=inputs or {}, **options)


def node(
    id: str, operations: Mapping[str, Operation] | None = None, *relationships: Relationship, **options: Json
) -> Node:
    """Return a node; operations are named by the last part of their lifecycle name, or in full."""
    full = {name if "." in name else f"{LIFECYCLE}.{name}": one for name, one in (operations or {}).items()}
    return Node(
        id=id,
        type="app.nodes.Thing",
        type_hierarchy=("cloudify.nodes.Root", "app.nodes.Thing"),
        operations=full,
        relationships=relationships,
        **options,
    )


def depends_on(target: str, **operations: dict[str, Operation]) -> Relationship:
    """Return a relationship."""
    kind = "cloudify.relationships.depends_on"
    return Relationship(type=kind, type_hierarchy=(kind,), target=target, **operations)


@dataclass(slots=True, kw_only=True)
class World:
    """One state directory."""

    home: Path
    database: Database
    instances: list[NodeInstance] = field(default_factory=list)

    def start(self, workflow: str, parameters: JsonObject | None = None, **options: Json) -> Execution:
        request = StartRequest(
            workflow_id=workflow,
            deployment_id="d1",
            parameters=parameters or {},
            allow_custom_parameters=True,
            **options,
        )
        return service.start(self.database, request, now=datetime.now(UTC))

    def run(self, workflow: str, parameters: JsonObject | None = None, **options: Json) -> Execution:
        """Start an execution and run it to its end in this process."""
        return self.run_started(self.start(workflow, parameters, **options))

    def run_started(self, execution: Execution) -> Execution:
        """Run an execution that was started, in this process."""
        run(self.home, execution.id, execution.attempt, on_stale=lambda: None)
        return self.execution(execution.id)

    def cancel(self, id: str, kind: CancelKind = CancelKind.CANCEL) -> None:
        service.cancel(self.database, id, kind, now=datetime.now(UTC))

    def execution(self, id: str) -> Execution:
        with self.database.read() as connection:
            return executions.get(connection, id)

    def operations(self, execution: Execution) -> list[OperationRecord]:
        with self.database.read() as connection:
            return operations.find(connection, execution.id)

    def events(self, execution: Execution) -> list[Event]:
        with self.database.read() as connection:
            return events.after(connection, 0, execution_id=execution.id, limit=100_000)

    def messages(self, execution: Execution, type: EventType = EventType.LOG) -> list[str]:
        return [event.message for event in self.events(execution) if event.type is type]

    def instance(self, id: str) -> NodeInstance:
        with self.database.read() as connection:
            return deployments.instance(connection, "d1", id)


def make_world(
    home: Path,
    nodes: Sequence[Node],
    *,
    files: Mapping[str, str] | None = None,
    workflows: Mapping[str, Workflow] | None = None,
    inputs: JsonObject | None = None,
    copies: Mapping[str, int] | None = None,
) -> World:
    """Store a blueprint with these files and a deployment of these nodes."""
    home.mkdir(mode=0o700, exist_ok=True)
    content = home / "blueprints" / "content"
    for path, text in {"blueprint.yaml": "", **(files or {})}.items():
        (content / path).parent.mkdir(parents=True, exist_ok=True)
        (content / path).write_text(text)
    plan = Plan(
        version="cloudify_dsl_1_5",
        nodes={one.id: one for one in nodes},
        workflows={**_built_in(), **(workflows or {})},
        plugins={name: Plugin(name=name, install=False) for name in ("app", "script", "default_workflows")},
    )
    instances = _instances(nodes, copies or {})
    database = Database.open(home)
    now = datetime.now(UTC)
    blueprint = Blueprint(
        id="b1", description="", main_file="blueprint.yaml", content="content", plan=plan, created_at=now
    )
    deployment = Deployment(id="d1", blueprint_id="b1", plan=plan, inputs=inputs or {}, created_at=now)
    with database.write() as connection:
        blueprints.insert(connection, blueprint)
        deployments.insert(connection, deployment, instances)
    return World(home=home, database=database, instances=instances)


def workflow(function: str, name: str = "custom") -> dict[str, Workflow]:
    """Return a workflow of the blueprint's own."""
    return {name: Workflow(name=name, plugin="app", function=function)}


def _built_in() -> dict[str, Workflow]:
    prefix = "cloudify.plugins.workflows."
    return {name: Workflow(name=name, plugin="default_workflows", function=prefix + name) for name in BUILT_IN}


def _instances(nodes: Sequence[Node], copies: Mapping[str, int]) -> list[NodeInstance]:
    ids = {one.id: [f"{one.id}_{number:06}" for number in range(1, copies.get(one.id, 1) + 1)] for one in nodes}
    return [
        NodeInstance(
            id=id,
            node_id=one.id,
            index=index,
            relationships=tuple(
                InstanceRelationship(type=relationship.type, target_node=relationship.target, target_instance=target)
                for relationship in one.relationships
                for target in ids[relationship.target]
            ),
        )
        for one in nodes
        for index, id in enumerate(ids[one.id], 1)
    ]
