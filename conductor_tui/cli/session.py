"""What the parts of one invocation share: the state directory, the facade and the output."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from conductor_tui.cli.exit_codes import ExitCode
from conductor_tui.cli.output import Output
from conductor_tui.cli.streams import is_dumb, is_terminal
from conductor_tui.cli.words import Ended, WrongUsage

if TYPE_CHECKING:
    from conductor_tui.cli.eventlines import EventStyle
    from engine.conductor import Conductor
    from engine.domain.blueprint import Parameter
    from engine.domain.json import JsonObject


@dataclass(kw_only=True)
class Session:
    """One invocation of the command line."""

    home: Path | None = None
    """None takes the environment's or the platform's."""
    has_debug: bool = False
    """Debug lines of logs are printed too."""
    cockpit: "Callable[[Conductor, bool], int] | None" = None
    """Shows the cockpit until the user leaves it, read-only if the second says so; None where there is none."""
    out: Output = field(default_factory=Output)
    _conductor: "Conductor | None" = None

    @property
    def conductor(self) -> "Conductor":
        """Return the facade, opened at its first use."""
        if self._conductor is None:
            from engine.conductor import Conductor

            self._conductor = Conductor(self.home)
        return self._conductor

    @property
    def has_screen(self) -> bool:
        """Whether the cockpit can be shown: in a terminal that draws, or in a page of a browser."""
        if self.cockpit is None:
            return False
        from conductor_tui.web import is_page

        return is_page() or (is_terminal(sys.stdin, sys.stdout) and not is_dumb(os.environ))

    def show(self, *, is_read_only: bool) -> int:
        """Show the cockpit until the user leaves it; return the exit code."""
        if self.cockpit is None:
            raise TypeError("there is no cockpit to show")
        return self.cockpit(self.conductor, is_read_only)

    def close(self) -> None:
        """Let go of the state directory."""
        if self._conductor is not None:
            self._conductor.close()

    def event_style(self, *, no_logs: bool = False, is_json: bool = False) -> "EventStyle":
        """Return how events are printed in this invocation."""
        from conductor_tui.cli.eventlines import EventStyle

        return EventStyle(
            has_logs=not no_logs,
            has_debug=self.has_debug,
            is_json=is_json,
            is_coloured=self.out.is_coloured and not is_json,
        )


def values_of(texts: Sequence[str], declared: "Mapping[str, Parameter]", option: str) -> "JsonObject":
    """Return what the texts of an option say.

    Raises:
        WrongUsage: a text cannot be read.
    """
    if not texts:
        return {}
    from conductor_tui.cli.values import BadValues, parse_values  # YAML is only needed here

    try:
        return parse_values(texts, declared)
    except BadValues as error:
        raise WrongUsage(f"{option}: {error}") from error


def tell(session: Session, sentence: str, facts: "JsonObject", *, is_json: bool) -> None:
    """Say what was done: as a sentence to the person, or as facts on stdout."""
    if is_json:
        session.out.json(facts)
    else:
        session.out.talk(sentence)


def confirm(session: Session, question: str, *, is_agreed: bool) -> None:
    """Ask before something is destroyed, if there is somebody to ask.

    Raises:
        Ended: the answer is not yes.
    """
    if is_agreed or not is_terminal(sys.stdin, sys.stderr):
        return
    if session.out.ask(f"{question} [y/N] ").strip().lower() not in {"y", "yes"}:
        session.out.talk("Nothing was changed.")
        raise Ended(ExitCode.FAILED)
