"""The database file, before and after its schema."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from engine.sdk import ctx, operation


@operation
def create(directory: str, **_: Any) -> None:
    """Make an empty database that many may read while one writes."""
    folder = Path(directory) / ctx.instance.id
    folder.mkdir(exist_ok=True)
    file = folder / "shop.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    ctx.instance.runtime_properties.update(folder=str(folder), file=str(file))
    ctx.logger.info("created %s", file.name)
