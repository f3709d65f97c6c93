"""The journey of a user whose worker is killed in the middle of an update, with a real engine and real scripts."""

import os
import signal
from pathlib import Path

import pytest

from engine.conductor import Conductor
from engine.domain.execution import Execution, Status
from engine.domain.update import UpdateStage, UpdateState
from engine.runtime.home import Home
from engine.runtime.runs import RunFolder

HEAD = """
tosca_definitions_version: cloudify_dsl_1_3
imports: [cloudify/types/types.yaml]
node_types:
  step:
    derived_from: cloudify.nodes.Root
    interfaces:
      cloudify.interfaces.lifecycle:
        create:
          implementation: note.sh
          inputs: { told: { default: { concat: [create-, { get_property: [SELF, version] }] } } }
        delete:
          implementation: note.sh
          inputs: { told: { default: { concat: [delete-, { get_property: [SELF, version] }] } } }
    properties: { version: { default: 1 } }
node_templates:
  base: { type: step }
"""
V1 = """
  going:
    type: step
    relationships: [{ type: cloudify.relationships.depends_on, target: base }]
"""
V2 = """
  coming:
    type: step
    properties: { version: 2 }
    relationships: [{ type: cloudify.relationships.depends_on, target: base }]
"""
NOTE = """#!/bin/sh
echo "$(ctx node id) $told" >> log
[ -p "gate-$told" ] && cat "gate-$told"
exit 0
"""


@pytest.fixture
def workdir(home: Path, conductor: Conductor, tmp_path: Path) -> Path:
    """The folder of a deployment of version 1 that is installed; version 2 is uploaded."""
    for name, nodes in {"v1": V1, "v2": V2}.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / "blueprint.yaml").write_text(HEAD + nodes)
        (folder / "note.sh").write_text(NOTE)
        conductor.upload_blueprint(folder, name)
    conductor.create_deployment("v1", "d")
    assert Status.TERMINATED is ended(conductor, conductor.start_execution("d", "install").id).status
    workdir = Home(home).work("d")
    (workdir / "log").unlink()
    return workdir


def ended(conductor: Conductor, id: str) -> Execution:
    for _ in conductor.follow(id, timeout=60):
        continue
    return conductor.execution(id)


@pytest.mark.parametrize(
    ("gate", "stage", "blueprint", "log"),
    [
        pytest.param(
            "gate-delete-1",
            UpdateStage.BEGUN,
            "v1",
            ["going delete-1", "going delete-1", "coming create-2"],
            id="before the switch",
        ),
        pytest.param(
            "gate-create-2",
            UpdateStage.SWITCHED,
            "v2",
            ["going delete-1", "coming create-2", "coming delete-2", "coming create-2"],
            id="after the switch",
        ),
    ],
)
def test_an_update_whose_worker_was_killed_tells_the_truth_and_goes_on(
    home: Path, conductor: Conductor, workdir: Path, gate: str, stage: UpdateStage, blueprint: str, log: list[str]
) -> None:
    os.mkfifo(workdir / gate)
    id = conductor.update_deployment("d", "v2").id
    with (workdir / gate).open("w"):  # opens once an operation waits at it
        claim = RunFolder(Home(home).run(id)).claim_of(1)
        assert claim is not None and claim.worker is not None
        os.kill(claim.worker.pid, signal.SIGKILL)
    lost = ended(conductor, id)
    record = conductor.deployment_update(id)

    assert (Status.FAILED, "the worker was killed by signal 9 (SIGKILL)") == (lost.status, lost.error)
    assert (stage, UpdateState.FAILED) == (record.stage, record.state)
    assert blueprint == conductor.deployment("d").row.blueprint_id
    (workdir / gate).unlink()
    conductor.resume_execution(id, force=True)
    done = ended(conductor, id)
    assert (Status.TERMINATED, "") == (done.status, done.error)
    assert UpdateState.SUCCESSFUL is conductor.deployment_update(id).state
    view = conductor.deployment("d")
    assert ("v2", {"base", "coming"}) == (view.row.blueprint_id, {one.node_id for one in view.instances})
    assert {"started"} == {one.state for one in view.instances}
    assert log == (workdir / "log").read_text().splitlines()
