"""What a schedule will do next, line by line, as editors and listings show it before anything is saved."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.domain.blackout import Calendar, closure
from engine.domain.daylight import SPREAD, Gap, Mark, is_repeated
from engine.domain.recurrence import Rule
from engine.domain.schedule import SYSTEM, Schedule
from engine.domain.zones import INSTANT, offset

CLOSE = timedelta(minutes=5)
"""Occurrences of two schedules that are no further apart collide."""
Name = tuple[str, str]
"""Deployment and id of a schedule."""
MOST_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewLine:
    """One coming occurrence."""

    occurrence: datetime
    """Aware, UTC."""
    starts_at: datetime
    """With its jitter."""
    zone: str
    mark: Mark = Mark.NONE
    closed_by: str = ""
    """The calendar that keeps it from starting."""
    collides_with: tuple[str, ...] = ()
    """Other schedules that start at about that time, as `deployment/schedule`; some are named, not all."""

    @property
    def is_hindered(self) -> bool:
        """Whether something stands in its way."""
        return bool(self.closed_by or self.collides_with)

    @property
    def note(self) -> str:
        """Return what is special about it, in words; empty for the usual."""
        marks = {Mark.GAP: "DST gap: moved", Mark.REPEAT: "DST: this time comes twice", Mark.CHANGE: "DST change"}
        told = [marks[self.mark]] if self.mark else []
        told += [f"closed by {self.closed_by}"] if self.closed_by else []
        told += [f"with {', '.join(self.collides_with)}"] if self.collides_with else []
        return "; ".join(told)


def preview(
    schedule: Schedule,
    *,
    now: datetime,
    limit: int,
    calendars: Sequence[Calendar] = (),
    others: Sequence[Schedule] = (),
    holds: Mapping[Name, timedelta] | None = None,
) -> list[PreviewLine]:
    """Return the next occurrences of a schedule, enabled or not, by the rule that the poller goes by.

    `holds` tells of other schedules how long their executions usually take: so long after their start they collide.
    """
    found, before = list[PreviewLine](), now
    known = holds or {}
    rivals = [
        Rival(one, max(CLOSE, known.get((one.deployment_id, one.id), CLOSE)))
        for one in others
        if is_rival(schedule, one)
    ]
    for occurrence in schedule.rule.occurrences(now, limit):
        closed = closure(calendars, occurrence)
        found.append(
            PreviewLine(
                occurrence=occurrence,
                starts_at=schedule.start_of(occurrence),
                zone=schedule.rule.zone,
                mark=_mark(schedule.rule, occurrence, before if found else None),
                closed_by=closed.calendar_id if closed else "",
                collides_with=tuple(_colliding(rivals, occurrence)),
            )
        )
        before = occurrence
    return found


@dataclass(frozen=True, slots=True)
class Rival:
    """Another schedule, and how long its executions hold what both need."""

    schedule: Schedule
    hold: timedelta


def is_rival(schedule: Schedule, other: Schedule) -> bool:
    """Say whether the executions of the two get into each other's way."""
    is_itself = (other.deployment_id, other.id) == (schedule.deployment_id, schedule.id)
    shares = SYSTEM in (other.deployment_id, schedule.deployment_id) or other.deployment_id == schedule.deployment_id
    return other.enabled and shares and not is_itself


def _mark(rule: Rule, occurrence: datetime, before: datetime | None) -> Mark:
    if is_repeated(occurrence, rule.zone):
        return Mark.REPEAT
    here = offset(occurrence, rule.zone)
    if here != offset(occurrence - SPREAD, rule.zone) and _has_moved(rule, occurrence):
        return Mark.GAP
    return Mark.CHANGE if before is not None and here != offset(before, rule.zone) else Mark.NONE


def _has_moved(rule: Rule, occurrence: datetime) -> bool:
    return replace(rule, gap=Gap.SKIP).after(occurrence - INSTANT) != occurrence


def _colliding(rivals: Iterable[Rival], occurrence: datetime) -> list[str]:
    names = []
    for rival in rivals:
        other = rival.schedule
        near = other.rule.after(occurrence - rival.hold - INSTANT)
        if near is not None and near <= occurrence + CLOSE:
            names.append(f"{other.deployment_id}/{other.id}")
            if len(names) == MOST_NAMED:
                break
    return names
