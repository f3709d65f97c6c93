"""Schedules as an iCalendar file (RFC 5545), written for calendar programs and read from any of them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import msgspec
from icalendar import Calendar, Event
from icalendar.prop import vDDDLists, vRecur

from engine.domain.errors import InvalidSchedule
from engine.domain.json import Json
from engine.domain.recurrence import Rule, make_rule
from engine.domain.rulewriting import Written, written
from engine.domain.schedule import SYSTEM, Schedule
from engine.domain.zones import recurring_instant, zone

MOST_BYTES = 256 * 1024
MOST_COMPONENTS = 1000
OWN = "X-CONDUCTOR-SCHEDULE"
PRODUCT = "-//Conductor//Schedules//EN"
_DECODER = msgspec.json.Decoder(Schedule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """One event of a file, as far as it tells a schedule."""

    id: str
    rule: Rule
    own: Schedule | None
    """What Conductor itself had written into the event."""


def export(schedules: Iterable[Schedule], *, now: datetime) -> bytes:
    """Return the file of schedules; what RFC 5545 cannot say is kept beside it for `read`."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    for schedule in schedules:
        calendar.add_component(_event(schedule, now))
    calendar.add_missing_timezones()
    text: bytes = calendar.to_ical()
    return text


def _event(schedule: Schedule, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{schedule.id}@{_place(schedule)}.conductor")
    event.add("dtstamp", now.replace(microsecond=0))
    event.add("summary", f"{schedule.workflow_id} on {_place(schedule)}")
    event.add("status", "CONFIRMED" if schedule.enabled else "TENTATIVE")
    event.add("transp", "TRANSPARENT")
    _add_times(event, written(schedule.rule), schedule.rule.zone)
    event.add(OWN, msgspec.json.encode(replace(schedule, latest_execution_id=None)).decode())
    return event


def _place(schedule: Schedule) -> str:
    return "system" if schedule.deployment_id == SYSTEM else schedule.deployment_id


def _add_times(event: Event, times: Written, name: str) -> None:
    def local(moment: datetime) -> datetime:
        return moment if name == "UTC" else moment.astimezone(zone(name))

    event.add("dtstart", local(times.start))
    for rule in times.rules:
        event.add("rrule", vRecur.from_ical(rule))
    for key, moments in (("rdate", times.added), ("exdate", times.removed)):
        if moments:
            event.add(key, [local(one) for one in moments])


def read(content: bytes, *, default_zone: str) -> list[Imported]:
    """Return the events of a file; times without a zone are read in `default_zone`.

    Raises:
        InvalidSchedule: the file is too large or no calendar, or an event cannot be a schedule.
    """
    if len(content) > MOST_BYTES:
        raise InvalidSchedule(f"the calendar file is larger than {MOST_BYTES // 1024} KiB")
    if content.upper().count(b"BEGIN:") > MOST_COMPONENTS:
        raise InvalidSchedule(f"the calendar file has more than {MOST_COMPONENTS} components")
    try:
        events = [one for one in Calendar.from_ical(content.decode("utf-8")).walk("VEVENT") if isinstance(one, Event)]
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise InvalidSchedule(f"the file is no iCalendar file: {error}") from error
    if not events:
        raise InvalidSchedule("the calendar file has no events")
    return _named([_imported(event, default_zone) for event in events])


def _imported(event: Event, default_zone: str) -> Imported:
    name = str(event.get("summary") or event.get("uid") or "event")
    try:
        if event.errors:
            raise InvalidSchedule("; ".join(f"{key}: {what}" for key, what in event.errors))
        own = _own(event)
        if own is not None and _times(event) == _times(_event(own, own.created_at)):
            return Imported(id=own.id, rule=own.rule, own=own)
        return Imported(id=own.id if own else _slug(name), rule=_rule(event, default_zone), own=own)
    except InvalidSchedule as error:
        raise InvalidSchedule(f"event `{name}`: {error}") from error


def _own(event: Event) -> Schedule | None:
    text = event.get(OWN)
    if text is None:
        return None
    try:
        return _DECODER.decode(str(text))
    except msgspec.MsgspecError as error:
        raise InvalidSchedule(f"{OWN} is damaged: {error}") from error


def _times(event: Event) -> list[list[str]]:
    """Return what the event says about time, to be compared."""
    return [
        sorted(one.to_ical().decode() + str(sorted(getattr(one, "params", {}).items())) for one in _all(event, key))
        for key in ("dtstart", "rrule", "rdate", "exdate")
    ]


def _all(event: Event, key: str) -> list[Json]:
    found: Json = event.get(key)
    return [] if found is None else found if isinstance(found, list) else [found]


def _rule(event: Event, default_zone: str) -> Rule:
    starts = _all(event, "dtstart")
    if len(starts) != 1:
        raise InvalidSchedule("it has no DTSTART, or several")
    if "recurrence-id" in event:
        raise InvalidSchedule("it changes one occurrence of another event (RECURRENCE-ID), which no schedule can do")
    start = starts[0].dt
    name = _zone_of(start, default_zone)
    since = _instant(start, name)
    lines = [f"RRULE:{one.to_ical().decode()}" for one in _all(event, "rrule")]
    lines += [f"EXRULE:{one.to_ical().decode()}" for one in _all(event, "exrule")]
    added = [moment for one in _all(event, "rdate") for moment in _moments(one, name, start)]
    removed = [moment for one in _all(event, "exdate") for moment in _moments(one, name, start)]
    if not lines and not added and not removed:
        return make_rule(since, count=1, zone=name)
    return _with_start(since, name, lines, added, removed)


def _with_start(since: datetime, name: str, lines: list[str], added: list[datetime], removed: list[datetime]) -> Rule:
    """Return the rule of a set; DTSTART is part of it even where no line names it."""
    bare = make_rule(since, rrule="\n".join(lines), zone=name) if lines else None
    is_named = bare is not None and bare.after(since - timedelta(microseconds=1)) == since
    if not is_named and since not in removed:
        added = [since, *added]
    if not is_named:
        removed = [one for one in removed if one != since]
    if lines and not added and not removed:
        text = lines[0].removeprefix("RRULE:") if len(lines) == 1 else "\n".join(lines)
        return make_rule(since, rrule=text, zone=name)
    lines += [f"{key}:{_listed(moments)}" for key, moments in (("RDATE", added), ("EXDATE", removed)) if moments]
    return make_rule(since, rrule="\n".join(lines), zone=name)


def _listed(moments: Sequence[datetime]) -> str:
    return ",".join(f"{one.astimezone(UTC):%Y%m%dT%H%M%SZ}" for one in sorted(set(moments)))


def _moments(dates: vDDDLists, name: str, start: datetime | date) -> list[datetime]:
    at = start.time() if isinstance(start, datetime) else time()
    found = []
    for one in dates.dts:
        if not isinstance(one.dt, date):
            raise InvalidSchedule("RDATE names a period; dates and dates with times are supported")
        moment = one.dt if isinstance(one.dt, datetime) else datetime.combine(one.dt, at)
        found.append(_instant(moment, name))
    return found


def _zone_of(start: datetime | date, default_zone: str) -> str:
    if not isinstance(start, datetime) or start.tzinfo is None:
        return default_zone
    if start.tzinfo is UTC or (start.utcoffset() == timedelta() and start.tzname() == "UTC"):
        return "UTC"
    name = str(getattr(start.tzinfo, "key", "") or getattr(start.tzinfo, "zone", "") or "")
    if not name:
        raise InvalidSchedule(f"its time zone {start.tzname()} is not in the tz database")
    return zone(name).key


def _instant(moment: datetime | date, name: str) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return recurring_instant(moment, name) if moment.tzinfo is None else moment.astimezone(UTC)


def _slug(name: str) -> str:
    text = re.sub(r"[^A-Za-z0-9._~-]+", "-", name).strip("-._~")
    return text[:200] or "event"


def _named(found: list[Imported]) -> list[Imported]:
    """Return the events under ids of which none comes twice."""
    taken: set[str] = set()
    named = []
    for one in found:
        id, number = one.id, 2
        while id in taken:
            id, number = f"{one.id}-{number}", number + 1
        taken.add(id)
        named.append(replace(one, id=id))
    return named
