"""The colours of the cockpit."""

from textual.theme import Theme

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
