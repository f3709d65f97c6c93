"""Where plugins' files are kept: one read-only folder per content, named by its digest, with what can be imported."""

import contextlib
from collections.abc import Iterable
from pathlib import Path

from engine.domain.errors import StorageFailed
from engine.services.scratch import scratch
from storage import plugins
from storage.database import Database

FILES = "files"
"""The folder of the YAML files."""
OWN = "site"
"""The folder of the plugin's own Python code."""
NEEDED = "needed"
"""The folder of the packages that it brings along."""


def folder_of(home: Path, digest: str) -> Path:
    return home / "plugins" / digest


def files_of(home: Path, digest: str) -> Path:
    return folder_of(home, digest) / FILES


def keep(home: Path, folder: Path, digest: str) -> None:
    """Move a folder to the name of its content, unless that is there already.

    The caller holds the write lock of the database, so that nobody removes the content meanwhile.

    Raises:
        StorageFailed: it cannot be moved there.
    """
    target = folder_of(home, digest)
    try:
        target.parent.mkdir(mode=0o700, exist_ok=True)
        if not target.exists():
            folder.rename(target)
    except OSError as error:
        raise StorageFailed(f"a plugin cannot be stored in {target}: {error.strerror}") from error


def digests(home: Path) -> set[str]:
    """Return the names of all content that is kept."""
    return {one.name for one in (home / "plugins").glob("[!.]*")}


def remove_unused(database: Database, home: Path, digests: Iterable[str]) -> None:
    """Remove those of the contents that no plugin names: away under the write lock, then for good."""
    with scratch(home) as bin, database.write() as connection:
        used = set(plugins.contents(connection))
        for digest in digests:
            if digest not in used:
                with contextlib.suppress(FileNotFoundError):
                    folder_of(home, digest).rename(bin / digest)
