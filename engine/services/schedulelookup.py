"""What every use case of schedules looks up first, or refuses for."""

from collections.abc import Mapping
from sqlite3 import Connection

from engine.domain import parameters
from engine.domain.blueprint import Workflow
from engine.domain.errors import NotFound
from engine.domain.schedule import SYSTEM, Schedule
from engine.domain.snapshot import CREATE
from engine.services.lacking import lacking
from storage import calendars, deployments, schedules

SYSTEM_WORKFLOWS = {CREATE: Workflow(name=CREATE, plugin="", function=CREATE)}


def workflows(connection: Connection, deployment_id: str) -> Mapping[str, Workflow]:
    """Return what may be scheduled: a deployment's workflows, or those of the system."""
    return SYSTEM_WORKFLOWS if deployment_id == SYSTEM else deployments.workflows(connection, deployment_id)[1]


def require_calendars(connection: Connection, schedule: Schedule) -> None:
    """Raise NotFound where the schedule refers to a calendar that does not exist."""
    for id in schedule.policies.calendars:
        calendars.get(connection, id)


def require_workflow(schedule: Schedule, workflows: Mapping[str, Workflow]) -> None:
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


def found(connection: Connection, deployment_id: str, id: str) -> Schedule:
    """Return one schedule.

    Raises:
        NotFound: there is no such schedule; it names those that there are.
    """
    try:
        return schedules.get(connection, deployment_id, id)
    except NotFound:
        if deployment_id == SYSTEM:
            raise
        workflows(connection, deployment_id)
        known = [one.id for one in schedules.find(connection, deployment_id=deployment_id)]
        raise lacking(deployment_id, "schedule", id, known) from None
