"""Tasks as boxes in layers: what each box says, and in which order the boxes of a layer stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from conductor_tui import cells
from conductor_tui.cells import Look
from conductor_tui.glyphs import operation_sign
from conductor_tui.spans import Line, Span, Tone, span
from engine.domain.execution import OperationState
from engine.domain.taskgraph import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One task in the drawing."""

    key: str
    layer: int
    line: Line
    before: frozenset[str]
    """Keys of the tasks that it starts after."""
    after: frozenset[str]
    """Keys of the tasks that start after it."""


def boxes(tasks: Sequence[Task], look: Look) -> tuple[Box, ...]:
    """Return the boxes layer by layer; in a layer each stands near what it starts after."""
    after: list[set[str]] = [set() for _ in tasks]
    for task in tasks:
        for place in task.waits_for:
            after[place].add(task.id)
    made = [
        Box(
            key=task.id,
            layer=task.layer,
            line=told(task, look),
            before=frozenset(tasks[place].id for place in task.waits_for),
            after=frozenset(after[index]),
        )
        for index, task in enumerate(tasks)
    ]
    return tuple(one for layer in _ordered(tasks) for one in (made[place] for place in layer))


def _ordered(tasks: Sequence[Task]) -> list[list[int]]:
    layers: list[list[int]] = [[] for _ in range(max((task.layer for task in tasks), default=-1) + 1)]
    for place, task in enumerate(tasks):
        layers[task.layer].append(place)
    height: dict[int, float] = {}
    for layer in layers:
        layer.sort(key=lambda place: fmean([height.get(one, 0.0) for one in tasks[place].waits_for] or [place]))
        height |= {place: float(row) for row, place in enumerate(layer)}
    return layers


def told(task: Task, look: Look) -> Line:
    """Return sign, name and, where it matters, time or try of a task."""
    record = task.record
    sign = operation_sign(record.state, look.glyphs)
    name = cells.find_text(record)
    if record.target_instance_id:
        name = f"{name} {look.glyphs.crumb} {record.target_instance_id}"
    parts = [Span(f"{sign.glyph} ", sign.tone), span(name, sign.tone if sign.tone is not Tone.GOOD else Tone.PLAIN)]
    if record.retry:
        parts.append(span(f" {look.glyphs.retry}{cells.tries(record)}", Tone.WARN))
    if record.state is OperationState.STARTED:
        parts.append(span(f" {cells.operation_time(record, look.now)}", Tone.DIM))
    return tuple(parts)
