"""Snapshots: made whole or not at all, restored whole or not at all."""

import gzip
import io
import json
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from engine.domain.deployment import Blueprint
from engine.domain.errors import (
    AlreadyExists,
    ConductorError,
    InUse,
    InvalidArchive,
    InvalidValue,
    NotFound,
    OthersRunning,
    StaleAttempt,
)
from engine.domain.execution import CancelKind, Execution, OperationRecord, OperationState, StartRequest, Status
from engine.domain.recurrence import make_rule
from engine.domain.schedule import Schedule
from engine.domain.snapshot import CANCELLED_BY_RESTORE, SnapshotStatus, Step
from engine.services import content, maintenance, restoring, settings, snapshots
from engine.services import executions as services
from engine.services.snapshots import Job
from storage import blueprints, deployments, events, executions, operations, schedules
from storage.database import Database
from storage.migrate import upgrade
from tests.builders import NOW, a_plan, an_execution, minutes, store_content, store_deployment

LATER = NOW + minutes(60)


class Stop(Exception):
    """Raised by a test in the middle of the work."""


def ignore(_step: Step) -> None:
    """Pass every step."""


def stop_at(wanted: Step) -> Callable[[Step], None]:
    def at(step: Step) -> None:
        if step is wanted:
            raise Stop

    return at


def job(home: Path, execution: Execution, at: Callable[[Step], None] = ignore) -> Job:
    return Job(home=home, execution=execution, product="0.1.0", at=at)


def begin(database: Database, execution: Execution) -> Execution:
    with database.write() as connection:
        assert executions.begin(connection, execution.id, 1, NOW)
        return executions.get(connection, execution.id)


def end(database: Database, execution: Execution) -> None:
    with database.write() as connection:
        executions.finish(connection, execution.id, 1, Status.TERMINATED, "", LATER)


def make(database: Database, home: Path, id: str = "s", at: Callable[[Step], None] = ignore) -> Execution:
    execution = begin(database, snapshots.ask_for(database, id, now=NOW))
    snapshots.make(database, job(home, execution, at), now=NOW)
    end(database, execution)
    return execution


def restore(database: Database, home: Path, id: str = "s", at: Callable[[Step], None] = ignore) -> Execution:
    execution = begin(database, snapshots.ask_for_return(database, home, id, force=True, now=LATER))
    restoring.restore(database, job(home, execution, at), now=LATER)
    end(database, execution)
    return execution


