"""One value, typed over the cockpit."""

from shlex import quote
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from conductor_tui.screens.dialogs import COPIES, copy_command, keys
from conductor_tui.spans import safe
from conductor_tui.widgets.lines import Lines


class PromptScreen(ModalScreen[str | None]):
    """Gives back what was typed, or None; `command` is the line that does the same, without the value."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "leave"), ("ctrl+y", "copy")]

    def __init__(self, title: str, told: str, value: str, command: str) -> None:
        super().__init__()
        self.title_shown, self.told, self.value, self.command = title, told, value, command

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(safe(self.title_shown))
            yield Label(Content(safe(self.told)), id="effect", markup=False)
            yield Input(value=safe(self.value), id="word", compact=True)
            yield Label(Content(safe(self._line(self.value))), id="command", markup=False)
            yield Lines(id="answers")

    def on_mount(self) -> None:
        self.query_one("#word").focus()
        self.query_one("#answers", Lines).show([keys(("enter", "set it"), ("esc", "leave it"), COPIES)])

    @on(Input.Changed)
    def on_typed(self, event: Input.Changed) -> None:
        self.query_one("#command", Label).update(Content(safe(self._line(event.value))))

    def _line(self, value: str) -> str:
        """The command line that sets the value."""
        return f"{self.command}{quote(value)}"

    def action_copy(self) -> None:
        copy_command(self, self._line(self.query_one("#word", Input).value))

    @on(Input.Submitted)
    def on_entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value.strip())

    def action_leave(self) -> None:
        self.dismiss(None)
