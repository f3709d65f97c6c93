"""The use cases of snapshots: ask for one or for its return, make it, list it, delete it."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection

from engine.domain.errors import AlreadyExists, InUse, InvalidValue, NotFound, StorageFailed
from engine.domain.execution import Execution, StartRequest
from engine.domain.naming import check_id
from engine.domain.snapshot import CREATE, DATABASE, FORMAT, RESTORE, Manifest, Snapshot, SnapshotStatus, Step
from engine.services import executions as services
from storage import blueprints, executions, plugins, replacing, snapshots
from storage.database import HEAD, Database

At = Callable[[Step], None]
"""Hears of each step; whatever it raises ends the work there."""

SUFFIX = ".tar.gz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The execution that makes or restores a snapshot."""

    home: Path
    execution: Execution
    product: str
    """Version of this Conductor."""
    at: At

    @property
    def snapshot_id(self) -> str:
        return str(self.execution.parameters["snapshot_id"])

    @property
    def archive(self) -> Path:
        return file_of(self.home, self.snapshot_id)


def folder_of(home: Path) -> Path:
    return home / "snapshots"


def file_of(home: Path, id: str) -> Path:
    """Return where the archive of a snapshot lies."""
    return folder_of(home) / f"{id}{SUFFIX}"


def ask_for(database: Database, id: str | None, *, queue: bool = False, now: datetime) -> Execution:
    """Start the execution that makes a snapshot, or queue it.

    Raises:
        AlreadyExists: the id is taken.
        InvalidValue: the id cannot be one.
        OthersRunning: executions run, and it may not wait.
    """
    with database.write() as connection:
        name = check_id("snapshot", id or _free_name(connection, now))
        _require_free(connection, name)
        request = StartRequest(workflow_id=CREATE, deployment_id=None, parameters={"snapshot_id": name}, queue=queue)
        return begin_in(connection, request, now=now)


def begin_in(connection: Connection, request: StartRequest, *, now: datetime) -> Execution:
    """Start the execution that makes the snapshot which its parameters name, inside the caller's transaction."""
    name = str(request.parameters["snapshot_id"])
    execution = services.start_in(connection, request, now=now)
    snapshots.insert(
        connection,
        Snapshot(id=name, status=SnapshotStatus.CREATING, created_at=now, execution_id=execution.id),
    )
    return execution


def _free_name(connection: Connection, now: datetime) -> str:
    name = f"snapshot-{now:%Y%m%d-%H%M%S}"
    taken = {one.id for one in snapshots.find(connection)}
    return next(found for n in range(len(taken) + 1) if (found := f"{name}-{n}" if n else name) not in taken)


def take_in(database: Database, home: Path, path: Path, id: str | None) -> Snapshot:
    """Store the archive of a snapshot that was made elsewhere, once it is found whole.

    Raises:
        NotFound: there is no such file.
        AlreadyExists: the id is taken.
        InvalidValue: the id cannot be one, or the archive is damaged.
    """
    from engine.services import snapshotarchive  # as below

    name = check_id("snapshot", id or path.name.removesuffix(SUFFIX))
    if not path.is_file():
        raise NotFound("file", str(path))
    with database.read() as connection:
        _require_free(connection, name)
    with _draft(home, path) as draft:
        made_at = snapshotarchive.verify(draft).created_at
        facts = snapshotarchive.digest_of(draft)
        snapshot = Snapshot(
            id=name,
            status=SnapshotStatus.CREATED,
            created_at=made_at,
            execution_id=None,
            size=facts.size,
            digest=facts.sha256,
        )
        with database.write() as connection:
            _require_free(connection, name)
            draft.rename(file_of(home, name))
            snapshots.insert(connection, snapshot)
        snapshotarchive.sync_folder(folder_of(home))
    return snapshot


def _require_free(connection: Connection, id: str) -> None:
    if snapshots.exists(connection, id):
        raise AlreadyExists("snapshot", id)


@contextmanager
def _draft(home: Path, path: Path) -> Iterator[Path]:
    """Give a copy of a file beside the archives, on the disk for good; it is removed unless it was renamed."""
    folder_of(home).mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".upload-", dir=folder_of(home))
    try:
        with path.open("rb") as source, os.fdopen(descriptor, "wb") as target:
            shutil.copyfileobj(source, target)
            target.flush()
            os.fsync(target.fileno())
        yield Path(name)
    except OSError as error:
        raise StorageFailed(f"{path} cannot be copied to {folder_of(home)}: {error}") from error
    finally:
        Path(name).unlink(missing_ok=True)


def ask_for_return(database: Database, home: Path, id: str, *, force: bool = False, now: datetime) -> Execution:
    """Start the execution that restores a snapshot; it cannot wait in the queue, which it replaces.

    Raises:
        NotFound: there is no such snapshot, or its archive is gone.
        InvalidValue: it has failed, or there is something to lose and `force` is not given.
        OthersRunning: executions run.
    """
    with database.write() as connection:
        require_restorable(connection, home, id, force=force)
        parameters = {"snapshot_id": id, "force": force}
        request = StartRequest(workflow_id=RESTORE, deployment_id=None, parameters=parameters)
        return services.start_in(connection, request, now=now)


