"""The use cases that change schedules: create, update, enable, disable, delete, replace, run now."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from sqlite3 import Connection

from engine.domain import schedule as rules
from engine.domain.blueprint import Plan
from engine.domain.deployment import Deployment
from engine.domain.errors import AlreadyExists, InvalidSchedule
from engine.domain.execution import Execution
from engine.domain.json import JsonObject
from engine.domain.schedule import Schedule
from engine.domain.schedulechanges import ScheduleChanges, changed
from engine.domain.schedulerequest import ScheduleRequest, schedule_of
from engine.domain.schedulesettings import from_settings
from engine.services import firing
from engine.services.localzone import local_zone
from engine.services.schedulelookup import found, require_calendars, require_workflow, workflows
from storage import schedules
from storage.database import Database

SETTING = "default_schedules"


def create(database: Database, request: ScheduleRequest, *, now: datetime, default_zone: str | None = None) -> Schedule:
    """Store a new schedule of a deployment.

    Raises:
        NotFound: the deployment or the workflow does not exist.
        AlreadyExists: the deployment has a schedule of that id.
        InvalidValue: a time, the rule, the id or the parameters do not fit.
    """
    schedule = schedule_of(request, now=now, default_zone=default_zone or local_zone())
    _require_future(schedule)
    with database.read() as connection:
        require_workflow(schedule, workflows(connection, schedule.deployment_id))
    with database.write() as connection:
        workflows(connection, schedule.deployment_id)
        require_calendars(connection, schedule)
        _insert(connection, schedule)
    return schedule


def create_defaults(
    connection: Connection, deployment: Deployment, *, now: datetime, default_zone: str | None = None
) -> list[Schedule]:
    """Store the default schedules of a new deployment's blueprint, in the transaction that creates it.

    Raises:
        InvalidValue: one of them does not fit.
        NotFound: one names a workflow that the deployment has not.
    """
    made = defaults_of(connection, deployment, now=now, default_zone=default_zone)
    for schedule in made:
        _insert(connection, schedule)
    return made


def defaults_of(
    connection: Connection, deployment: Deployment, *, now: datetime, default_zone: str | None = None
) -> list[Schedule]:
    """Return the schedules that a deployment's blueprint asks for; nothing is stored.

    Raises:
        InvalidValue: one of them does not fit.
        NotFound: one names a workflow or a calendar that does not exist.
    """
    zone = default_zone or local_zone()
    made = [
        from_settings(name, entry, deployment_id=deployment.id, now=now, default_zone=zone)
        for name, entry in settings_of(deployment.plan).items()
    ]
    for schedule in made:
        require_workflow(schedule, deployment.plan.workflows)
        require_calendars(connection, schedule)
    return made


def settings_of(plan: Plan) -> JsonObject:
    """Return the entries of a blueprint's `default_schedules`."""
    found: JsonObject = plan.deployment_settings.get(SETTING) or {}
    return found


def _require_future(schedule: Schedule) -> None:
    """Refuse a schedule that would never run."""
    rule = schedule.rule
    if schedule.next_occurrence is not None:
        return
    if rule.until is not None and rule.until < rule.since:
        reason = f"until {_told(rule.until)} is before since {_told(rule.since)}"
    elif not rule.is_recurring:
        reason = f"since {_told(rule.since)} has passed"
    else:
        reason = f"its rule ({rule.words}) has no occurrence any more"
    raise InvalidSchedule(f"the schedule `{schedule.id}` would never run: {reason}")


def _told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%SZ}"


def _insert(connection: Connection, schedule: Schedule) -> None:
    if schedules.exists(connection, schedule.deployment_id, schedule.id):
        raise AlreadyExists(f"schedule of deployment {schedule.deployment_id}", schedule.id)
    schedules.insert(connection, schedule)


def update(database: Database, deployment_id: str, id: str, changes: ScheduleChanges, *, now: datetime) -> Schedule:
    """Change a schedule; what `changes` leaves out stays.

    Raises:
        NotFound: there is no such schedule or workflow.
        InvalidValue: the changed schedule would not fit.
    """
    with database.write() as connection:
        old = found(connection, deployment_id, id)
        schedule = changed(old, changes, now=now)
        require_workflow(schedule, workflows(connection, deployment_id))
        require_calendars(connection, schedule)
        if schedule.next_occurrence != old.next_occurrence:
            firing.record_unused(connection, old, now, "the rule was changed before anything was decided")
        schedules.update(connection, schedule)
    return schedule


def enable(database: Database, deployment_id: str, id: str, *, now: datetime) -> Schedule:
    """Let a schedule run again from now on; what went by is recorded, a failure that stopped it is forgiven.

    Raises:
        NotFound: there is no such schedule.
        InvalidSchedule: it is enabled already.
    """
    with database.write() as connection:
        old = found(connection, deployment_id, id)
        schedule = rules.enable(old, now=now)
        because = f": {old.pause_reason}" if old.pause_reason else ""
        firing.record_unused(connection, old, now, f"it was disabled{because}")
        schedules.update(connection, schedule)
    return schedule


def disable(database: Database, deployment_id: str, id: str, *, reason: str = "") -> Schedule:
    """Let a schedule rest.

    Raises:
        NotFound: there is no such schedule.
        InvalidSchedule: it is disabled already.
    """
    with database.write() as connection:
        schedule = rules.disable(found(connection, deployment_id, id), reason)
        schedules.update(connection, schedule)
    return schedule


def delete(database: Database, deployment_id: str, id: str) -> None:
    """Remove a schedule with its history; executions that it started stay.

    Raises:
        NotFound: there is no such schedule.
    """
    with database.write() as connection:
        if not schedules.delete(connection, deployment_id, id):
            found(connection, deployment_id, id)


def store_all(database: Database, made: Sequence[Schedule], *, replaces: bool, now: datetime) -> list[Schedule]:
    """Store schedules that come from elsewhere, all or none.

    Raises:
        NotFound: a deployment, a workflow or a calendar does not exist.
        AlreadyExists: one of them exists, and is not to be replaced.
        InvalidValue: the parameters do not fit.
    """
    with database.write() as connection:
        for schedule in made:
            require_workflow(schedule, workflows(connection, schedule.deployment_id))
            require_calendars(connection, schedule)
            if replaces and schedules.exists(connection, schedule.deployment_id, schedule.id):
                old = schedules.get(connection, schedule.deployment_id, schedule.id)
                firing.record_unused(connection, old, now, "it was replaced before anything was decided")
                schedules.update(connection, replace(schedule, latest_execution_id=old.latest_execution_id))
            else:
                _insert(connection, schedule)
    return list(made)


def start_now(database: Database, deployment_id: str, id: str, *, now: datetime) -> Execution:
    """Start what a schedule starts, once and beside its own times; it waits in the queue where it must.

    Raises:
        NotFound: there is no such schedule.
        InvalidValue: the parameters do not fit any more.
        MaintenanceActive: maintenance mode holds everything but system-wide executions.
    """
    with database.write() as connection:
        return firing.start(connection, found(connection, deployment_id, id), now, now, origin="user")
