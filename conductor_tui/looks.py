"""The colours of the cockpit: its theme, and what each tone looks like in any theme."""

from collections.abc import Mapping
from dataclasses import asdict

from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.theme import Theme

from conductor_tui.spans import Tone
from conductor_tui.themes import TERMINAL, THEMES

_TERMINAL = "ansi-dark"
"""Textual's theme that leaves all colours to the terminal."""


def themes() -> list[Theme]:
    """Return the themes that are ours, as Textual takes them."""
    return [Theme(**{key: value for key, value in asdict(one).items() if key != "summary"}) for one in THEMES]


def theme_name(chosen: str) -> str:
    """Return Textual's name of the theme that users call `chosen`."""
    return _TERMINAL if chosen == TERMINAL else chosen


def chosen_name(theme: str) -> str:
    """Return what users call Textual's `theme`."""
    return TERMINAL if theme == _TERMINAL else theme


_COLOURS = {
    Tone.GOOD: "success",
    Tone.BAD: "error",
    Tone.BUSY: "accent",
    Tone.WAIT: "secondary",
    Tone.WARN: "warning",
    Tone.KEY: "primary",
    Tone.MATCH: "warning",
}
_BOLD = frozenset({Tone.STRONG, Tone.BAD, Tone.KEY, Tone.CHOSEN})
_REVERSED = frozenset({Tone.CHOSEN, Tone.MATCH})
_known: dict[str, dict[Tone, Style]] = {}


def tone_styles(app: App[object]) -> dict[Tone, Style]:
    """Return the style of each tone in the app's theme; backgrounds are left to the row."""
    found = _known.get(app.theme)
    if found is None:
        found = _known[app.theme] = {tone: _style(tone, app.theme_variables) for tone in Tone}
    return found


def _style(tone: Tone, variables: Mapping[str, str]) -> Style:
    if tone is Tone.DIM:
        return _dim(variables)
    name = _COLOURS.get(tone)
    colour = Color.parse(variables[name]).rich_color if name else None
    return Style(color=colour, bold=tone in _BOLD or None, reverse=tone in _REVERSED or None)


def _dim(variables: Mapping[str, str]) -> Style:
    text, ground = Color.parse(variables["foreground"]), Color.parse(variables["background"])
    if text.ansi is not None or ground.ansi is not None:
        return Style(dim=True)
    return Style(color=ground.blend(text, 0.6).rich_color)
