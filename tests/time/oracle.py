"""When rules of a simulated year occur, found by brute force: a table of a zone's clock, and every day looked at.

It shares no code with the product and reads no RRULE: each kind says beside its text, in Python, what the text means.
"""

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EPOCH = datetime(2025, 12, 1, tzinfo=UTC)
QUARTERS = 4 * 24 * 900
"""How much of time the table holds: 900 days, a quarter of an hour each; no clock changes within one."""
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Part:
    """Some days, and the hours at which it happens on them."""

    is_day: Callable[[date], bool]
    hours: tuple[int, ...] = ()
    """Empty takes the drawn hour."""
    minute: int | None = None
    """None takes the drawn minute."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A rule as text, with {hour} and {minute} to be drawn, and what it means."""

    text: str
    parts: tuple[Part, ...] = ()
    step: timedelta | None = None
    """Between two occurrences, in real time, where that is all there is."""


KINDS = (
    Kind("FREQ=DAILY;BYHOUR={hour};BYMINUTE={minute}", (Part(lambda day: True),)),
    Kind("FREQ=WEEKLY;BYDAY=MO,WE,SU;BYHOUR={hour};BYMINUTE={minute}", (Part(lambda day: day.weekday() in (0, 2, 6)),)),
    Kind(
        "FREQ=MONTHLY;BYDAY=-1FR;BYHOUR={hour};BYMINUTE={minute}",
        (Part(lambda day: day.weekday() == 4 and (day + 7 * DAY).month != day.month),),
    ),
    Kind("FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE={minute}", (Part(lambda day: True, (1, 2, 3)),)),
    Kind("FREQ=HOURLY;INTERVAL=7", step=timedelta(hours=7)),
    Kind("FREQ=WEEKLY;BYDAY=SU;BYHOUR=2;BYMINUTE=30", (Part(lambda day: day.weekday() == 6, (2,), 30),)),
    Kind(
        "RRULE:FREQ=WEEKLY;BYDAY=TU;BYHOUR={hour};BYMINUTE={minute}\n"
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15;BYHOUR=3;BYMINUTE=0",
        (Part(lambda day: day.weekday() == 1), Part(lambda day: day.day in (1, 15), (3,), 0)),
    ),
    Kind(
        "FREQ=MONTHLY;BYMONTHDAY=31,-31;BYHOUR={hour};BYMINUTE={minute}",
        (Part(lambda day: day.day == 31 or (day.day == 1 and (day + 30 * DAY).month == day.month)),),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a drawn rule means."""

    kind: Kind
    hour: int
    minute: int
    zone: str
    gap: str
    """`next`, `shift` or `skip`."""
    repeat: str
    """`first`, `second` or `both`."""
    excluded: frozenset[date] = frozenset()

    def between(self, since: datetime, end: datetime) -> list[datetime]:
        """Return the occurrences from `since`, which is the rule's start, until before `end`."""
        found = set(self._steps(since, end) if self.kind.step else self._readings(since, end))
        zone = ZoneInfo(self.zone)
        kept = (one for one in found if since <= one < end and one.astimezone(zone).date() not in self.excluded)
        return sorted(kept)

    def _steps(self, since: datetime, end: datetime) -> Iterator[datetime]:
        assert self.kind.step is not None
        for number in range((end - since) // self.kind.step + 1):
            yield since + number * self.kind.step

    def _readings(self, since: datetime, end: datetime) -> Iterator[datetime]:
        day = (since - 2 * DAY).date()
        while day <= (end + 2 * DAY).date():
            for part in self.kind.parts:
                if part.is_day(day):
                    minute = self.minute if part.minute is None else part.minute
                    for hour in part.hours or (self.hour,):
                        yield from self._instants(datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC))
            day += DAY

    def _instants(self, shown: datetime) -> list[datetime]:
        """Return when the zone's clock shows a reading (its zone means nothing), or what stands for it."""
        wall = (shown - EPOCH) // MINUTE
        offsets = offsets_of(self.zone)
        found = sorted(wall - one for one in _known_offsets(self.zone) if offsets[(wall - one) // 15] == one)
        if not found:
            found = self._in_gap(wall, offsets)
        elif len(found) > 1:
            found = {"first": found[:1], "second": found[-1:], "both": found}[self.repeat]
        return [EPOCH + minute * MINUTE for minute in found]

    def _in_gap(self, wall: int, offsets: "array[int]") -> list[int]:
        if self.gap == "skip":
            return []
        after = wall // 15 - 4 * 26
        while after * 15 + offsets[after] <= wall:
            after += 1
        return [after * 15] if self.gap == "next" else [wall - offsets[after - 1]]


@lru_cache(maxsize=32)
def offsets_of(name: str) -> "array[int]":
    """Return by how many minutes a zone's clock is ahead of UTC in each quarter of an hour since `EPOCH`."""
    zone = ZoneInfo(name)
    table = array("h")
    for number in range(QUARTERS):
        ahead = (EPOCH + number * 15 * MINUTE).astimezone(zone).utcoffset()
        table.append((ahead or timedelta()) // MINUTE)
    return table


@lru_cache(maxsize=32)
def _known_offsets(name: str) -> frozenset[int]:
    return frozenset(offsets_of(name))


def is_frozen(moment: datetime) -> bool:
    """Say whether the simulation's calendar is closed: Saturdays from 10 to 16 in Berlin, and over the holidays."""
    here = moment.astimezone(ZoneInfo("Europe/Berlin")).replace(tzinfo=None)
    if here.weekday() == 5 and 10 <= here.hour < 16:
        return True
    return datetime(2026, 12, 24, 18) <= here < datetime(2027, 1, 2, 6)  # noqa: DTZ001 # readings of Berlin's clock
