"""What the queue's lower pane says: the wait-for tree of an execution, what would free it, and whom it holds back."""

from collections.abc import Mapping, Sequence

from conductor_tui import cells
from conductor_tui.cells import Look
from conductor_tui.spans import Line, Span, Tone, span
from conductor_tui.times import roughly
from engine.domain.admission import Live
from engine.domain.execution import Execution
from engine.domain.view import QueueRow, QueueView
from engine.domain.whatif import Branch, held_by, starts_after, wait_tree

MOST = 40
"""Branches of the tree that are drawn."""
IDEAS = 4
"""Executions of which the pane tells what would start if they ended."""


def reasons(row: QueueRow, view: QueueView, look: Look) -> list[Line]:
    """Return what a waiting execution waits for, down to what runs, and what would let it go."""
    execution = row.execution
    head: Line = (
        span(f"{execution.deployment_id or cells.SYSTEM} {execution.workflow_id}", Tone.STRONG),
        span(f"  asked for by {execution.origin}, waits {roughly(look.now - execution.created_at)}", Tone.DIM),
    )
    tree = wait_tree(view.live, execution.id, limit=view.limit)
    if not tree:
        return [head, (), (Span("Nothing is in its way: the engine starts it next.", Tone.GOOD),)]
    running = {one.id: one for one in view.running}
    lines: list[Line] = [head, ()]
    for place, branch in enumerate(tree[:MOST]):
        lines.append(_branch(branch, _is_last(tree, place), running, view, look))
    if len(tree) > MOST:
        lines.append((span(f"and {len(tree) - MOST} more", Tone.DIM),))
    return [*lines, (), *_ideas(tree, view), _leaving(execution.id, view)]


def _is_last(tree: Sequence[Branch], place: int) -> bool:
    depth = tree[place].depth
    for later in tree[place + 1 :]:
        if later.depth <= depth:
            return later.depth < depth
    return True


def _branch(branch: Branch, is_last: bool, running: Mapping[str, Execution], view: QueueView, look: Look) -> Line:
    blocker, glyphs = branch.blocker, look.glyphs
    indent = "  " * branch.depth + (f"{glyphs.corner} " if is_last else f"{glyphs.tee} ")
    parts = [Span(indent, Tone.DIM), span(blocker.sentence)]
    found = running.get(blocker.execution_id)
    if found is not None:
        parts += [Span("  "), *cells.bar(found, 10, glyphs), *_end(found, view, look)]
    elif branch.is_repeated:
        parts.append(Span("  (see above)", Tone.DIM))
    return tuple(parts)


def _end(execution: Execution, view: QueueView, look: Look) -> Line:
    expected = view.expected.get(execution.id)
    if expected is None or expected.ends_at is None:
        return (Span("  nobody can tell when it ends", Tone.DIM),)
    if expected.is_overdue:
        return (Span("  longer than nine of ten took", Tone.WARN),)
    return (span(f"  ends in ~{roughly(expected.ends_at - look.now)}", Tone.DIM),)


def _ideas(tree: Sequence[Branch], view: QueueView) -> list[Line]:
    """Return what would start if this or that blocker ended now."""
    ids = list(dict.fromkeys(one.blocker.execution_id for one in tree if one.blocker.execution_id))
    found = [(id, starts_after(view.live, id, limit=view.limit)) for id in ids]
    return [_idea(id, started, view) for id, started in found if started][:IDEAS]


def _idea(id: str, started: Sequence[Live], view: QueueView) -> Line:
    return (
        Span("If ", Tone.DIM),
        span(f"{cells.short(id)} {_name(id, view)}"),
        Span(" ended now: ", Tone.DIM),
        span(f"{_names(started)} would start", Tone.GOOD),
    )


def _leaving(id: str, view: QueueView) -> Line:
    freed = starts_after(view.live, id, limit=view.limit)
    after = f"; then {_names(freed)} would start" if freed else ""
    return (Span("x", Tone.KEY), span(f" takes it out of the queue{after}.", Tone.DIM))


def _name(id: str, view: QueueView) -> str:
    found = next((one for one in view.live if one.id == id), None)
    return _what(found) if found is not None else ""


def _what(one: Live) -> str:
    return f"{one.deployment_id or cells.SYSTEM} {one.workflow_id}"


def _names(found: Sequence[Live]) -> str:
    names = ", ".join(_what(one) for one in found[:3])
    return names + (f" and {len(found) - 3} more" if len(found) > 3 else "")


def held(row: QueueRow, view: QueueView) -> list[Line]:
    """Return whom a waiting execution holds back."""
    found = held_by(view.live, row.execution.id, limit=view.limit)
    if not found:
        return [(Span("It holds back nothing.", Tone.GOOD),)]
    head: Line = (span(f"{len(found)} wait for it:", Tone.STRONG),)
    return [head, (), *((span(f"{cells.short(one.id)} ", Tone.WAIT), span(_what(one))) for one in found)]
