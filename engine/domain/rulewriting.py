"""Rules as RFC 5545 writes them: the lines that a calendar program needs to show the same occurrences."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from engine.domain import ruleset, ruletext
from engine.domain.recurrence import Rule
from engine.domain.ruleparts import Parts
from engine.domain.ruletext import WEEKDAYS
from engine.domain.zones import INSTANT, reading, recurring_instant

MOST_WRITTEN = 1000
"""How many excluded moments are written; whole days are spelled out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A rule in the terms of RFC 5545; moments are aware, UTC."""

    start: datetime
    rules: tuple[str, ...] = ()
    added: tuple[datetime, ...] = ()
    removed: tuple[datetime, ...] = ()


def written(rule: Rule) -> Written:
    """Return the rule's DTSTART, RRULEs, RDATEs and EXDATEs.

    DTSTART always counts as an occurrence there: it is the first one, or it is excluded.
    """
    if rule.is_single:
        return Written(start=rule.since, removed=_removed(rule))
    lines = _lines(rule)
    if len(lines.rules) != 1 or lines.added:
        return _from_since(rule, lines)
    [parts] = lines.rules
    whole = replace(rule, excluded=(), rrule=text_of(parts), recurrence=None, weekdays=(), count=None)
    start = whole.after(rule.since - INSTANT)
    removed = _removed(rule)
    if start is None:
        return Written(start=rule.since, rules=(_ended(rule, parts),), removed=(rule.since, *removed))
    if _follows_change(start, rule.zone):
        return _from_since(rule, lines)  # a run that a gap has moved there lends its time of day to none of the others
    return Written(start=start, rules=(_ended(rule, parts),), removed=removed)


def _follows_change(moment: datetime, zone: str) -> bool:
    """Whether the clock of the zone was changed right before this moment."""
    return reading(moment, zone) - reading(moment - INSTANT, zone) != INSTANT


def _from_since(rule: Rule, lines: ruleset.RuleLines) -> Written:
    removed = _removed(rule)
    is_first = rule.after(rule.since - INSTANT) == rule.since
    return Written(
        start=rule.since,
        rules=tuple(_ended(rule, parts) for parts in lines.rules),
        added=tuple(sorted({_moment(value, rule) for value in lines.added})),
        removed=removed if is_first or rule.since in removed else (rule.since, *removed),
    )


def _lines(rule: Rule) -> ruleset.RuleLines:
    if rule.rrule is None:
        parts = ruletext.simple(rule.recurrence or "", rule.weekdays)
        return ruleset.RuleLines(rules=(replace(parts, count=rule.count),))
    if ruleset.is_set(rule.rrule):
        return ruleset.lines(rule.rrule)
    return ruleset.RuleLines(rules=(ruletext.rrule(rule.rrule),))


def _moment(value: ruleset.Value, rule: Rule) -> datetime:
    if value.reading is not None:
        return value.instant(rule.zone)
    return recurring_instant(datetime.combine(value.day, reading(rule.since, rule.zone).time()), rule.zone)


def _ended(rule: Rule, parts: Parts) -> str:
    """Return the rule's text; of a count and an end it tells the one that comes first, as the RFC wants."""
    own = parts.until
    if own is not None and own.tzinfo is None:
        own = recurring_instant(own, rule.zone)
    end = min((one for one in (own, rule.until) if one is not None), default=None)
    if parts.count is not None and end is not None:
        counted = Rule(since=rule.since, rrule=text_of(replace(parts, until=None)), zone=rule.zone)
        ends_by_count = counted.rank(end) >= parts.count
        return text_of(replace(parts, until=None) if ends_by_count else replace(parts, count=None, until=end))
    return text_of(replace(parts, until=end))


def _removed(rule: Rule) -> tuple[datetime, ...]:
    """Return the excluded moments; days are spelled out as the occurrences that they would have."""
    if rule.rrule is not None and ruleset.is_set(rule.rrule):
        values: Sequence[ruleset.Value] = ruleset.lines(rule.rrule).removed
    else:
        values = ()
    days = {value.day for value in values if value.reading is None}
    days |= {date.fromisoformat(text) for text in rule.excluded if "T" not in text}
    moments = {value.instant(rule.zone) for value in values if value.reading is not None}
    moments |= {datetime.fromisoformat(text) for text in rule.excluded if "T" in text}
    open_rule = replace(rule, excluded=(), rrule=_without_removed(rule.rrule))
    for day in sorted(days):
        moments.update(_of_day(open_rule, day))
    return tuple(sorted(moments))[:MOST_WRITTEN]


def _without_removed(text: str | None) -> str | None:
    if text is None or not ruleset.is_set(text):
        return text
    return "\n".join(line for line in text.splitlines() if not line.strip().upper().startswith("EXDATE"))


def _of_day(rule: Rule, day: date) -> list[datetime]:
    begin = recurring_instant(datetime.combine(day, time()), rule.zone)
    end = recurring_instant(datetime.combine(day + timedelta(days=1), time()), rule.zone)
    return [one for one in rule.occurrences(begin - INSTANT, MOST_WRITTEN) if one < end]


def text_of(parts: Parts) -> str:
    """Return the RRULE of checked parts; an end is written in UTC where it has a zone."""
    days = parts.days
    fields = {
        "FREQ": parts.frequency.value,
        "INTERVAL": str(parts.interval) if parts.interval != 1 else "",
        "WKST": WEEKDAYS[days.week_start] if days.week_start else "",
        "BYMONTH": _numbers(days.months),
        "BYWEEKNO": _numbers(days.weeks),
        "BYYEARDAY": _numbers(days.year_days),
        "BYMONTHDAY": _numbers(days.month_days),
        "BYDAY": ",".join(f"{nth or ''}{WEEKDAYS[day]}" for nth, day in days.weekdays),
        "BYHOUR": _numbers(parts.hours),
        "BYMINUTE": _numbers(parts.minutes),
        "BYSECOND": "" if parts.second is None else str(parts.second),
        "BYSETPOS": _numbers(parts.positions),
        "COUNT": "" if parts.count is None else str(parts.count),
        "UNTIL": _until(parts.until),
    }
    return ";".join(f"{name}={value}" for name, value in fields.items() if value)


def _numbers(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers))


def _until(end: datetime | None) -> str:
    if end is None:
        return ""
    return f"{end:%Y%m%dT%H%M%S}" if end.tzinfo is None else f"{end.astimezone(UTC):%Y%m%dT%H%M%SZ}"
