"""How a group of processes is brought to an end: asked first, ended then, until none is left."""

import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from engine.runtime.processes import Process, send

GRACE = 5.0
"""Seconds between the request to end and the end, when a user asked for a kill."""

GRACE_OF_LOST = 1.0
"""The same for what a lost worker left behind."""

PATIENCE = 10.0
"""Seconds after which processes that cannot be ended, such as those waiting for a dead disk, are given up."""

MOST_SHOWN = 10
"""Processes that a report names."""

SHORTEST_STEP, LONGEST_STEP = 0.01, 0.1
"""Seconds between two looks, which are rarer the longer it takes."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of the group."""

    asked: tuple[Process, ...]
    """Everybody that was told to end, by number."""
    forced: frozenset[int]
    """Those that did not end by themselves."""
    left: frozenset[int]
    """Those that could not be ended."""

    @property
    def sentence(self) -> str:
        """Say who was ended and how; empty when there was nobody."""
        if not self.asked:
            return ""
        shown = ", ".join(f"{one.name or 'process'} {one.pid}" for one in self.asked[:MOST_SHOWN])
        more = f" and {len(self.asked) - MOST_SHOWN} more" if len(self.asked) > MOST_SHOWN else ""
        forced = f"; {len(self.forced)} by force" if self.forced else ""
        left = f"; {len(self.left)} cannot be ended" if self.left else ""
        return f"ended {len(self.asked)} process{'es' * (len(self.asked) > 1)}: {shown}{more}{forced}{left}"

    def of(self, mark: str) -> "Ended":
        """Return what became of those that carry the mark."""
        own = tuple(one for one in self.asked if one.mark == mark)
        pids = {one.pid for one in own}
        return Ended(own, self.forced & pids, self.left & pids)


def end_tree(
    find: Callable[[], Iterable[Process]],
    *,
    grace: float = GRACE,
    patience: float = PATIENCE,
    monotonic: Callable[[], float] = time.monotonic,
    wait: Callable[[float], None] = time.sleep,
) -> Ended:
    """End every process that `find` returns, those included that appear meanwhile; stopped ones are woken for it."""
    asked: dict[int, Process] = {}
    forced: set[int] = set()
    begin = monotonic()
    while left := {one.pid: one for one in find()}:
        elapsed = monotonic() - begin
        if elapsed > grace + patience:
            break
        if elapsed < grace:
            _ask(one for one in left.values() if one.pid not in asked)
        else:
            forced |= left.keys()
            _force(left.values())
        asked = {**left, **asked}
        wait(min(max(SHORTEST_STEP, elapsed / 5), LONGEST_STEP))
    return Ended(tuple(asked[pid] for pid in sorted(asked)), frozenset(forced), frozenset(left))


def _ask(processes: Iterable[Process]) -> None:
    for one in processes:
        send(one, signal.SIGTERM)
        send(one, signal.SIGCONT)


def _force(processes: Iterable[Process]) -> None:
    """Stop all of them before the first dies, so that none can start another in its last moment."""
    group = tuple(processes)
    for one in group:
        send(one, signal.SIGSTOP)
    for one in group:
        send(one, signal.SIGKILL)
