"""What a schedule that is being written will do and meet: its coming runs, what stands in their way, the ways out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from engine.domain.blackout import Calendar
from engine.domain.preview import Name, PreviewLine, preview
from engine.domain.remedy import Remedy, remedies
from engine.domain.schedule import Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a schedule may meet, as it is known now."""

    calendars: tuple[Calendar, ...] = ()
    """Those that it refers to."""
    others: tuple[Schedule, ...] = ()
    """Those that share its deployment, or the system."""
    holds: Mapping[Name, timedelta] = field(default_factory=dict)
    """How long nine of ten executions of the others took at most, where any has been."""
    takes: timedelta | None = None
    """The same of its own; None before the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """A schedule as it would be, and what is to be expected of it."""

    schedule: Schedule
    lines: tuple[PreviewLine, ...]
    remedies: tuple[Remedy, ...] = ()
    """What can be done where runs meet others; none where nothing meets."""
    around: Around = field(default_factory=Around)
    looked_at: int = 0
    """How many runs were looked at, at most."""

    @property
    def is_whole(self) -> bool:
        """Whether all of its runs are among the lines."""
        return len(self.lines) < self.looked_at


def outlook(schedule: Schedule, around: Around, *, now: datetime, limit: int) -> Outlook:
    """Return what is to be expected of a schedule, enabled or not."""

    def look(one: Schedule, most: int) -> Sequence[PreviewLine]:
        return preview(one, now=now, limit=most, calendars=around.calendars, others=around.others, holds=around.holds)

    lines = tuple(look(schedule, limit))
    ways = remedies(schedule, lines, look)
    return Outlook(schedule=schedule, lines=lines, remedies=ways, around=around, looked_at=limit)
