"""How a blueprint is drawn: its nodes as a tree, and its source with what a check says below each line."""

import re
from collections.abc import Mapping, Sequence

from conductor_tui.cells import Look
from conductor_tui.spans import Line, Span, Tone, span
from conductor_tui.topologylines import guides
from conductor_tui.widgets.columns import Row
from conductor_tui.widgets.log_rows import Entry
from engine.domain.blueprint import Node, Plan
from engine.domain.errors import Problem
from engine.domain.topology import forest
from engine.domain.view import Edge, InstanceRow

NOTE = 10**6
"""Ids of lines of source are multiples of this; what is said about a line follows it."""


def tree_rows(plan: Plan, look: Look) -> list[Row]:
    """Return a row per node, below the one that contains it."""
    rows: list[Row] = []
    for placed in forest([_as_instance(one) for one in plan.nodes.values()]):
        node = plan.nodes[placed.row.id]
        others = ", ".join(one.target for one in node.relationships if not one.is_containment)
        rows.append(
            Row(
                node.id,
                (
                    (Span(guides(placed.lasts, look.glyphs), Tone.DIM), span(node.id)),
                    (span(node.type.removeprefix("cloudify.nodes."), Tone.DIM),),
                    (span(node.instances.default),),
                    (span(f"{look.glyphs.to} {others}" if others else "", Tone.DIM),),
                ),
            )
        )
    return rows


def _as_instance(node: Node) -> InstanceRow:
    edges = tuple(
        Edge(type=one.type, target_id=one.target, is_containment=one.is_containment) for one in node.relationships
    )
    return InstanceRow(
        id=node.id, node_id=node.id, type=node.type, state="", host_id=None, runtime_properties={}, edges=edges
    )


def source_entries(files: Mapping[str, str], problems: Sequence[Problem], warnings: Sequence[Problem]) -> list[Entry]:
    """Return the lines of all files with their numbers, each followed by what a check says about it."""
    said = [(one, Tone.BAD) for one in problems] + [(one, Tone.WARN) for one in warnings]
    entries: list[Entry] = []
    number = 0
    for name, text in files.items():
        number += 1
        entries.append(Entry(number * NOTE, (span(name, Tone.STRONG),), node=name))
        notes = [(one, tone) for one, tone in said if one.file == name]
        entries += _notes(number, [one for one in notes if one[0].line == 0], name)
        for place, line in enumerate(text.split("\n"), 1):
            number += 1
            entries.append(Entry(number * NOTE, (Span(f"{place:5}  ", Tone.DIM), _line(line)), node=name))
            entries += _notes(number, [one for one in notes if one[0].line == place], name)
    return entries


def _line(text: str) -> Span:
    return span(text, Tone.DIM if text.lstrip().startswith("#") else Tone.PLAIN)


def _notes(number: int, notes: Sequence[tuple[Problem, Tone]], name: str) -> list[Entry]:
    return [
        Entry(number * NOTE + place, (Span("       ", Tone.DIM), *_note(one, tone)), level=1, node=name)
        for place, (one, tone) in enumerate(notes, 1)
    ]


def _note(problem: Problem, tone: Tone) -> Line:
    arrow = " " * max(0, problem.column - 1) + "^ "
    hint = f" ({problem.hint})" if problem.hint else ""
    return (span(f"{arrow}{problem.message}{hint}", tone),)


def place_of(node: str, entries: Sequence[Entry]) -> int:
    """Return the id of the line that begins a node template; 0 where no line does."""
    pattern = re.compile(rf"\s+[\"']?{re.escape(node)}[\"']?:\s*(#.*)?$")
    inside = False
    for entry in entries:
        text = entry.line[-1].text
        if re.match(r"\S", text):
            inside = text.startswith("node_templates:")
        elif inside and pattern.match(text):
            return entry.id
    return 0


def checked_sentence(id: str, problems: Sequence[Problem], warnings: Sequence[Problem]) -> str:
    """Return what a check has found, the first finding in full."""
    if not problems and not warnings:
        return f"{id} is valid; there is nothing to warn of"
    first = [*problems, *warnings][0]
    amount = f"{counted(len(problems), 'mistake')}, {counted(len(warnings), 'warning')}"
    return f"{id}: {amount}; {first.file}:{first.line}: {first.message}"


def counted(amount: int, word: str) -> str:
    """Return how many there are, in words."""
    return f"{amount} {word}" + ("" if amount == 1 else "s")
