"""A schedule on a test clock: what a poll would decide about each coming run, by the rules that polls go by."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.domain.execution import Status
from engine.domain.outlook import Around
from engine.domain.preview import CLOSE, is_rival
from engine.domain.schedule import Disposition, Schedule
from engine.domain.scheduleplan import plan
from engine.domain.schedulepolicy import Overlap
from engine.domain.zones import INSTANT

BEFORE = "waits for the run before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What would become of one run."""

    occurrence: datetime
    disposition: Disposition
    reason: str = ""
    starts_at: datetime | None = None
    """When its execution would begin, after what it waits for; None where none does."""


def rehearse(schedule: Schedule, around: Around, *, now: datetime, limit: int) -> list[Rehearsed]:
    """Return what would be decided next, with an engine that polls in time and executions that take what they took.

    Nothing fails on a test clock, and nobody else starts anything.
    """
    told: list[Rehearsed] = []
    current = replace(schedule, enabled=True, next_occurrence=schedule.rule.after(now), latest_execution_id=None)
    ends: datetime | None = None
    while current.next_occurrence is not None and len(told) < limit:
        clock = current.start_of(current.next_occurrence)
        latest = None if ends is None else Status.STARTED if ends > clock else Status.TERMINATED
        decision = plan(current, now=clock, latest_status=latest, calendars=around.calendars)
        begins, why = _begin(current, around, _room(current, clock, ends)) if decision.fires else (None, "")
        told.append(
            Rehearsed(
                occurrence=decision.occurrence,
                disposition=Disposition.QUEUED if begins and begins > clock else decision.disposition,
                reason=decision.reason or why or (BEFORE if begins and begins > clock else ""),
                starts_at=begins,
            )
        )
        current = replace(current, next_occurrence=decision.next_occurrence)
        if begins is not None:
            ends = begins + (around.takes or timedelta())
            current = replace(current, latest_execution_id=f"of run {len(told)}")
    return told


def _room(schedule: Schedule, clock: datetime, ends: datetime | None) -> datetime:
    """Return from when its own run before leaves room: at once for one that runs beside it."""
    is_beside = schedule.arguments.force or schedule.policies.overlap is Overlap.PARALLEL
    return clock if ends is None or is_beside else max(clock, ends)


def _begin(schedule: Schedule, around: Around, clock: datetime) -> tuple[datetime, str]:
    """Return when an execution that is due would begin, and what it waits for until then."""
    begins, why = clock, ""
    for other in (one for one in around.others if is_rival(schedule, one)):
        name, hold = f"{other.deployment_id}/{other.id}", around.holds.get((other.deployment_id, other.id))
        since = other.rule.after(begins - (hold or CLOSE) - INSTANT)
        if since is None or not since <= begins < since + (hold or CLOSE):
            continue
        if hold is None:
            why = why or f"may wait for {name}, of which no run is known"
        else:
            begins, why = since + hold, f"waits for {name}"
    return begins, why
