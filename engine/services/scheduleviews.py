"""What is told of schedules: what they will do, what they did, which there are."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from sqlite3 import Connection

from engine.domain.agenda import Stretch
from engine.domain.agenda import agenda as stretches
from engine.domain.blueprint import Workflow
from engine.domain.preview import PreviewLine
from engine.domain.preview import preview as previewed
from engine.domain.recurrence import Rule
from engine.domain.schedule import Occurrence, Schedule
from engine.domain.schedulechanges import ScheduleChanges, changed
from engine.domain.schedulerequest import ScheduleRequest, Timing, rule_of, schedule_of
from engine.domain.timetext import moment
from engine.domain.view import ScheduleRow
from engine.domain.zones import INSTANT
from engine.services.localzone import local_zone
from engine.services.schedulelookup import found, require_calendars, require_workflow, workflows
from engine.services.scheduleoutlook import around
from storage import polling, schedules
from storage.database import Database

MOST_PREVIEWED = 1000
MOST_IN_AGENDA = 500


def preview(timing: Timing, *, now: datetime, limit: int, default_zone: str | None = None) -> list[datetime]:
    """Return the next occurrences of a schedule that is not stored.

    Raises:
        InvalidSchedule: a time or the rule does not fit.
    """
    rule = rule_of(timing, now=now, default_zone=default_zone or local_zone())
    return rule.occurrences(now, min(limit, MOST_PREVIEWED))


def preview_new(
    database: Database, request: ScheduleRequest, *, now: datetime, limit: int, default_zone: str | None = None
) -> tuple[Schedule, list[PreviewLine]]:
    """Return the schedule that a request would make, and what it would do next; nothing is stored.

    Raises:
        InvalidValue: something does not fit.
        NotFound: the deployment, the workflow or a calendar does not exist.
    """
    schedule = schedule_of(request, now=now, default_zone=default_zone or local_zone())
    with database.read() as connection:
        require_workflow(schedule, workflows(connection, schedule.deployment_id))
        require_calendars(connection, schedule)
        return schedule, _lines(connection, schedule, now, limit)


def preview_changed(
    database: Database, deployment_id: str, id: str, changes: ScheduleChanges, *, now: datetime, limit: int
) -> tuple[Schedule, list[PreviewLine]]:
    """Return the schedule that changes would make, and what it would do next; nothing is stored.

    Raises:
        NotFound: there is no such schedule or calendar.
        InvalidValue: the changed schedule would not fit.
    """
    with database.read() as connection:
        schedule = changed(found(connection, deployment_id, id), changes, now=now)
        require_calendars(connection, schedule)
        return schedule, _lines(connection, schedule, now, limit)


def _lines(connection: Connection, schedule: Schedule, now: datetime, limit: int) -> list[PreviewLine]:
    met = around(connection, schedule)
    most = min(limit, MOST_PREVIEWED)
    return previewed(schedule, now=now, limit=most, calendars=met.calendars, others=met.others, holds=met.holds)


def upcoming(database: Database, deployment_id: str, id: str, *, now: datetime, limit: int) -> list[datetime]:
    """Return the next occurrences of a stored schedule; none while it is disabled.

    Raises:
        NotFound: there is no such schedule.
    """
    schedule = get(database, deployment_id, id)
    return schedule.rule.occurrences(now, min(limit, MOST_PREVIEWED)) if schedule.enabled else []


def rows(connection: Connection, *, deployment_id: str | None = None, limit: int = -1) -> list[ScheduleRow]:
    """Return schedules as listings show them; a negative `limit` is none."""
    return polling.rows(connection, deployment_id=deployment_id, limit=limit)


def rows_within(
    database: Database,
    *,
    deployment_id: str | None,
    since: str | None,
    until: str | None,
    zone: str | None,
    now: datetime,
) -> list[ScheduleRow]:
    """Return schedules as listings show them; with an end or both, only those that occur between.

    Raises:
        InvalidSchedule: a time is not legal.
    """
    with database.read() as connection:
        listed = polling.rows(connection, deployment_id=deployment_id)
        if since is None and until is None:
            return listed
        name = zone or local_zone()
        begin = moment(since, now=now, zone=name) if since else now
        end = moment(until, now=now, zone=name) if until else None
        found = schedules.find(connection, deployment_id=deployment_id)
        chosen = {(one.deployment_id, one.id) for one in found if _occurs(one.rule, begin, end)}
    return [one for one in listed if (one.deployment_id, one.id) in chosen]


def _occurs(rule: Rule, begin: datetime, end: datetime | None) -> bool:
    first = rule.after(begin - INSTANT)
    return first is not None and (end is None or first <= end)


def summary(database: Database, field: str) -> list[tuple[str, int, int]]:
    """Return for each value of a field how many schedules run once, and how many recur."""
    counted: dict[str, list[int]] = {}
    with database.read() as connection:
        for schedule in schedules.find(connection):
            counted.setdefault(str(getattr(schedule, field)), [0, 0])[schedule.rule.is_recurring] += 1
    return [(value, single, recurring) for value, (single, recurring) in sorted(counted.items())]


def get(database: Database, deployment_id: str, id: str) -> Schedule:
    """Return one schedule.

    Raises:
        NotFound: there is no such schedule.
    """
    with database.read() as connection:
        return found(connection, deployment_id, id)


def history(database: Database, deployment_id: str, id: str, *, limit: int = 100) -> list[Occurrence]:
    """Return what was decided about a schedule's occurrences, newest first.

    Raises:
        NotFound: there is no such schedule.
    """
    with database.read() as connection:
        found(connection, deployment_id, id)
        return schedules.history(connection, deployment_id, id, limit=limit)


def chosen(database: Database, names: Iterable[tuple[str, str]]) -> list[Schedule]:
    """Return the named schedules, or all where none is named.

    Raises:
        NotFound: one does not exist.
    """
    wanted = list(names)
    with database.read() as connection:
        if not wanted:
            return schedules.find(connection)
        return [found(connection, deployment_id, id) for deployment_id, id in wanted]


def agenda(database: Database, begin: datetime, *, step: timedelta, steps: int, zone: str) -> list[Stretch]:
    """Return how many runs each stretch from a clock reading of the zone has, over the schedules that run next."""
    with database.read() as connection:
        found = schedules.find(connection)[:MOST_IN_AGENDA]
    return stretches(found, begin, step=step, steps=steps, zone=zone)


def schedulable(database: Database, deployment_id: str) -> dict[str, Workflow]:
    """Return the workflows that may be scheduled: a deployment's, or for `-` those of the system.

    Raises:
        NotFound: there is no such deployment.
    """
    with database.read() as connection:
        return dict(workflows(connection, deployment_id))
