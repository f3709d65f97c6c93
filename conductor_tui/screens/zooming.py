"""How large the pane in focus is: its share of the screen, half of it, or all."""

from typing import Any

from textual.screen import Screen
from textual.widget import Widget

from conductor_tui.widgets.pane import Pane

SIZES = ("normal", "half", "full")


def pane_of(widget: Widget | None) -> Pane | None:
    """Return the pane that a widget stands in; None where it stands in none."""
    if widget is None:
        return None
    return next((one for one in widget.ancestors_with_self if isinstance(one, Pane)), None)


def show(screen: Screen[Any], size: str) -> None:
    """Give the pane in focus its size; a pane that is away comes back with another size or another focus."""
    target = pane_of(screen.focused)
    kept = set(target.ancestors_with_self) if target is not None else set()
    for name in SIZES[1:]:
        screen.set_class(target is not None and size == name, f"-{name}")
    for one in screen.query("#body Pane, #body Container, #body Horizontal, #body Vertical"):
        one.set_class(target is not None and one in kept, "-zoomed")
