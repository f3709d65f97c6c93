"""What all tests share: a state directory of their own and a database in it."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell's background job ignores Ctrl-C, and so would every program that the tests start and interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state directory that no other test and no user shares."""
    path = tmp_path / "home"
    path.mkdir(mode=0o700)
    monkeypatch.setenv("CONDUCTOR_HOME", str(path))
    return path


@pytest.fixture
def database(home: Path) -> Iterator[Database]:
    """A new database on a real file."""
    opened = Database.open(home)
    yield opened
    opened.close()
