"""How many runs each stretch of time has, over many schedules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from engine.domain.schedule import Schedule
from engine.domain.zones import INSTANT, recurring_instant

MOST_NAMED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A day or an hour of the calendar, and what runs in it."""

    begin: datetime
    """A clock reading, without a zone."""
    count: int
    names: tuple[str, ...]
    """Schedules that run in it, as `deployment/schedule`; some are named, not all."""


def agenda(schedules: Iterable[Schedule], begin: datetime, *, step: timedelta, steps: int, zone: str) -> list[Stretch]:
    """Return the runs of enabled schedules in each of the stretches from a clock reading on."""
    readings = [begin + step * number for number in range(steps + 1)]
    borders = [recurring_instant(one, zone) - INSTANT for one in readings]
    counts, names = [0] * steps, [list[str]() for _ in range(steps)]
    for schedule in schedules:
        for number, count in enumerate(_counts(schedule, borders)):
            counts[number] += count
            if count and len(names[number]) < MOST_NAMED:
                names[number].append(f"{schedule.deployment_id}/{schedule.id}")
    return [
        Stretch(begin=readings[number], count=counts[number], names=tuple(names[number])) for number in range(steps)
    ]


def _counts(schedule: Schedule, borders: Sequence[datetime]) -> list[int]:
    following = schedule.rule.after(borders[0]) if schedule.enabled else None
    if following is None or following > borders[-1]:
        return [0] * (len(borders) - 1)
    return [schedule.rule.count_between(begin, end) for begin, end in pairwise(borders)]
