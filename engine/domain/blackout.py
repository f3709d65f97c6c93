"""Calendars of windows in which schedules do not start anything."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.domain.errors import InvalidSchedule
from engine.domain.recurrence import Rule

LONGEST_WINDOW = 366 * 24 * 60
MOST_WINDOWS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch of time, once or recurring: it opens at each occurrence of its rule."""

    rule: Rule
    minutes: int
    """How long it lasts."""
    text: str = ""
    """As it was written."""

    def closed_until(self, moment: datetime) -> datetime | None:
        """Return when the first of the windows around `moment` ends (exclusive); None outside."""
        begin = self.rule.after(moment - timedelta(minutes=self.minutes))
        if begin is None or begin > moment:
            return None
        return begin + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Windows under a name that schedules refer to."""

    id: str
    description: str = ""
    windows: tuple[Window, ...] = ()
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Why nothing may start at a moment."""

    calendar_id: str
    until: datetime
    """Exclusive."""

    @property
    def sentence(self) -> str:
        return f"calendar {self.calendar_id} is closed until {self.until:%Y-%m-%d %H:%M}Z"


def closure(calendars: Iterable[Calendar], moment: datetime) -> Closure | None:
    """Return the closure of `moment` that lasts longest; None while all calendars are open."""
    found = [
        Closure(calendar_id=calendar.id, until=until)
        for calendar in calendars
        for window in calendar.windows
        if (until := window.closed_until(moment)) is not None
    ]
    return max(found, key=lambda one: one.until, default=None)


def check_windows(windows: tuple[Window, ...]) -> tuple[Window, ...]:
    """Return the windows.

    Raises:
        InvalidSchedule: there is none, there are too many, or one has no sensible length.
    """
    if not 1 <= len(windows) <= MOST_WINDOWS:
        raise InvalidSchedule(f"a calendar has 1 to {MOST_WINDOWS} windows, not {len(windows)}")
    for window in windows:
        if not 1 <= window.minutes <= LONGEST_WINDOW:
            raise InvalidSchedule(f"the window `{window.text}` must last from a minute to a year")
    return windows
