"""The import names of existing plugins, and what is said of imports that fail."""

from pathlib import Path

import pytest

from engine.domain.execution import Status
from tests.runtime.worker_world import make_world, node, python, script, workflow

PLUGIN = """
from cloudify import ctx
from cloudify.decorators import operation
from cloudify.exceptions import NonRecoverableError, OperationRetry, RecoverableError
from cloudify.state import ctx_parameters

@operation(resumable=True)
def create(**_):
    ctx.logger.info(f"{ctx.node.name} on port {ctx_parameters.port}")
    if ctx_parameters.port == 0:
        raise NonRecoverableError("port 0 is no port")
"""
WORKFLOW = """
from cloudify.decorators import workflow
from cloudify.workflows import api, ctx, parameters
from cloudify.workflows.tasks_graph import forkjoin

@workflow
def greet(**_):
    assert not api.has_cancel_request()
    graph = ctx.graph_mode()
    graph.sequence().add(forkjoin(*(one.send_event(f"hello {parameters.name}") for one in ctx.node_instances)))
    graph.execute()
"""


@pytest.mark.parametrize("timeout", [None, 20.0], ids=["in the worker", "in a child"])
def test_a_plugin_written_for_cloudify_runs(tmp_path: Path, timeout: float | None) -> None:
    create = python("cp_plugin.create", {"port": 80}, timeout=timeout)
    world = make_world(tmp_path / "home", [node("web", {"create": create})], files={"cp_plugin.py": PLUGIN})

    execution = world.run("install")

    assert (Status.TERMINATED, ["web on port 80"]) == (execution.status, world.messages(execution))


def test_its_errors_are_the_sdks_own(tmp_path: Path) -> None:
    create = python("cp_errors.create", {"port": 0}, max_retries=60)
    world = make_world(tmp_path / "home", [node("web", {"create": create})], files={"cp_errors.py": PLUGIN})

    execution = world.run("install")

    assert (Status.FAILED, 1) == (execution.status, execution.total_operations)


def test_a_workflow_written_for_cloudify_runs(tmp_path: Path) -> None:
    world = make_world(
        tmp_path / "home", [node("web")], files={"cp_flow.py": WORKFLOW}, workflows=workflow("cp_flow.greet")
    )

    assert "" == world.run("custom", {"name": "world"}).error


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("import nowhere_at_all", "ModuleNotFoundError: No module named 'nowhere_at_all'"),
        ("from os import nothing_such", "ImportError: cannot import name 'nothing_such'"),
        ("def create(:", "SyntaxError: invalid syntax"),
        ("import cloudify.utils", "No module named 'cloudify.utils'; what Conductor offers is in its sdk: write `from"),
    ],
)
@pytest.mark.parametrize("is_script", [True, False], ids=["script", "module"])
def test_python_that_cannot_be_loaded_is_not_tried_again(
    tmp_path: Path, source: str, sentence: str, is_script: bool
) -> None:
    name = f"cp_{abs(hash(source))}"
    operation = script(f"{name}.py", max_retries=60) if is_script else python(f"{name}.create", max_retries=60)
    world = make_world(tmp_path / "home", [node("web", {"create": operation})], files={f"{name}.py": source})

    execution = world.run("install")

    assert sentence in execution.error.partition("\n")[0]
    assert 1 == execution.total_operations
