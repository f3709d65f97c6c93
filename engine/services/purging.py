"""How ended executions are removed, with their operations, events and logs (semantics §1.13).

An execution group goes with its last execution: what is told of it would stay for ever.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.domain.errors import InvalidValue
from engine.domain.execution import FINAL, Status
from engine.domain.timetext import duration, moment
from engine.services import settings
from engine.services.localzone import local_zone
from storage import executiongroups, executions
from storage.database import Database

BATCH = 200
"""Executions removed in one transaction, so that nobody waits long for the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge:
    """Which ended executions are to go."""

    before: datetime | None = None
    """Those that ended earlier; None sets no date."""
    keep_last: int | None = None
    """How many of each deployment stay, the newest ones; None sets no number."""
    deployment_id: str | None = None
    statuses: frozenset[Status] = FINAL


def purge(database: Database, request: Purge) -> int:
    """Remove ended executions and return how many; schedules and deployments stay as they are.

    Raises:
        InvalidValue: the request names a status that is not final, or has both a date and a number.
    """
    _check(request)
    removed = 0
    while True:
        count = _purge_batch(database, request)
        removed += count
        if count < BATCH:
            return removed


def _purge_batch(database: Database, request: Purge) -> int:
    with database.write() as connection:
        found = executions.purgeable(
            connection,
            statuses=request.statuses,
            before=request.before,
            keep_last=request.keep_last,
            deployment_id=request.deployment_id,
            limit=BATCH,
        )
        found_in = executiongroups.of(connection, found)
        executions.delete(connection, found)
        executiongroups.forget_empty(connection, found_in)
        return len(found)


def _check(request: Purge) -> None:
    _require_final(request.statuses)
    if request.before is not None and request.keep_last is not None:
        raise InvalidValue("a purge takes either a date or a number to keep, not both")
    if request.keep_last is not None and request.keep_last < 1:
        raise InvalidValue(f"the number of executions to keep must be at least 1, not {request.keep_last}")


def _require_final(statuses: Iterable[Status]) -> None:
    living = sorted(status.value for status in statuses if not status.is_final)
    if living:
        raise InvalidValue(f"only ended executions can be removed, not those that are {', '.join(living)}")


def cutoff(text: str, *, now: datetime, default_zone: str | None = None) -> datetime:
    """Return the moment that a text means: an age such as `2 weeks`, or a date and time.

    Raises:
        InvalidValue: it is neither.
    """
    if text.strip()[:1].isdigit() and "-" not in text and ":" not in text:
        return now - duration(text)
    return moment(text, now=now, zone=default_zone or local_zone())


def retain(database: Database, *, now: datetime) -> int:
    """Remove one batch of what the setting `retention_days` lets go, and return how many there were.

    The engine calls it now and then; a full batch says that there may be more.
    """
    days = settings.load(database).retention_days
    return _purge_batch(database, Purge(before=now - timedelta(days=days))) if days else 0
