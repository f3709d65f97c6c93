"""A plan drawn: as Mermaid, as DOT, or as a tree for a terminal."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from engine.domain.blueprint import Node, Plan
from engine.dsl.containment import container, is_containment


class Drawing(StrEnum):
    """The languages in which a plan is drawn."""

    TREE = "tree"
    MERMAID = "mermaid"
    DOT = "dot"


def draw(plan: Plan, drawing: Drawing) -> str:
    """Return the plan in one of the languages."""
    match drawing:
        case Drawing.TREE:
            return tree(plan)
        case Drawing.MERMAID:
            return mermaid(plan)
        case Drawing.DOT:
            return dot(plan)


def mermaid(plan: Plan) -> str:
    """Return a Mermaid flowchart: containers as boxes around what they contain, arrows to what is needed."""
    ids = {name: f"n{number}" for number, name in enumerate(plan.nodes)}
    lines = ["flowchart TD"]
    depth = 0
    for visit in _visits(plan):
        lines += ["    " * level + "end" for level in range(depth, visit.depth, -1)]
        box = f"{ids[visit.name]}[{_in_mermaid(_label(plan.nodes[visit.name]))}]"
        lines.append("    " * (visit.depth + 1) + (f"subgraph {box}" if visit.is_container else box))
        depth = visit.depth + visit.is_container
    lines += ["    " * level + "end" for level in range(depth, 0, -1)]
    for node in plan.nodes.values():
        lines += [
            f"    {ids[node.id]} -->|{_on_arrow(_short(one.type))}| {ids[one.target]}"
            for one in node.relationships
            if one.target in ids and not is_containment(one)
        ]
    return "\n".join(lines) + "\n"


def dot(plan: Plan) -> str:
    """Return a graph for Graphviz."""
    lines = ["digraph blueprint {", "    rankdir=TB;", '    node [shape=box, style=rounded, fontname="sans-serif"];']
    lines += [f"    {_quoted(node.id)} [label={_quoted(_label(node))}];" for node in plan.nodes.values()]
    for node in plan.nodes.values():
        for one in node.relationships:
            style = ", style=bold" if is_containment(one) else ""
            edge = f"{_quoted(node.id)} -> {_quoted(one.target)}"
            lines.append(f"    {edge} [label={_quoted(_short(one.type))}{style}];")
    return "\n".join([*lines, "}"]) + "\n"


def tree(plan: Plan) -> str:
    """Return the containment as a tree, each node with what else it needs."""
    return "".join(f"{_branch(visit)}{_described(plan.nodes[visit.name])}\n" for visit in _visits(plan))


def _branch(visit: "_Visit") -> str:
    if not visit.lasts:
        return ""
    stems = "".join("   " if is_last else "│  " for is_last in visit.lasts[1:-1])
    return stems + ("└─ " if visit.lasts[-1] else "├─ ") if visit.depth else ""


def _described(node: Node) -> str:
    needs = [f"{_short(one.type)} {one.target}" for one in node.relationships if not is_containment(one)]
    return _label(node) + (f"  → {', '.join(needs)}" if needs else "")


class _Visit(NamedTuple):
    """A node on the way through the containment."""

    name: str
    lasts: tuple[bool, ...]
    """For the node and those that it stands in, outermost first: whether it is the last one there."""
    is_container: bool

    @property
    def depth(self) -> int:
        return len(self.lasts) - 1


def _visits(plan: Plan) -> Iterator[_Visit]:
    """Go through all nodes, each directly after its container or the node before it there."""
    inside: dict[str | None, list[str]] = {}
    for name, node in plan.nodes.items():
        above = container(node)
        inside.setdefault(above if above in plan.nodes else None, []).append(name)
    waiting = _row(inside.get(None, []), ())
    while waiting:
        name, lasts = waiting.pop()
        yield _Visit(name, lasts, name in inside)
        waiting += _row(inside.get(name, []), lasts)


def _row(names: list[str], above: tuple[bool, ...]) -> list[tuple[str, tuple[bool, ...]]]:
    """Return the nodes of one container, the first one last, as a stack wants them."""
    return [(name, (*above, name == names[-1])) for name in reversed(names)]


def _label(node: Node) -> str:
    count = f" ×{node.instances.default}" if node.instances.default != 1 else ""
    return f"{node.id} ({_short(node.type)}){count}"


def _short(type_: str) -> str:
    return type_.rsplit(".", 1)[-1]


def _in_mermaid(text: str) -> str:
    """Return a text in quotes; what would be markup of the page stays text."""
    for sign, name in (('"', "quot"), ("<", "lt"), (">", "gt"), ("\n", "nbsp")):
        text = text.replace(sign, f"#{name};")
    return f'"{text}"'


def _on_arrow(text: str) -> str:
    return text if text.isidentifier() else _in_mermaid(text)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
