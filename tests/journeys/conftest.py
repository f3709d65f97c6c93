"""What journeys share: the real program on a state directory of its own, and nothing of it left afterwards."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.conductor import Conductor
from engine.runtime.marks import mark_of
from engine.runtime.processes import marked, scan

BLUEPRINTS = Path(__file__).parents[1] / "blueprints"
PROGRAM = [sys.executable, "-m", "conductor_tui"]


def conductor_command(*arguments: str, home: Path) -> subprocess.Popen[str]:
    """Start the real command line on a state directory."""
    return subprocess.Popen(
        [*PROGRAM, "--home", str(home), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def conductor(home: Path) -> Iterator[Conductor]:
    """The facade on an empty state directory; its engine and all processes of its executions end with the test."""
    opened = Conductor(home)
    yield opened
    opened.stop_engine()
    marks = {mark_of(one.id, one.attempt) for one in opened.executions()}
    left = [one.pid for one in marked(scan(), marks)]
    opened.close()
    assert [] == left


@pytest.fixture
def gate(conductor: Conductor, tmp_path: Path) -> tuple[Path, Path]:
    """A deployment `gated` whose workflow notes what it does in a ledger and waits at a door."""
    ledger, door = tmp_path / "ledger", tmp_path / "door"
    conductor.upload_blueprint(BLUEPRINTS / "gate" / "blueprint.yaml", "gate")
    conductor.create_deployment("gate", "gated", {"ledger": str(ledger), "door": str(door)})
    return ledger, door
