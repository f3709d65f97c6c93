"""A month, a week or a day of runs as lines."""

from calendar import Calendar, month_name
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from conductor_tui.spans import Line, Span, Tone, safe, span
from engine.domain.agenda import Stretch

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WEEKDAYS = "Mo Tu We Th Fr Sa Su".split()  # noqa: SIM905 # reads as the calendar does
CELL = 10


class Extent(StrEnum):
    """What is shown at once."""

    MONTH = "month"
    WEEK = "week"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Window:
    """What is to be counted."""

    begin: datetime
    step: timedelta
    steps: int


def window(day: date, kind: Extent) -> Window:
    """Return the stretches of the month, week or day around a day; weeks begin on Monday."""
    if kind is Extent.DAY:
        return Window(_midnight(day), HOUR, 24)
    first = day.replace(day=1) if kind is Extent.MONTH else day
    monday = first - timedelta(days=first.weekday())
    weeks = len(Calendar().monthdayscalendar(day.year, day.month)) if kind is Extent.MONTH else 1
    return Window(_midnight(monday), DAY, 7 * weeks)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time())


def moved(day: date, kind: Extent, by: int) -> date:
    """Return the day that many months, weeks or days later."""
    if kind is Extent.MONTH:
        number = day.year * 12 + day.month - 1 + by
        return date(number // 12, number % 12 + 1, 1)
    return day + DAY * (by if kind is Extent.DAY else 7 * by)


def title(day: date, kind: Extent, zone: str) -> str:
    """Return what is shown, in words."""
    if kind is Extent.MONTH:
        return f"{month_name[day.month]} {day.year}  {zone}"
    prefix = "" if kind is Extent.DAY else "week of "
    return f"{prefix}{day:%a} {day.day} {day:%b %Y}  {zone}"


def lines(found: Sequence[Stretch], day: date, kind: Extent, today: date) -> list[Line]:
    """Return the counts as a grid of days, or as a list of days or hours with the schedules' names."""
    if kind is not Extent.MONTH:
        return [_listed(one, kind) for one in found]
    rows: list[Line] = [tuple(span(f"{name:<{CELL}}", Tone.DIM) for name in WEEKDAYS)]
    for begin in range(0, len(found), 7):
        rows.append(tuple(_cell(one, day, today) for one in found[begin : begin + 7]))
    return rows


def _cell(one: Stretch, day: date, today: date) -> Span:
    runs = f" ·{one.count}" if one.count else ""
    is_here = one.begin.month == day.month
    tone = Tone.KEY if one.begin.date() == today else Tone.PLAIN if is_here else Tone.DIM
    return span(f"{f'{one.begin.day:2}{runs}':<{CELL}}", tone)


def _listed(one: Stretch, kind: Extent) -> Line:
    name = f"{one.begin:%H:%M}" if kind is Extent.DAY else f"{one.begin:%a} {one.begin.day:2} {one.begin:%b}"
    if not one.count:
        return (span(f"{name}", Tone.DIM),)
    return (span(f"{name}  {one.count:>5}  "), span(safe(", ".join(one.names), 160), Tone.DIM))
