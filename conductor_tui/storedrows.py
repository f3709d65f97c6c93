"""What is told of stored plugins and secrets; a secret's value is nowhere in it."""

from collections.abc import Sequence

from conductor_tui.cells import Look
from conductor_tui.spans import Line, Span, Tone, span
from conductor_tui.times import MISSING, stamp, when
from conductor_tui.widgets.columns import Row
from engine.domain.plugin import StoredPlugin
from engine.domain.secret import Secret


def plugin_row(one: StoredPlugin, look: Look) -> Row:
    cells = (one.id, one.package_name, one.package_version, _system(one), when(one.uploaded_at, look.now, look.zone))
    return Row(one.id, (*((span(cell),) for cell in cells), (span(", ".join(one.files), Tone.DIM),)))


def secret_row(one: Secret, look: Look) -> Row:
    moments = (when(moment, look.now, look.zone) for moment in (one.created_at, one.updated_at))
    return Row(one.key, ((span(one.key),), (_shown(one, look),), *((span(moment),) for moment in moments)))


def _system(one: StoredPlugin) -> str:
    return one.distribution or "any"


def _shown(one: Secret, look: Look) -> Span:
    if not one.is_readable:
        return Span(f"{look.glyphs.bad} its key is missing", Tone.BAD)
    return span("only with --reveal" if one.is_hidden else "to its readers", Tone.DIM)


def plugin_lines(one: StoredPlugin, users: Sequence[str], look: Look) -> list[Line]:
    """Return all that is known of a plugin."""
    facts = {
        "package": f"{one.package_name} {one.package_version}",
        "for": _system(one),
        "uploaded": f"{stamp(one.uploaded_at, look.zone)} from {one.archive_name}",
        "YAML files": ", ".join(one.files) or MISSING,
        "brings": ", ".join(one.packages) or "no other package",
        "used by": ", ".join(users) or "nothing",
        "imported as": f"plugin:{one.package_name}?version={one.package_version}",
    }
    return _facts(facts)


def secret_lines(one: Secret, look: Look) -> list[Line]:
    """Return all that is known of a secret but its value."""
    facts = {
        "secret": one.key,
        "shown": _shown(one, look).text,
        "created": stamp(one.created_at, look.zone),
        "changed": stamp(one.updated_at, look.zone),
        "read by": f"{{ get_secret: {one.key} }} in a blueprint",
        "its value": "not shown here; `conductor secrets get` shows it, and that becomes an event",
    }
    return _facts(facts)


def _facts(facts: dict[str, str]) -> list[Line]:
    return [(Span(f"  {name:<12}", Tone.DIM), span(told)) for name, told in facts.items()]
