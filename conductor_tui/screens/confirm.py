"""The question before something that cannot be undone."""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked."""

    title: str
    effect: str
    """What happens, with names and numbers."""
    command: str
    """The command line that does the same."""
    word: str = ""
    """What has to be typed; empty asks for y or n."""


class ConfirmScreen(ModalScreen[bool]):
    """Asks once; everything but a clear yes is a no."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("y", "answer(True)"),
        ("n,escape,enter", "answer(False)"),
        ("q", "repeat"),
        ("ctrl+y", "copy"),
    ]

    def __init__(self, question: Question, *, is_leaving: bool = False) -> None:
        super().__init__()
        self.question, self._is_leaving = question, is_leaving

    def compose(self) -> ComposeResult:
        asked = self.question
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(safe(asked.title))
            yield Label(Content(safe(asked.effect)), id="effect", markup=False)
            if asked.word:
                yield Label(Content(f"Type {safe(asked.word)} to do it:"), id="ask", markup=False)
                yield Input(id="word", compact=True)
            yield Label(Content(safe(asked.command)), id="command", markup=False)
            yield Lines(id="answers")

    def on_mount(self) -> None:
        if self.question.word:
            self.query_one("#word").focus()
            answers = keys(("enter", "do it"), ("esc", "leave it"), COPIES)
        elif self._is_leaving:
            answers = keys(("y", "or"), ("q", "leave"), ("n", "stay (default)"), COPIES)
        else:
            answers = keys(("y", "do it"), ("n", "leave it (default)"), COPIES)
        self.query_one("#answers", Lines).show([answers])

    @on(Input.Submitted)
    def on_typed(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip() == self.question.word:
            self.dismiss(True)
            return
        self.query_one("#ask", Label).update(
            Content(f"That is not {safe(self.question.word)}. Type it exactly, or esc leaves it:")
        )

    def action_repeat(self) -> None:
        """q asked for it and asks again: that is a yes to leaving, and a no to everything else."""
        self.action_answer(self._is_leaving)

    def action_copy(self) -> None:
        copy_command(self, self.question.command)

    def action_answer(self, is_yes: bool) -> None:
        if is_yes and self.question.word:
            return
        self.dismiss(is_yes)
