"""The use cases of deployment groups: create, fill, empty, delete."""

from collections.abc import Sequence
from datetime import datetime
from itertools import count, islice
from sqlite3 import Connection

from engine.domain.deployment import Deployment
from engine.domain.errors import AlreadyExists, InvalidValue, NotFound
from engine.domain.group import MOST_DEPLOYMENTS, DeploymentGroup
from engine.domain.json import JsonObject
from engine.domain.naming import check_id
from engine.services import deployments as services
from storage import blueprints, deploymentgroups, deployments
from storage.database import Database


def create(database: Database, group: DeploymentGroup) -> DeploymentGroup:
    """Store a new group with its members.

    Raises:
        AlreadyExists: the id is taken.
        InvalidValue: the id cannot be one.
        NotFound: the blueprint or a deployment does not exist.
    """
    check_id("deployment group", group.id)
    with database.write() as connection:
        if deploymentgroups.exists(connection, group.id):
            raise AlreadyExists("deployment group", group.id)
        if group.default_blueprint_id is not None:
            blueprints.content_of(connection, group.default_blueprint_id)
        deploymentgroups.insert(connection, group)
        _add(connection, group.id, group.deployments)
        return deploymentgroups.get(connection, group.id)


def get(database: Database, id: str) -> DeploymentGroup:
    """Return one group.

    Raises:
        NotFound: there is no such group.
    """
    with database.read() as connection:
        return deploymentgroups.get(connection, id)


def listing(database: Database) -> list[DeploymentGroup]:
    with database.read() as connection:
        return deploymentgroups.find(connection)


def add(database: Database, id: str, deployment_ids: Sequence[str]) -> int:
    """Put deployments into a group and return how many were not in it.

    Raises:
        NotFound: the group or a deployment does not exist.
    """
    with database.write() as connection:
        deploymentgroups.get(connection, id)
        return _add(connection, id, deployment_ids)


def _add(connection: Connection, id: str, deployment_ids: Sequence[str]) -> int:
    for deployment_id in deployment_ids:
        if not deployments.exists(connection, deployment_id):
            raise NotFound("deployment", deployment_id, "`conductor deployments list` shows those that exist")
    return deploymentgroups.add(connection, id, deployment_ids)


def remove(database: Database, id: str, deployment_ids: Sequence[str]) -> int:
    """Take deployments out of a group and return how many were in it; the deployments themselves stay.

    Raises:
        NotFound: there is no such group.
    """
    with database.write() as connection:
        deploymentgroups.get(connection, id)
        return deploymentgroups.remove(connection, id, deployment_ids)


def grow(
    database: Database,
    id: str,
    number: int,
    *,
    blueprint_id: str | None = None,
    inputs: JsonObject | None = None,
    now: datetime,
) -> list[Deployment]:
    """Make deployments named after the group and put them into it; each counts as soon as it is made.

    Raises:
        NotFound: the group or the blueprint does not exist.
        InvalidValue: no blueprint is named, the number is out of bounds, or the inputs do not fit.
    """
    if not 1 <= number <= MOST_DEPLOYMENTS:
        raise InvalidValue(f"a group makes 1 to {MOST_DEPLOYMENTS} deployments at once, not {number}")
    group = get(database, id)
    source = blueprint_id or group.default_blueprint_id
    if source is None:
        raise InvalidValue(f"deployment group `{id}` has no default blueprint; name one with --blueprint-id")
    values = {**group.default_inputs, **(inputs or {})}
    made = []
    for name in _free_names(database, id, number):
        made.append(services.create(database, source, name, values, now=now))
        add(database, id, [name])
    return made


def _free_names(database: Database, id: str, number: int) -> list[str]:
    with database.read() as connection:
        names = (f"{id}-{n}" for n in count(1))
        return list(islice((name for name in names if not deployments.exists(connection, name)), number))


def delete(
    database: Database, id: str, *, takes_deployments: bool = False, force: bool = False, now: datetime
) -> tuple[str, ...]:
    """Remove a group, with its deployments only where that is wanted; return those that went.

    Raises:
        NotFound: there is no such group.
        InUse: one of the deployments cannot be removed; then all of them stay, and the group.
        DependentsExist: a deployment that is not in the group depends on one that is, and so all stay, too.
    """
    with database.write() as connection:
        group = deploymentgroups.get(connection, id)
        gone = group.deployments if takes_deployments else ()
        for deployment_id in gone:
            services.remove(connection, deployment_id, force=force, going=gone, now=now)
        deploymentgroups.delete(connection, id)
        return gone
