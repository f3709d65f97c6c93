"""One poll of the schedules: what is due is decided, started and recorded, several schedules to a transaction.

The next occurrence moves in the transaction that starts the execution, and is recorded once: nothing fires twice. A
schedule that cannot be decided is rolled back alone, the others go on.
"""

import logging
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from sqlite3 import Connection

from engine.domain.errors import ConductorError, StorageFailed
from engine.domain.execution import Status
from engine.domain.schedule import GRACE, Disposition, Occurrence, Schedule
from engine.domain.scheduleplan import Decision, plan
from engine.services import firing
from storage import calendars, engines, maintenance, polling, schedules
from storage.database import Database

logger = logging.getLogger(__name__)

LONGEST_REASON = 1000
BATCH = 50
"""How many schedules share a transaction: the disk is waited for once, other writers not for long."""
MOST_CAUGHT_UP = 100
"""How many decisions a poll makes about one schedule; what is left waits for the next poll."""

Name = tuple[str, str]


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
        due = iter(schedules.due(connection, conditions.now))
    decided: list[Occurrence] = []
    while batch := list(islice(due, BATCH)):
        lines, failed = _decide(database, batch, conditions)
        decided += lines
        for (deployment_id, id), error in failed.items():
            decided += _failed(database, deployment_id, id, conditions, _sentence(error))
    return decided


def _decide(
    database: Database, names: Sequence[Name], conditions: Poll
) -> tuple[list[Occurrence], dict[Name, Exception]]:
    """Decide about some schedules in one transaction, and return what was decided and what could not be."""
    decided: list[Occurrence] = []
    failed: dict[Name, Exception] = {}
    with database.write() as connection:
        is_held = maintenance.get(connection) is not None
        for name in names if _leads(connection, conditions) else ():
            error = _caught_up(connection, name, conditions, decided, is_held=is_held)
            if error is not None:
                failed[name] = error
    for (deployment_id, id), reason in failed.items():
        trace = None if isinstance(reason, ConductorError) else reason
        logger.warning("schedule %s of deployment %s: %s", id, deployment_id, reason, exc_info=trace)
    return decided, failed


def _caught_up(
    connection: Connection, name: Name, conditions: Poll, decided: list[Occurrence], *, is_held: bool
) -> Exception | None:
    """Decide about one schedule until it is due no more; a decision that fails is undone, alone, and returned."""
    for _ in range(MOST_CAUGHT_UP):
        connection.execute("SAVEPOINT schedule")
        try:
            lines, is_due_again = _turn(connection, name, conditions, is_held=is_held)
        except sqlite3.OperationalError:
            raise
        except Exception as error:  # whatever is wrong with one schedule, the others go on
            connection.execute("ROLLBACK TO schedule")
            connection.execute("RELEASE schedule")
            return error
        connection.execute("RELEASE schedule")
        decided += lines
        if not is_due_again:
            return None
    return None


def _turn(connection: Connection, name: Name, conditions: Poll, *, is_held: bool) -> tuple[list[Occurrence], bool]:
    """Decide about one schedule if it is still due, and say whether it is due again at once."""
    found = polling.claimed(connection, *name)
    if found is None or not found[0].is_due(conditions.now):
        return [], False
    schedule, latest = found
    lines, advanced = _settled(connection, schedule, latest, conditions, is_held=is_held)
    return lines, advanced.is_due(conditions.now)


def _leads(connection: Connection, conditions: Poll) -> bool:
    return conditions.epoch is None or engines.leads(connection, conditions.epoch)


def _settled(
    connection: Connection, schedule: Schedule, latest: Status | None, conditions: Poll, *, is_held: bool
) -> tuple[list[Occurrence], Schedule]:
    """Act on the decision about a due schedule, store both, and return what was decided and the schedule after it."""
    decision = plan(
        schedule,
        now=conditions.now,
        latest_status=latest,
        maintenance=is_held,
        grace=conditions.grace,
        calendars=calendars.chosen(connection, schedule.policies.calendars),
    )
    advanced = _advanced(schedule, decision)
    if polling.is_decided(connection, schedule.deployment_id, schedule.id, decision.occurrence):
        polling.advance(connection, advanced)  # the clock was put back: this one has had its decision
        return [], advanced
    execution = None
    if decision.fires:
        execution = firing.start(connection, schedule, decision.occurrence, conditions.now)
        advanced = replace(advanced, latest_execution_id=execution.id, is_failure_latched=True)
    polling.advance(connection, advanced)
    return firing.record(connection, schedule, decision, execution, conditions.now), advanced


def _advanced(schedule: Schedule, decision: Decision) -> Schedule:
    advanced = replace(schedule, next_occurrence=decision.next_occurrence, enabled=decision.keeps_enabled)
    return advanced if decision.keeps_enabled else replace(advanced, pause_reason=decision.reason)


def _failed(database: Database, deployment_id: str, id: str, conditions: Poll, reason: str) -> list[Occurrence]:
    """Record that a due schedule could not be started, and move it on; one that cannot be read is switched off."""
    try:
        with database.write() as connection:
            if not _leads(connection, conditions):
                return []
            found = polling.claimed(connection, deployment_id, id)
            if found is None or not found[0].is_due(conditions.now):
                return []
            return _moved_on(connection, found[0], conditions.now, reason)
    except StorageFailed:
        raise
    except Exception as error:  # not even its rule can be read
        logger.error("schedule %s of deployment %s is switched off: %s", id, deployment_id, error)
        return firing.switch_off(database, deployment_id, id, conditions.now, _sentence(error))


def _moved_on(connection: Connection, schedule: Schedule, now: datetime, reason: str) -> list[Occurrence]:
    oldest = schedule.next_occurrence or now
    decision = Decision(
        disposition=Disposition.ERROR,
        reason=reason,
        occurrence=oldest,
        next_occurrence=schedule.rule.after(now),
        passed=schedule.rule.count_between(oldest, now),
    )
    stops = schedule.enabled and schedule.stop_on_fail
    advanced = replace(
        schedule,
        next_occurrence=decision.next_occurrence,
        enabled=not stops,
        pause_reason=reason if stops else "",
    )
    polling.advance(connection, advanced)
    return firing.record(connection, schedule, decision, None, now)


def _sentence(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:LONGEST_REASON]
