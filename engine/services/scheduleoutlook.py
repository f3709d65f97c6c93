"""What is to be expected of a schedule that is being written, with what is stored around it."""

from datetime import datetime, timedelta
from sqlite3 import Connection

from engine.domain.forecast import SAMPLE, duration_of
from engine.domain.outlook import Around, Outlook, outlook
from engine.domain.rehearsal import Rehearsed, rehearse
from engine.domain.schedule import Schedule
from engine.domain.schedulechanges import ScheduleChanges, changed
from engine.domain.schedulerequest import ScheduleRequest, schedule_of
from engine.services.localzone import local_zone
from engine.services.schedulelookup import found, require_calendars, require_workflow, workflows
from storage import calendars, executions, schedules
from storage.database import Database

MOST_REHEARSED = 1000
MOST_RIVALS = 100
"""How many schedules are looked at for collisions."""


def of_request(
    database: Database, request: ScheduleRequest, *, now: datetime, limit: int, default_zone: str | None = None
) -> Outlook:
    """Return what is to be expected of the schedule that a request would make; nothing is stored.

    Raises:
        InvalidValue: something does not fit.
        NotFound: the deployment, the workflow or a calendar does not exist.
    """
    schedule = schedule_of(request, now=now, default_zone=default_zone or local_zone())
    with database.read() as connection:
        require_workflow(schedule, workflows(connection, schedule.deployment_id))
        require_calendars(connection, schedule)
        return outlook(schedule, around(connection, schedule), now=now, limit=limit)


def of_changes(
    database: Database, deployment_id: str, id: str, changes: ScheduleChanges, *, now: datetime, limit: int
) -> Outlook:
    """Return what is to be expected of the schedule that changes would make; nothing is stored.

    Raises:
        NotFound: there is no such schedule or calendar.
        InvalidValue: the changed schedule would not fit.
    """
    with database.read() as connection:
        schedule = changed(found(connection, deployment_id, id), changes, now=now)
        require_calendars(connection, schedule)
        return outlook(schedule, around(connection, schedule), now=now, limit=limit)


def rehearsed(database: Database, deployment_id: str, id: str, *, now: datetime, limit: int) -> list[Rehearsed]:
    """Return what would be decided about the coming runs of a stored schedule, enabled or not, on a test clock.

    Raises:
        NotFound: there is no such schedule.
    """
    with database.read() as connection:
        schedule = found(connection, deployment_id, id)
        return rehearse(schedule, around(connection, schedule), now=now, limit=min(limit, MOST_REHEARSED))


def around(connection: Connection, schedule: Schedule) -> Around:
    """Return what a schedule may meet."""
    others = schedules.beside(connection, schedule.deployment_id, limit=MOST_RIVALS)
    return Around(
        calendars=tuple(calendars.chosen(connection, schedule.policies.calendars)),
        others=tuple(others),
        holds={(one.deployment_id, one.id): taken for one in others if (taken := _usual(connection, one))},
        takes=_usual(connection, schedule),
    )


def _usual(connection: Connection, schedule: Schedule) -> timedelta | None:
    """Return how long nine of ten executions of a schedule's workflow took at most; None before the first."""
    place = None if schedule.is_system_wide else schedule.deployment_id
    known = duration_of(executions.past_durations(connection, schedule.workflow_id, place, count=SAMPLE))
    return known.long if known else None
