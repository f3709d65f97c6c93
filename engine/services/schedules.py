"""The use cases of schedules: create, change, enable, disable, delete, preview, list and history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from sqlite3 import Connection

from engine.domain import parameters
from engine.domain import schedule as rules
from engine.domain.agenda import Stretch
from engine.domain.agenda import agenda as stretches
from engine.domain.blueprint import Plan, Workflow
from engine.domain.deployment import Deployment
from engine.domain.errors import AlreadyExists, InvalidSchedule, NotFound
from engine.domain.forecast import SAMPLE, duration_of
from engine.domain.json import JsonObject
from engine.domain.preview import PreviewLine
from engine.domain.preview import preview as previewed
from engine.domain.recurrence import Rule
from engine.domain.schedule import SYSTEM, Occurrence, Schedule
from engine.domain.schedulerequest import ScheduleChanges, ScheduleRequest, Timing, changed, rule_of, schedule_of
from engine.domain.schedulesettings import from_settings
from engine.domain.snapshot import CREATE
from engine.domain.timetext import moment
from engine.domain.view import ScheduleRow
from engine.domain.zones import INSTANT
from engine.services import firing
from engine.services.lacking import lacking
from engine.services.localzone import local_zone
from storage import calendars, deployments, executions, polling, schedules
from storage.database import Database

SETTING = "default_schedules"
SYSTEM_WORKFLOWS = {CREATE: Workflow(name=CREATE, plugin="", function=CREATE)}
MOST_PREVIEWED = 1000
MOST_IN_AGENDA = 500
MOST_RIVALS = 100
"""How many schedules a preview looks at for collisions."""


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
        _require_workflow(schedule, _workflows(connection, schedule.deployment_id))
    with database.write() as connection:
        _workflows(connection, schedule.deployment_id)
        _require_calendars(connection, schedule)
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
        _require_workflow(schedule, deployment.plan.workflows)
        _require_calendars(connection, schedule)
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


def _workflows(connection: Connection, deployment_id: str) -> Mapping[str, Workflow]:
    """Return what may be scheduled: a deployment's workflows, or those of the system."""
    return SYSTEM_WORKFLOWS if deployment_id == SYSTEM else deployments.workflows(connection, deployment_id)[1]


def _require_calendars(connection: Connection, schedule: Schedule) -> None:
    for id in schedule.policies.calendars:
        calendars.get(connection, id)


def _require_workflow(schedule: Schedule, workflows: Mapping[str, Workflow]) -> None:
    """Refuse now what could not be started later."""
    workflow = workflows.get(schedule.workflow_id)
    if workflow is None:
        raise lacking(schedule.deployment_id, "workflow", schedule.workflow_id, workflows)
    parameters.merge(
        workflow.name,
        workflow.parameters,
        schedule.parameters,
        allow_custom=schedule.arguments.allow_custom_parameters,
    )


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
        _require_workflow(schedule, _workflows(connection, schedule.deployment_id))
        _require_calendars(connection, schedule)
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
        schedule = changed(_found(connection, deployment_id, id), changes, now=now)
        _require_calendars(connection, schedule)
        return schedule, _lines(connection, schedule, now, limit)


def _lines(connection: Connection, schedule: Schedule, now: datetime, limit: int) -> list[PreviewLine]:
    others = schedules.beside(connection, schedule.deployment_id, limit=MOST_RIVALS)
    return previewed(
        schedule,
        now=now,
        limit=min(limit, MOST_PREVIEWED),
        calendars=calendars.chosen(connection, schedule.policies.calendars),
        others=others,
        holds={(one.deployment_id, one.id): taken for one in others if (taken := _usual(connection, one))},
    )


def _usual(connection: Connection, schedule: Schedule) -> timedelta | None:
    """Return how long nine of ten executions of a schedule's workflow took at most; None before the first."""
    place = None if schedule.is_system_wide else schedule.deployment_id
    known = duration_of(executions.past_durations(connection, schedule.workflow_id, place, count=SAMPLE))
    return known.long if known else None


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
        return _found(connection, deployment_id, id)


def _found(connection: Connection, deployment_id: str, id: str) -> Schedule:
    try:
        return schedules.get(connection, deployment_id, id)
    except NotFound:
        if deployment_id == SYSTEM:
            raise
        _workflows(connection, deployment_id)
        known = [one.id for one in schedules.find(connection, deployment_id=deployment_id)]
        raise lacking(deployment_id, "schedule", id, known) from None


def history(database: Database, deployment_id: str, id: str, *, limit: int = 100) -> list[Occurrence]:
    """Return what was decided about a schedule's occurrences, newest first.

    Raises:
        NotFound: there is no such schedule.
    """
    with database.read() as connection:
        _found(connection, deployment_id, id)
        return schedules.history(connection, deployment_id, id, limit=limit)


def update(database: Database, deployment_id: str, id: str, changes: ScheduleChanges, *, now: datetime) -> Schedule:
    """Change a schedule; what `changes` leaves out stays.

    Raises:
        NotFound: there is no such schedule or workflow.
        InvalidValue: the changed schedule would not fit.
    """
    with database.write() as connection:
        old = _found(connection, deployment_id, id)
        schedule = changed(old, changes, now=now)
        _require_workflow(schedule, _workflows(connection, deployment_id))
        _require_calendars(connection, schedule)
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
        old = _found(connection, deployment_id, id)
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
        schedule = rules.disable(_found(connection, deployment_id, id), reason)
        schedules.update(connection, schedule)
    return schedule


def delete(database: Database, deployment_id: str, id: str) -> None:
    """Remove a schedule with its history; executions that it started stay.

    Raises:
        NotFound: there is no such schedule.
    """
    with database.write() as connection:
        if not schedules.delete(connection, deployment_id, id):
            _found(connection, deployment_id, id)


def chosen(database: Database, names: Iterable[tuple[str, str]]) -> list[Schedule]:
    """Return the named schedules, or all where none is named.

    Raises:
        NotFound: one does not exist.
    """
    wanted = list(names)
    with database.read() as connection:
        if not wanted:
            return schedules.find(connection)
        return [_found(connection, deployment_id, id) for deployment_id, id in wanted]


def store_all(database: Database, made: Sequence[Schedule], *, replaces: bool, now: datetime) -> list[Schedule]:
    """Store schedules that come from elsewhere, all or none.

    Raises:
        NotFound: a deployment, a workflow or a calendar does not exist.
        AlreadyExists: one of them exists, and is not to be replaced.
        InvalidValue: the parameters do not fit.
    """
    with database.write() as connection:
        for schedule in made:
            _require_workflow(schedule, _workflows(connection, schedule.deployment_id))
            _require_calendars(connection, schedule)
            if replaces and schedules.exists(connection, schedule.deployment_id, schedule.id):
                old = schedules.get(connection, schedule.deployment_id, schedule.id)
                firing.record_unused(connection, old, now, "it was replaced before anything was decided")
                schedules.update(connection, replace(schedule, latest_execution_id=old.latest_execution_id))
            else:
                _insert(connection, schedule)
    return list(made)


def agenda(database: Database, begin: datetime, *, step: timedelta, steps: int, zone: str) -> list[Stretch]:
    """Return how many runs each stretch from a clock reading of the zone has, over the schedules that run next."""
    with database.read() as connection:
        found = schedules.find(connection)[:MOST_IN_AGENDA]
    return stretches(found, begin, step=step, steps=steps, zone=zone)
