"""Which stored content is still needed: what nothing names is removed, but never while somebody is about to."""

from collections.abc import Iterable
from pathlib import Path

from engine.services import content, plugincontent
from engine.services.scratch import remove_left, scratch
from storage import blueprints, executions, plugins
from storage.database import Database


def remove_unused(database: Database, home: Path, digests: Iterable[str]) -> None:
    """Remove those of the contents that no blueprint names.

    They are moved away under the write lock, under which uploads also move theirs in, and removed afterwards.
    """
    with scratch(home) as bin, database.write() as connection:
        for digest in digests:
            if not blueprints.is_content_used(connection, digest):
                content.discard(home, digest, bin)


def sweep(database: Database, home: Path) -> None:
    """Remove what those left that were killed; a restore may be filling in content just now, so it is waited for."""
    remove_left(home)
    with database.read() as connection:
        is_idle = not any(one.is_system_wide for one in executions.live(connection))
        unknown = content.digests(home) - set(blueprints.contents(connection))
        unnamed = plugincontent.digests(home) - set(plugins.contents(connection))
    if is_idle and unknown:
        remove_unused(database, home, sorted(unknown))
    if is_idle and unnamed:
        plugincontent.remove_unused(database, home, sorted(unnamed))
