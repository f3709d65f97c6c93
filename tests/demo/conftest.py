"""What the tests of the demo share: the shop's programs, started for real and stopped again."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
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
def own_home(tmp_path: Path) -> Iterator[Path]:
    """Return a state directory, and end whatever a failed test has left running on it."""
    with nothing_left_of(tmp_path / "home"):
        yield tmp_path / "home"


@contextmanager
def nothing_left_of(home: Path) -> Iterator[None]:
    try:
        yield
    finally:
        kill_all(home)


def kill_all(home: Path) -> None:
    """Kill every process that works below the state directory."""
    for pid in pids_of(home):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


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


def processes_of(home: Path) -> list[str]:
    """Return the command lines of the processes that work below the state directory, zombies left out."""
    return [command(pid) for pid in pids_of(home)]


def pids_of(home: Path) -> list[int]:
    """Return the processes whose command line names something below the state directory."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    return [pid for pid in pids if str(home) in command(pid)]


def command(pid: int) -> str:
    """Return the command line of a process; empty when it is gone or waits to be reaped."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
    except OSError:
        return ""
