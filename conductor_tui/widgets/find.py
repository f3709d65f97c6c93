"""The line in which a filter or a search is typed."""

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label


class FindBar(Horizontal):
    """Hidden until it is opened; gives the focus back to where it came from."""

    DEFAULT_CSS = """
    FindBar { height: 1; display: none; }
    FindBar Label { width: auto; padding: 0 1; }
    FindBar Input { width: 1fr; border: none; height: 1; padding: 0; }
    """

    class Typed(Message):
        """The text changed, or was accepted."""

        def __init__(self, target: Widget | None, text: str, *, is_final: bool) -> None:
            self.target, self.text, self.is_final = target, text, is_final
            super().__init__()

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._target: Widget | None = None

    def compose(self) -> ComposeResult:
        yield Label(Content("/"), markup=False)
        yield Input(select_on_focus=False, compact=True)

    def open(self, purpose: str, text: str) -> None:
        """Take the focus; `purpose` is `filter` or `search`."""
        self._target = self.screen.focused
        self.query_one(Label).update(Content(f"{purpose} /"))
        box = self.query_one(Input)
        with box.prevent(Input.Changed):
            box.value = text
        box.cursor_position = len(text)
        self.display = True
        self.screen.set_focus(box)  # at once: what is typed next belongs to the line

    def close(self) -> None:
        self.display = False
        if self._target is not None:
            self._target.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(self._target, event.value, is_final=False))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Typed(self._target, event.value, is_final=True))
        self.close()

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.stop()
            event.prevent_default()
            self.post_message(self.Typed(self._target, "", is_final=True))
            self.close()
