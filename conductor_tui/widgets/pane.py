"""A bordered part of a screen that folds to one line."""

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from conductor_tui.spans import Span, Tone, plain, safe
from conductor_tui.widgets.lines import Lines
from conductor_tui.widgets.log_pane import LogPane
from conductor_tui.widgets.table import Table

if TYPE_CHECKING:  # only one screen draws graphs, and it is not the first
    from conductor_tui.widgets.task_graph import TaskGraph


class Pane(Vertical):
    """One table or log with its title; folded it shows a summary."""

    DEFAULT_CSS = """
    Pane { height: 1fr; border: round $panel-lighten-2; }
    Pane > .summary { display: none; }
    Pane.-folded { height: 1; border: none; }
    Pane.-folded > Table { display: none; }
    Pane.-folded > .summary { display: block; }
    """

    def __init__(self, title: str, body: "Table | LogPane | TaskGraph", *, hint: str = "", id: str) -> None:
        super().__init__(id=id)
        self.name_shown = title
        self.body = body
        self.border_title = Content(title)
        self.border_subtitle = Content(hint)
        self._told = title

    def compose(self) -> ComposeResult:
        yield self.body
        yield Lines(classes="summary")

    def on_mount(self) -> None:
        self.tell(self.name_shown)

    @property
    def is_folded(self) -> bool:
        return self.has_class("-folded")

    def tell(self, title: str, summary: str = "", *, folded_sign: str = "▸") -> None:
        """Set the title, and the line that stands for the pane while it is folded."""
        if safe(title) != self._told:
            self._told = safe(title)
            self.border_title = Content(self._told)
        self.query_one(".summary", Lines).show(
            [(Span(f" {folded_sign} {safe(title)}  ", Tone.STRONG), Span(safe(summary), Tone.DIM))]
        )

    @property
    def summary(self) -> str:
        return "".join(plain(one) for one in self.query_one(".summary", Lines).lines)
