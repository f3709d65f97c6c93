"""Install and uninstall run the operations in the order in which the reference's engine ran them."""

import os
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from engine.domain.blueprint import Workflow
from engine.domain.deployment import Blueprint, Deployment
from engine.domain.execution import StartRequest, Status
from engine.dsl.inputs import prepare
from engine.dsl.instantiate import instantiate
from engine.dsl.parse import parse
from engine.runtime.worker import run
from engine.services import executions as service
from storage import blueprints, deployments, executions
from storage.database import Database

TRACES = Path(os.environ.get("CONDUCTOR_CONFORMANCE", "../shared/conformance")) / "traces"

pytestmark = pytest.mark.skipif(not TRACES.is_dir(), reason="no recorded traces here (CONDUCTOR_CONFORMANCE)")

Line = tuple[str, str]
"""Operation and tag."""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Line]]:
    """Run install and uninstall of the traced blueprint and return what its script has noted."""
    with pytest.MonkeyPatch.context() as environment:
        return _run(tmp_path_factory.mktemp("traces"), environment)


def _run(folder: Path, environment: pytest.MonkeyPatch) -> dict[str, list[Line]]:
    home = folder / "home"
    home.mkdir(mode=0o700)
    shutil.copytree(TRACES, home / "blueprints" / "content")
    database = Database.open(home)
    _deploy(database, home / "blueprints" / "content" / "all_operations.yaml")
    found = {}
    for workflow in ("install", "uninstall"):
        environment.setenv("LC_LOG", str(folder / workflow))
        request = StartRequest(workflow_id=workflow, deployment_id="d1")
        execution = service.start(database, request, now=datetime.now(UTC))
        run(home, execution.id, 1, on_stale=lambda: None)
        with database.read() as connection:
            ended = executions.get(connection, execution.id)
        assert (Status.TERMINATED, "") == (ended.status, ended.error)
        found[workflow] = _lines((folder / workflow).read_text().splitlines())
    return found


def _deploy(database: Database, main_file: Path) -> None:
    plan = parse(main_file)
    assert isinstance(plan.workflows["install"], Workflow)
    prepared, inputs = prepare(plan, {})
    numbers = count()
    instances = instantiate(prepared, lambda: f"{next(numbers):06}")
    now = datetime.now(UTC)
    with database.write() as connection:
        blueprints.insert(
            connection,
            Blueprint(id="b1", description="", main_file=main_file.name, content="content", plan=plan, created_at=now),
        )
        deployment = Deployment(id="d1", blueprint_id="b1", plan=prepared, inputs=inputs, created_at=now)
        deployments.insert(connection, deployment, instances)


def _recorded() -> dict[str, list[Line]]:
    found: dict[str, list[str]] = {}
    for line in (TRACES / "install_uninstall.ops").read_text().splitlines():
        if line.startswith("== "):
            found[line.removeprefix("== ")] = []
        else:
            list(found.values())[-1].append(line)
    return {name: _lines(lines) for name, lines in found.items()}


def _lines(lines: Sequence[str]) -> list[Line]:
    return [(line.split()[1], line.split("tag=")[1]) for line in lines]


def _groups(lines: Sequence[Line]) -> list[list[Line]]:
    """Put the ends of one relationship operation together: between them the order is free."""
    groups: list[list[Line]] = []
    for line in lines:
        kind = line[1].removesuffix("_source").removesuffix("_target")
        if groups and (groups[-1][0][0], groups[-1][0][1].rsplit("_", 1)[0]) == (line[0], kind) and kind != "node":
            groups[-1].append(line)
        else:
            groups.append([line])
    return [sorted(group) for group in groups]


@pytest.mark.parametrize("workflow", ["install", "uninstall"])
def test_every_operation_runs_as_often_as_it_did_there(ran: dict[str, list[Line]], workflow: str) -> None:
    assert sorted(_recorded()[workflow]) == sorted(ran[workflow])


def test_the_dependent_instance_is_installed_last_in_the_same_order(ran: dict[str, list[Line]]) -> None:
    own = len(_recorded()["install"]) - 14

    assert _groups(_recorded()["install"][own:]) == _groups(ran["install"][own:])


def test_the_dependent_instance_is_uninstalled_first_in_the_same_order(ran: dict[str, list[Line]]) -> None:
    own = 10

    assert _groups(_recorded()["uninstall"][:own]) == _groups(ran["uninstall"][:own])