def dump(database: Database, *without: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all tables but some."""
    with database.read() as connection:
        tables = [
            row["name"]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if row["name"] not in {"sqlite_sequence", *without}
        ]
        return {name: [tuple(row) for row in connection.execute(f'SELECT * FROM "{name}"')] for name in tables}


@pytest.fixture(autouse=True)
def state(home: Path, database: Database) -> str:
    """A blueprint with content, a deployment with a schedule, an ended execution and one that waits."""
    source = home / "source"
    (source / "empty").mkdir(parents=True)
    (source / "blueprint.yaml").write_text("x: 1")
    (source / "run.sh").write_text("#!/bin/sh")
    (source / "run.sh").chmod(0o755)
    stored = store_content(home, source)
    store_deployment(database)
    with database.write() as connection:
        connection.execute("UPDATE blueprint SET content = ?", (stored,))
        executions.insert(connection, an_execution("old", status=Status.TERMINATED, ended_at=NOW))
        schedules.insert(
            connection,
            Schedule(
                id="s1",
                deployment_id="d1",
                workflow_id="install",
                rule=make_rule(NOW, recurrence="10 min"),
                next_occurrence=NOW,
                latest_execution_id="old",
                created_at=NOW,
            ),
        )
    settings.change(database, "task_retries", 7)
    return stored


def change(database: Database, home: Path) -> None:
    """Let everything become different from what the snapshot holds."""
    settings.reset(database, "task_retries")
    with database.write() as connection:
        deployments.delete(connection, "d1")
        [stored] = blueprints.contents(connection)
        blueprints.delete(connection, "b1")
    shutil.rmtree(content.folder_of(home, stored))
    store_deployment(database, "d2", a_plan(description="new"))


def test_a_snapshot_is_a_file_with_size_and_digest(database: Database, home: Path) -> None:
    made = make(database, home)
    one = snapshots.get(database, "s")

    assert (SnapshotStatus.CREATED, made.id) == (one.status, one.execution_id)
    assert snapshots.file_of(home, "s").stat().st_size == one.size
    assert 64 == len(one.digest)
    assert ["s.tar.gz"] == [path.name for path in snapshots.folder_of(home).iterdir()]


def test_a_restore_brings_everything_back(database: Database, home: Path, state: str) -> None:
    before = dump(database, "execution", "event", "snapshot", "schedule", "engine")
    files = content.digest_of(content.folder_of(home, state))
    make(database, home)
    change(database, home)
    restore(database, home)

    assert before == dump(database, "execution", "event", "snapshot", "schedule", "engine")
    assert files == content.digest_of(content.folder_of(home, state))
    assert [".new", "s.tar.gz"][1:] == [path.name for path in snapshots.folder_of(home).iterdir()]


def test_a_restore_into_an_empty_home_needs_no_force(database: Database, home: Path, tmp_path: Path) -> None:
    make(database, home)
    other = tmp_path / "other"
    (other / "snapshots").mkdir(parents=True)
    (other / "blueprints").mkdir()
    snapshots.file_of(other, "s").write_bytes(snapshots.file_of(home, "s").read_bytes())
    fresh = Database.open(other)
    with fresh.write() as connection, database.read() as source:
        from storage import snapshots as rows

        rows.insert(connection, replace(rows.get(source, "s"), execution_id=None))
    execution = begin(fresh, snapshots.ask_for_return(fresh, other, "s", now=LATER))
    restoring.restore(fresh, job(other, execution), now=LATER)
    with fresh.read() as connection:
        numbers = [one.number for one in executions.find(connection)]
        assert deployments.exists(connection, "d1")
    fresh.close()

    assert [1, 2, 3] == numbers


def test_what_ran_is_cancelled_what_waited_waits_and_the_snapshot_itself_succeeded(
    database: Database, home: Path
) -> None:
    store_deployment(database, "d2")
    made = begin(database, snapshots.ask_for(database, "s", now=NOW))
    with database.write() as connection:
        executions.insert(connection, an_execution("ran", status=Status.STARTED))
        executions.insert(connection, an_execution("waited", status=Status.QUEUED, deployment_id="d2"))
        record = OperationRecord(id="o1", execution_id="ran", name="create", state=OperationState.STARTED)
        operations.insert(connection, [record])
    snapshots.make(database, job(home, made), now=NOW)
    with database.write() as connection:
        executions.finish(connection, "ran", 1, Status.TERMINATED, "", NOW)
        executions.finish(connection, made.id, 1, Status.TERMINATED, "", NOW)
        executions.set_status(connection, "waited", Status.QUEUED, Status.CANCELLED, now=NOW)
    own = restore(database, home)

    with database.read() as connection:
        found = {one.id: one for one in executions.find(connection)}
        [operation] = operations.find(connection, "ran")
        assert [e.message for e in events.after(connection, 0, execution_id="ran")] == [
            f"'install' workflow execution cancelled: {CANCELLED_BY_RESTORE}"
        ]
    assert (Status.CANCELLED, CANCELLED_BY_RESTORE, LATER) == (
        found["ran"].status,
        found["ran"].error,
        found["ran"].ended_at,
    )
    assert (OperationState.FAILED, CANCELLED_BY_RESTORE) == (operation.state, operation.error)
    assert (Status.TERMINATED, NOW) == (found[made.id].status, found[made.id].ended_at)
    assert Status.QUEUED is found["waited"].status
    assert max(one.number for one in found.values()) == found[own.id].number
    assert ["waited"] == [one.id for one in services.release(database, now=NOW)]


@pytest.mark.parametrize("kind", [CancelKind.FORCE, CancelKind.KILL])
def test_a_snapshot_that_was_written_while_it_was_killed_does_not_run_on_after_its_restore(
    database: Database, home: Path, kind: CancelKind
) -> None:
    made = begin(database, snapshots.ask_for(database, "s", now=NOW))
    services.cancel(database, made.id, kind, now=NOW)
    snapshots.make(database, job(home, made), now=NOW)
    services.settle(database, made.id, 1, "killed", now=NOW)
    restore(database, home)

    with database.read() as connection:
        assert Status.CANCELLED is executions.get(connection, made.id).status


def test_no_process_from_before_a_restore_can_write_to_what_runs_again(database: Database, home: Path) -> None:
    made = begin(database, snapshots.ask_for(database, "s", now=NOW))
    with database.write() as connection:
        executions.insert(connection, an_execution("waited", status=Status.QUEUED))
        executions.insert(connection, an_execution("failed", status=Status.FAILED, ended_at=NOW))
    snapshots.make(database, job(home, made), now=NOW)
    end(database, made)
    services.release(database, now=NOW)
    with database.write() as connection:
        executions.begin(connection, "waited", 1, NOW)
        executions.finish(connection, "waited", 1, Status.TERMINATED, "", NOW)
        executions.begin_again(connection, "failed", 1, Status.PENDING, is_resumed=True, now=NOW)
        executions.begin(connection, "failed", 2, NOW)
        executions.finish(connection, "failed", 2, Status.TERMINATED, "", NOW)
    restore(database, home)

    assert services.settle(database, "waited", 1, "its worker was killed", now=LATER) is None
    with database.read() as connection:
        found = [executions.get(connection, id) for id in ("waited", "failed")]
    assert [(Status.QUEUED, 2), (Status.FAILED, 2)] == [(one.status, one.attempt) for one in found]


def test_no_schedule_fires_for_the_time_between(database: Database, home: Path) -> None:
    make(database, home)
    restore(database, home)

    with database.read() as connection:
        found = schedules.get(connection, "d1", "s1")
    assert NOW + minutes(70) == found.next_occurrence
    assert "old" == found.latest_execution_id


def test_snapshots_and_maintenance_stay_as_they_are(database: Database, home: Path) -> None:
    made = make(database, home)
    make(database, home, "second")
    maintenance.activate(database, now=NOW)
    restore(database, home)

    assert [("s", made.id), ("second", None)] == [(one.id, one.execution_id) for one in snapshots.listing(database)]
    assert maintenance.status(database).requested_at == NOW


def test_events_of_the_restore_survive_it(database: Database, home: Path) -> None:
    make(database, home)
    own = begin(database, snapshots.ask_for_return(database, home, "s", force=True, now=LATER))
    with database.write() as connection:
        events.append(connection, [restoring._cancelled(own, NOW)])
        connection.execute("UPDATE event SET id = 1 WHERE execution_id = ?", (own.id,))
    restoring.restore(database, job(home, own), now=LATER)

    with database.read() as connection:
        assert 1 == len(events.after(connection, 0, execution_id=own.id))


@pytest.mark.parametrize("step", [Step.COPIED, Step.PACKED, Step.VERIFIED, Step.NAMED])
def test_a_snapshot_that_was_stopped_anywhere_is_not_there(database: Database, home: Path, step: Step) -> None:
    execution = begin(database, snapshots.ask_for(database, "s", now=NOW))
    with pytest.raises(Stop):
        snapshots.make(database, job(home, execution, stop_at(step)), now=NOW)
    services.settle(database, execution.id, 1, "killed", now=NOW)
    one = snapshots.get(database, "s")

    assert (SnapshotStatus.FAILED, "killed") == (one.status, one.error)
    with pytest.raises(InvalidValue, match="snapshot `s` is failed"):
        snapshots.ask_for_return(database, home, "s", force=True, now=LATER)


@pytest.mark.parametrize("step", [Step.UNPACKED, Step.FILLED, Step.REPLACED])
def test_a_restore_that_was_stopped_before_its_commit_changes_nothing(
    database: Database, home: Path, step: Step
) -> None:
    make(database, home)
    change(database, home)
    execution = begin(database, snapshots.ask_for_return(database, home, "s", force=True, now=LATER))
    before = dump(database)
    with pytest.raises(Stop):
        restoring.restore(database, job(home, execution, stop_at(step)), now=LATER)

    assert before == dump(database)


def test_a_restore_that_was_settled_meanwhile_changes_nothing(database: Database, home: Path) -> None:
    make(database, home)
    execution = begin(database, snapshots.ask_for_return(database, home, "s", force=True, now=LATER))
    services.settle(database, execution.id, 1, "lost", now=LATER)
    before = dump(database)
    with pytest.raises(StaleAttempt):
        restoring.restore(database, job(home, execution), now=LATER)

    assert before == dump(database)


def rewritten(home: Path, change_: Callable[[dict[str, bytes]], None]) -> None:
    """Write the archive of `s` anew after a change of its files."""
    path = snapshots.file_of(home, "s")
    with tarfile.open(path) as tar:
        files = {one.name: file.read() for one in tar if (file := tar.extractfile(one)) is not None}
    change_(files)
    with tarfile.open(path, "w:gz") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))


def of_manifest(**changes: Any) -> Callable[[dict[str, bytes]], None]:
    def change_(files: dict[str, bytes]) -> None:
        files["manifest.json"] = json.dumps({**json.loads(files["manifest.json"]), **changes}).encode()

    return change_


def flipped(files: dict[str, bytes]) -> None:
    data = bytearray(files["conductor.db"])
    data[5000] ^= 1
    files["conductor.db"] = bytes(data)


@pytest.mark.parametrize(
    ("change_", "sentence"),
    [
        pytest.param(flipped, "holds a damaged conductor.db", id="a flipped bit"),
        pytest.param(lambda files: files.pop("conductor.db"), "lacks conductor.db", id="without its database"),
        pytest.param(lambda files: files.pop("manifest.json"), "has no manifest.json", id="without its manifest"),
        pytest.param(lambda files: files.update(x=b""), "holds the unknown file x", id="with a stranger"),
        pytest.param(lambda files: files.update({"../x": b""}), "may lead outside", id="with a way out"),
        pytest.param(lambda files: files.update({"manifest.json": b"{"}), "cannot be read", id="with a torn manifest"),
        pytest.param(of_manifest(format=2), "format 2", id="of another format"),
        pytest.param(of_manifest(schema="9999"), "with schema 9999", id="of a later schema"),
        pytest.param(of_manifest(schema="0001"), "database is damaged", id="of another schema than it says"),
    ],
)
def test_an_archive_that_cannot_be_trusted_is_refused_and_changes_nothing(
    database: Database, home: Path, change_: Callable[[dict[str, bytes]], None], sentence: str
) -> None:
    make(database, home)
    rewritten(home, change_)
    execution = begin(database, snapshots.ask_for_return(database, home, "s", force=True, now=LATER))
    before = dump(database)
    with pytest.raises(InvalidArchive, match=sentence):
        restoring.restore(database, job(home, execution), now=LATER)

    assert before == dump(database)


def as_at_first(files: dict[str, bytes]) -> None:
    """Put a database into the archive as the first version would have written it, with one blueprint."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "conductor.db"
        upgrade(path, "0001")
        connection = sqlite3.connect(path)
        connection.execute("INSERT INTO blueprint VALUES ('first', 'the first one', 'x.yaml', 'c', '{}', '2026-01-01')")
        connection.commit()
        connection.close()
        data = path.read_bytes()
    manifest = json.loads(files["manifest.json"])
    facts = {"conductor.db": {"size": len(data), "sha256": sha256(data).hexdigest()}}
    files.clear()
    files["conductor.db"] = data
    files["manifest.json"] = json.dumps({**manifest, "schema": "0001", "files": facts}).encode()


def test_a_snapshot_of_an_earlier_version_is_brought_up_to_date(database: Database, home: Path) -> None:
    make(database, home)
    rewritten(home, as_at_first)
    restore(database, home)

    with database.read() as connection:
        assert ["first"] == [row["id"] for row in connection.execute("SELECT id FROM blueprint")]


@pytest.mark.parametrize("keep", [0, 10, 0.5, 0.99])
def test_a_torn_archive_is_refused(database: Database, home: Path, keep: float) -> None:
    make(database, home)
    path = snapshots.file_of(home, "s")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(keep * len(whole) if keep < 1 else keep)])
    execution = begin(database, snapshots.ask_for_return(database, home, "s", force=True, now=LATER))

    with pytest.raises(InvalidArchive):
        restoring.restore(database, job(home, execution), now=LATER)


