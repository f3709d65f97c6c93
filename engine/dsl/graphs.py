"""Circles in small directed graphs, found without recursion."""

from collections.abc import Iterator, Mapping, Sequence


def circle(edges: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the names of one circle in walking order; empty when there is none."""
    done: set[str] = set()
    for start in edges:
        if start not in done and (found := _from(start, edges, done)):
            return found
    return []


def _from(start: str, edges: Mapping[str, Sequence[str]], done: set[str]) -> list[str]:
    path: dict[str, Iterator[str]] = {start: iter(edges.get(start, ()))}
    while path:
        current = next(reversed(path))
        following = next(path[current], None)
        if following is None:
            done.add(current)
            path.pop(current)
        elif following in path:
            names = list(path)
            return names[names.index(following) :]
        elif following not in done:
            path[following] = iter(edges.get(following, ()))
    return []
