"""Which zone of the tz database a time zone of an iCalendar file is."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, available_timezones

from icalendar import Calendar, Timezone
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from engine.domain.errors import InvalidSchedule

_FIRST = ("UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/Chicago", "America/Los_Angeles")
PRINCIPAL = tuple(dict.fromkeys((*_FIRST, *WINDOWS_TO_OLSON.values())))
"""One well-known zone of each kind: what a zone without a name of the tz database is taken for."""
SAMPLED_YEARS = 4


class Zones:
    """The time zones that a file describes, by their ids; and what is meant where it names none."""

    def __init__(self, calendar: Calendar, default_zone: str) -> None:
        self._described = {str(one.get("tzid")): one for one in calendar.walk("VTIMEZONE") if isinstance(one, Timezone)}
        self.default = default_zone
        self._found: dict[str, str] = {}

    def named(self, id: str) -> str:
        """Return the zone of the tz database that a TZID stands for.

        Raises:
            InvalidSchedule: none is known.
        """
        if id not in self._found:
            self._found[id] = self._resolved(id.strip('"'))
        return self._found[id]

    def _resolved(self, id: str) -> str:
        parts = id.split("/")
        tails = ("/".join(parts[number:]) for number in range(len(parts)))
        known = next((tail for tail in tails if tail in available_timezones()), None) or WINDOWS_TO_OLSON.get(id)
        if known is not None:
            return known
        described = self._described.get(id)
        if described is None:
            raise InvalidSchedule(f"its time zone {id} is not in the tz database, and the file does not describe it")
        like = _like(_readable(described, id), (self.default, *PRINCIPAL, *sorted(available_timezones())))
        if like is None:
            raise InvalidSchedule(f"its time zone {id} follows no zone of the tz database")
        return like


def _readable(described: Timezone, id: str) -> tzinfo:
    """Return the zone that a file describes, if its changes come by the year: nothing else is computed in time."""
    rules = [rule for part in described.subcomponents for rule in _all(part.get("rrule"))]
    if len(rules) > 20 or any(rule.get("freq") != ["YEARLY"] for rule in rules):
        raise InvalidSchedule(f"the description of its time zone {id} is not understood")
    found: tzinfo = described.to_tz()
    return found


def _all(value: object) -> list[dict[str, list[str]]]:
    return [] if value is None else value if isinstance(value, list) else [value]  # type: ignore[list-item] # rules are mappings


def _like(wanted: tzinfo, names: Iterable[str]) -> str | None:
    """Return the first zone whose clock shows the same, week after week, for some years."""
    expected = [(one, one.astimezone(wanted).utcoffset()) for one in _samples()]
    return next(
        (name for name in names if all(one.astimezone(ZoneInfo(name)).utcoffset() == ahead for one, ahead in expected)),
        None,
    )


def _samples() -> Iterator[datetime]:
    begin = datetime(2024, 1, 1, 12, tzinfo=UTC)
    for week in range(52 * SAMPLED_YEARS):
        yield begin + timedelta(weeks=week)