def test_a_database_that_lies_about_its_rows_is_refused(database: Database, home: Path, tmp_path: Path) -> None:
    make(database, home)
    with database.write() as connection:
        connection.execute("DELETE FROM execution_group")

    def break_(files: dict[str, bytes]) -> None:
        (tmp_path / "x.db").write_bytes(files["conductor.db"])
        broken = sqlite3.connect(tmp_path / "x.db")
        broken.execute("DELETE FROM blueprint")
        broken.commit()
        broken.close()
        files["conductor.db"] = (tmp_path / "x.db").read_bytes()
        manifest = json.loads(files["manifest.json"])
        from hashlib import sha256

        manifest["files"]["conductor.db"] = {
            "size": len(files["conductor.db"]),
            "sha256": sha256(files["conductor.db"]).hexdigest(),
        }
        files["manifest.json"] = json.dumps(manifest).encode()

    rewritten(home, break_)
    execution = begin(database, snapshots.ask_for_return(database, home, "s", force=True, now=LATER))
    with pytest.raises(InvalidArchive, match="damaged"):
        restoring.restore(database, job(home, execution), now=LATER)


def test_a_bomb_is_refused(database: Database, home: Path) -> None:
    make(database, home)
    with gzip.open(snapshots.file_of(home, "s"), "wb", compresslevel=9) as file:
        entry = tarfile.TarInfo("conductor.db")
        entry.size = 2**40
        file.write(entry.tobuf())
        for _ in range(64):
            file.write(bytes(2**20))
    execution = begin(database, snapshots.ask_for_return(database, home, "s", force=True, now=LATER))

    with pytest.raises(InvalidArchive):
        restoring.restore(database, job(home, execution), now=LATER)


