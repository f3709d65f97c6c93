"""Every command explains itself, and docs/cli.md says the same."""

from pathlib import Path

import pytest

from tests.cli.golden import assert_golden
from tests.cli.reference import command_paths, help_of, reference

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
PATHS = command_paths()


@pytest.mark.parametrize("path", PATHS, ids=lambda path: " ".join(path) or "conductor")
def test_every_command_has_help(path: tuple[str, ...], home: Path) -> None:
    text = help_of(path)

    assert text.startswith("Usage: conductor")
    assert "..." not in _commands(text), "the first sentence of a command must fit the list of commands"


def _commands(text: str) -> str:
    return text.partition("Commands:\n")[2]


def test_the_documented_command_line_is_the_real_one(home: Path) -> None:
    assert_golden(PAGE, reference())


@pytest.mark.parametrize(
    "words",
    [
        "blueprints upload",
        "blueprints validate",
        "blueprints plan",
        "blueprints graph",
        "blueprints schema",
        "blueprints functions",
        "blueprints types",
        "blueprints new",
        "blueprints list",
        "blueprints get",
        "blueprints delete",
        "deployments create",
        "deployments list",
        "deployments get",
        "deployments delete",
        "deployments outputs",
        "deployments capabilities",
        "deployments schedule create",
        "deployments schedule list",
        "deployments schedule get",
        "deployments schedule delete",
        "executions start",
        "executions list",
        "executions get",
        "executions cancel",
        "executions why",
        "events list",
        "queue",
        "install",
        "uninstall",
        "engine status",
        "engine start",
        "engine stop",
        "demo",
    ],
)
def test_the_promised_command_exists(words: str) -> None:
    assert tuple(words.split()) in PATHS


def test_asking_for_help_leaves_no_trace(home: Path) -> None:
    help_of(("executions", "start"))

    assert not home.exists()
