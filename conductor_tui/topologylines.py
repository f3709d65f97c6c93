"""How the node instances of a deployment are drawn: the tree that they stand in, and all that is known of one."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from conductor_tui.cells import Look
from conductor_tui.glyphs import Glyphs, instance_sign
from conductor_tui.presenter import fact_row, written
from conductor_tui.spans import Span, Tone, span
from conductor_tui.widgets.columns import Row
from engine.domain.json import Json
from engine.domain.topology import Placed, forest
from engine.domain.view import Edge, InstanceRow

LEADS_TO = "> "
"""Begins the key of a row that leads to another node instance."""
DEEPEST = 40
"""Levels that are indented; what stands deeper is drawn at the same place."""


def tree_rows(instances: Sequence[InstanceRow], look: Look) -> list[Row]:
    """Return a row per node instance, below the one that contains it."""
    return [_row(one, look) for one in forest(instances)]


def _row(placed: Placed, look: Look) -> Row:
    row, glyphs = placed.row, look.glyphs
    sign = instance_sign(row.state, glyphs)
    state = [span(f"{sign.glyph} ", sign.tone), span(sign.word, sign.tone)]
    if is_drifted(row):
        state.append(Span(f" {glyphs.drift} drift", Tone.WARN))
    others = ", ".join(one.target_id for one in row.edges if not one.is_containment)
    return Row(
        row.id,
        (
            (Span(guides(placed.lasts, glyphs), Tone.DIM), span(row.id)),
            tuple(state),
            (span(row.type.removeprefix("cloudify.nodes."), Tone.DIM),),
            (span(f"{glyphs.to} {others}" if others else "", Tone.DIM),),
        ),
    )


def guides(lasts: Sequence[bool], glyphs: Glyphs) -> str:
    """Return the lines that lead from what contains a node instance to it."""
    if not lasts:
        return ""
    *before, is_last = lasts[-DEEPEST:]
    rails = "".join("  " if one else f"{glyphs.bar} " for one in before)
    return f"{rails}{glyphs.corner if is_last else glyphs.tee} "


def is_drifted(row: InstanceRow) -> bool:
    """Whether a check has found that it is no longer as it was configured."""
    return any("drift" in kind and _is_bad(found) for kind, found in row.findings.items())


def _is_bad(found: Json) -> bool:
    return not found.get("ok", True) if isinstance(found, dict) else bool(found)


def facts(row: InstanceRow, look: Look) -> list[Row]:
    """Return all that is known of one node instance, what changes first."""
    sign = instance_sign(row.state, look.glyphs)
    return [
        fact_row("state", f"{sign.glyph} {sign.word}", sign.tone),
        *(_named("runtime", row.runtime_properties)),
        *(_edge(one) for one in row.edges),
        *(_named("found", row.findings)),
        fact_row("node", row.node_id),
        fact_row("type", row.type),
        *([fact_row("host", row.host_id)] if row.host_id and row.host_id != row.id else []),
        *(_named("property", row.properties)),
    ]


def _edge(edge: Edge) -> Row:
    return replace(fact_row(_kind(edge.type), edge.target_id, Tone.KEY), key=f"{LEADS_TO}{edge.target_id}")


def _kind(relationship: str) -> str:
    return relationship.removeprefix("cloudify.relationships.").replace("_", " ")


def _named(what: str, values: dict[str, Json]) -> list[Row]:
    return [fact_row(f"{what} {name}", written(value)) for name, value in _flat(values)]


def _flat(values: dict[str, Json], before: str = "") -> Iterator[tuple[str, Json]]:
    """Yield each value by its path, two levels deep: what is deeper is written as JSON."""
    for name, value in values.items():
        if isinstance(value, dict) and value and not before:
            yield from _flat(value, f"{name}.")
        else:
            yield f"{before}{name}", value
