"""How the schedules of a deployment follow its blueprint when it is updated (semantics §3.10)."""

from dataclasses import replace
from datetime import datetime
from sqlite3 import Connection

from engine.domain.blueprint import Plan
from engine.domain.deployment import Deployment
from engine.domain.schedule import Origin
from engine.domain.updatepreview import ScheduleMoves
from engine.services import firing
from engine.services.schedules import defaults_of, settings_of
from storage import schedules


def moves(connection: Connection, deployment_id: str, old: Plan, new: Plan) -> ScheduleMoves:
    """Return which schedules an update from one plan to another touches.

    An entry that has not changed is left alone, with what users have made of its schedule: also that they deleted it.
    """
    before, after = settings_of(old), settings_of(new)
    origins = {one.id: one.origin for one in schedules.find(connection, deployment_id=deployment_id)}
    changed = [name for name in after if before.get(name) != after[name]]
    return ScheduleMoves(
        created=tuple(name for name in changed if name not in origins),
        replaced=tuple(name for name in changed if origins.get(name) is Origin.BLUEPRINT),
        deleted=tuple(name for name, origin in origins.items() if origin is Origin.BLUEPRINT and name not in after),
        kept=tuple(name for name in changed if name in origins and origins[name] is not Origin.BLUEPRINT),
    )


def follow(connection: Connection, old: Plan, deployment: Deployment, *, now: datetime) -> ScheduleMoves:
    """Delete, replace and create schedules as the new plan of a deployment says.

    Raises:
        InvalidValue: a schedule does not fit.
        NotFound: one names a workflow or a calendar that does not exist.
    """
    found = moves(connection, deployment.id, old, deployment.plan)
    for name in found.deleted:
        schedules.delete(connection, deployment.id, name)
    wanted = {one.id: one for one in defaults_of(connection, deployment, now=now)}
    for name in found.replaced:
        stored = schedules.get(connection, deployment.id, name)
        firing.record_unused(connection, stored, now, "it was replaced before anything was decided")
        schedules.update(connection, replace(wanted[name], latest_execution_id=stored.latest_execution_id))
    for name in found.created:
        schedules.insert(connection, wanted[name])
    return found
