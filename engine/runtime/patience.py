"""How the processes of an execution hold on to what they know while the database cannot be written."""

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from engine.domain.errors import StorageFailed

T = TypeVar("T")

PATIENCE = 300.0
"""Seconds for which a database that is locked or full is tried again before a truth is given up."""
PAUSE = 1.0


def persist(action: Callable[[], T], *, monotonic: Callable[[], float], wait: Callable[[float], object]) -> T:
    """Return what the action returns, trying again while the database cannot be used.

    Raises:
        StorageFailed: it could not be used for minutes.
    """
    begin = monotonic()
    while True:
        try:
            return action()
        except (sqlite3.Error, StorageFailed) as error:
            if monotonic() - begin > PATIENCE:
                raise StorageFailed(f"the database could not be used for {PATIENCE:.0f} s: {error}") from error
            wait(PAUSE)
