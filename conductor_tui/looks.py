"""The colours of the cockpit: its theme, and what each tone looks like in any theme."""

from collections.abc import Mapping

from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.theme import Theme

from conductor_tui.spans import Tone

DARK = Theme(
    name="conductor-dark",
    primary="#6cb6ff",
    secondary="#c3a6ff",
    accent="#56d4dd",
    success="#8ddb8c",
    warning="#f0c674",
    error="#ff7b72",
    foreground="#d6deeb",
    background="#10151c",
    surface="#161c25",
    panel="#1f2733",
    dark=True,
)

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
