"""The colours of each theme, as plain values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """One theme."""

    name: str
    summary: str
    primary: str
    secondary: str
    accent: str
    success: str
    warning: str
    error: str
    foreground: str
    background: str
    surface: str
    panel: str
    dark: bool = True


DARK = Colours(
    name="conductor-dark",
    summary="calm colours on a dark ground",
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
)
LIGHT = Colours(
    name="conductor-light",
    summary="for bright rooms",
    primary="#0550ae",
    secondary="#6639ba",
    accent="#1b6a75",
    success="#116329",
    warning="#7d4e00",
    error="#b3161b",
    foreground="#1f2328",
    background="#ffffff",
    surface="#f2f4f7",
    panel="#e3e7ec",
    dark=False,
)
HIGH_CONTRAST = Colours(
    name="high-contrast",
    summary="every text at least 7:1 against its ground",
    primary="#66ccff",
    secondary="#e0b0ff",
    accent="#00ffff",
    success="#00ff66",
    warning="#ffff00",
    error="#ff9a9a",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#101010",
)
COLOUR_BLIND = Colours(
    name="colour-blind-safe",
    summary="good and bad are blue and orange, never green and red",
    primary="#7fc4f5",
    secondary="#cc9ac0",
    accent="#8fd0f5",
    success="#56b4e9",
    warning="#f0e442",
    error="#f08c28",
    foreground="#e8e8e8",
    background="#11141a",
    surface="#191d25",
    panel="#232934",
)

THEMES = (DARK, LIGHT, HIGH_CONTRAST, COLOUR_BLIND)
TERMINAL = "terminal"
"""The name under which users ask for the terminal's own sixteen colours."""
NAMES = (*(one.name for one in THEMES), TERMINAL)
SUMMARIES = {**{one.name: one.summary for one in THEMES}, TERMINAL: "the sixteen colours of the terminal itself"}