def test_something_to_lose_asks_for_force(database: Database, home: Path) -> None:
    make(database, home)

    with pytest.raises(InvalidValue, match="add --force"):
        snapshots.ask_for_return(database, home, "s", now=LATER)


def test_an_archive_that_was_removed_by_hand_is_missed(database: Database, home: Path) -> None:
    make(database, home)
    snapshots.file_of(home, "s").unlink()

    with pytest.raises(NotFound, match=r"s\.tar\.gz"):
        snapshots.ask_for_return(database, home, "s", force=True, now=LATER)


def test_neither_begins_while_executions_run_and_only_the_making_waits(database: Database, home: Path) -> None:
    make(database, home)
    services.start(database, StartRequest(workflow_id="install", deployment_id="d1"), now=NOW)

    with pytest.raises(OthersRunning):
        snapshots.ask_for(database, "t", now=NOW)
    with pytest.raises(OthersRunning):
        snapshots.ask_for_return(database, home, "s", force=True, now=NOW)
    assert ["s"] == [one.id for one in snapshots.listing(database)]
    assert Status.QUEUED is snapshots.ask_for(database, "t", queue=True, now=NOW).status
    assert SnapshotStatus.CREATING is snapshots.get(database, "t").status


def test_a_snapshot_that_was_cancelled_in_the_queue_has_failed(database: Database, home: Path) -> None:
    services.start(database, StartRequest(workflow_id="install", deployment_id="d1"), now=NOW)
    waiting = snapshots.ask_for(database, "t", queue=True, now=NOW)
    services.cancel(database, waiting.id, CancelKind.CANCEL, now=NOW)

    assert SnapshotStatus.FAILED is snapshots.get(database, "t").status


