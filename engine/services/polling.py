"""One poll of the schedules: what is due is decided, started and recorded, each schedule in one transaction of its own.

The next occurrence moves in the transaction that starts the execution, and is recorded once: nothing fires twice.
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from sqlite3 import Connection

from engine.domain.errors import ConductorError, StorageFailed
from engine.domain.event import Draft, EventType, Level
from engine.domain.execution import Execution, Status
from engine.domain.schedule import GRACE, Decision, Disposition, Occurrence, Schedule, plan, start_request
from engine.services import executions as execution_services
from storage import engines, events, executions, maintenance, polling, schedules
from storage.database import Database

logger = logging.getLogger(__name__)

LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """Under which conditions the schedules are polled."""

    now: datetime
    epoch: int | None = None
    """Of the engine that polls; once a later engine leads, nothing is decided any more."""
    grace: timedelta = GRACE
    """How late an occurrence may be beyond its slip: no less than the time between two polls."""


def poll(database: Database, conditions: Poll) -> list[Occurrence]:
    """Decide about every schedule that is due and return what was decided.

    Raises:
        StorageFailed: the database cannot be written; what is due stays due.
    """
    with database.read() as connection:
        due = schedules.due(connection, conditions.now)
    decided: list[Occurrence] = []
    for deployment_id, id in due:
        decided += _decide(database, deployment_id, id, conditions)
    return decided


def _decide(database: Database, deployment_id: str, id: str, conditions: Poll) -> list[Occurrence]:
    try:
        with database.write() as connection:
            schedule = _claimed(connection, deployment_id, id, conditions)
            return _settled(connection, schedule, conditions) if schedule else []
    except StorageFailed:
        raise
    except Exception as error:  # whatever is wrong with one schedule, the others go on
        logger.warning(
            "schedule %s of deployment %s: %s", id, deployment_id, error, exc_info=not isinstance(error, ConductorError)
        )
        return _failed(database, deployment_id, id, conditions, _sentence(error))


def _claimed(connection: Connection, deployment_id: str, id: str, conditions: Poll) -> Schedule | None:
    """Return the schedule if it is still due and ours to decide about."""
    if conditions.epoch is not None and not engines.leads(connection, conditions.epoch):
        return None
    if not schedules.exists(connection, deployment_id, id):
        return None
    schedule = schedules.get(connection, deployment_id, id)
    return schedule if schedule.is_due(conditions.now) else None


def _settled(connection: Connection, schedule: Schedule, conditions: Poll) -> list[Occurrence]:
    """Act on the decision about a due schedule and store both."""
    decision = plan(
        schedule,
        now=conditions.now,
        latest_status=_latest_status(connection, schedule),
        maintenance=maintenance.get(connection) is not None,
        grace=conditions.grace,
    )
    advanced = replace(schedule, next_occurrence=decision.next_occurrence, enabled=decision.keeps_enabled)
    if polling.is_decided(connection, schedule.deployment_id, schedule.id, decision.occurrence):
        schedules.update(connection, advanced)  # the clock was put back: this one has had its decision
        return []
    execution = None
    if decision.fires:
        execution = execution_services.start_in(connection, start_request(schedule), now=conditions.now)
        advanced = replace(advanced, latest_execution_id=execution.id, is_failure_latched=True)
    schedules.update(connection, advanced)
    return _recorded(connection, schedule, decision, execution, conditions.now)


def _latest_status(connection: Connection, schedule: Schedule) -> Status | None:
    if schedule.latest_execution_id is None:
        return None
    return executions.get(connection, schedule.latest_execution_id).status


def _recorded(
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
    )
    lines = [*_missed(schedule, decision, now), decided]
    schedules.insert_occurrences(connection, lines)
    events.append(connection, [_event(schedule, line) for line in lines])
    return lines


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
        deployment_id=schedule.deployment_id,
        workflow_id=schedule.workflow_id,
    )


def _level(disposition: Disposition) -> Level:
    if disposition.has_fired:
        return Level.INFO
    return Level.ERROR if disposition is Disposition.ERROR else Level.WARNING


def _failed(database: Database, deployment_id: str, id: str, conditions: Poll, reason: str) -> list[Occurrence]:
    """Record that a due schedule could not be started, and move it on; one that cannot be read is switched off."""
    try:
        with database.write() as connection:
            schedule = _claimed(connection, deployment_id, id, conditions)
            if schedule is None or schedule.next_occurrence is None:
                return []
            following = schedule.rule.after(conditions.now)
            decision = Decision(
                disposition=Disposition.ERROR,
                reason=reason,
                occurrence=schedule.next_occurrence,
                next_occurrence=following,
            )
            advanced = replace(schedule, next_occurrence=following, enabled=not schedule.stop_on_fail)
            schedules.update(connection, advanced)
            return _recorded(connection, schedule, decision, None, conditions.now)
    except StorageFailed:
        raise
    except Exception as error:  # not even its rule can be read
        logger.error("schedule %s of deployment %s is switched off: %s", id, deployment_id, error)
        return _switched_off(database, deployment_id, id, conditions, _sentence(error))


def _switched_off(database: Database, deployment_id: str, id: str, conditions: Poll, reason: str) -> list[Occurrence]:
    line = Occurrence(
        deployment_id=deployment_id,
        schedule_id=id,
        occurrence=conditions.now,
        disposition=Disposition.ERROR,
        reason=f"it cannot be read and is switched off: {reason}",
        decided_at=conditions.now,
    )
    told = Draft(
        type=EventType.SCHEDULE_SKIPPED,
        message=f"schedule '{id}': {line.reason}",
        timestamp=conditions.now,
        level=Level.ERROR,
        deployment_id=deployment_id,
    )
    with database.write() as connection:
        polling.switch_off(connection, deployment_id, id)
        schedules.insert_occurrences(connection, [line])
        events.append(connection, [told])
    return [line]


def _sentence(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:LONGEST_REASON]
