"""How tests run the command line: inside the test process, on a state directory of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from conductor_tui.cli.main import run


@dataclass(frozen=True, slots=True)
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str


Cli = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state directory that does not exist yet."""
    home = tmp_path / "home"
    monkeypatch.setenv("CONDUCTOR_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "80")
    return home


@pytest.fixture
def cli(home: Path, capfd: pytest.CaptureFixture[str]) -> Cli:
    """Runs `conductor` with some words."""

    def command(*words: str) -> Result:
        capfd.readouterr()
        code = run(words)
        captured = capfd.readouterr()
        return Result(code, captured.out, captured.err)

    return command
