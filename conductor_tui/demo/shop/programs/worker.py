"""The worker: ships the orders that the application servers have taken, one after another."""

import sqlite3
from contextlib import closing
from pathlib import Path

from service import announced, is_stopped, read_settings, say

SETTINGS = read_settings()
SHIP = """
UPDATE orders SET state = 'shipped', shipped_at = datetime('now')
WHERE id = (SELECT min(id) FROM orders WHERE state = 'new') RETURNING id
"""


def ship_next(database: sqlite3.Connection) -> bool:
    """Ship the oldest new order and say whether there was one."""
    with database:
        shipped = database.execute(SHIP).fetchall()
    for (number,) in shipped:
        say(f"shipped order {number}")
    return bool(shipped)


def run(database: sqlite3.Connection, heartbeat: Path) -> None:
    """Ship until a stop signal comes; a heartbeat follows each round."""
    pause = 0.0
    while not is_stopped(pause):
        pause = 0.0 if ship_next(database) else 0.2
        heartbeat.touch()


if __name__ == "__main__":
    with closing(sqlite3.connect(SETTINGS["database"], timeout=5)) as connection, announced(SETTINGS):
        run(connection, Path(SETTINGS["heartbeat"]))
