"""How the number of node instances of a deployment is changed: the modification, its rows and its end."""

import secrets
import string
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from sqlite3 import Connection
from uuid import uuid4

from engine.domain.blueprint import Plan
from engine.domain.deployment import Modification, ModificationStatus, NodeInstance
from engine.dsl.instantiate import containment
from engine.dsl.modify import Change, modify
from engine.runtime.site import Site
from engine.sdk.backend import Scaled, Scaling
from engine.sdk.errors import NonRecoverableError
from storage import deployments, modifications

_LETTERS = string.ascii_lowercase + string.digits


def start(connection: Connection, site: Site, scaling: Scaling, now: datetime) -> Scaled:
    """Store the node instances that come, with what relates to them.

    Raises:
        InUse: another modification of the deployment has not ended.
        InvalidValue, NonRecoverableError: it is not possible.
    """
    before = deployments.instances(connection, site.deployment.id)
    scaled = plan_scaling(site, before, scaling)
    modifications.insert(connection, _modification(site, scaled, before, now))
    deployments.insert_instances(
        connection, site.deployment.id, [one for one in scaled.instances if one.id in scaled.added]
    )
    known = {one.id: one for one in before}
    for one in scaled.instances:
        if one.id in known and one.relationships != known[one.id].relationships:
            deployments.set_relationships(connection, site.deployment.id, one)
    return scaled


def plan_scaling(site: Site, instances: Sequence[NodeInstance], scaling: Scaling) -> Scaled:
    """Return what a change comes to; what goes is still there, with all its relationships.

    Raises:
        InvalidValue, NonRecoverableError: it is not possible.
    """
    plan = site.deployment.plan
    wanted = max(count(plan, instances, scaling.entity) + scaling.delta, 0)
    change = Change(instances=wanted, remove_first=scaling.remove_first, keep=scaling.keep)
    modified = modify(plan, instances, {scaling.entity: change}, _suffix)
    removed = tuple(one.id for one in modified.removed.changed)
    if kept := sorted(scaling.keep.intersection(removed)):
        raise NonRecoverableError(
            f"`{scaling.entity}` cannot lose {-scaling.delta} instances per container without {', '.join(kept)}; "
            "exclude fewer instances or take a smaller delta"
        )
    old = {one.id: one for one in instances}
    gained = {one.id: one for one in modified.instances}
    return Scaled(
        id=str(uuid4()),
        added=tuple(one.id for one in modified.added.changed),
        removed=removed,
        instances=tuple(_merged(one, old.get(id, one)) for id, one in {**old, **gained}.items()),
    )


def _merged(new: NodeInstance, old: NodeInstance) -> NodeInstance:
    """Return an instance with the relationships that it has before or after."""
    more = tuple(one for one in new.relationships if one not in old.relationships)
    return replace(new, relationships=(*old.relationships, *more))


def end(connection: Connection, site: Site, id: str, status: ModificationStatus, now: datetime) -> None:
    """Take away what goes, or what came where the modification is rolled back, with all relationships to it."""
    deployment_id = site.deployment.id
    found = next(one for one in modifications.find(connection, deployment_id) if one.id == id)
    if not modifications.end(connection, id, status, now):
        return
    gone = set(found.removed if status is ModificationStatus.FINISHED else found.added)
    deployments.delete_instances(connection, deployment_id, gone)
    for one in deployments.instances(connection, deployment_id):
        left = tuple(relation for relation in one.relationships if relation.target_instance not in gone)
        if left != one.relationships:
            deployments.set_relationships(connection, deployment_id, replace(one, relationships=left))


def count(plan: Plan, instances: Sequence[NodeInstance], entity: str) -> int:
    """Return how many instances a node or scaling group has in one instance of its container now.

    Raises:
        NonRecoverableError: the plan has no such node or group.
    """
    if entity not in plan.nodes and entity not in plan.scaling_groups:
        raise NonRecoverableError(f"the deployment has no node and no scaling group `{entity}`")
    container = containment(plan)[entity]
    inside: dict[str | None, set[str]] = defaultdict(set)
    for one in instances:
        if (found := _copy(one, entity, container)) is not None:
            inside[found[1]].add(found[0])
    return max((len(ids) for ids in inside.values()), default=0)


def _copy(instance: NodeInstance, entity: str, container: str | None) -> tuple[str, str | None] | None:
    """Return which instance of the entity a node instance is or is in, and what that stands in."""
    path = [(instance.id, instance.node_id), *instance.scaling_groups.items()]
    place = next((number for number, (_, name) in enumerate(path) if name == entity), None)
    if place is None:
        return None
    if place + 1 < len(path):
        return path[place][0], path[place + 1][0]
    above = (one.target_instance for one in instance.relationships if one.target_node == container)
    return path[place][0], next(above, None)


def _modification(site: Site, scaled: Scaled, before: Sequence[NodeInstance], now: datetime) -> Modification:
    return Modification(
        id=scaled.id,
        deployment_id=site.deployment.id,
        execution_id=site.execution.id,
        status=ModificationStatus.STARTED,
        added=scaled.added,
        removed=scaled.removed,
        before=tuple(before),
        created_at=now,
    )


def _suffix() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(6))
