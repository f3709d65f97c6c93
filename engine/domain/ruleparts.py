"""The parts of a recurrence rule, as values."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from engine.domain.daymask import Days


class Frequency(StrEnum):
    """The unit of a rule's steps (RFC 5545 FREQ)."""

    YEARLY = "YEARLY"
    MONTHLY = "MONTHLY"
    WEEKLY = "WEEKLY"
    DAILY = "DAILY"
    HOURLY = "HOURLY"
    MINUTELY = "MINUTELY"

    @property
    def is_subdaily(self) -> bool:
        return self in (Frequency.HOURLY, Frequency.MINUTELY)

    @property
    def has_long_periods(self) -> bool:
        """Whether a step may span several days."""
        return self in (Frequency.YEARLY, Frequency.MONTHLY, Frequency.WEEKLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of a rule (RFC 5545 §3.3.10), checked."""

    frequency: Frequency
    interval: int = 1
    days: Days = field(default_factory=Days)
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    second: int | None = None
    """None takes the start's."""
    positions: tuple[int, ...] = ()
    count: int | None = None
    until: datetime | None = None
    """Inclusive; without a zone it is a reading of the schedule's clock."""

    @property
    def is_plain(self) -> bool:
        """Whether nothing but the interval says when."""
        return self.days.is_empty and not (self.hours or self.minutes or self.positions or self.second is not None)


def with_defaults(parts: Parts, start: datetime) -> Days:
    """Return the allowed days, the start's own where the rule names none (RFC 5545: "extracted from DTSTART")."""
    days = parts.days
    if days.names_days:
        return days
    match parts.frequency:
        case Frequency.YEARLY:
            return replace(days, months=days.months or (start.month,), month_days=(start.day,))
        case Frequency.MONTHLY:
            return replace(days, month_days=(start.day,))
        case Frequency.WEEKLY:
            return replace(days, weekdays=((0, start.weekday()),))
    return days
