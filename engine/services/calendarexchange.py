"""The use cases of iCalendar files: hand schedules out to calendar programs, take events of any calendar in."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from engine.domain.errors import InvalidSchedule
from engine.domain.naming import check_id
from engine.domain.schedule import Origin, Schedule
from engine.services import icalendarfile, schedules, scheduleviews
from engine.services.icalendarfile import Imported
from engine.services.localzone import local_zone
from storage.database import Database

CANCELLED = "its event is cancelled in the calendar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What imported events are to start; None takes what Conductor itself has written into them."""

    deployment_id: str | None = None
    workflow_id: str | None = None
    zone: str | None = None
    """Of times that name none; None is this machine's."""


def hand_out(database: Database, names: Iterable[tuple[str, str]], *, now: datetime) -> bytes:
    """Return the file of the named schedules, or of all where none is named.

    Raises:
        NotFound: one does not exist.
    """
    return icalendarfile.export(scheduleviews.chosen(database, names), now=now)


def take_in(database: Database, content: bytes, target: Target, *, replaces: bool, now: datetime) -> list[Schedule]:
    """Store a schedule for each event of a file, all or none.

    Raises:
        InvalidValue: the file or an event cannot be read, or nothing says what an event is to start.
        NotFound: a deployment or workflow does not exist.
        AlreadyExists: a schedule exists already and is not to be replaced.
    """
    found = icalendarfile.read(content, default_zone=target.zone or local_zone())
    made = _named([_schedule(one, target, now) for one in found])
    return schedules.store_all(database, made, replaces=replaces, now=now)


def _named(made: list[Schedule]) -> list[Schedule]:
    """Return the schedules under ids of which none comes twice in a deployment."""
    taken: set[tuple[str, str]] = set()
    named = []
    for one in made:
        id, number = one.id, 2
        while (one.deployment_id, id) in taken:
            id, number = f"{one.id}-{number}", number + 1
        taken.add((one.deployment_id, id))
        named.append(replace(one, id=id))
    return named


def _schedule(event: Imported, target: Target, now: datetime) -> Schedule:
    own = event.own
    deployment_id = target.deployment_id or (own.deployment_id if own else None)
    workflow_id = target.workflow_id or (own.workflow_id if own else None)
    if deployment_id is None or workflow_id is None:
        raise InvalidSchedule(f"event `{event.id}` does not say what it starts; name the deployment and the workflow")
    base = own or Schedule(
        id=event.id, deployment_id=deployment_id, workflow_id=workflow_id, rule=event.rule, created_at=now
    )
    return replace(
        base,
        id=check_id("schedule", event.id),
        deployment_id=deployment_id,
        workflow_id=workflow_id,
        rule=event.rule,
        next_occurrence=event.rule.after(now),
        latest_execution_id=None,
        is_failure_latched=False,
        origin=base.origin if own else Origin.USER,
        enabled=base.enabled and not event.is_cancelled,
        pause_reason=CANCELLED if event.is_cancelled else base.pause_reason,
    )
