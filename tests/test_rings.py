"""Every arrow points down, statically and at run time."""

import subprocess
import sys

import pytest

DRAWING = {"textual", "rich"}
HEAVY = {"textual", "sqlalchemy", "sqlmodel", "pydantic", "alembic", "apscheduler"}


def imported_by(module: str) -> set[str]:
    program = f"import sys, {module}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_import_contracts_hold() -> None:
    done = subprocess.run([f"{sys.prefix}/bin/lint-imports"], capture_output=True, text=True, check=False)

    assert 0 == done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    "module", ["engine.conductor", "engine.runtime.engine", "engine.runtime.worker", "storage.views"]
)
def test_the_engine_never_draws(module: str) -> None:
    assert set() == imported_by(module) & DRAWING


@pytest.mark.parametrize("module", ["engine.conductor", "engine.runtime.worker", "engine.runtime.zygote"])
def test_what_must_start_quickly_imports_little(module: str) -> None:
    assert set() == imported_by(module) & HEAVY
