"""Values for tests: complete, small, and changed by what a test names."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from engine.domain.admission import Live
from engine.domain.blueprint import Node, Parameter, Plan, Workflow
from engine.domain.deployment import Blueprint, Deployment, NodeInstance
from engine.domain.execution import Execution, Status
from engine.domain.json import JsonObject
from engine.services import content, uploads
from engine.services.archive import unnoted
from engine.services.scratch import scratch
from storage import blueprints, deployments
from storage.database import Database

NOW = datetime(2026, 10, 13, 12, 0, tzinfo=UTC)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def a_plan(**changes: Any) -> Plan:
    plan = Plan(
        version="cloudify_dsl_1_5",
        nodes={"web": Node(id="web", type="cloudify.nodes.Root", type_hierarchy=("cloudify.nodes.Root",))},
        workflows={
            "install": Workflow(name="install", plugin="default_workflows", function="install"),
            "report": Workflow(
                name="report",
                plugin="mine",
                function="report",
                parameters={"depth": Parameter(type="integer", default=1, has_default=True)},
            ),
        },
    )
    return replace(plan, **changes)


def an_execution(id: str = "e1", **changes: Any) -> Execution:
    execution = Execution(
        id=id,
        number=0,
        workflow_id="install",
        deployment_id="d1",
        blueprint_id="b1",
        status=Status.PENDING,
        created_at=NOW,
    )
    return replace(execution, **changes)


def live(
    id: str, number: int, deployment_id: str | None = "d1", status: Status = Status.STARTED, force: bool = False
) -> Live:
    return Live(id=id, number=number, deployment_id=deployment_id, workflow_id="install", status=status, force=force)


def store_deployment(
    database: Database, id: str = "d1", plan: Plan | None = None, inputs: JsonObject | None = None
) -> Deployment:
    """Store a deployment, and its blueprint where it is new, straight through the repositories."""
    plan = plan or a_plan()
    deployment = Deployment(id=id, blueprint_id="b1", plan=plan, inputs=inputs or {}, created_at=NOW)
    instances = [NodeInstance(id=f"{node}_aaaaaa", node_id=node) for node in plan.nodes]
    with database.write() as connection:
        if not blueprints.exists(connection, "b1"):
            blueprints.insert(
                connection,
                Blueprint(
                    id="b1",
                    description="",
                    main_file="blueprint.yaml",
                    content="0" * 64,
                    plan=plan,
                    created_at=NOW,
                ),
            )
        deployments.insert(connection, deployment, instances)
    return deployment


def store_content(home: Path, folder: Path) -> str:
    """Keep a folder's content as an upload does; return its name."""
    with scratch(home) as place:
        source = content.collect(home, folder, None, place, unnoted)
        digest = content.secure(source.folder)
        content.keep(home, source.folder, digest)
    return digest


def upload(database: Database, home: Path, path: Path, id: str) -> Blueprint:
    """Upload a blueprint."""
    return uploads.upload(database, home, uploads.Request(path=path, id=id), clock=lambda: NOW)
