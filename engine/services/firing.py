"""Starting what is due, and what is recorded and told of decisions about occurrences."""

from dataclasses import replace
from datetime import datetime
from sqlite3 import Connection

from engine.domain.event import Draft, EventType, Level
from engine.domain.execution import Execution, Status
from engine.domain.schedule import SYSTEM, Disposition, Occurrence, Schedule, start_request
from engine.domain.scheduleplan import Decision
from engine.domain.snapshot import CREATE
from engine.services import executions, snapshots
from storage import events, polling, schedules
from storage.database import Database


def start(
    connection: Connection, schedule: Schedule, occurrence: datetime, now: datetime, *, origin: str | None = None
) -> Execution:
    """Start what a schedule starts, for one occurrence, inside the caller's transaction."""
    request = start_request(schedule)
    request = replace(request, origin=origin or request.origin)
    if request.is_system_wide and request.workflow_id == CREATE:
        name = f"{schedule.id}-{occurrence:%Y%m%dT%H%M%SZ}"
        return snapshots.begin_in(connection, replace(request, parameters={"snapshot_id": name}), now=now)
    return executions.start_in(connection, request, now=now)


def record(
    connection: Connection, schedule: Schedule, decision: Decision, execution: Execution | None, now: datetime
) -> list[Occurrence]:
    """Store what was decided, the occurrences that came too late first, and tell of it."""
    is_queued = execution is not None and execution.status is Status.QUEUED
    decided = Occurrence(
        deployment_id=schedule.deployment_id,
        schedule_id=schedule.id,
        occurrence=decision.occurrence,
        disposition=Disposition.QUEUED if is_queued else decision.disposition,
        reason=_reason(decision),
        execution_id=execution.id if execution else None,
        decided_at=now,
        covered=1 + decision.passed,
    )
    lines = [*_missed(schedule, decision, now), decided]
    schedules.insert_occurrences(connection, lines)
    events.append(connection, [_event(schedule, line) for line in lines])
    return lines


def record_unused(connection: Connection, schedule: Schedule, now: datetime, reason: str) -> None:
    """Store that the occurrences since the stored next one went by without a decision, for a stated reason."""
    first = schedule.next_occurrence
    if first is None or first > now:
        return
    line = Occurrence(
        deployment_id=schedule.deployment_id,
        schedule_id=schedule.id,
        occurrence=first,
        disposition=Disposition.DISABLED,
        reason=reason,
        decided_at=now,
        covered=1 + schedule.rule.count_between(first, now),
    )
    if schedules.insert_occurrences(connection, [line]):
        events.append(connection, [_event(schedule, line)])


def switch_off(database: Database, deployment_id: str, id: str, now: datetime, reason: str) -> list[Occurrence]:
    """Disable a schedule that cannot be read, and tell of it."""
    line = Occurrence(
        deployment_id=deployment_id,
        schedule_id=id,
        occurrence=now,
        disposition=Disposition.ERROR,
        reason=f"it cannot be read and is switched off: {reason}",
        decided_at=now,
    )
    told = Draft(
        type=EventType.SCHEDULE_SKIPPED,
        message=f"schedule '{id}': {line.reason}",
        timestamp=now,
        level=Level.ERROR,
        deployment_id=_deployment(deployment_id),
    )
    with database.write() as connection:
        polling.switch_off(connection, deployment_id, id, line.reason)
        schedules.insert_occurrences(connection, [line])
        events.append(connection, [told])
    return [line]


def _missed(schedule: Schedule, decision: Decision, now: datetime) -> list[Occurrence]:
    if not decision.missed or schedule.next_occurrence is None:
        return []
    more = f", and {decision.missed - 1} after it" if decision.missed > 1 else ""
    return [
        Occurrence(
            deployment_id=schedule.deployment_id,
            schedule_id=schedule.id,
            occurrence=schedule.next_occurrence,
            disposition=Disposition.SKIPPED_LATE,
            reason=f"it was missed{more}; a later one was in time",
            decided_at=now,
            covered=decision.missed,
        )
    ]


def _reason(decision: Decision) -> str:
    later = f"{decision.passed} later occurrences were due as well" if decision.passed else ""
    return "; ".join(text for text in (decision.reason, later) if text)


def _event(schedule: Schedule, line: Occurrence) -> Draft:
    has_fired = line.disposition.has_fired
    what = line.disposition.value.replace("_", ", ", 1)
    because = f": {line.reason}" if line.reason else ""
    return Draft(
        type=EventType.SCHEDULE_FIRED if has_fired else EventType.SCHEDULE_SKIPPED,
        message=f"schedule '{schedule.id}' of {line.occurrence:%Y-%m-%d %H:%M}Z: {what}{because}",
        timestamp=line.decided_at,
        level=_level(line.disposition),
        execution_id=line.execution_id,
        deployment_id=_deployment(schedule.deployment_id),
        workflow_id=schedule.workflow_id,
    )


def _deployment(id: str) -> str | None:
    return None if id == SYSTEM else id


def _level(disposition: Disposition) -> Level:
    if disposition.has_fired:
        return Level.INFO
    return Level.ERROR if disposition is Disposition.ERROR else Level.WARNING
