"""The first picture waits for no import that it does not need."""

import os
import subprocess
import sys

import pytest

OPENS = """
import asyncio, sys
from datetime import UTC, datetime
from conductor_tui.app import Cockpit
from conductor_tui.context import Context
from conductor_tui.opening import seated
from engine.conductor import Conductor

async def main(home):
    sitting = seated(home, is_read_only=True)
    conductor = Conductor(home)
    app = Cockpit(Context(facade=conductor, clock=lambda: datetime.now(UTC), sitting=sitting))
    async with app.run_test() as pilot:
        while app.screen.view is None:
            await pilot.pause(0.01)
    conductor.close()
    print("MODULES", *sys.modules)

from pathlib import Path
asyncio.run(main(Path(sys.argv[1])))
"""
HEAVY = {"sqlmodel", "sqlalchemy", "alembic", "pydantic", "apscheduler", "icalendar", "jinja2", "jsonschema", "typer"}
LATER = {
    "tomllib",
    "statistics",
    "conductor_tui.widgets.task_graph",
    "conductor_tui.screens.execution",
    "conductor_tui.screens.executions",
    "conductor_tui.screens.schedules",
    "conductor_tui.screens.schedule_editor",
    "conductor_tui.screens.system",
    "conductor_tui.screens.alldeeds",
    "conductor_tui.webserver",
}
"""What other screens, keys and files need."""


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What is imported until the first screen shows its data."""
    home = tmp_path_factory.mktemp("opening") / "home"
    home.mkdir(mode=0o700)
    environment = {**os.environ, "XDG_CONFIG_HOME": str(home / "none")}
    command = [sys.executable, "-c", OPENS, str(home)]
    subprocess.run(command, env=environment, check=True, capture_output=True)  # the first use makes the database
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return set(done.stdout.partition("MODULES")[2].split())


def test_the_first_screen_needs_no_heavy_library(modules: set[str]) -> None:
    assert not {name for name in modules if name.partition(".")[0] in HEAVY}


def test_the_first_screen_needs_nothing_of_the_language_or_the_workers(modules: set[str]) -> None:
    assert not {name for name in modules if name.startswith(("engine.dsl", "engine.sdk", "engine.workflows"))}


def test_other_screens_are_imported_when_they_are_shown(modules: set[str]) -> None:
    assert set() == LATER & modules
    assert "conductor_tui.screens.home" in modules
