"""What all dialogs share: the line of their keys, and copying the command line that does the same."""

from typing import Any

from textual.screen import Screen

from conductor_tui.spans import Line, Span, Tone, safe

COPIES = ("^y", "copy")
"""The key of every dialog that shows a command line: plain letters belong to what is typed."""


def keys(*shown: tuple[str, str]) -> Line:
    """Return the line that tells the keys of a dialog."""
    return tuple(one for key, does in shown for one in (Span(f" {key}", Tone.KEY), Span(f" {does} ")))


def copy_command(screen: Screen[Any], command: str) -> None:
    """Put a command line on the clipboard, and say so."""
    screen.app.copy_to_clipboard(command)
    screen.notify(f"Copied: {safe(command, 300)}", markup=False)
