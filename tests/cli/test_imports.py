"""A command imports no more than it needs, which is what makes it quick."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("textual", "rich", "sqlmodel", "sqlalchemy", "alembic", "pydantic", "apscheduler", "icalendar", "jinja2")


def imported(home: Path, *words: str) -> set[str]:
    """Return the modules that a whole process of `conductor` imports."""
    program = (
        "import sys; from conductor_tui.__main__ import main; sys.argv[1:] = sys.stdin.read().split(); code = main(); "
        "print('MODULES', *sys.modules, file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=" ".join(words),
        env={**os.environ, "CONDUCTOR_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.partition("MODULES")[2].split())


def test_version_imports_nothing_of_the_engine(home: Path) -> None:
    modules = imported(home, "--version")

    assert not {name for name in modules if name.partition(".")[0] in {"engine", "storage", "typer", *HEAVY}}


@pytest.mark.parametrize(
    "words", ["executions list", "deployments list", "blueprints list", "queue", "events list", "engine status"]
)
def test_listings_import_nothing_heavy(home: Path, words: str) -> None:
    imported(home, *words.split())  # the first use creates the database, with all that this takes

    modules = imported(home, *words.split())

    assert {"engine.conductor"} <= modules
    assert not {name for name in modules if name.partition(".")[0] in HEAVY}
    assert not {name for name in modules if name.startswith("engine.dsl")}
