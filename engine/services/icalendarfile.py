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
from engine.services.icalendarzones import Zones

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
    is_cancelled: bool = False
    """Whether the event was called off: it has times, but does not take place."""


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
        calendar = Calendar.from_ical(content.decode("utf-8-sig"))
        events = [one for one in calendar.walk("VEVENT") if isinstance(one, Event)]
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise InvalidSchedule(f"the file is no iCalendar file: {' '.join(str(error).split())}") from error
    if not events:
        raise InvalidSchedule("the calendar file has no events")
    zones = Zones(calendar, default_zone)
    moved = _moved(events)
    return [_imported(one, moved.get(str(one.get("uid")), []), zones) for one in events if "recurrence-id" not in one]


def _moved(events: Sequence[Event]) -> dict[str, list[Event]]:
    """Return the events that stand for single occurrences of others, by those others' UIDs."""
    known = {str(one.get("uid")) for one in events if "recurrence-id" not in one}
    found: dict[str, list[Event]] = {}
    for one in events:
        if "recurrence-id" in one:
            uid = str(one.get("uid"))
            if uid not in known:
                raise InvalidSchedule(f"event `{uid}` changes an occurrence (RECURRENCE-ID) of one that is not there")
            found.setdefault(uid, []).append(one)
    return found


def _imported(event: Event, moved: Sequence[Event], zones: Zones) -> Imported:
    name = str(event.get("summary") or event.get("uid") or "event")
    try:
        if event.errors:
            raise InvalidSchedule("; ".join(f"{key}: {what}" for key, what in event.errors))
        own = _own(event)
        if own is not None and not moved and _times(event) == _times(_event(own, own.created_at)):
            return Imported(id=own.id, rule=own.rule, own=own)
        is_cancelled = str(event.get("status", "")).upper() == "CANCELLED"
        rule = _rule(event, moved, zones)
        return Imported(id=own.id if own else _slug(name), rule=rule, own=own, is_cancelled=is_cancelled)
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


def _rule(event: Event, moved: Sequence[Event], zones: Zones) -> Rule:
    starts = _all(event, "dtstart")
    if len(starts) != 1:
        raise InvalidSchedule("it has no DTSTART, or several")
    start = starts[0].dt
    name = _zone_of(starts[0], zones)
    since = _instant(start, name)
    lines = [f"RRULE:{one.to_ical().decode()}" for one in _all(event, "rrule")]
    lines += [f"EXRULE:{one.to_ical().decode()}" for one in _all(event, "exrule")]
    added = [moment for one in _all(event, "rdate") for moment in _moments(one, name, start, zones)]
    removed = [moment for one in _all(event, "exdate") for moment in _moments(one, name, start, zones)]
    for one in moved:
        old, new = (_placed(one, key, name, start, zones) for key in ("recurrence-id", "dtstart"))
        is_off = str(one.get("status", "")).upper() == "CANCELLED"
        removed += [old] if is_off or new != old else []
        added += [new] if not is_off and new != old else []
    if not lines and not added and not removed:
        return make_rule(since, count=1, zone=name)
    return _with_start(since, name, lines, added, removed)


def _placed(event: Event, key: str, name: str, start: datetime | date, zones: Zones) -> datetime:
    """Return the moment of a changed occurrence, or the one that it has instead."""
    found = _all(event, key)
    if len(found) != 1 or "RANGE" in found[0].params:
        raise InvalidSchedule("a change (RECURRENCE-ID) of all later occurrences has to be an event of its own")
    return _moment_of(found[0].dt, _zone_of(found[0], zones, name), start)


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


def _moments(dates: vDDDLists, name: str, start: datetime | date, zones: Zones) -> list[datetime]:
    """Return the moments of a list; of periods it is where they begin."""
    zone_name = zones.named(str(dates.params["TZID"])) if "TZID" in dates.params else name
    found = (one.dt[0] if isinstance(one.dt, tuple) else one.dt for one in dates.dts)
    return [_moment_of(one, zone_name, start) for one in found if isinstance(one, date)]


def _moment_of(moment: datetime | date, name: str, start: datetime | date) -> datetime:
    """Return a moment; a date alone has the time of the start."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, start.time() if isinstance(start, datetime) else time())
    return _instant(moment, name)


def _zone_of(value: Json, zones: Zones, default: str | None = None) -> str:
    """Return the zone of a date with time, by its id; of others the default."""
    moment = value.dt
    if "TZID" in value.params:
        return zones.named(str(value.params["TZID"]))
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return "UTC"
    return default or zones.default


def _instant(moment: datetime | date, name: str) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    if moment.tzinfo is UTC or (moment.tzinfo is not None and str(moment.tzinfo) == "UTC"):
        return moment.astimezone(UTC)
    return recurring_instant(moment.replace(tzinfo=None), name)


def _slug(name: str) -> str:
    text = re.sub(r"[^A-Za-z0-9._~-]+", "-", name).strip("-._~")
    return text[:200] or "event"
