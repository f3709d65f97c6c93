"""Rows of deployments and their node instances."""

from collections.abc import Iterable, Sequence
from sqlite3 import Connection, Row

from engine.domain.blueprint import Plan, Workflow
from engine.domain.deployment import Deployment, InstanceRelationship, NodeInstance
from engine.domain.errors import NotFound, VersionConflict
from engine.domain.json import Json, JsonObject
from storage import dependencies
from storage.codec import from_json, from_json_as, from_time, to_json, to_time

INSTANCE_COLUMNS = (
    "deployment_id, id, node_id, position, state, version, host_id, runtime_properties, relationships, scaling_groups, "
    "system_properties"
)


def insert(connection: Connection, deployment: Deployment, instances: Sequence[NodeInstance]) -> None:
    """Store a deployment together with its node instances."""
    plan = to_json(deployment.plan)
    connection.execute(
        'INSERT INTO deployment (id, blueprint_id, "plan", inputs, created_at) VALUES (?, ?, ?, ?, ?)',
        (
            deployment.id,
            deployment.blueprint_id,
            plan,
            to_json(deployment.inputs),
            to_time(deployment.created_at),
        ),
    )
    dependencies.replace(connection, deployment.id, plan)
    insert_instances(connection, deployment.id, instances)


def replace_plan(connection: Connection, deployment: Deployment) -> None:
    """Give a deployment another plan, with the blueprint and the inputs that it comes from."""
    plan = to_json(deployment.plan)
    connection.execute(
        'UPDATE deployment SET blueprint_id = ?, "plan" = ?, inputs = ? WHERE id = ?',
        (deployment.blueprint_id, plan, to_json(deployment.inputs), deployment.id),
    )
    dependencies.replace(connection, deployment.id, plan)


def insert_instances(connection: Connection, deployment_id: str, instances: Sequence[NodeInstance]) -> None:
    """Store further node instances of a deployment."""
    connection.executemany(
        f"INSERT INTO node_instance ({INSTANCE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                deployment_id,
                one.id,
                one.node_id,
                one.index,
                one.state,
                one.version,
                one.host_id,
                to_json(one.runtime_properties),
                to_json(one.relationships),
                to_json(one.scaling_groups),
                to_json(one.system_properties),
            )
            for one in instances
        ],
    )


def exists(connection: Connection, id: str) -> bool:
    return connection.execute("SELECT 1 FROM deployment WHERE id = ?", (id,)).fetchone() is not None


def require(connection: Connection, id: str) -> None:
    """Raise NotFound unless there is such a deployment."""
    if not exists(connection, id):
        raise NotFound("deployment", id, "`conductor deployments list` shows those that exist")


def get(connection: Connection, id: str) -> Deployment:
    """Return one deployment.

    Raises:
        NotFound: no deployment has this id.
    """
    row = connection.execute(
        'SELECT id, blueprint_id, "plan", inputs, created_at FROM deployment WHERE id = ?', (id,)
    ).fetchone()
    if row is None:
        raise NotFound("deployment", id, "`conductor deployments list` shows those that exist")
    return Deployment(
        id=row["id"],
        blueprint_id=row["blueprint_id"],
        plan=from_json_as(row["plan"], Plan),
        inputs=from_json(row["inputs"]),
        created_at=from_time(row["created_at"]),
    )


def inputs(connection: Connection, id: str) -> dict[str, Json]:
    row = connection.execute("SELECT inputs FROM deployment WHERE id = ?", (id,)).fetchone()
    values: dict[str, Json] = from_json(row["inputs"])
    return values


def labels(connection: Connection, id: str) -> dict[str, list[Json]]:
    """Return the values of each label of a deployment, without reading the rest of its plan."""
    row = connection.execute(
        "SELECT json_extract(\"plan\", '$.labels') AS labels FROM deployment WHERE id = ?", (id,)
    ).fetchone()
    values: dict[str, list[Json]] = from_json(row["labels"] or "{}")
    return values


def standing_in(connection: Connection, id: str) -> list[str]:
    """Return the deployments whose label `csys-obj-parent` names this one."""
    rows = connection.execute(
        """SELECT DISTINCT deployment.id FROM deployment,
           json_each(deployment."plan", '$.labels."csys-obj-parent"') AS parent
           WHERE parent.value = ? ORDER BY deployment.id""",
        (id,),
    )
    return [row["id"] for row in rows]


def workflows(connection: Connection, id: str) -> tuple[str, dict[str, Workflow]]:
    """Return the blueprint's id and the workflows of a deployment, without reading the rest of its plan.

    Raises:
        NotFound: no deployment has this id.
    """
    row = connection.execute(
        "SELECT blueprint_id, json_extract(\"plan\", '$.workflows') AS workflows FROM deployment WHERE id = ?", (id,)
    ).fetchone()
    if row is None:
        raise NotFound("deployment", id, "`conductor deployments list` shows those that exist")
    return row["blueprint_id"], from_json_as(row["workflows"], dict[str, Workflow])


