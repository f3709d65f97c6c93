"""When what runs will probably end, and what waits will probably start: past durations played forward by the rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.domain.admission import Live, next_to_start
from engine.domain.execution import Status

SAMPLE = 20
"""How many successful executions of a workflow in a deployment an estimate looks back at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """How long executions of one workflow in one deployment took."""

    median: timedelta
    long: timedelta
    """Nine of ten took at most this long."""
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What is expected of an execution."""

    starts_at: datetime | None = None
    """None when it has started, or when nobody can tell."""
    ends_at: datetime | None = None
    """None when nobody can tell."""
    is_overdue: bool = False
    """It has run longer than nine of ten did."""


def duration_of(taken: Sequence[timedelta]) -> Duration | None:
    """Return what durations, in any order, let expect; None without any."""
    if not taken:
        return None
    ordered = sorted(taken)
    return Duration(
        median=ordered[(len(ordered) - 1) // 2],
        long=ordered[min(len(ordered) - 1, len(ordered) * 9 // 10)],
        count=len(ordered),
    )


def forecast(
    live: Sequence[Live],
    started: Mapping[str, datetime],
    durations: Mapping[str, Duration | None],
    *,
    now: datetime,
    limit: int = 0,
) -> dict[str, Expectation]:
    """Return what is expected of every live execution.

    Args:
        live: what runs and waits.
        started: when those that run began, by id.
        durations: what the past lets expect, by id; None where there is no past.
        now: the present; what should have ended by now is taken to end at once.
        limit: how many may run at once; 0 is no limit.
    """
    running = {one.id: one for one in live if not one.is_queued}
    found = {id: _running(started.get(id, now), durations.get(id), now) for id in running}
    state = {one.id: one for one in live}
    moment = now
    while True:
        for one in next_to_start(tuple(state.values()), limit=limit):
            state[one.id] = replace(one, status=Status.PENDING)
            duration = durations.get(one.id)
            found[one.id] = Expectation(starts_at=moment, ends_at=moment + duration.median if duration else None)
        ends = [(end, id) for id in state if id in found and (end := found[id].ends_at) is not None]
        if not ends or all(not one.is_queued for one in state.values()):
            return {one.id: found.get(one.id, Expectation()) for one in live}
        moment, ended = min(ends)
        del state[ended]


def _running(begun: datetime, duration: Duration | None, now: datetime) -> Expectation:
    if duration is None:
        return Expectation()
    return Expectation(ends_at=max(begun + duration.median, now), is_overdue=now > begun + duration.long)
