"""The line in which a command is typed."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input, Label


class CommandBar(Horizontal):
    """Hidden until it is opened; gives the focus back to where it came from."""

    DEFAULT_CSS = """
    CommandBar { height: 1; display: none; }
    CommandBar Label { width: auto; padding: 0 0 0 1; }
    CommandBar Input { width: 1fr; border: none; height: 1; padding: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [("up", "recall(1)"), ("down", "recall(-1)")]

    class Entered(Message):
        """A line was accepted."""

        def __init__(self, text: str) -> None:
            self.text = text
            super().__init__()

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._target: Widget | None = None
        self._history: tuple[str, ...] = ()
        self._place = 0

    def compose(self) -> ComposeResult:
        yield Label(Content(":"), markup=False)
        yield Input(select_on_focus=False, compact=True)

    def open(self, proposals: Sequence[str], history: Sequence[str]) -> None:
        """Take the focus; `history` is recalled with up and down, oldest first."""
        self._target = self.screen.focused
        self._history, self._place = tuple(history), 0
        box = self.query_one(Input)
        box.value = ""
        self.propose(proposals)
        self.display = True
        self.screen.set_focus(box)  # at once: what is typed next belongs to the line

    def propose(self, proposals: Sequence[str]) -> None:
        """Propose these lines while one is typed."""
        self.query_one(Input).suggester = SuggestFromList(proposals, case_sensitive=False)

    def close(self) -> None:
        self.display = False
        if self._target is not None:
            self._target.focus()

    def action_recall(self, step: int) -> None:
        """Go through the history; beyond its newest line stands an empty one."""
        self._place = max(0, min(len(self._history), self._place + step))
        box = self.query_one(Input)
        box.value = self._history[-self._place] if self._place else ""
        box.cursor_position = len(box.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.close()
        self.post_message(self.Entered(event.value.strip()))

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.stop()
            event.prevent_default()
            self.close()
        elif event.key == "tab":
            event.stop()
            event.prevent_default()
            self.query_one(Input).action_cursor_right()