def test_names_are_made_up_and_given_once(database: Database, home: Path) -> None:
    first = begin(database, snapshots.ask_for(database, None, now=NOW))
    end(database, first)
    second = snapshots.ask_for(database, None, now=NOW)

    assert ["snapshot-20261013-120000", "snapshot-20261013-120000-1"] == [
        one.parameters["snapshot_id"] for one in (first, second)
    ]
    with pytest.raises(AlreadyExists):
        snapshots.ask_for(database, "snapshot-20261013-120000", now=NOW)


def test_a_deleted_snapshot_takes_its_file_along(database: Database, home: Path) -> None:
    make(database, home)
    snapshots.delete(database, home, "s")

    assert not snapshots.file_of(home, "s").exists()
    with pytest.raises(NotFound, match="snapshots list"):
        snapshots.delete(database, home, "s")


def test_a_snapshot_in_the_making_cannot_be_deleted(database: Database, home: Path) -> None:
    snapshots.ask_for(database, "s", now=NOW)

    with pytest.raises(InUse, match="create_snapshot"):
        snapshots.delete(database, home, "s")


def test_what_a_killed_one_left_is_removed_by_the_next(database: Database, home: Path) -> None:
    left = snapshots.folder_of(home) / ".new-dead"
    left.mkdir(parents=True)
    (left / "conductor.db").write_text("half")
    make(database, home)

    assert ["s.tar.gz"] == [path.name for path in snapshots.folder_of(home).iterdir()]


def test_what_a_killed_one_left_is_removed_at_rest_alone(database: Database, home: Path) -> None:
    left = snapshots.folder_of(home) / ".new-dead"
    left.mkdir(parents=True)
    waiting = snapshots.ask_for(database, "s", now=NOW)
    snapshots.sweep(database, home)
    assert left.exists()

    services.cancel(database, waiting.id, CancelKind.CANCEL, now=NOW)
    snapshots.sweep(database, home)
    assert not left.exists()


def test_a_blueprint_whose_files_are_gone_fails_the_snapshot(database: Database, home: Path, state: str) -> None:
    shutil.rmtree(content.folder_of(home, state))

    with pytest.raises(ConductorError, match="folder of a blueprint's content"):
        make(database, home)


def test_content_that_no_blueprint_names_any_more_is_removed(database: Database, home: Path, tmp_path: Path) -> None:
    make(database, home)
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "blueprint.yaml").write_text("x: 2")
    newer = store_content(home, tmp_path / "x")
    with database.write() as connection:
        blueprint = Blueprint(
            id="b2",
            description="",
            main_file="blueprint.yaml",
            content=newer,
            plan=a_plan(),
            created_at=datetime.now(NOW.tzinfo),
        )
        blueprints.insert(connection, blueprint)
    restore(database, home)

    assert not content.folder_of(home, newer).exists()