def require_restorable(connection: Connection, home: Path, id: str, *, force: bool) -> None:
    """Raise unless the snapshot may be restored now."""
    snapshot = snapshots.get(connection, id)
    if snapshot.status is not SnapshotStatus.CREATED:
        raise InvalidValue(f"snapshot `{id}` is {snapshot.status}; only one that was created can be restored")
    if not file_of(home, id).is_file():
        raise NotFound("archive of snapshot", id, f"it should be {file_of(home, id)}")
    if not force and not replacing.is_empty(connection):
        raise InvalidValue(
            "there are blueprints, deployments, plugins or secrets here, which a restore would replace; "
            "add --force to let it"
        )


def listing(database: Database) -> list[Snapshot]:
    with database.read() as connection:
        return snapshots.find(connection)


def get(database: Database, id: str) -> Snapshot:
    """Return one snapshot.

    Raises:
        NotFound: there is no such snapshot.
    """
    with database.read() as connection:
        return snapshots.get(connection, id)


def delete(database: Database, home: Path, id: str) -> None:
    """Remove a snapshot with its archive.

    Raises:
        NotFound: there is no such snapshot.
        InUse: it is being made or restored.
    """
    with database.write() as connection:
        snapshots.get(connection, id)
        for one in executions.live(connection):
            if one.workflow_id in {CREATE, RESTORE} and _is_about(connection, one.id, id):
                raise InUse("snapshot", id, f"{one.workflow_id} {one.id} works on it")
        snapshots.delete(connection, id)
    file_of(home, id).unlink(missing_ok=True)


def _is_about(connection: Connection, execution_id: str, id: str) -> bool:
    return bool(executions.get(connection, execution_id).parameters.get("snapshot_id") == id)


@contextmanager
def scratch(home: Path) -> Iterator[Path]:
    """Give an empty folder beside the archives; what earlier ones left that were killed is removed.

    No two of them exist at once, because snapshots are made and restored by system-wide executions alone.
    """
    parent = folder_of(home)
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove_left(home)
    folder = Path(tempfile.mkdtemp(prefix=".new-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(database: Database, home: Path) -> None:
    """Remove what those left that were killed, unless one of them may still be at work."""
    with database.read() as connection:
        is_idle = not any(one.is_system_wide for one in executions.live(connection))
    if is_idle:
        _remove_left(home)


def _remove_left(home: Path) -> None:
    for left in folder_of(home).glob(".new-*"):
        shutil.rmtree(left, ignore_errors=True)


def make(database: Database, job: Job, *, now: datetime) -> None:
    """Make the snapshot of an execution: it appears whole and verified, or not at all.

    Raises:
        InvalidValue: the snapshot is of another execution.
        StorageFailed, InvalidArchive: it could not be written, or was not written well.
    """
    from engine.services import snapshotarchive  # workers of deployments do without archives

    _require_own(database, job)
    with scratch(job.home) as folder:
        database.copy_to(folder / DATABASE)
        job.at(Step.COPIED)
        manifest = Manifest(
            format=FORMAT,
            schema=HEAD,
            product=job.product,
            created_at=now,
            execution_id=job.execution.id,
            files={},
        )
        draft = folder / f"draft{SUFFIX}"
        snapshotarchive.pack(draft, _files(database, job.home, folder), manifest)
        job.at(Step.PACKED)
        snapshotarchive.verify(draft)
        facts = snapshotarchive.digest_of(draft)
        job.at(Step.VERIFIED)
        draft.rename(job.archive)
        snapshotarchive.sync_folder(job.archive.parent)
        job.at(Step.NAMED)
    with database.write() as connection:
        executions.require_attempt(connection, job.execution.id, job.execution.attempt)
        snapshots.finish(connection, job.snapshot_id, job.execution.id, size=facts.size, digest=facts.sha256)


def _require_own(database: Database, job: Job) -> None:
    """Raise InvalidValue where another execution has made the snapshot, as when that one is run again."""
    with database.read() as connection:
        maker = snapshots.get(connection, job.snapshot_id).execution_id
    if maker != job.execution.id:
        raise InvalidValue(
            f"snapshot `{job.snapshot_id}` is of another execution; `conductor snapshots create` makes a new one"
        )


def _files(database: Database, home: Path, folder: Path) -> dict[str, Path]:
    """Return the files and folders of an archive by their names in it."""
    with database.read() as connection:
        contents = {"blueprints": blueprints.contents(connection), "plugins": plugins.contents(connection)}
    found = {DATABASE: folder / DATABASE}
    for kind, names in contents.items():
        for name in names:
            root = home / kind / name
            if not root.is_dir():
                raise NotFound(f"folder of a {kind[:-1]}'s content", str(root))
            inside = sorted(root.rglob("*"))
            found |= {f"{kind}/{name}/{one.relative_to(root).as_posix()}": one for one in inside}
    return found


def give_up(database: Database, job: Job, error: str) -> None:
    """Note why there is no snapshot."""
    with database.write() as connection:
        snapshots.fail(connection, job.snapshot_id, job.execution.id, error)
