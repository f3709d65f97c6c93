"""When something recurs: a rule between two moments, in the clock of one time zone.

Rules by the day and longer follow the zone's wall clock and so survive daylight saving; hours and minutes are steps of
real time, whose filters (weekdays, BYHOUR…) read the zone's clock. Every question is answered in bounded time.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from sys import maxsize

from engine.domain import ruleset, ruletext
from engine.domain.clocks import Clock, Once, Stretches, WallClock, following
from engine.domain.daylight import DaylightClock, Gap, Repeat
from engine.domain.errors import InvalidSchedule
from engine.domain.ruleparts import Parts
from engine.domain.timetext import MOST
from engine.domain.union import Union
from engine.domain.zones import FIRST_YEAR, INSTANT, LAST_YEAR, reading, recurring_instant, zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When something recurs. `make_rule` checks it; a stored one that is damaged says so when it is asked."""

    since: datetime
    """Aware, UTC; the first possible occurrence, which the steps are counted from."""
    until: datetime | None = None
    """Aware, UTC, inclusive."""
    recurrence: str | None = None
    """`N unit`; None with `rrule`, or for a single run."""
    weekdays: tuple[str, ...] = ()
    count: int | None = None
    """The most occurrences from `since` on, whether or not they were used."""
    rrule: str | None = None
    """One RRULE, or the lines of a set (RRULE, RDATE, EXDATE)."""
    zone: str = "UTC"
    excluded: tuple[str, ...] = ()
    """Whole days of the zone as YYYY-MM-DD, or moments (ISO, UTC), that are left out; a count counts them."""
    gap: Gap = Gap.NEXT
    repeat: Repeat = Repeat.FIRST

    @property
    def is_single(self) -> bool:
        """Whether it names `since` alone."""
        return self.rrule is None and self.recurrence is None

    @property
    def is_recurring(self) -> bool:
        """Whether it names more than one moment."""
        if self.is_single or self.count == 1:
            return False
        return self.rrule is None or len(self.occurrences(self.since - INSTANT, 2)) > 1

    def after(self, moment: datetime) -> datetime | None:
        """Return the first occurrence strictly later than `moment` (aware), in UTC; None once exhausted.

        Raises:
            InvalidSchedule: the rule is not valid, or `moment` has no zone.
        """
        if moment.tzinfo is None:
            raise InvalidSchedule(f"{moment} has no time zone")
        return following(_clock(self), max(moment.astimezone(UTC), self.since - INSTANT))

    def rank(self, moment: datetime) -> int:
        """Return how many occurrences lie at `moment` (aware) or before.

        Raises:
            InvalidSchedule: the rule is not valid.
        """
        clock = _clock(self)
        last = min(moment, clock.end) if clock.end is not None else moment
        limit = maxsize if clock.limit is None else clock.limit
        return min(limit, clock.count(last.astimezone(UTC), limit=limit)) if last >= self.since else 0

    def count_between(self, after: datetime, last: datetime) -> int:
        """Return how many occurrences lie later than `after` and up to `last`; of a set, a thousand at most.

        Raises:
            InvalidSchedule: the rule is not valid.
        """
        clock = _clock(self)
        if isinstance(clock, Union):
            return clock.between(after, last)
        return max(self.rank(last) - self.rank(after), 0)

    def occurrences(self, after: datetime, limit: int) -> list[datetime]:
        """Return up to `limit` occurrences strictly later than `after`."""
        return list(_taken(self, after, limit))

    @property
    def words(self) -> str:
        """Return the rule as a listing shows it."""
        if self.rrule is not None:
            return _told(self.rrule) + self._without
        text = f"every {self.recurrence}" if self.recurrence else "once"
        if text.startswith("every 1 "):
            text = "every " + text.removeprefix("every 1 ").removesuffix("s")
        days = f" on {', '.join(self.weekdays)}" if self.weekdays else ""
        times = f", {self.count} times" if self.recurrence and self.count is not None else ""
        return text + days + times + self._without

    @property
    def _without(self) -> str:
        if not self.excluded:
            return ""
        return f" without {self.excluded[0][:16]}" + (
            f" and {len(self.excluded) - 1} more" if self.excluded[1:] else ""
        )


@lru_cache(maxsize=1024)
def _told(rrule: str) -> str:
    """Return an RRULE in plain English where that says all of it, else as it is written."""
    from engine.domain import english  # only those who list rules speak

    with suppress(InvalidSchedule):
        if not ruleset.is_set(rrule):
            parts = ruletext.rrule(rrule)
            said = english.words(ruletext.with_count(rrule, None))
            times = "" if parts.count is None else f", {parts.count} times"
            return f"{said}{times}" if said else rrule
    return " ".join(rrule.split())


def make_rule(
    since: datetime,
    *,
    until: datetime | None = None,
    recurrence: str | None = None,
    weekdays: Iterable[str] = (),
    count: int | None = None,
    rrule: str | None = None,
    zone: str = "UTC",
    excluded: Iterable[str] = (),
    gap: Gap = Gap.NEXT,
    repeat: Repeat = Repeat.FIRST,
) -> Rule:
    """Return the checked rule; weekdays and exclusion dates may be lists with commas, weekdays in any case.

    A DTSTART in the text of a set must be `since`; it is not stored twice.

    Raises:
        InvalidSchedule: a part is malformed, or they do not go together (semantics §3.4, §3.5).
    """
    weekdays = ruletext.split_weekdays(weekdays)
    if rrule and (recurrence or weekdays or count is not None):
        raise InvalidSchedule("`rrule` cannot be provided together with `recurrence`, `weekdays` or `count`.")
    since = _moment(since, "since")
    rule = Rule(
        since=since,
        until=None if until is None else _moment(until, "until"),
        recurrence=_spelled(recurrence) if recurrence else None,
        weekdays=weekdays,
        count=count,
        rrule=_without_start(rrule, since, zone) if rrule else None,
        zone=zone,
        excluded=ruleset.exclusions(excluded, now=since, zone=zone),
        gap=gap,
        repeat=repeat,
    )
    _clock(rule)
    return rule


