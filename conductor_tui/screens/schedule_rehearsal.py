"""A schedule on the test clock: what would be decided about its coming runs."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Label

from conductor_tui.screens.dialogs import keys
from conductor_tui.spans import Line, safe
from conductor_tui.widgets.lines import Lines


class RehearsalScreen(ModalScreen[None]):
    """Shows decisions; nothing is stored and nothing starts."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,q,enter,ctrl+t", "leave")]

    def __init__(self, title: str, assumption: str, decisions: Sequence[Line]) -> None:
        super().__init__()
        self._title, self._assumption, self._decisions = title, assumption, tuple(decisions)

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="rehearsal") as dialog:
            dialog.border_title = Content(safe(self._title, 100))
            yield Label(Content(safe(self._assumption)), markup=False)
            with VerticalScroll(id="decisions"):
                lines = Lines(id="rehearsed")
                lines.styles.height = max(1, len(self._decisions))
                yield lines
            yield Lines(id="answers")

    def on_mount(self) -> None:
        self.query_one("#rehearsed", Lines).show(self._decisions)
        self.query_one("#answers", Lines).show([keys(("esc", "back to the form"), ("↑↓", "scroll"))])
        self.query_one("#decisions").focus()

    def action_leave(self) -> None:
        self.dismiss(None)
