"""A short list over the cockpit from which one thing is chosen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from conductor_tui.spans import Span, Tone, safe, span
from conductor_tui.widgets.columns import Column, Row
from conductor_tui.widgets.table import Table

COLUMNS = (Column("KEY", 3, 3), Column("", 8, 20), Column("", 10, 400, grows=True))


@dataclass(frozen=True, slots=True)
class Choice:
    """One of them."""

    name: str
    """What is given back."""
    title: str
    detail: str = ""
    letter: str = ""
    """The key that takes it at once; empty for none."""


class ChoiceScreen(ModalScreen[str | None]):
    """Gives back the name of what was chosen, or None; `preview` sees each name on which the cursor comes to stand."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,q", "leave")]

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        current: str = "",
        preview: Callable[[str], None] | None = None,
        cursor: str = "▌",
    ) -> None:
        super().__init__()
        self.title_shown, self.choices, self.current = title, tuple(choices), current
        self._preview, self._cursor = preview, cursor

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="choosing") as dialog:
            dialog.border_title = Content(safe(self.title_shown))
            dialog.border_subtitle = Content("enter takes it, esc leaves")
            yield Table(COLUMNS, cursor=self._cursor, id="choices")

    def on_mount(self) -> None:
        table = self.query_one(Table)
        table.styles.height = len(self.choices) + 1
        table.show([_row(one) for one in self.choices])
        table.point_at(self.current)
        table.focus()

    @on(Table.Moved)
    def on_moved(self, event: Table.Moved) -> None:
        if self._preview is not None and event.key is not None:
            self._preview(event.key)

    @on(Table.Opened)
    def on_opened(self, event: Table.Opened) -> None:
        self.dismiss(event.key)

    def on_key(self, event: events.Key) -> None:
        chosen = next((one for one in self.choices if one.letter and one.letter == event.key), None)
        if chosen is not None:
            event.stop()
            self.dismiss(chosen.name)

    def action_leave(self) -> None:
        self.dismiss(None)


def _row(one: Choice) -> Row:
    return Row(one.name, ((Span(one.letter, Tone.KEY),), (span(one.title),), (span(one.detail, Tone.DIM),)))
