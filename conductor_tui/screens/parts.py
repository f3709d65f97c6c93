"""Small pieces that several screens are made of."""

from textual.binding import Binding, BindingType

from conductor_tui.actions import Scope
from conductor_tui.eventline import LEVELS
from conductor_tui.keys import all_keys
from conductor_tui.spans import Span, Tone
from conductor_tui.widgets.log_pane import LogPane
from engine.domain.view import EngineState

FIRST = frozenset({"ctrl+q", "colon", "slash"})
"""Keys that are obeyed before the next one is looked at: what follows belongs to the line that they open."""


def bindings_for(*scopes: Scope) -> list[BindingType]:
    """Return one binding per key that means something in these scopes; Enter belongs to the tables."""
    return [
        Binding(key, f"press('{key}')", show=False, id=f"{'-'.join(scopes)}.{key}", priority=key in FIRST)
        for key in all_keys(scopes)
        if key != "enter"
    ]


def hint(*parts: str) -> tuple[Span, ...]:
    """Return a line of an empty state: plain words and, every second one, a command or key."""
    return tuple(Span(part, Tone.KEY if index % 2 else Tone.DIM) for index, part in enumerate(parts))


def log_title(log: LogPane, sign: str) -> str:
    """Return what a log's title says about it."""
    state = f"{sign} following" if log.is_following else "held: s follows again"
    older = f"  {log.dropped} older ones left out" if log.dropped else ""
    more = "+" if log.has_older or log.has_newer else ""
    lines = f"{_shown(log)}{more} {'line' if len(log.entries) == 1 and not more else 'lines'}"
    return f"{state}  {lines}{older}{_sifted(log)}"


def _shown(log: LogPane) -> str:
    held = len(log.entries)
    return str(held) if log.shown == held else f"{log.shown} of {held}"


def _sifted(log: LogPane) -> str:
    """Return what a log leaves out."""
    sieve = log.sieve
    level = f"  from {LEVELS[sieve.level - 1]} on" if sieve.level > 1 else ""
    node = f"  of {sieve.node}" if sieve.node else ""
    return f"{level}{node}" + (f"  with {sieve.text!r}" if sieve.text else "")


def found_sentence(amount: int) -> str:
    """Return what a search found."""
    if amount < 2:
        return "1 line contains it" if amount else "no line contains it"
    return f"{amount} lines contain it; n and N go on"


def farewell(state: EngineState, again: str) -> str:
    """Return what is said after the cockpit has closed; `again` is the command that opens it."""
    if state is EngineState.RUNNING:
        return f"The engine and its executions keep running; `{again}` opens the cockpit again."
    return f"The cockpit is closed; no engine is running. `{again}` opens the cockpit again."
