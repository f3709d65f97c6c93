"""From which types a type descends: existence of the parents, and that nobody is their own ancestor."""

from engine.dsl.document import Document
from engine.dsl.problems import Kind
from engine.dsl.words import listed

Lineage = tuple[str, ...]

DEEPEST = 100
"""Types above a type; each takes over everything that those above it have."""


def lineages(document: Document, section: str) -> dict[str, Lineage]:
    """Return every usable type of a section with its types from the root to itself, parents first."""
    bodies = document.usable(section)
    parents = {name: body.get("derived_from") for name, body in bodies.items()}
    found: dict[str, Lineage] = {}
    lost: set[str] = set(document.broken.get(section, ()))
    for name in bodies:
        _climb(name, parents, found, lost, document, section)
    return found


def _climb(
    name: str,
    parents: dict[str, str | None],
    found: dict[str, Lineage],
    lost: set[str],
    document: Document,
    section: str,
) -> None:
    path: list[str] = []
    current: str | None = name
    while current is not None and current not in found and current not in lost and current not in path:
        path.append(current)
        if current not in parents:
            path.pop()
            _unknown_parent(path[-1], current, document, section)
            lost.update(path)
            return
        current = parents[current]
    if current in path:
        _cycle(path[path.index(current) :], document, section)
        lost.update(path)
    elif current in lost:
        lost.update(path)
    else:
        base = found[current] if current is not None else ()
        if len(base) + len(path) > DEEPEST:
            _too_deep(name, document, section)
            lost.update(path)
            return
        for one in reversed(path):
            base = (*base, one)
            found[one] = base


def _unknown_parent(child: str, parent: str, document: Document, section: str) -> None:
    known = document.section(section)
    message = f"`{child}` is derived from `{parent}`, which does not exist"
    hint = document.type_hint(parent, known)
    document.problems.at_value(Kind.UNKNOWN_TYPE, message, known[child], "derived_from", hint)


def _too_deep(name: str, document: Document, section: str) -> None:
    message = f"`{name}` is derived from more than {DEEPEST} types"
    document.problems.at_key(Kind.TOO_LARGE, message, document.section(section), name)


def _cycle(names: list[str], document: Document, section: str) -> None:
    first = names[0]
    message = (
        f"`{first}` is derived from itself"
        if len(names) == 1
        else f"{listed(names)} are derived from each other in a circle"
    )
    hint = "remove one `derived_from`"
    document.problems.at_value(Kind.CYCLE, message, document.section(section)[first], "derived_from", hint)
