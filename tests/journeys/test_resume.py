"""The journey of a user whose worker is killed and who lets the execution go on, with a real engine."""

import os
import signal
from pathlib import Path

import pytest

from engine.conductor import Conductor
from engine.domain.event import EventType
from engine.domain.execution import Execution, Status
from engine.runtime.home import Home
from engine.runtime.runs import RunFolder

BLUEPRINT = """
tosca_definitions_version: cloudify_dsl_1_3
imports: [cloudify/types/types.yaml]
node_templates:
  base:
    type: cloudify.nodes.Root
    interfaces: {cloudify.interfaces.lifecycle: {create: count.sh}}
  part:
    type: cloudify.nodes.Root
    interfaces: {cloudify.interfaces.lifecycle: {create: wait.sh, start: count.sh}}
    relationships: [{type: cloudify.relationships.depends_on, target: base}]
"""

COUNT = "#!/bin/sh\necho x >> counted\n"
WAIT = "#!/bin/sh\necho x >> waited\ncat gate\n"


@pytest.fixture
def workdir(home: Path, conductor: Conductor, tmp_path: Path) -> Path:
    """The folder of a deployment whose second node instance waits at a pipe while it is created."""
    blueprint = tmp_path / "blueprint"
    blueprint.mkdir()
    for name, text in {"blueprint.yaml": BLUEPRINT, "count.sh": COUNT, "wait.sh": WAIT}.items():
        (blueprint / name).write_text(text)
    conductor.upload_blueprint(blueprint, "b")
    conductor.create_deployment("b", "d")
    workdir = Home(home).work("d")
    workdir.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.mkfifo(workdir / "gate")
    return workdir


def ended(conductor: Conductor, id: str) -> Execution:
    for _ in conductor.follow(id, timeout=30):
        continue
    return conductor.execution(id)


def wait_for_part(conductor: Conductor, id: str, *, after: int = 0) -> None:
    """Wait until an operation of the second node instance has started."""
    for events in conductor.follow(id, after=after, timeout=30):
        started = [one.node_instance_id or "" for one in events if one.type is EventType.TASK_STARTED]
        if any(instance.startswith("part_") for instance in started):
            return
    raise AssertionError("the second node instance was not begun")


def test_an_execution_whose_worker_was_killed_goes_on(home: Path, conductor: Conductor, workdir: Path) -> None:
    id = conductor.start_execution("d", "install").id
    wait_for_part(conductor, id)
    claim = RunFolder(Home(home).run(id)).claim_of(1)
    assert claim is not None and claim.worker is not None
    os.kill(claim.worker.pid, signal.SIGKILL)
    lost = ended(conductor, id)

    refused = ended(conductor, conductor.resume_execution(id).id)
    newest = conductor.events(execution_id=id)[-1].id
    conductor.resume_execution(id, force=True)
    wait_for_part(conductor, id, after=newest)
    (workdir / "gate").write_text("go\n")
    done = ended(conductor, id)

    assert (Status.FAILED, "the worker was killed by signal 9 (SIGKILL)") == (lost.status, lost.error)
    assert Status.FAILED is refused.status
    assert "was interrupted in an earlier attempt" in refused.error
    assert (Status.TERMINATED, 3, 3, 3) == (
        done.status,
        done.attempt,
        done.total_operations,
        done.finished_operations,
    )
    assert 2 == len((workdir / "counted").read_text().split())
