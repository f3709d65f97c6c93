"""Tab completes commands, options and ids."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli


def offered(home: Path, line: str) -> list[str]:
    """Return what bash is offered for a command line whose last word is being typed."""
    words = line.split(" ")
    done = subprocess.run(
        [sys.executable, "-c", "from conductor_tui.__main__ import main; import sys; sys.exit(main())"],
        env={
            **os.environ,
            "CONDUCTOR_HOME": str(home),
            "_CONDUCTOR_COMPLETE": "complete_bash",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "word"),
    [
        pytest.param("conductor exec", "executions", id="a group"),
        pytest.param("conductor executions st", "start", id="a command"),
        pytest.param("conductor deployments sched", "schedule", id="a nested group"),
        pytest.param("conductor executions start --qu", "--queue", id="an option"),
        pytest.param("conductor blueprints functions get_i", "get_input", id="a function"),
        pytest.param("conductor blueprints types cloudify.nodes.Comp", "cloudify.nodes.Compute", id="a type"),
        pytest.param("conductor blueprints graph shop --format m", "mermaid", id="a way to draw"),
    ],
)
def test_words_of_the_command_line_are_offered(home: Path, line: str, word: str) -> None:
    assert word in offered(home, line)


def test_nothing_is_offered_where_nothing_is_stored(home: Path) -> None:
    assert offered(home, "conductor executions get ") == []


def test_ids_are_offered(home: Path, cli: Cli, deployed: str) -> None:
    cli("executions", "start", "install", "-d", deployed, "--no-logs")
    execution_id = json.loads(cli("executions", "list", "--json").out)[0]["id"]

    assert offered(home, "conductor executions get ") == [execution_id]
    assert offered(home, "conductor deployments get t") == ["talk"]
    assert offered(home, "conductor blueprints delete ") == ["talk"]
    assert "uninstall" in offered(home, "conductor executions start -d talk un")
    assert offered(home, "conductor executions cancel ") == []


def test_the_state_directory_of_the_line_is_asked(home: Path, cli: Cli, deployed: str, tmp_path: Path) -> None:
    assert offered(home, f"conductor --home {tmp_path / 'other'} deployments get ") == []
