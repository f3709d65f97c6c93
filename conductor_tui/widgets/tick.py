"""A box that is ticked with a letter, not with a colour."""

from textual.widgets import Checkbox


class Tick(Checkbox):
    """`[x]` or `[ ]` with its label."""

    BUTTON_LEFT = "["
    BUTTON_RIGHT = "]"
    BUTTON_INNER = " "

    def watch_value(self) -> None:
        self.BUTTON_INNER = "x" if self.value else " "
        super().watch_value()
        self.refresh()
