"""A box that is ticked with a letter, not with a colour."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from conductor_tui.spans import Span, Tone
from conductor_tui.widgets.lines import Lines


class Tick(Lines, can_focus=True):
    """`[x]` or `[ ]` with its label; space turns it."""

    DEFAULT_CSS = """
    Tick { width: auto; }
    Tick:focus { background: $primary 25%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space,enter", "turn", "Turn", show=False, id="tick.turn")]
    can_focus = True

    class Changed(Message):
        """It was ticked or unticked."""

    def __init__(self, label: str, *, id: str) -> None:
        super().__init__(id=id)
        self._label = label
        self.value = False
        self.styles.width = len(label) + 5
        self._draw()

    def action_turn(self) -> None:
        self.value = not self.value
        self._draw()
        self.post_message(self.Changed())

    def on_click(self, event: events.Click) -> None:
        self.action_turn()

    def _draw(self) -> None:
        self.show([(Span("[x]" if self.value else "[ ]", Tone.STRONG), Span(f" {self._label}"))])
