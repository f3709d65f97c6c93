"""Pages of text over the cockpit: what was done in this sitting, and the short tour."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from conductor_tui.glyphs import Glyphs
from conductor_tui.journal import Deed
from conductor_tui.spans import Line, Span, Tone, safe, span
from conductor_tui.times import clock
from conductor_tui.widgets.log_pane import Entry, LogPane


class PageScreen(ModalScreen[None]):
    """Some pages, turned with the arrows; esc leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,q", "leave"),
        ("right,l,space,enter", "turn(1)"),
        ("left,h", "turn(-1)"),
    ]

    def __init__(self, title: str, pages: Sequence[Sequence[Line]]) -> None:
        super().__init__()
        self.title_shown, self.pages = title, tuple(tuple(page) for page in pages)
        self.place = 0

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="help") as dialog:
            dialog.border_title = Content(safe(self.title_shown))
            yield LogPane(id="page")

    def on_mount(self) -> None:
        pane = self.query_one(LogPane)
        pane.toggle_wrap()
        pane.focus()
        self._show()

    def _show(self) -> None:
        pane = self.query_one(LogPane)
        pane.replace([Entry(number, one) for number, one in enumerate(self.pages[self.place], 1)])
        if len(self.pages) > 1:
            place = f"{self.place + 1} of {len(self.pages)}: enter goes on, esc leaves"
            self.query_one("#dialog", Vertical).border_subtitle = Content(place)
        else:
            self.query_one("#dialog", Vertical).border_subtitle = Content("esc leaves")

    def action_turn(self, step: int) -> None:
        """Go to the next page; after the last one the cockpit."""
        if self.place + step >= len(self.pages):
            self.dismiss(None)
        else:
            self.place = max(0, self.place + step)
            self._show()

    def action_leave(self) -> None:
        self.dismiss(None)


def journal_lines(deeds: Sequence[Deed], glyphs: Glyphs, zone: tzinfo | None) -> list[Line]:
    """Return the deeds of a sitting, newest last, each as the command line that does the same."""
    if not deeds:
        return [(Span("Nothing has been done yet. What you do here stands here as a command line.", Tone.DIM),)]
    lines: list[Line] = []
    for deed in deeds:
        sign = Span(f"{glyphs.bad} ", Tone.BAD) if deed.refusal else Span(f"{glyphs.good} ", Tone.GOOD)
        lines.append((span(f"{clock(deed.at, zone)} ", Tone.DIM), sign, span(deed.command)))
        if deed.refusal:
            lines.append((span(f"           {deed.refusal}", Tone.BAD),))
    return lines


def _page(title: str, *rows: tuple[str, str]) -> tuple[Line, ...]:
    """Return one page of the tour: keys at the left, what they do at the right."""
    head: tuple[Line, ...] = ((Span(title, Tone.STRONG),), ())
    return (*head, *((Span(f"  {keys:12}", Tone.KEY), Span(does)) for keys, does in rows))


TOUR: tuple[tuple[Line, ...], ...] = (
    _page(
        "Where things are",
        ("0", "home: what is deployed, runs, waits, comes next and happens"),
        ("1 to 6, 8", "deployments, executions, queue, schedules, blueprints, events, system"),
        ("enter esc", "into the row under the cursor, and back"),
        ("tab", "the next pane"),
    ),
    _page(
        "Making something run",
        ("5 u", "upload a blueprint; its mistakes are shown with their lines"),
        ("5 C", "create a deployment, in a form made from the blueprint's inputs"),
        ("t", "start a workflow, in a form made from its parameters"),
        ("3 w", "why something waits, and for what"),
    ),
    _page(
        "Stopping something",
        ("x", "cancel: no further operation starts"),
        ("X", "force-cancel: asks for the id"),
        ("^x", "kill: ends every process of the execution; asks for the id"),
        ("z", "take back what can be taken back"),
    ),
    _page(
        "Finding your way",
        ("?", "the keys that work right here"),
        (":", "commands, such as :exec failed web-* or :start install shop"),
        ("/", "filter a table, search a log"),
        ("y @", "copy what is under the cursor; see all you did as command lines"),
        ("q", "leave; executions keep running in the background"),
    ),
)
