"""What would start if one execution ended now, and what waits for it, directly or behind others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.domain.admission import Blocker, Live, blockers, next_to_start

DEPTH = 12
"""Levels of a wait-for tree that are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One blocker in a wait-for tree."""

    blocker: Blocker
    depth: int
    """0 for what holds the execution back itself."""
    is_repeated: bool = False
    """It stands further up already, with what it waits for."""


def starts_after(live: Sequence[Live], ended: str, *, limit: int = 0) -> tuple[Live, ...]:
    """Return the queued executions that would start at once if `ended` ended now, or left the queue."""
    already = {one.id for one in next_to_start(live, limit=limit)}
    rest = [one for one in live if one.id != ended]
    return tuple(one for one in next_to_start(rest, limit=limit) if one.id not in already)


def held_by(live: Sequence[Live], id: str, *, limit: int = 0) -> tuple[Live, ...]:
    """Return the queued executions that `id` holds back, in order of arrival."""
    waiting = sorted((one for one in live if one.is_queued and one.id != id), key=lambda one: one.number)
    return tuple(one for one in waiting if any(found.execution_id == id for found in blockers(one, live, limit=limit)))


def wait_tree(live: Sequence[Live], id: str, *, limit: int = 0) -> tuple[Branch, ...]:
    """Return what an execution waits for, and what that waits for in turn, top down."""
    return tuple(_branches({one.id: one for one in live}, id, limit, 0, set()))


def _branches(live: dict[str, Live], id: str, limit: int, depth: int, told: set[str]) -> Iterator[Branch]:
    candidate = live.get(id)
    if candidate is None or not candidate.is_queued or depth >= DEPTH:
        return
    for blocker in blockers(candidate, live.values(), limit=limit):
        is_repeated = blocker.execution_id in told and blocker.is_queued
        yield Branch(blocker=blocker, depth=depth, is_repeated=is_repeated)
        told.add(blocker.execution_id)
        if blocker.is_queued and not is_repeated:
            yield from _branches(live, blocker.execution_id, limit, depth + 1, told)
