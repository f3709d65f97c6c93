"""What a user asks of a calendar, as written, and the calendar that it makes."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from engine.domain import english
from engine.domain.blackout import Calendar, Window, check_windows
from engine.domain.errors import InvalidSchedule
from engine.domain.naming import check_id
from engine.domain.recurrence import Rule, make_rule
from engine.domain.schedulerequest import Timing, rule_of
from engine.domain.timetext import duration, moment
from engine.domain.zones import reading, written_instant

FORMS = "a window is written `2026-12-24 18:00 .. 2027-01-02 06:00` or `every saturday at 0:00 for 2 days`"


def calendar_of(
    id: str, windows: Iterable[str], *, description: str = "", now: datetime, default_zone: str
) -> Calendar:
    """Return the calendar of windows as written; their times are read in the zone.

    Raises:
        InvalidValue: the id or a window does not fit.
    """
    return Calendar(
        id=check_id("calendar", id),
        description=description,
        windows=check_windows(tuple(window_of(text, now=now, zone=default_zone) for text in windows)),
        created_at=now,
    )


def window_of(text: str, *, now: datetime, zone: str) -> Window:
    """Return the window that `FROM .. TO` or `RECURRENCE for LENGTH` means; the recurrence is English or an RRULE.

    Raises:
        InvalidSchedule: the text is none of these.
    """
    begin, dots, end = text.partition("..")
    if dots:
        return _once(text, moment(begin, now=now, zone=zone), moment(end, now=now, zone=zone))
    recurrence, word, length = text.rpartition(" for ")
    if not word:
        raise InvalidSchedule(f"`{text}` is no window; {FORMS}")
    rule = _recurring(recurrence.strip(), now=now, zone=zone)
    return Window(rule=rule, minutes=_minutes(now, length), text=text.strip())


def _recurring(text: str, *, now: datetime, zone: str) -> Rule:
    """Return the rule of a recurring window; it begins at midnight, a year ago, unless the text says otherwise."""
    midnight = reading(now - timedelta(days=366), zone).replace(hour=0, minute=0, second=0, microsecond=0)
    since = written_instant(midnight, zone).isoformat()
    if text.upper().startswith(("FREQ=", "RRULE:", "DTSTART")):
        return rule_of(Timing(since=since, timezone=zone, rrule=text), now=now, default_zone=zone)
    told = english.read(text, now=now, zone=zone)
    timing = Timing(since=told.since or since, until=told.until, timezone=told.zone or zone, rrule=told.rrule)
    return rule_of(timing, now=now, default_zone=zone)


def _once(text: str, begin: datetime, end: datetime) -> Window:
    if end <= begin:
        raise InvalidSchedule(f"the window `{text}` ends before it begins")
    return Window(rule=make_rule(begin, count=1), minutes=int((end - begin).total_seconds()) // 60, text=text.strip())


def _minutes(now: datetime, length: str) -> int:
    try:
        return int((now + duration(length) - now).total_seconds()) // 60
    except OverflowError as error:
        raise InvalidSchedule(f"{length.strip()} is too long for a window") from error
