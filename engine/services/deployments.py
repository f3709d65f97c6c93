"""The use cases of deployments: create, delete, and read their outputs and capabilities."""

import string
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from secrets import choice
from sqlite3 import Connection

from engine.domain.blueprint import Output, Plan
from engine.domain.deployment import Deployment, InstanceState, NodeInstance
from engine.domain.errors import AlreadyExists, InUse
from engine.domain.json import Json, JsonObject
from engine.domain.naming import check_id
from engine.domain.view import DeploymentView, Edge, InstanceRow
from engine.services import dependents, schedules, secrets, views
from storage import blueprints, deployments, executions
from storage import secrets as secret_rows
from storage.database import Database

_GONE = frozenset({InstanceState.UNINITIALIZED, InstanceState.DELETED})
_ALPHABET = string.ascii_lowercase + string.digits


def random_suffix() -> str:
    """Return six random letters and digits, the end of a node instance's id."""
    return "".join(choice(_ALPHABET) for _ in range(6))


def create(
    database: Database,
    blueprint_id: str,
    id: str | None,
    inputs: JsonObject,
    *,
    now: datetime,
    suffix: Callable[[], str] = random_suffix,
) -> Deployment:
    """Make a deployment of a blueprint, with its node instances and default schedules.

    Raises:
        NotFound: there is no such blueprint.
        AlreadyExists: the id is taken.
        InvalidValue: the id, the inputs or a default schedule do not fit; nothing is stored.
        SecretMissing: functions name secrets that do not exist.
    """
    from engine.dsl.instantiate import instantiate  # the language is only needed here: listings start without it
    from engine.services.preparing import prepared

    name = check_id("deployment", id or blueprint_id)
    with database.read() as connection:
        _require_free(deployments.exists(connection, name), name)
        plan = blueprints.get(connection, blueprint_id).plan
        known_secrets = secret_rows.keys(connection)
    own, values = prepared(plan, inputs, known_secrets)
    deployment = Deployment(id=name, blueprint_id=blueprint_id, plan=own, inputs=values, created_at=now)
    instances = instantiate(own, suffix)
    with database.write() as connection:
        _require_free(deployments.exists(connection, name), name)
        blueprints.content_of(connection, blueprint_id)
        deployments.insert(connection, deployment, instances)
        schedules.create_defaults(connection, deployment, now=now)
    return deployment


def _require_free(is_taken: bool, id: str) -> None:
    if is_taken:
        raise AlreadyExists("deployment", id)


def delete(database: Database, id: str, *, force: bool = False, now: datetime) -> None:
    """Remove a deployment with its executions, events and schedules (semantics §5.4).

    Raises:
        NotFound: there is no such deployment.
        InUse: executions run or wait, or node instances live (the latter is overruled by `force`).
        DependentsExist: others depend on it; by force, they are told instead.
    """
    with database.write() as connection:
        remove(connection, id, force=force, now=now)


def remove(connection: Connection, id: str, *, force: bool, going: Container[str] = (), now: datetime) -> None:
    """Do what `delete` does, as a part of a larger change in which the deployments `going` are removed, too.

    Raises:
        NotFound, InUse, DependentsExist: as `delete` does.
    """
    deployments.workflows(connection, id)
    live = [one.id for one in executions.live(connection) if one.deployment_id == id]
    if live:
        raise InUse("deployment", id, f"executions run or wait: {', '.join(live)}")
    alive = [one.id for one in deployments.instances(connection, id) if one.state not in _GONE]
    if alive and not force:
        raise InUse("deployment", id, f"node instances live: {', '.join(alive[:5])}; uninstall it first")
    dependents.refuse_delete(connection, id, force=force, going=going, now=now)
    deployments.delete(connection, id)


def outputs(database: Database, id: str) -> dict[str, Json]:
    """Return the values of the outputs as they are now; an output that cannot be told says why.

    Secrets that are hidden are masked.
    """
    deployment, instances = _loaded(database, id)
    return _evaluated(database, deployment.plan.outputs, deployment, instances, reveals=True)


def capabilities(database: Database, id: str) -> dict[str, Json]:
    """Return the values of the capabilities as they are now, hidden secrets masked."""
    deployment, instances = _loaded(database, id)
    return _evaluated(database, deployment.plan.capabilities, deployment, instances, reveals=True)


def view(database: Database, id: str, *, now: datetime) -> DeploymentView:
    """Return one deployment with everything that hangs on it; secrets in its outputs and capabilities are masked.

    Raises:
        NotFound: there is no such deployment.
    """
    base = views.deployment(database, id, now=now)
    deployment, instances = _loaded(database, id)
    known = {one.id: one for one in instances}
    return replace(
        base,
        instances=tuple(_related(row, known.get(row.id), deployment.plan) for row in base.instances),
        outputs=_evaluated(database, deployment.plan.outputs, deployment, instances),
        capabilities=_evaluated(database, deployment.plan.capabilities, deployment, instances),
    )


def _related(row: InstanceRow, instance: NodeInstance | None, plan: Plan) -> InstanceRow:
    """Return the row with what its node is, how it stands to others, and what checks have found."""
    node = plan.nodes.get(row.node_id)
    if node is None or instance is None:
        return row
    inner = {(one.type, one.target) for one in node.relationships if one.is_containment}
    edges = tuple(
        Edge(
            type=one.type,
            target_id=one.target_instance,
            is_containment=(one.type, one.target_node) in inner,
        )
        for one in instance.relationships
    )
    return replace(row, properties=node.properties, edges=edges, findings=instance.system_properties)


def _evaluated(
    database: Database,
    expressions: Mapping[str, Output],
    deployment: Deployment,
    instances: Sequence[NodeInstance],
    *,
    reveals: bool = False,
) -> dict[str, Json]:
    from engine.dsl.extensions import ensure_extensions
    from engine.dsl.functions import Scope, evaluate_outputs
    from engine.services.outside import Beyond

    ensure_extensions()
    showing = secrets.showing(database.home, reveals=reveals)
    scope = Scope(
        plan=deployment.plan,
        inputs=deployment.inputs,
        instances={one.id: one for one in instances},
        outside=Beyond(database.read, deployment, secrets=showing),
    )
    return evaluate_outputs(expressions, scope)


def _loaded(database: Database, id: str) -> tuple[Deployment, list[NodeInstance]]:
    with database.read() as connection:
        return deployments.get(connection, id), deployments.instances(connection, id)
