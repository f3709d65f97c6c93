"""What workflows say of a choice that chooses nothing."""

from pathlib import Path

import pytest

from engine.domain.execution import Execution, Status
from engine.domain.json import JsonObject
from tests.runtime.worker_world import make_world, node, python

NOTES = "def note(ctx, **_):\n    ctx.logger.info('noted')\n"


def run(tmp_path: Path, workflow: str, parameters: JsonObject) -> Execution:
    nodes = [node("web", {"create": python("sel_app.note"), "app.check": python("sel_app.note")}), node("db")]
    world = make_world(tmp_path / "home", nodes, files={"sel_app.py": NOTES})
    return world.run(workflow, parameters)


@pytest.mark.parametrize(
    ("operation", "sentence"),
    [
        ("foo.bar", "no selected node has the operation `foo.bar`"),
        ("app.chek", "no selected node has the operation `app.chek`; did you mean `app.check`?"),
        (
            "foo.create",
            "no selected node has the operation `foo.create`; did you mean `cloudify.interfaces.lifecycle.create`?",
        ),
    ],
)
def test_an_operation_that_no_chosen_node_has_is_refused(tmp_path: Path, operation: str, sentence: str) -> None:
    execution = run(tmp_path, "execute_operation", {"operation": operation})

    assert (Status.FAILED, sentence) == (execution.status, execution.error)


def test_nodes_without_the_operation_are_passed_by_where_another_has_it(tmp_path: Path) -> None:
    execution = run(tmp_path, "execute_operation", {"operation": "app.check"})

    assert (Status.TERMINATED, 1) == (execution.status, execution.total_operations)


def test_a_start_of_nodes_that_have_none_does_nothing(tmp_path: Path) -> None:
    assert Status.TERMINATED is run(tmp_path, "start", {}).status


@pytest.mark.parametrize(
    ("workflow", "parameters", "sentence"),
    [
        ("install", {"node_ids": ["nope"]}, "the deployment has no node `nope`"),
        ("install", {"node_ids": ["wed"]}, "the deployment has no node `wed`; did you mean `web`?"),
        ("uninstall", {"node_instance_ids": ["zzz"]}, "the deployment has no node instance `zzz`"),
    ],
)
def test_a_choice_of_what_does_not_exist_is_refused_in_one_sentence(
    tmp_path: Path, workflow: str, parameters: JsonObject, sentence: str
) -> None:
    execution = run(tmp_path, workflow, parameters)

    assert (Status.FAILED, sentence) == (execution.status, execution.error)
