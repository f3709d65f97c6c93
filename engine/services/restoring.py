"""How a snapshot becomes the state again: all of it or nothing, whatever happens on the way.

Folders of blueprints and plugins are named by their content, so putting them in their place changes nothing; then
every row is replaced in one transaction.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection

import msgspec

from engine.domain.errors import ConductorError, InvalidArchive
from engine.domain.event import Draft, EventType, Level
from engine.domain.execution import TRANSITIONS, Execution, Status
from engine.domain.snapshot import CANCELLED_BY_RESTORE, DATABASE, Manifest, Step, require_readable
from engine.services import content, keeping, plugincontent, snapshotarchive
from engine.services.snapshots import Job, require_restorable, scratch
from storage import blueprints, events, executions, operations, plugins, polling, replacing, schedules
from storage.database import HEAD, Database

KINDS = {"blueprints": blueprints.contents, "plugins": plugins.contents}
"""Folders of the state directory that hold folders named by their content → what reads which are needed."""

COPY = "copy"
"""Name of the attached database."""


def restore(database: Database, job: Job, *, now: datetime) -> None:
    """Replace the whole state by that of a snapshot.

    Raises:
        InvalidArchive: the archive is damaged, or of another version.
        InvalidValue: there is something to lose, and the execution may not.
        StaleAttempt: the execution was settled meanwhile.
    """
    with scratch(job.home) as folder:
        manifest = snapshotarchive.unpack(job.archive, folder)
        require_readable(manifest, HEAD)
        _require_sound(folder / DATABASE, manifest.schema)
        if manifest.schema != HEAD:
            _bring_up(folder / DATABASE)
        job.at(Step.UNPACKED)
        for kind in KINDS:
            _fill(job.home, folder, kind)
        job.at(Step.FILLED)
        try:
            orphans = _replace(database, job, folder / DATABASE, manifest, now)
        except sqlite3.IntegrityError as error:
            raise InvalidArchive(f"the snapshot's database contradicts itself: {error}") from error
        job.at(Step.COMMITTED)
    keeping.remove_unused(database, job.home, orphans["blueprints"])
    plugincontent.remove_unused(database, job.home, orphans["plugins"])


def _bring_up(path: Path) -> None:
    """Give a copied database of an earlier version the shape of today."""
    from storage.migrate import upgrade  # imports SQLAlchemy: only when it is needed

    upgrade(path)


def _require_sound(path: Path, schema: str) -> None:
    """Raise InvalidArchive unless the copied database can be read, agrees with itself and has that shape."""
    try:
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
        try:
            found = [row[0] for row in connection.execute("PRAGMA quick_check")]
            version = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            strays = connection.execute("PRAGMA foreign_key_check").fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise InvalidArchive(f"the snapshot's database cannot be read: {error}") from error
    if found != ["ok"] or strays is not None or version != (schema,):
        raise InvalidArchive(
            f"the snapshot's database is damaged: {found[0] if found != ['ok'] else strays or version}"
        )


def _fill(home: Path, unpacked: Path, kind: str) -> None:
    """Put the folders of blueprints or plugins in their place that are not there yet."""
    if not (unpacked / kind).is_dir():
        return
    (home / kind).mkdir(mode=0o700, exist_ok=True)
    for folder in sorted((unpacked / kind).iterdir()):
        if content.digest_of(folder) != folder.name:
            place = f"{kind}/{folder.name}"
            raise InvalidArchive(f"the snapshot's folder {place} does not have the content of its name")
        target = home / kind / folder.name
        if not target.exists():
            folder.rename(target)
    snapshotarchive.sync_folder(home / kind)


def _replace(database: Database, job: Job, copy: Path, manifest: Manifest, now: datetime) -> dict[str, Iterable[str]]:
    """Replace all rows; return the content of each kind that nothing names any more."""
    own = job.execution
    with database.attached(copy, COPY), database.write() as connection:
        executions.require_attempt(connection, own.id, own.attempt)
        require_restorable(connection, job.home, job.snapshot_id, force=bool(own.parameters.get("force")))
        before = {kind: set(contents(connection)) for kind, contents in KINDS.items()}
        replacing.replace_all(connection, COPY, own=own.id)
        _settle(connection, own, manifest, now)
        _advance_schedules(connection, now)
        job.at(Step.REPLACED)
        return {kind: sorted(before[kind] - set(contents(connection))) for kind, contents in KINDS.items()}


def _settle(connection: Connection, own: Execution, manifest: Manifest, now: datetime) -> None:
    """End what ran when the copy was made: the snapshot itself has succeeded, everything else is cancelled.

    One that somebody was about to kill or force is `cancelled`, although its archive was written.
    """
    for id in replacing.active(connection, but=own.id):
        execution = executions.get(connection, id)
        if id == manifest.execution_id:
            end = Status.TERMINATED if Status.TERMINATED in TRANSITIONS[execution.status] else Status.CANCELLED
            executions.finish(connection, id, execution.attempt, end, "", manifest.created_at)
            continue
        executions.finish(connection, id, execution.attempt, Status.CANCELLED, CANCELLED_BY_RESTORE, now)
        operations.interrupt(connection, id, CANCELLED_BY_RESTORE, now)
        events.append(connection, [_cancelled(execution, now)])


def _cancelled(execution: Execution, now: datetime) -> Draft:
    return Draft(
        type=EventType.WORKFLOW_CANCELLED,
        message=f"'{execution.workflow_id}' workflow execution cancelled: {CANCELLED_BY_RESTORE}",
        timestamp=now,
        level=Level.WARNING,
        execution_id=execution.id,
        deployment_id=execution.deployment_id,
        workflow_id=execution.workflow_id,
    )


def _advance_schedules(connection: Connection, now: datetime) -> None:
    """Let no schedule fire for the time between the copy and now."""
    for deployment_id, id in polling.keys(connection):
        try:
            schedule = schedules.get(connection, deployment_id, id)
            schedules.update(connection, replace(schedule, next_occurrence=schedule.rule.after(now)))
        except (ConductorError, msgspec.MsgspecError):
            polling.switch_off(connection, deployment_id, id)
