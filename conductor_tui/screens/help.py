"""The keys that work where it was opened, from the one table of actions."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from conductor_tui.actions import Action, Danger, Scope
from conductor_tui.keys import PLAIN, Keymap, key_label, reachable
from conductor_tui.spans import Line, Span, Tone, span
from conductor_tui.widgets.log_pane import Entry, LogPane

_MOVING: tuple[tuple[str, str], ...] = (
    ("j k", "one row, as do the arrows"),
    ("^d ^u", "half a page"),
    ("g G", "first and last"),
    ("tab", "next pane"),
    ("enter", "open what the cursor is on"),
)


class HelpScreen(ModalScreen[None]):
    """One page of keys; any of esc, q and ? leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,q,question_mark,f1", "close")]

    def __init__(
        self, scopes: Sequence[Scope], keymap: Keymap, why_not: Callable[[Action], str], *, enter: str = "↵"
    ) -> None:
        super().__init__()
        self.shown = tuple(dict.fromkeys((*scopes, Scope.EVERYWHERE)))
        self._keymap, self._why_not, self._enter = keymap, why_not, enter

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="help") as dialog:
            dialog.border_title = "Keys that work here"
            dialog.border_subtitle = "esc leaves"
            yield LogPane(id="keys-here")

    def on_mount(self) -> None:
        pane = self.query_one(LogPane)
        pane.toggle_wrap()
        lines = help_lines(self.shown, self._keymap, self._why_not, enter=self._enter)
        pane.replace([Entry(number, one) for number, one in enumerate(lines, 1)])
        pane.focus()

    def action_close(self) -> None:
        self.dismiss(None)


def help_lines(
    scopes: Sequence[Scope],
    keymap: Keymap = PLAIN,
    why_not: Callable[[Action], str] = lambda action: "",
    *,
    enter: str = "↵",
) -> list[Line]:
    """Return the lines of the help: each scope with the actions that a key reaches here, then how to move."""
    lines: list[Line] = []
    here = reachable(scopes, keymap)
    for scope in scopes:
        shown = [_action_line(action, keymap, why_not(action), enter) for action in here if action.scope is scope]
        if shown:
            lines += [(Span(scope.value.capitalize(), Tone.STRONG),), *shown, ()]
    lines.append((Span("Moving", Tone.STRONG),))
    lines += [(Span(f"  {keys:10}", Tone.KEY), Span(does)) for keys, does in _MOVING]
    return lines


def _action_line(action: Action, keymap: Keymap, reason: str, enter: str) -> Line:
    keys = " ".join(key_label(key, enter) for key in keymap.keys(action))
    if reason:
        return (
            Span(f"  {keys:10}", Tone.DIM),
            Span(f"{action.title:16} ", Tone.DIM),
            span(f"not now: {reason}", Tone.DIM),
        )
    asks = f" ({action.danger})" if action.danger is not Danger.NONE else ""
    return (
        Span(f"  {keys:10}", Tone.KEY),
        Span(f"{action.title:16} ", Tone.PLAIN),
        Span(f"{action.help}{asks}", Tone.DIM),
    )
