"""The same faults with the real worker: an install of a blueprint whose scripts write a ledger."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from engine.conductor import Conductor
from engine.domain.execution import CancelKind, Execution, Status
from engine.runtime.launch import ensure_engine
from engine.runtime.leadership import leader
from engine.runtime.marks import mark_of
from engine.runtime.processes import Process, identity, marked, scan
from engine.runtime.runs import Claim, RunFolder
from tests.runtime.world import until

BLUEPRINT = """\
tosca_definitions_version: cloudify_dsl_1_5
imports: [cloudify/types/types.yaml]
node_templates:
  first:
    type: cloudify.nodes.Root
    interfaces:
      cloudify.interfaces.lifecycle:
        create: first.sh
  second:
    type: cloudify.nodes.Root
    interfaces:
      cloudify.interfaces.lifecycle:
        create: second.sh
    relationships:
      - {type: cloudify.relationships.depends_on, target: first}
"""
FIRST = "#!/bin/bash\nctx instance runtime-properties made yes\necho first >> {ledger}\n"
SECOND = """\
#!/bin/bash
echo second >> {ledger}
setsid sleep 600 </dev/null >/dev/null 2>&1 &
read line < {gate}
echo through >> {ledger}
"""


class Site:
    """A deployment whose install stops at a gate in its second script."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.conductor = Conductor(home)
        self.ledger, self.gate = folder.parent / "ledger", folder.parent / "gate"
        self.temporary = folder.parent / "temporary"
        """The place of temporary files of every process."""
        os.mkfifo(self.gate)
        (folder / "blueprint.yaml").write_text(BLUEPRINT)
        for name, text in (("first.sh", FIRST), ("second.sh", SECOND)):
            (folder / name).write_text(text.format(ledger=self.ledger, gate=self.gate))
        self.conductor.upload_blueprint(folder / "blueprint.yaml", "b")
        self.conductor.create_deployment("b", "d")

    def install(self) -> str:
        """Start an install and wait until it stands at the gate."""
        self.engine()
        id = self.conductor.start_execution("d", "install").id
        until(lambda: self.ledger.exists() and "second" in self.ledger.read_text())
        assert self.is_borrowed()
        return id

    def is_borrowed(self) -> bool:
        """Whether a script or its socket is among the temporary files."""
        return any(self.temporary.iterdir())

    def engine(self) -> int:
        return ensure_engine(self.conductor.home, options=["--no-schedules"])

    def open_gate(self) -> None:
        self.gate.write_text("go\n")

    def claim(self, id: str) -> Claim:
        claim = RunFolder(self.conductor.home.run(id)).claim_of(1)
        assert claim is not None
        return claim

    def kill(self, *pids: int) -> None:
        for pid in pids:
            with suppress(ProcessLookupError):  # it may have ended since it was seen
                os.kill(pid, signal.SIGKILL)
        until(lambda: all(identity(pid) is None for pid in pids))

    def until_ended(self, id: str) -> Execution:
        until(lambda: self.conductor.execution(id).is_final)
        return self.conductor.execution(id)

    def left_of(self, id: str) -> tuple[Process, ...]:
        return marked(scan(), [mark_of(id, 1)])

    def engine_pid(self) -> int:
        found = leader(self.conductor.home)
        assert found is not None
        return found.pid

    def is_first_kept(self) -> bool:
        instances = {one.node_id: one for one in self.conductor.deployment("d").instances}
        return "started" == instances["first"].state and {"made": "yes"} == instances["first"].runtime_properties


@pytest.fixture
def site(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    folder = tmp_path / "blueprint"
    folder.mkdir()
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    made = Site(home, folder)
    yield made
    made.conductor.stop_engine()
    left = [one for execution in made.conductor.executions() for one in made.left_of(execution.id)]
    made.kill(*(one.pid for one in left))
    made.conductor.close()


def test_an_install_without_an_engine_finishes_and_says_so(site: Site) -> None:
    id = site.install()
    site.kill(site.engine_pid())
    site.open_gate()

    assert Status.TERMINATED is site.until_ended(id).status
    assert ["first", "second", "through"] == site.ledger.read_text().split()


def test_an_install_goes_on_under_the_next_engine(site: Site) -> None:
    id = site.install()
    site.kill(site.engine_pid())
    site.engine()
    site.open_gate()

    assert Status.TERMINATED is site.until_ended(id).status
    assert ["first", "second", "through"] == site.ledger.read_text().split()


def test_an_install_whose_worker_is_killed_fails_and_leaves_no_process(site: Site) -> None:
    id = site.install()
    worker = site.claim(id).worker
    assert worker is not None
    site.kill(worker.pid)

    ended = site.until_ended(id)
    assert (Status.FAILED, True) == (ended.status, "signal 9 (SIGKILL)" in ended.error)
    until(lambda: not site.left_of(id))
    until(lambda: not site.is_borrowed())
    assert site.is_first_kept()


def test_an_install_of_which_everything_is_killed_at_once_is_judged_by_the_next_engine(site: Site) -> None:
    id = site.install()
    claim = site.claim(id)
    assert claim.worker is not None
    site.kill(site.engine_pid(), claim.shim.pid, claim.worker.pid)
    site.engine()

    ended = site.until_ended(id)
    assert (Status.FAILED, True) == (ended.status, "were killed" in ended.error)
    until(lambda: not site.left_of(id))
    until(lambda: not site.is_borrowed())
    assert site.is_first_kept()
    assert ["first", "second"] == site.ledger.read_text().split()


def test_a_killed_install_leaves_no_process(site: Site) -> None:
    id = site.install()
    site.conductor.cancel_execution(id, CancelKind.KILL)

    assert Status.CANCELLED is site.until_ended(id).status
    until(lambda: not site.left_of(id))
    until(lambda: not site.is_borrowed())


def test_daemons_of_an_install_live_on(site: Site) -> None:
    id = site.install()
    site.open_gate()
    site.until_ended(id)

    until(lambda: 1 == len(site.left_of(id)))
