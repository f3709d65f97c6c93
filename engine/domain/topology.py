"""How the node instances of a deployment stand in each other: a forest by containment, in the order of the rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.domain.view import InstanceRow


@dataclass(frozen=True, slots=True)
class Placed:
    """One node instance in the forest."""

    row: InstanceRow
    lasts: tuple[bool, ...] = ()
    """Whether it, and before it each one that it stands in but the root, is the last of its siblings."""


def forest(rows: Sequence[InstanceRow]) -> list[Placed]:
    """Return every row once, each below what contains it; what stands in nothing that is there is a root."""
    known = {row.id for row in rows}
    inside: dict[str, list[InstanceRow]] = {}
    roots: list[InstanceRow] = []
    for row in rows:
        container = row.container_id
        if container in known and container != row.id:
            inside.setdefault(container, []).append(row)
        else:
            roots.append(row)
    placed = [one for root in roots for one in _below(root, inside)]
    seen = {one.row.id for one in placed}
    return [*placed, *(Placed(row) for row in rows if row.id not in seen)]


def _below(root: InstanceRow, inside: dict[str, list[InstanceRow]]) -> Iterator[Placed]:
    waiting = [Placed(root)]
    while waiting:
        placed = waiting.pop()
        yield placed
        children = inside.get(placed.row.id, [])
        last = len(children) - 1
        waiting += [Placed(one, (*placed.lasts, place == last)) for place, one in reversed(list(enumerate(children)))]
