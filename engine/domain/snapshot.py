"""Snapshots: copies of the whole state, what their archives hold, and the workflows that make and restore them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.domain.errors import InvalidArchive

FORMAT = 1
"""Of the archives that this Conductor writes and reads."""

CREATE, RESTORE = "create_snapshot", "restore_snapshot"
"""The workflows, which run system-wide."""

DATABASE = "conductor.db"
MANIFEST = "manifest.json"

CANCELLED_BY_RESTORE = "Marked as cancelled by snapshot restore"


class SnapshotStatus(StrEnum):
    """How far a snapshot has come."""

    CREATING = "creating"
    CREATED = "created"
    FAILED = "failed"


class Step(StrEnum):
    """The moments of a snapshot's making and restoring at which something has just become true."""

    COPIED = "snapshot-copied"
    """The database is copied."""
    PACKED = "snapshot-packed"
    """The archive is written under another name."""
    VERIFIED = "snapshot-verified"
    """It was read again and found whole."""
    NAMED = "snapshot-named"
    """It has its name; the database does not know."""
    UNPACKED = "restore-unpacked"
    """The archive is unpacked and found whole."""
    FILLED = "restore-filled"
    """The blueprints' folders are in their place; the database is the old one."""
    REPLACED = "restore-replaced"
    """All rows are replaced; nothing is committed."""
    COMMITTED = "restore-committed"
    """The database is the new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A copy of the whole state."""

    id: str
    status: SnapshotStatus
    created_at: datetime
    execution_id: str | None
    """None when the execution that made it is gone."""
    error: str = ""
    size: int = 0
    """Bytes of the archive; 0 while there is none."""
    digest: str = ""
    """SHA-256 of the archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What is known of one file of an archive."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an archive says of itself."""

    format: int
    schema: str
    """Version of the database's shape."""
    product: str
    """Version of the Conductor that wrote it."""
    created_at: datetime
    execution_id: str
    """The execution that made it; in the copy it still runs."""
    files: Mapping[str, FileFacts]


def require_whole(manifest: Manifest, found: Mapping[str, FileFacts]) -> None:
    """Raise InvalidArchive unless the files are the ones that the manifest lists."""
    missing = sorted(manifest.files.keys() - found.keys())
    unknown = sorted(found.keys() - manifest.files.keys())
    changed = sorted(name for name, facts in manifest.files.items() if name in found and found[name] != facts)
    for names, what in ((missing, "lacks"), (unknown, "holds the unknown file"), (changed, "holds a damaged")):
        if names:
            raise InvalidArchive(f"the snapshot's archive {what} {names[0]}; it cannot be used")


def require_readable(manifest: Manifest, schema: str) -> None:
    """Raise InvalidArchive unless this Conductor can restore what the manifest describes: nothing newer."""
    if manifest.format != FORMAT:
        raise InvalidArchive(f"the snapshot has format {manifest.format}, this Conductor reads format {FORMAT}")
    if manifest.schema > schema:
        raise InvalidArchive(
            f"the snapshot was made by Conductor {manifest.product} with schema {manifest.schema}, "
            f"the database here has schema {schema}; restore it with the version that made it"
        )
