"""The edge between commands and the shell: every ending becomes an exit code, and no traceback gets through."""

import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from conductor_tui.cli.colour import Colour
from conductor_tui.cli.exit_codes import ExitCode, exit_code
from conductor_tui.cli.output import Output, OutputFailed, PipeClosed
from conductor_tui.cli.plain import as_json
from conductor_tui.cli.session import Session
from conductor_tui.cli.version import VERSION
from conductor_tui.cli.words import Ended, WrongUsage
from engine.domain.errors import BlueprintInvalid, ConductorError, StorageFailed


class Crash(Exception):
    """What is told of an error of our own."""


def guarded(command: Callable[[], object], *, session: Session, argv: Sequence[str]) -> int:
    """Run `command` and return the exit code of its ending."""
    is_json = "--json" in argv
    try:
        command()
    except SystemExit as error:
        return _code_of(error)
    except Ended as ending:
        return ending.code
    except WrongUsage as error:
        _complain(error, session.out, is_json=is_json)
        return ExitCode.USAGE
    except ConductorError as error:
        _complain(error, session.out, is_json=is_json)
        return exit_code(error)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except (PipeClosed, BrokenPipeError):
        _mute_stdout()
        return ExitCode.PIPE_CLOSED
    except OutputFailed as error:
        _mute_stdout()
        _complain(error, session.out, is_json=is_json)
        return ExitCode.FAILED
    except Exception as error:  # an error of ours: the user gets one line, the details go to a file
        crash = Crash(_crash_sentence(error, _report(error, session.home, argv)))
        _complain(crash, session.out, is_json=is_json)
        return ExitCode.CRASHED
    return ExitCode.OK


def _code_of(ending: SystemExit) -> int:
    if isinstance(ending.code, int):
        return ending.code
    return ExitCode.OK if ending.code is None else ExitCode.FAILED


def _complain(error: Exception, out: Output, *, is_json: bool) -> None:
    if is_json:
        out.talk(as_json(_error_shape(error)))
        return
    if not isinstance(error, BlueprintInvalid):
        out.talk(f"Error: {error}", Colour.RED)
        for note in getattr(error, "__notes__", ()):
            out.talk(f"* {note}")
        return
    for problem in error.problems:
        sentence, _, excerpt = problem.explanation.partition("\n")
        out.talk(sentence, Colour.RED)
        if excerpt:
            out.talk(excerpt)


def _error_shape(error: Exception) -> dict[str, object]:
    shape: dict[str, object] = {"error": str(error), "kind": type(error).__name__}
    return {**shape, "problems": error.problems} if isinstance(error, BlueprintInvalid) else shape


def _mute_stdout() -> None:
    """Keep the interpreter's last flush from complaining about the closed pipe."""
    try:
        descriptor = sys.stdout.fileno()
    except OSError:
        return
    void = os.open(os.devnull, os.O_WRONLY)
    os.dup2(void, descriptor)
    os.close(void)


def _crash_sentence(error: Exception, report: Path | None) -> str:
    where = f"the report is in {report}" if report else "no report could be written"
    return f"conductor failed unexpectedly ({type(error).__name__}: {error}); {where}"


def _report(error: Exception, home: Path | None, argv: Sequence[str]) -> Path | None:
    import platform  # slow to import, like the next, and seldom needed
    import traceback

    trace = "".join(traceback.format_exception(error))
    if os.environ.get("CONDUCTOR_DEBUG") == "1":
        sys.stderr.write(trace)
    now = datetime.now(UTC)
    text = (
        f"conductor {VERSION}, Python {platform.python_version()}, {platform.platform()}\n"
        f"{now.isoformat()}\ncommand: {' '.join(_without_values(argv))}\n\n{trace}"
    )
    try:
        return _written(text, _crash_folder(home), f"{now:%Y%m%dT%H%M%S}-{os.getpid()}.txt")
    except (OSError, StorageFailed):
        return None


def _without_values(argv: Sequence[str]) -> list[str]:
    """Return the words of a command line as they may be stored: those that may hold a secret are left out."""
    if "secrets" not in argv:
        return list(argv)
    return [*argv[: argv.index("secrets") + 2], "…"]


def _crash_folder(home: Path | None) -> Path:
    from engine.runtime.home import resolve

    return resolve(home).ensure().root / "crash"


def _written(text: str, folder: Path, name: str) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / name
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", errors="backslashreplace") as file:
        file.write(text)
    return path
