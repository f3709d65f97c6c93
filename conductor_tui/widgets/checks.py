"""What was found about coming runs, with the ways out: with the focus, the key of one chooses it."""

from collections.abc import Sequence

from textual import events
from textual.message import Message

from conductor_tui.outlooklines import remedies_line
from conductor_tui.spans import Line
from conductor_tui.widgets.lines import Lines
from engine.domain.remedy import Remedy

MOST = 4
"""Lines that are shown, beside that of the ways out."""


class Checks(Lines):
    """As high as what it has to tell."""

    DEFAULT_CSS = """
    Checks { height: 0; }
    Checks:focus { background: $primary 25%; }
    """

    class Chosen(Message):
        """A way out was chosen."""

        def __init__(self, remedy: Remedy) -> None:
            self.remedy = remedy
            super().__init__()

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._told: tuple[Line, ...] = ()
        self._ways: tuple[Remedy, ...] = ()

    def tell(self, told: Sequence[Line], ways: Sequence[Remedy]) -> None:
        """Show what was found; the focus stops here only where there is something to choose."""
        self._told, self._ways = tuple(told[:MOST]), tuple(ways)
        self.can_focus = bool(ways)
        self.styles.height = len(self._told) + bool(ways)
        self._draw()

    def on_focus(self) -> None:
        self._draw()

    def on_blur(self) -> None:
        self._draw()

    def on_key(self, event: events.Key) -> None:
        chosen = next((one for one in self._ways if one.key == event.key), None)
        if chosen is not None:
            event.stop()
            self.post_message(self.Chosen(chosen))

    def _draw(self) -> None:
        ways = [remedies_line(self._ways, is_focused=self.has_focus)] if self._ways else []
        self.show([*self._told, *ways])
