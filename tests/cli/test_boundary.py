"""Whatever happens, the shell gets a code and the user one line."""

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from conductor_tui.cli.boundary import guarded
from conductor_tui.cli.session import Session
from conductor_tui.cli.version import VERSION
from engine.domain.errors import BlueprintInvalid, EngineRunning, NotFound, Problem
from tests.cli.conftest import Cli

PROBLEM = Problem(message="unknown type `x`", file="a.yaml", line=3, column=5)


def raising(error: BaseException) -> Callable[[], None]:
    def command() -> None:
        raise error

    return command


def ended(error: BaseException, home: Path) -> int:
    return guarded(raising(error), session=Session(home=home), argv=["executions", "list"])


def test_an_error_of_the_tree_is_one_sentence(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(NotFound("execution", "e1"), home) == 1
    assert capsys.readouterr().err == "Error: there is no execution `e1`\n"


def test_mistakes_in_a_blueprint_are_one_line_each(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(BlueprintInvalid([PROBLEM, PROBLEM]), home) == 1
    assert capsys.readouterr().err == "a.yaml:3:5: unknown type `x`\n" * 2


def test_a_taken_engine_ends_with_75(home: Path) -> None:
    assert ended(EngineRunning("/home", 12), home) == 75


def test_an_interrupt_ends_with_130(home: Path) -> None:
    assert ended(KeyboardInterrupt(), home) == 130


def test_an_error_of_ours_is_one_line_and_a_report(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(KeyError("oops"), home) == 70

    told = capsys.readouterr().err
    (report,) = (home / "crash").iterdir()
    assert told == f"Error: conductor failed unexpectedly (KeyError: 'oops'); the report is in {report}\n"
    assert "Traceback" in report.read_text()
    assert report.stat().st_mode & 0o077 == 0


def test_the_report_is_shown_at_once_on_demand(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONDUCTOR_DEBUG", "1")
    ended(KeyError("oops"), home)

    assert "Traceback" in capsys.readouterr().err


def test_a_crash_without_a_usable_home_is_still_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    taken = tmp_path / "file"
    taken.write_text("")

    assert ended(KeyError("oops"), taken) == 70
    assert capsys.readouterr().err.endswith("no report could be written\n")


def test_control_characters_of_an_error_are_made_visible(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ended(NotFound("execution", "\x1b[31m"), home)

    assert "\x1b" not in capsys.readouterr().err


def test_a_wrong_command_line_ends_with_2_and_proposes(cli: Cli) -> None:
    result = cli("executions", "strat")

    assert result.code == 2
    assert "Did you mean 'start'?" in result.err
    assert result.out == ""


def test_the_version_is_that_of_the_distribution(cli: Cli) -> None:
    assert version("conductor-tui") == VERSION
    assert cli("--version").out == f"conductor {VERSION}\n"


def test_without_a_terminal_and_a_command_help_is_printed(cli: Cli) -> None:
    result = cli()

    assert result.code == 0
    assert result.out.startswith("Usage: conductor")
    assert result.err == "The cockpit needs a terminal; these are the commands:\n"


@pytest.mark.parametrize("words", [("--home", ""), ("--home=",)])
def test_an_empty_home_is_refused(cli: Cli, words: tuple[str, ...]) -> None:
    result = cli(*words, "executions", "list")

    assert (result.code, result.out) == (2, "")
    assert "--home is empty" in result.err


def test_a_closed_pipe_ends_quietly(home: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "conductor_tui", "executions", "list", "--json"],
        env={**os.environ, "CONDUCTOR_HOME": str(home)},
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)

    assert (done.returncode, done.stderr) == (141, b"")


def whole(home: Path, redirection: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `conductor` in a shell that redirects its output."""
    return subprocess.run(
        ["/bin/sh", "-c", f'"$@" {redirection}', "sh", sys.executable, "-m", "conductor_tui", *words],
        env={**os.environ, "CONDUCTOR_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_full_disk_is_one_sentence(home: Path) -> None:
    done = whole(home, ">/dev/full", "executions", "list", "--json")
    told = '{"error": "cannot write to stdout: No space left on device", "kind": "OutputFailed"}\n'

    assert (done.returncode, done.stderr) == (1, told)


def test_a_closed_stdout_is_no_crash(home: Path) -> None:
    done = whole(home, ">&-", "executions", "list", "--json")

    assert (done.returncode, done.stderr) == (0, "")


def test_words_that_are_no_text_are_refused(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "conductor_tui", "executions", "get", b"\xff"],
        env={**os.environ, "CONDUCTOR_HOME": str(home)},
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stderr.decode()) == (2, "Error: `\N{REPLACEMENT CHARACTER}` is not UTF-8 text\n")
