"""One run of the command line, from words to exit code."""

import os
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from conductor_tui.cli import quick
from conductor_tui.cli.boundary import guarded
from conductor_tui.cli.session import Session
from conductor_tui.cli.words import WrongUsage
from engine.domain.errors import ExecutionRefused

if TYPE_CHECKING:
    from engine.conductor import Conductor

_COMPLETION = "_CONDUCTOR_COMPLETE"
"""Set by the shell when Tab was pressed."""


def run(argv: Sequence[str], cockpit: "Callable[[Conductor, bool], int] | None" = None) -> int:
    """Do what the words say and return the exit code; without a command, `cockpit` is shown on a terminal."""
    session = Session(cockpit=cockpit)

    def command() -> None:
        try:
            _obey(argv, session)
        finally:
            session.close()

    return guarded(command, session=session, argv=argv)


def _obey(argv: Sequence[str], session: Session) -> None:
    _require_text(argv)
    _require_home(argv)
    is_completing = _COMPLETION in os.environ
    opening = None if is_completing else quick.read_opening(argv)
    if opening is not None and session.has_screen:
        session.home, session.has_debug = opening.home, opening.verbosity > 0
        raise SystemExit(session.show(is_read_only=opening.is_read_only))
    call = None if is_completing else quick.read(argv)
    if call is None:
        from conductor_tui.cli import full  # slow to import

        full.run(argv, session, _do)
        return
    session.home, session.has_debug = call.home, call.verbosity > 0
    _do(call.function, session, call.arguments)


def _require_text(argv: Sequence[str]) -> None:
    for word in argv:
        if not word.isascii() and any("\ud800" <= character <= "\udfff" for character in word):
            raise WrongUsage(f"`{word}` is not UTF-8 text")


def _require_home(argv: Sequence[str]) -> None:
    """Refuse an empty name, as of a variable that is not set: it would mean the folder that the user is in."""
    if "--home=" in argv or ("--home", "") in pairwise(argv):
        raise WrongUsage("--home is empty; name the state directory, or leave the option out")


def _do(function: Callable[..., None], session: Session, arguments: dict[str, object]) -> None:
    try:
        function(session, **arguments)
    except ExecutionRefused as error:
        if "queue" in function.__annotations__:
            error.add_note("Add --queue to let it wait; it starts by itself as soon as it may")
        raise
