"""A state directory in which real blueprints are uploaded, deployed and updated, for tests of updates."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from engine.domain.deployment import Deployment, NodeInstance
from engine.domain.event import Event
from engine.domain.execution import Execution, StartRequest
from engine.domain.json import Json, JsonObject
from engine.domain.update import DeploymentUpdate, UpdateOptions, UpdateRequest
from engine.domain.updatepreview import UpdatePreview
from engine.runtime.worker import run
from engine.services import again, settings, updates
from engine.services import deployments as deployment_services
from engine.services import executions as execution_services
from storage import deployments, events, executions
from storage.database import Database
from tests.builders import upload

HEAD = """\
tosca_definitions_version: cloudify_dsl_1_5
imports: [cloudify/types/types.yaml]
inputs:
  size: { default: 1 }
plugins:
  app: { executor: central_deployment_agent, install: false }
node_types:
  app.Thing:
    derived_from: cloudify.nodes.Root
    properties:
      port: { default: 0 }
    interfaces:
      cloudify.interfaces.lifecycle:
        create: app.thing.note
        start: app.thing.note
        stop: app.thing.note
        delete: app.thing.note
  app.Mutable:
    derived_from: app.Thing
    interfaces:
      cloudify.interfaces.lifecycle:
        update: app.thing.note
relationships:
  app.linked_to:
    derived_from: cloudify.relationships.connected_to
    source_interfaces:
      cloudify.interfaces.relationship_lifecycle:
        establish: app.thing.note
        unlink: app.thing.note
"""

OPERATIONS = """\
import os

VERSION = "{version}"

def note(ctx, **_):
    name = ctx.operation.name.rpartition(".")[2]
    folder = ctx.local_deployment_workdir()
    if ctx.type == "node-instance":
        told = f"{{ctx.node.id}}.{{name}}:{{ctx.node.properties['port']}}"
    else:
        told = f"{{ctx.source.node.id}}>{{ctx.target.node.id}}.{{name}}"
    with open(os.path.join(folder, "log"), "a") as file:
        file.write(f"{{VERSION}} {{told}}\\n")
    if os.path.exists(os.path.join(folder, f"broken-{{told}}")):
        raise RuntimeError(f"{{told}} is broken")
"""


@dataclass(slots=True, kw_only=True)
class World:
    """One state directory with the deployment `d1`."""

    home: Path
    database: Database
    sources: Path

    def upload(self, id: str, nodes: str, *, rest: str = "", files: Mapping[str, str] | None = None) -> None:
        """Store a blueprint of these node templates, whose operations know which version they are of."""
        folder = self.sources / id
        (folder / "app").mkdir(parents=True)
        (folder / "app" / "__init__.py").write_text("")
        (folder / "app" / "thing.py").write_text(OPERATIONS.format(version=id))
        for path, text in (files or {}).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        (folder / "blueprint.yaml").write_text(f"{HEAD}node_templates:\n{nodes}{rest}")
        upload(self.database, self.home, folder, id)

    def deploy(self, blueprint_id: str, inputs: JsonObject | None = None) -> None:
        deployment_services.create(self.database, blueprint_id, "d1", inputs or {}, now=datetime.now(UTC))

    def workflow(self, name: str, **options: Json) -> Execution:
        """Run a workflow to its end in this process."""
        request = StartRequest(workflow_id=name, deployment_id="d1", **options)
        return self.run(execution_services.start(self.database, request, now=datetime.now(UTC)))

    def start(
        self, blueprint_id: str | None = None, inputs: JsonObject | None = None, *, queue: bool = False, **options: Json
    ) -> Execution:
        request = self.request(blueprint_id, inputs, **options)
        return updates.start(self.database, self.home, request, queue=queue, now=datetime.now(UTC))

    def request(
        self, blueprint_id: str | None = None, inputs: JsonObject | None = None, **options: Json
    ) -> UpdateRequest:
        return UpdateRequest(
            deployment_id="d1", blueprint_id=blueprint_id, inputs=inputs or {}, options=UpdateOptions(**options)
        )

    def preview(
        self, blueprint_id: str | None = None, inputs: JsonObject | None = None, **options: Json
    ) -> UpdatePreview:
        return updates.preview(
            self.database, self.home, self.request(blueprint_id, inputs, **options), now=datetime.now(UTC)
        )

    def update(self, blueprint_id: str | None = None, inputs: JsonObject | None = None, **options: Json) -> Execution:
        """Update the deployment and run that to its end in this process."""
        return self.run(self.start(blueprint_id, inputs, **options))

    def resume(self, execution: Execution) -> Execution:
        return self.run(again.resume(self.database, execution.id, now=datetime.now(UTC)))

    def run(self, execution: Execution) -> Execution:
        for name in [name for name in sys.modules if name == "app" or name.startswith("app.")]:
            del sys.modules[name]  # every real worker is a process of its own
        run(self.home, execution.id, execution.attempt, on_stale=lambda: None)
        with self.database.read() as connection:
            return executions.get(connection, execution.id)

    def record(self, execution: Execution) -> DeploymentUpdate:
        return updates.get(self.database, execution.id)

    def deployment(self) -> Deployment:
        with self.database.read() as connection:
            return deployments.get(connection, "d1")

    def instances(self) -> list[NodeInstance]:
        with self.database.read() as connection:
            return deployments.instances(connection, "d1")

    def states(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for one in self.instances():
            found.setdefault(one.node_id, []).append(one.state)
        return found

    def events(self, execution: Execution) -> list[Event]:
        with self.database.read() as connection:
            return events.after(connection, 0, execution_id=execution.id, limit=10_000)

    def log(self) -> list[str]:
        """Return what operations have noted since the last look."""
        path = self.home / "work" / "d1" / "log"
        found = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return found

    def break_(self, told: str) -> Path:
        """Let the operation that would note this fail, and return the file that makes it do so."""
        path = self.home / "work" / "d1" / f"broken-{told}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        return path


def make_world(folder: Path) -> World:
    home = folder / "home"
    home.mkdir(mode=0o700)
    database = Database.open(home)
    settings.change(database, "task_retries", 0)
    return World(home=home, database=database, sources=folder / "sources")