def _without_start(text: str, since: datetime, zone: str) -> str:
    start, rest = ruleset.split_start(text)
    if start is not None and start.instant(zone) != since:
        raise InvalidSchedule(
            f"the rule's DTSTART {start.instant(zone).isoformat()} is not its since {since.isoformat()}; "
            "leave one of them out"
        )
    return rest


def _spelled(recurrence: str) -> str:
    """Return the recurrence with its unit written out, such as `2 weeks`."""
    parts = ruletext.simple(recurrence, ())
    return f"{parts.interval} {ruletext.UNIT_OF[parts.frequency]}"


def _moment(moment: datetime, name: str) -> datetime:
    if moment.tzinfo is None:
        raise InvalidSchedule(f"{name} {moment} has no time zone")
    if not FIRST_YEAR <= moment.year < LAST_YEAR:
        raise InvalidSchedule(
            f"{name} {moment} is out of range: the year must lie between {FIRST_YEAR} and {LAST_YEAR}"
        )
    return moment.astimezone(UTC).replace(microsecond=0)


def _taken(rule: Rule, after: datetime, limit: int) -> Iterator[datetime]:
    moment = rule.after(after)
    while moment is not None and limit > 0:
        yield moment
        moment, limit = rule.after(moment), limit - 1


@lru_cache(maxsize=8192)
def _clock(rule: Rule) -> Clock:
    zone(rule.zone)
    if rule.excluded or (rule.rrule is not None and ruleset.is_set(rule.rrule)):
        return _union(rule)
    limit = _limit(rule)
    if rule.is_single:
        return Once(since=rule.since, end=rule.until, limit=limit)
    return _stepping(rule, _parts(rule), limit)


def _union(rule: Rule) -> Union:
    if rule.rrule is None or not ruleset.is_set(rule.rrule):
        members: tuple[Clock, ...] = (_clock(replace(rule, excluded=())),)
        lines = ruleset.RuleLines()
    else:
        lines = ruleset.lines(rule.rrule)
        members = tuple(_stepping(rule, parts, parts.count) for parts in lines.rules)
    moments = [one for one in rule.excluded if "T" in one]
    return Union(
        members=members,
        added=tuple(sorted({_added(value, rule) for value in lines.added})),
        removed=frozenset(
            [value.instant(rule.zone) for value in lines.removed if value.reading]
            + [datetime.fromisoformat(one) for one in moments]
        ),
        days=frozenset(
            [value.day for value in lines.removed if value.reading is None]
            + [date.fromisoformat(one) for one in rule.excluded if one not in moments]
        ),
        since=rule.since,
        zone=rule.zone,
        end=rule.until,
    )


def _added(value: ruleset.Value, rule: Rule) -> datetime:
    """Return the moment of an RDATE; a date alone takes the time of the start."""
    if value.reading is not None:
        return value.instant(rule.zone)
    return recurring_instant(datetime.combine(value.day, reading(rule.since, rule.zone).time()), rule.zone)


def _stepping(rule: Rule, parts: Parts, limit: int | None) -> Clock:
    is_even = parts.frequency.is_subdaily and (parts.is_plain or rule.zone == "UTC")
    name = "UTC" if is_even else rule.zone
    end = _end(rule, parts)
    if parts.frequency.is_subdaily and not is_even:
        return Stretches(parts=parts, since=rule.since, zone=name, end=end, limit=limit)
    if is_even or (rule.gap is Gap.NEXT and rule.repeat is Repeat.FIRST):
        return WallClock(parts=parts, since=rule.since, zone=name, end=end, limit=limit)
    return DaylightClock(
        parts=parts, since=rule.since, zone=name, gap=rule.gap, repeat=rule.repeat, end=end, limit=limit
    )


def _parts(rule: Rule) -> Parts:
    if rule.rrule is not None:
        return ruletext.rrule(rule.rrule)
    return ruletext.simple(rule.recurrence or "", rule.weekdays)


def _limit(rule: Rule) -> int | None:
    count = rule.count
    if count is not None and (not isinstance(count, int) or isinstance(count, bool)):
        raise InvalidSchedule(f"invalid parameter count, should be int, got: {count}")
    if count is not None and count > MOST:
        raise InvalidSchedule(f"count must not be larger than {MOST}, got: {count}")
    if rule.is_single and rule.weekdays:
        raise InvalidSchedule("weekdays need a recurrence, such as `1 weeks`")
    if rule.is_single and count is None:
        raise InvalidSchedule("give --recurrence, --rrule, or --count 1 for a single run")
    if rule.is_single and count is not None and count > 1:
        raise InvalidSchedule("recurrence must be specified for execution count larger than 1")
    return _parts(rule).count if rule.rrule is not None else count


def _end(rule: Rule, parts: Parts) -> datetime | None:
    """Return the earlier of the rule's own end and the schedule's."""
    own = parts.until
    if own is not None and own.tzinfo is None:
        own = recurring_instant(own, rule.zone)
    return min((end for end in (own, rule.until) if end is not None), default=None)
