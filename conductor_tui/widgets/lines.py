"""The one place where spans become cells of the terminal."""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from conductor_tui.looks import tone_styles
from conductor_tui.spans import Line, Tone


def width_of(spans: Line) -> int:
    """Return how many cells a line takes."""
    return sum(cell_len(one.text) for one in spans)


def segments(widget: Widget, spans: Line, width: int, base: Style) -> list[Segment]:
    """Return exactly `width` cells of a line, cut with `…` where it is longer."""
    made: list[Segment] = []
    room = width
    for one in spans:
        if room <= 0:
            break
        style = base + tone_style(widget, one.tone)
        size = cell_len(one.text)
        if size <= room:
            made.append(Segment(one.text, style))
            room -= size
        else:
            made.append(Segment(set_cell_size(one.text, room - 1) + "…", style))
            room = 0
    if room > 0:
        made.append(Segment(" " * room, base))
    return made


def tone_style(widget: Widget, tone: Tone) -> Style:
    """Return the colours that the theme gives a tone."""
    return tone_styles(widget.app)[tone]


class Toned(ScrollView):
    """The base of everything that draws spans."""

    @property
    def room(self) -> int:
        """The cells of a line, without those of the scrollbar."""
        return self.scrollable_content_region.width


class Lines(Toned):
    """A few lines of text that never scroll."""

    DEFAULT_CSS = """
    Lines { height: 1; overflow: hidden hidden; }
    """

    can_focus = False

    class Clicked(Message):
        """A span that carries an action was clicked."""

        def __init__(self, action: str) -> None:
            self.action = action
            super().__init__()

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: tuple[Line, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        return self._lines

    def show(self, lines: Sequence[Line]) -> None:
        """Draw these lines instead of the earlier ones."""
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.room
        spans = self._lines[y] if y < len(self._lines) else ()
        return Strip(segments(self, spans, width, self.rich_style), width)

    def on_click(self, event: events.Click) -> None:
        if event.y >= len(self._lines):
            return
        start = 0
        for one in self._lines[event.y]:
            start += cell_len(one.text)
            if event.x < start:
                if one.action:
                    self.post_message(self.Clicked(one.action))
                return
