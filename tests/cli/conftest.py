"""How tests run the command line: inside the test process, on a state directory of their own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest

from conductor_tui.cli.main import run
from engine.conductor import Conductor
from engine.domain.event import EventType

BLUEPRINT = Path(__file__).parent / "blueprint" / "blueprint.yaml"


@dataclass(frozen=True, slots=True)
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str


Cli = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A state directory that does not exist yet; its engine, if any, is stopped in the end."""
    home = tmp_path / "home"
    monkeypatch.setenv("CONDUCTOR_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("CONDUCTOR_LINGER", "60")
    yield home
    if home.exists() and home.stat().st_mode & 0o077 == 0:
        with closing(Conductor(home)) as conductor:
            wait_for_poll(conductor)
            conductor.stop_engine()


@pytest.fixture
def cli(home: Path, capfd: pytest.CaptureFixture[str]) -> Cli:
    """Runs `conductor` with some words."""

    def command(*words: str) -> Result:
        capfd.readouterr()
        code = run(words)
        captured = capfd.readouterr()
        return Result(code, captured.out, captured.err)

    return command


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """A named pipe that holds an operation; opening it for writing waits for that operation and lets it go."""
    path = tmp_path / "gate"
    os.mkfifo(path)
    return path


@pytest.fixture
def deployed(cli: Cli, gate: Path) -> str:
    """A deployment of the tests' blueprint, not installed."""
    assert cli("blueprints", "upload", str(BLUEPRINT), "-b", "talk").code == 0
    assert cli("deployments", "create", "talk", "-b", "talk", "-i", f"gate={gate}").code == 0
    return "talk"


def wait_for_poll(conductor: Conductor) -> None:
    """Wait until the engine, if one runs, has polled the schedules once."""
    pause = Event()
    while (engine := conductor.engine_status()).pid is not None and engine.last_poll_at is None:
        pause.wait(0.01)


def wait_for_task(home: Path, execution_id: str) -> None:
    """Wait until an operation of the execution has started."""
    with closing(Conductor(home)) as conductor:
        for events in conductor.follow(execution_id, timeout=30):
            if any(event.type is EventType.TASK_STARTED for event in events):
                return
    raise AssertionError(f"no operation of {execution_id} has started")


def open_gate(gate: Path) -> None:
    """Wait until an operation waits at the gate, and let it go."""
    gate.write_text("open\n")


def process(home: Path, *words: str) -> subprocess.Popen[str]:
    """Start `conductor` as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "conductor_tui", *words],
        env={**os.environ, "CONDUCTOR_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
