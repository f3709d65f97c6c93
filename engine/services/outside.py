"""What the functions of one deployment may ask of the world beyond it: other deployments, its labels, the engine."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from sqlite3 import Connection

from engine.domain.blueprint import Output
from engine.domain.deployment import Deployment
from engine.domain.errors import FunctionFailed, NotFound
from engine.domain.json import Json
from engine.dsl.calls import NotYetError
from engine.dsl.functions import Scope, evaluate
from engine.dsl.paths import walk
from engine.dsl.words import did_you_mean
from engine.services.secrets import ReadSecret
from storage import deploymentgroups, deployments

MOST_DEPLOYMENTS = 20
"""How many deployments may ask each other in a row before it is taken for a circle."""
TENANT = "default_tenant"
"""The only one there is."""
PARENT = "csys-obj-parent"
"""The label that names the environment of a deployment."""

Reading = Callable[[], AbstractContextManager[Connection]]
"""Gives a connection to read with."""


class Beyond:
    """The world beyond one deployment, as it is when it is asked."""

    def __init__(self, reading: Reading, deployment: Deployment, *, secrets: ReadSecret | None, depth: int = 0) -> None:
        """Without `secrets`, calls that need one stay as they are, so that what is stored holds no value of one."""
        self._reading, self._deployment, self._secrets, self._depth = reading, deployment, secrets, depth

    def secret(self, key: str) -> Json:
        """Return the value of a secret.

        Raises:
            FunctionFailed: there is no such secret, or it cannot be opened.
            NotYetError: values of secrets are not wanted here.
        """
        if self._secrets is None:
            raise NotYetError
        with self._reading() as connection:
            return self._secrets(connection, str(key))

    def capability(self, deployment: str, path: list[Json]) -> Json:
        """Return a capability of another deployment.

        Raises:
            FunctionFailed: there is no such deployment or capability, or it has no value now.
        """
        if self._depth >= MOST_DEPLOYMENTS:
            raise FunctionFailed(f"more than {MOST_DEPLOYMENTS} deployments ask each other for capabilities in a row")
        with self._reading() as connection:
            other = _deployment(connection, str(deployment))
            instances = {one.id: one for one in deployments.instances(connection, other.id)}
        name, *rest = path
        scope = Scope(
            plan=other.plan,
            inputs=other.inputs,
            instances=instances,
            outside=Beyond(self._reading, other, secrets=self._secrets, depth=self._depth + 1),
        )
        return walk(evaluate(_capability(other, str(name)).value, scope), rest, f"the capability {name} of {other.id}")

    def group_capability(self, group: str, path: list[Json]) -> Json:
        """Return a capability of every deployment of a group: deployment → value."""
        with self._reading() as connection:
            try:
                members = deploymentgroups.get(connection, str(group)).deployments
            except NotFound as error:
                raise FunctionFailed(str(error)) from error
        names, *rest = path
        if isinstance(names, list):
            return {one: [self.capability(one, [name, *rest]) for name in names] for one in members}
        return {one: self.capability(one, path) for one in members}

    def environment_capability(self, path: list[Json]) -> Json:
        """Return a capability of the deployment that the label `csys-obj-parent` names."""
        return self.capability(str(self.label(PARENT, 0)), path)

    def label(self, key: str, index: int | None) -> Json:
        """Return the values of a label, or one of them."""
        labels = self._deployment.plan.labels
        if key not in labels:
            hint = did_you_mean(str(key), labels)
            raise FunctionFailed(f"the deployment has no label `{key}`" + (f"; {hint}" if hint else ""))
        return labels[key] if index is None else walk(labels[key], [index], f"the label {key}")

    def system(self, entity: str, name: str) -> Json:
        """Return what the engine knows about the deployment."""
        known = {
            ("tenant", "name"): TENANT,
            ("deployment", "id"): self._deployment.id,
            ("deployment", "name"): self._deployment.id,
            ("deployment", "blueprint"): self._deployment.blueprint_id,
        }
        if (entity, name) not in known:
            raise FunctionFailed(f"the engine knows no `{name}` of the {entity}")
        return known[entity, name]

    def consumers(self, form: str) -> Json:
        """Return the deployments that name this one as the environment they stand in."""
        with self._reading() as connection:
            ids = deployments.standing_in(connection, self._deployment.id)
        return len(ids) if form == "count" else list(ids)


def _deployment(connection: Connection, id: str) -> Deployment:
    try:
        return deployments.get(connection, id)
    except NotFound as error:
        raise FunctionFailed(str(error)) from error


def _capability(deployment: Deployment, name: str) -> Output:
    known = deployment.plan.capabilities
    if name not in known:
        hint = did_you_mean(name, known)
        raise FunctionFailed(
            f"the deployment `{deployment.id}` has no capability `{name}`" + (f"; {hint}" if hint else "")
        )
    return known[name]
