"""What the tests of the demo share: the shop's programs, started for real and stopped again."""

import json
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

SHOP = Path(__file__).parents[2] / "conductor_tui" / "demo" / "shop"

StartProgram = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start_program(tmp_path: Path) -> Iterator[StartProgram]:
    """Return a function that starts a program of the shop and waits until it says that it is ready."""
    running: list[subprocess.Popen[str]] = []

    def start(program: str, **settings: object) -> subprocess.Popen[str]:
        folder = tmp_path / f"program-{len(running)}"
        folder.mkdir()
        for name in (program, "service"):
            (folder / f"{name}.py").symlink_to(SHOP / "programs" / f"{name}.py")
        settings = {"name": program, "pid_file": str(folder / "pid"), **settings}
        (folder / "settings.json").write_text(json.dumps(settings))
        command = [sys.executable, str(folder / f"{program}.py"), str(folder / "settings.json")]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert f"{settings['name']} is ready" == next_line(process)
        return process

    yield start
    for process in running:
        stop(process)
    assert [] == list(tmp_path.glob("program-*/pid"))


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return a database of the shop with one product."""
    file = tmp_path / "shop.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        for migration in sorted((SHOP / "migrations").iterdir()):
            connection.executescript(migration.read_text())
        connection.execute("INSERT INTO products (name, cents) VALUES ('Baton <b>', 1450)")
    return file


def free_port() -> int:
    """Return a loopback port that nobody listens on just now."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        return int(taken.getsockname()[1])


def next_line(process: subprocess.Popen[str]) -> str:
    """Return the next line that the program says, as soon as it says it."""
    assert process.stdout is not None
    return process.stdout.readline().rstrip("\n")


def stop(process: subprocess.Popen[str]) -> None:
    """Stop the program in an orderly way."""
    process.terminate()
    assert 0 == process.wait(timeout=10)
    assert process.stdout is not None
    process.stdout.close()
