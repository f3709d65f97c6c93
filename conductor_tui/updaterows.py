"""What an update of a deployment would do, as rows and sentences of the cockpit."""

from collections import Counter
from collections.abc import Iterable

from conductor_tui.spans import Span, Tone, span
from conductor_tui.widgets.columns import Column, Row
from engine.domain.updatepreview import Effect, UpdatePreview, UpdateStep

COLUMNS = (Column("STEP", 16, 22), Column("WHAT", 20, 200, grows=True), Column("EFFECT", 11, 11))
_TONES = {
    Effect.INSTALLS: Tone.GOOD,
    Effect.ESTABLISHES: Tone.GOOD,
    Effect.UNINSTALLS: Tone.BAD,
    Effect.UNLINKS: Tone.BAD,
    Effect.REINSTALLS: Tone.WARN,
    Effect.UPDATES: Tone.WARN,
    Effect.CHANGES: Tone.DIM,
}
_ORDER = {effect: number for number, effect in enumerate(_TONES)}


def rows_of(preview: UpdatePreview) -> list[Row]:
    """Return a row per step, what touches running node instances first; warnings come before all."""
    warned = [Row(one, ((Span("warning", Tone.WARN),), (span(one),), ())) for one in preview.warnings]
    return [*warned, *(_row(one) for one in sorted(preview.steps, key=lambda one: _ORDER[one.effect]))]


def _row(one: UpdateStep) -> Row:
    step = f"{one.action} {one.entity}"
    effect = Span(one.effect.value, _TONES[one.effect])
    return Row(f"{step} {one.name}", ((span(step),), (span(one.name, Tone.STRONG),), (effect,)))


def summary(preview: UpdatePreview) -> str:
    """Return what an update comes to, in one line."""
    if not preview.changes_anything:
        return "Nothing would change."
    if not preview.is_installed:
        return f"{len(preview.steps)} steps; nothing of it is installed, so only its description changes."
    return f"{len(preview.steps)} steps: {preview.summary}."


def effect(preview: UpdatePreview) -> str:
    """Return what happens when it is agreed to, with names and numbers."""
    old, new = preview.old_blueprint_id, preview.new_blueprint_id
    told = [f"Blueprint {old} becomes {new}." if old != new else f"It stays with blueprint {old}."]
    for verb, names in (
        ("Uninstalled", preview.uninstalled),
        ("Reinstalled", preview.reinstalled),
        ("Updated where they are", preview.updated),
        ("Installed", preview.installed),
    ):
        if names:
            told.append(f"{verb}: {_listed(names)}.")
    if len(told) == 1:
        told.append("No node instance is touched.")
    return " ".join(told)


_MOST = 6


def _listed(names: Iterable[str]) -> str:
    counted = [name if count == 1 else f"{name} ×{count}" for name, count in Counter(names).items()]
    more = f" and {len(counted) - _MOST} more" if len(counted) > _MOST else ""
    return ", ".join(counted[:_MOST]) + more
