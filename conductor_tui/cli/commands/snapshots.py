"""`conductor snapshots`: copies of the whole state."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from conductor_tui.cli import listings, options
from conductor_tui.cli.commands.starting import accompany
from conductor_tui.cli.following import say_queued
from conductor_tui.cli.listings import Listing
from conductor_tui.cli.plain import plain
from conductor_tui.cli.session import Session, confirm, tell
from conductor_tui.cli.table import Column
from conductor_tui.cli.times import NONE, stamp
from conductor_tui.cli.words import Argument, Offers, Option
from engine.domain.execution import Status

if TYPE_CHECKING:
    from engine.domain.snapshot import Snapshot

SnapshotArgument = Annotated[
    str, Argument(metavar="SNAPSHOT_ID", help="The id of a snapshot.", offers=Offers.SNAPSHOTS)
]
DetachOption = Annotated[bool, Option("--detach", help="Return at once, without following the execution.")]

SNAPSHOTS: "Listing[Snapshot]" = Listing(
    (
        Column("id"),
        Column("status"),
        Column("created_at"),
        Column("bytes", is_number=True),
        Column("error", is_elastic=True),
    ),
    lambda one: (
        one.id,
        one.status.value,
        stamp(one.created_at),
        str(one.size) if one.size else NONE,
        " ".join(one.error.split()) or NONE,
    ),
    "No snapshots. Create one with: conductor snapshots create",
)


def create(
    session: Session,
    snapshot_id: Annotated[
        str | None, Argument(metavar="[SNAPSHOT_ID]", help="The id to give; one with the time is made up otherwise.")
    ] = None,
    queue: Annotated[
        bool, Option("--queue", help="Wait in the queue while executions run, instead of being refused.")
    ] = False,
    timeout: options.TimeoutOption = 900,
    detach: DetachOption = False,
    json: options.JsonOption = False,
) -> None:
    """Copy the whole state into one archive.

    It holds the database and the files of all blueprints, and is checked after it was written. Nothing else runs
    meanwhile.
    """
    execution = session.conductor.create_snapshot(snapshot_id, queue=queue)
    name = str(execution.parameters["snapshot_id"])
    if json:
        session.out.json({"snapshot_id": name, "execution_id": execution.id, "status": execution.status})
    else:
        session.out.line(name)
    if execution.status is Status.QUEUED:
        say_queued(session, execution)
    elif not (detach or json):
        accompany(session, execution, timeout=timeout, no_logs=False, is_json=False)


def restore(
    session: Session,
    snapshot_id: SnapshotArgument,
    force: Annotated[
        bool, Option("-f", "--force", help="Replace the blueprints, deployments and executions that are here.")
    ] = False,
    yes: options.YesOption = False,
    timeout: options.TimeoutOption = 900,
    detach: DetachOption = False,
    json: options.JsonOption = False,
) -> None:
    """Replace the whole state by that of a snapshot.

    All of it is restored, or nothing. What ran when the snapshot was made is marked as cancelled, what waited waits
    again, and schedules go on from now. Snapshots themselves stay.
    """
    if force:
        confirm(session, f"Replace everything here by snapshot {snapshot_id}?", is_agreed=yes)
    execution = session.conductor.restore_snapshot(snapshot_id, force=force)
    if json:
        session.out.json({"snapshot_id": snapshot_id, "execution_id": execution.id, "status": execution.status})
    elif detach:
        session.out.line(execution.id)
    else:
        accompany(session, execution, timeout=timeout, no_logs=False, is_json=False)


def upload(
    session: Session,
    path: Annotated[Path, Argument(metavar="ARCHIVE_PATH", help="The archive of a snapshot.", must_exist=True)],
    snapshot_id: Annotated[
        str | None, Argument(metavar="[SNAPSHOT_ID]", help="The id to give; the file's name otherwise.")
    ] = None,
    json: options.JsonOption = False,
) -> None:
    """Store a snapshot that was made elsewhere.

    It is checked and can be restored then.
    """
    one = session.conductor.upload_snapshot(path, snapshot_id)
    if json:
        session.out.json(one)
        return
    session.out.line(one.id)
    session.out.talk(f"Snapshot `{one.id}` uploaded.")
    session.out.talk(f"* Run 'conductor snapshots restore {one.id}' to restore it")


def list_(session: Session, json: options.JsonOption = False) -> None:
    """List snapshots, oldest first."""
    found = session.conductor.snapshots()
    if json:
        session.out.json(found)
    else:
        listings.show(session.out, SNAPSHOTS, found)


def get(session: Session, snapshot_id: SnapshotArgument, json: options.JsonOption = False) -> None:
    """Show one snapshot and where its archive lies."""
    one = session.conductor.snapshot(snapshot_id)
    archive = session.conductor.snapshot_archive(snapshot_id) if one.size else None
    if json:
        session.out.json({**plain(one), "archive": archive})
        return
    session.out.lines(
        listings.fields_lines(
            [
                ("id", one.id),
                ("status", one.status.value),
                ("created_at", stamp(one.created_at)),
                ("execution", one.execution_id),
                ("bytes", one.size or None),
                ("sha256", one.digest),
                ("archive", archive),
                ("error", one.error),
            ]
        )
    )


def delete(
    session: Session, snapshot_id: SnapshotArgument, yes: options.YesOption = False, json: options.JsonOption = False
) -> None:
    """Delete a snapshot with its archive."""
    session.conductor.snapshot(snapshot_id)
    confirm(session, f"Delete snapshot {snapshot_id}?", is_agreed=yes)
    session.conductor.delete_snapshot(snapshot_id)
    tell(session, f"Snapshot `{snapshot_id}` deleted.", {"id": snapshot_id, "deleted": True}, is_json=json)