def delete(connection: Connection, id: str) -> None:
    """Remove a deployment with its instances, executions, operations, events and schedules."""
    connection.execute("DELETE FROM event WHERE deployment_id = ?", (id,))
    connection.execute("DELETE FROM deployment WHERE id = ?", (id,))


def instances(connection: Connection, deployment_id: str) -> list[NodeInstance]:
    """Return the node instances of a deployment in the order of their creation."""
    rows = connection.execute(
        f"SELECT {INSTANCE_COLUMNS} FROM node_instance WHERE deployment_id = ? ORDER BY rowid",
        (deployment_id,),
    )
    return [_instance(row) for row in rows]


def instance_states(connection: Connection, deployment_id: str) -> list[str]:
    rows = connection.execute("SELECT state FROM node_instance WHERE deployment_id = ?", (deployment_id,))
    return [row["state"] for row in rows]


def types(connection: Connection, deployment_id: str) -> list[str]:
    """Return every type in the hierarchies of the deployment's nodes."""
    rows = connection.execute(
        "SELECT DISTINCT type.value AS type FROM deployment, json_each(deployment.\"plan\", '$.nodes') AS node, "
        "json_each(node.value, '$.type_hierarchy') AS type WHERE deployment.id = ?",
        (deployment_id,),
    )
    return [row["type"] for row in rows]


def instance(connection: Connection, deployment_id: str, id: str) -> NodeInstance:
    """Return one node instance.

    Raises:
        NotFound: the deployment has no such instance.
    """
    row = connection.execute(
        f"SELECT {INSTANCE_COLUMNS} FROM node_instance WHERE deployment_id = ? AND id = ?",
        (deployment_id, id),
    ).fetchone()
    if row is None:
        raise NotFound("node instance", id)
    return _instance(row)


def set_instance_state(connection: Connection, deployment_id: str, id: str, state: str) -> None:
    connection.execute(
        "UPDATE node_instance SET state = ? WHERE deployment_id = ? AND id = ?", (state, deployment_id, id)
    )
    if outdated := _OUTDATED.get(state):
        connection.execute(
            f"UPDATE node_instance SET system_properties = {outdated} "
            "WHERE deployment_id = ? AND id = ? AND system_properties <> '{}'",
            (deployment_id, id),
        )


_OUTDATED = {
    "configured": "json_remove(system_properties, '$.configuration_drift', "
    "'$.source_relationships_configuration_drift', '$.target_relationships_configuration_drift')",
    "started": "json_remove(system_properties, '$.status')",
}
"""What a node instance that enters a state says no longer about itself."""


def set_runtime_properties(
    connection: Connection,
    deployment_id: str,
    id: str,
    runtime_properties: JsonObject,
    *,
    expected_version: int | None = None,
) -> int:
    """Replace the runtime properties and return the new version.

    Raises:
        VersionConflict: somebody wrote since `expected_version` was read.
    """
    row = connection.execute(
        "UPDATE node_instance SET runtime_properties = ?, version = version + 1 "
        "WHERE deployment_id = ? AND id = ? AND version = coalesce(?, version) RETURNING version",
        (to_json(runtime_properties), deployment_id, id, expected_version),
    ).fetchone()
    if row is None:
        raise VersionConflict(id, expected_version or 0)
    return int(row["version"])


def set_system_properties(connection: Connection, deployment_id: str, id: str, system_properties: JsonObject) -> None:
    connection.execute(
        "UPDATE node_instance SET system_properties = ? WHERE deployment_id = ? AND id = ?",
        (to_json(system_properties), deployment_id, id),
    )


def set_relationships(connection: Connection, deployment_id: str, instance: NodeInstance) -> None:
    """Store the relationships of a node instance and the scaling groups that it is in."""
    connection.execute(
        "UPDATE node_instance SET relationships = ?, scaling_groups = ? WHERE deployment_id = ? AND id = ?",
        (to_json(instance.relationships), to_json(instance.scaling_groups), deployment_id, instance.id),
    )


def delete_instances(connection: Connection, deployment_id: str, ids: Iterable[str]) -> None:
    """Remove node instances; relationships that others have to them are the caller's to remove."""
    connection.executemany(
        "DELETE FROM node_instance WHERE deployment_id = ? AND id = ?", [(deployment_id, id) for id in ids]
    )


def _instance(row: Row) -> NodeInstance:
    return NodeInstance(
        id=row["id"],
        node_id=row["node_id"],
        index=row["position"],
        state=row["state"],
        version=row["version"],
        host_id=row["host_id"],
        runtime_properties=from_json(row["runtime_properties"]),
        relationships=from_json_as(row["relationships"], tuple[InstanceRelationship, ...]),
        scaling_groups=from_json(row["scaling_groups"]),
        system_properties=from_json(row["system_properties"]),
    )
