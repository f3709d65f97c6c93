"""A disk that is full: what was acknowledged stays, what ends meanwhile is recorded as soon as there is room."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from engine.domain.errors import StorageFailed
from engine.domain.event import Draft, EventType
from engine.domain.execution import Status
from storage import events
from storage.database import Database
from tests.builders import NOW, store_deployment
from tests.runtime.world import World, statuses, until

MEGABYTE = 1024 * 1024
QUOTA = """
import resource, signal, sys
from pathlib import Path
from engine.domain.errors import StorageFailed
from storage.database import Database
from tests.faults.test_disk import stuff
database = Database.open(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (2 * 1024 * 1024, 2 * 1024 * 1024))
try:
    stuff(database)
except StorageFailed as error:
    print(error)
"""


ACKNOWLEDGING = """
import sys
from pathlib import Path
from storage.database import Database
from tests.builders import store_deployment
database = Database.open(Path(sys.argv[1]))
for number in range(5):
    store_deployment(database, f"d{number}")
    print(f"acknowledged {number}", flush=True)
"""


def stuff(database: Database) -> int:
    """Store events until the disk is full, saying of each batch that it is stored."""
    count = 0
    while True:
        draft = Draft(type=EventType.LOG, message="x" * 10_000, timestamp=NOW)
        with database.write() as connection:
            events.append(connection, [draft] * 10)
        count += 10
        print(f"stored {count}", flush=True)


def count_events(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute("SELECT count(*) FROM event").fetchone()[0])


@pytest.mark.fault
def test_what_is_acknowledged_is_on_the_disk_first(home: Path, tmp_path: Path) -> None:
    """The kernel's calls say so: between the last byte of a commit and its acknowledgement the log is synchronised."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    trace = tmp_path / "trace"
    Database.open(home).close()
    calls = "trace=pwrite64,fdatasync,write"
    program = [sys.executable, "-P", "-c", ACKNOWLEDGING, str(home)]
    subprocess.run(["strace", "-f", "-y", "-e", calls, "-o", str(trace), *program], check=True, capture_output=True)
    is_durable, acknowledged = True, 0
    for line in trace.read_text().splitlines():
        if "pwrite64(" in line and "conductor.db-wal>" in line:
            is_durable = False
        elif "fdatasync(" in line and "conductor.db-wal>" in line:
            is_durable = True
        elif '"acknowledged' in line:
            assert is_durable
            acknowledged += 1

    assert 5 == acknowledged


@pytest.mark.fault
@pytest.mark.parametrize("call", ["fdatasync", "pwrite64"])
@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
def test_whichever_call_fails_it_is_told_and_nothing_acknowledged_is_lost(home: Path, call: str, error: str) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    Database.open(home).close()
    told = 0
    for number in range(1, 16):
        with closing(Database.open(home)) as database, database.write() as connection:
            connection.execute("DELETE FROM deployment")
            connection.execute("DELETE FROM blueprint")
        fault = f"inject={call}:error={error}:when={number}"
        program = [sys.executable, "-P", "-c", ACKNOWLEDGING, str(home)]
        command = ["strace", "-f", "-o", "/dev/null", "-e", fault, *program]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert done.returncode == 0 or "StorageFailed: cannot " in done.stderr.splitlines()[-1]
        told += done.returncode
        with closing(Database.open(home)) as database, database.read() as connection:
            stored = {row["id"] for row in connection.execute("SELECT id FROM deployment")}
            assert "ok" == connection.execute("PRAGMA integrity_check").fetchone()[0]
        assert {f"d{line.split()[1]}" for line in done.stdout.splitlines()} <= stored

    assert told


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "none", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("only root may make a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Take all the room there is, and return the file that has it."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            return ballast


def test_a_quota_loses_nothing_that_was_acknowledged(home: Path) -> None:
    done = subprocess.run([sys.executable, "-P", "-c", QUOTA, str(home)], capture_output=True, text=True, check=True)
    *_, last, sentence = done.stdout.splitlines()

    assert sentence.startswith(f"cannot write to the database {home}/conductor.db")
    database = Database.open(home)
    assert int(last.removeprefix("stored ")) == count_events(database)
    database.close()


def test_a_full_disk_refuses_with_a_sentence_and_is_read_and_written_again_later(small_disk: Path) -> None:
    database = Database.open(small_disk)
    store_deployment(database)
    ballast = fill(small_disk)

    with pytest.raises(StorageFailed, match="cannot write to the database"):
        stuff(database)
    stored = count_events(database)
    ballast.unlink()
    with database.write() as connection:
        events.append(connection, [Draft(type=EventType.LOG, message="again", timestamp=NOW)])

    assert stored + 1 == count_events(database)
    with database.read() as connection:
        assert "ok" == connection.execute("PRAGMA integrity_check").fetchone()[0]
    database.close()


@pytest.fixture
def small_world(small_disk: Path) -> Iterator[World]:
    """A state directory on a small disk."""
    database = Database.open(small_disk)
    made = World(small_disk, database)
    yield made
    made.close()
    database.close()


def open_files(pid: int) -> set[str]:
    """Return the paths that a process has open at this moment."""
    found = set()
    for one in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            found.add(str(one.readlink()))
    return found


def test_an_execution_that_ends_while_the_disk_is_full_is_recorded_once_there_is_room(small_world: World) -> None:
    world = small_world
    engine = world.engine()
    gate = world.fifo()
    id = world.start(("note", "begun"), ("wait", gate))
    world.until_noted(id, "begun")
    ballast = fill(world.home.root)
    with pytest.raises(StorageFailed):
        stuff(world.database)
    worker = world.worker(id)
    world.open(gate)
    until(lambda: gate not in open_files(worker))
    ballast.unlink()

    ended = world.until_ended(id)[0]
    assert Status.TERMINATED is ended.status
    after = world.start(("note", "after"))
    assert [Status.TERMINATED] == statuses(world.until_ended(after))
    assert engine == world.engine_pid()
