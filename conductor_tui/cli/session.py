"""What the commands of one invocation share: the state directory, the facade and the output."""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from conductor_tui.cli.eventlines import EventStyle
from conductor_tui.cli.exit_codes import ExitCode
from conductor_tui.cli.output import Output
from conductor_tui.cli.values import BadValues, parse_values
from engine.domain.json import JsonObject

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.conductor import Conductor
    from engine.domain.blueprint import Parameter


@dataclass(kw_only=True)
class Session:
    """One invocation of the command line."""

    home: Path | None = None
    """None takes the environment's or the platform's."""
    has_debug: bool = False
    """Debug lines of logs are printed too."""
    out: Output = field(default_factory=Output)
    _conductor: "Conductor | None" = None

    @property
    def conductor(self) -> "Conductor":
        """Return the facade, opened at its first use."""
        if self._conductor is None:
            from engine.conductor import Conductor

            self._conductor = Conductor(self.home)
        return self._conductor

    def close(self) -> None:
        """Let go of the state directory."""
        if self._conductor is not None:
            self._conductor.close()

    def event_style(self, *, no_logs: bool = False, is_json: bool = False) -> EventStyle:
        """Return how events are printed in this invocation."""
        return EventStyle(
            has_logs=not no_logs,
            has_debug=self.has_debug,
            is_json=is_json,
            is_coloured=self.out.is_coloured and not is_json,
        )


def session_of(ctx: typer.Context) -> Session:
    """Return the session that the root command has made."""
    session = ctx.find_root().obj
    if not isinstance(session, Session):
        raise TypeError("the root command has not run")
    return session


def values_of(texts: "Sequence[str]", declared: "Mapping[str, Parameter]", option: str) -> JsonObject:
    """Return what the texts of an option say.

    Raises:
        typer.BadParameter: a text cannot be read.
    """
    try:
        return parse_values(texts, declared)
    except BadValues as error:
        raise typer.BadParameter(str(error), param_hint=option) from error


def confirm(session: Session, question: str, *, is_agreed: bool) -> None:
    """Ask before something is destroyed, if there is somebody to ask.

    Raises:
        typer.Exit: the answer is no.
    """
    if is_agreed or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return
    if not typer.confirm(question, err=True):
        session.out.talk("Nothing was changed.")
        raise typer.Exit(ExitCode.FAILED)
