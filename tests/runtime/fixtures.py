"""The fixture that gives a test a world with real processes, and takes them all away again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.runtime.world import World


@pytest.fixture
def world(home: Path, database: Database) -> Iterator[World]:
    """A state directory whose engine runs scripted workers; no process of it outlives the test."""
    made = World(home, database)
    yield made
    made.close()
