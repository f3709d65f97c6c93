"""The verbs of deployment updates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.update import DeploymentUpdate, UpdateOptions, UpdateRequest
from engine.verbs.door import Door
from engine.verbs.lazy import lazy

if TYPE_CHECKING:
    from engine.domain.execution import Execution
    from engine.domain.json import JsonObject
    from engine.domain.updatepreview import UpdatePreview
    from engine.services import updates
else:
    updates = lazy("engine.services.updates")


class UpdateVerbs(Door):
    """Bring deployments to another blueprint or other inputs."""

    def preview_update(
        self,
        deployment_id: str,
        blueprint_id: str | None = None,
        inputs: JsonObject | None = None,
        options: UpdateOptions | None = None,
    ) -> UpdatePreview:
        """Return what an update would do; nothing changes.

        Raises:
            InvalidValue: something about it does not fit, or changes that cannot; the text names every place.
        """
        request = _request(deployment_id, blueprint_id, inputs, options)
        return updates.preview(self._database, self.home.root, request, now=self._clock.wall())

    def update_deployment(
        self,
        deployment_id: str,
        blueprint_id: str | None = None,
        inputs: JsonObject | None = None,
        options: UpdateOptions | None = None,
        *,
        force: bool = False,
        queue: bool = False,
    ) -> Execution:
        """Start the update of a deployment or queue it, and see to it that an engine runs.

        Args:
            deployment_id: the deployment.
            blueprint_id: what it is to be made of; None stays with what it has.
            inputs: merged over those that it has.
            options: how to go about it.
            force: run beside another execution of the deployment.
            queue: wait where it cannot start now.

        Raises:
            InvalidValue: something about it does not fit, or changes that cannot; nothing is stored.
            ExecutionRefused: something runs or waits that it may neither join nor wait for.
        """
        request = _request(deployment_id, blueprint_id, inputs, options)
        execution = updates.start(
            self._database, self.home.root, request, force=force, queue=queue, now=self._clock.wall()
        )
        self._wake_engine()
        return execution

    def deployment_updates(self, deployment_id: str | None = None) -> list[DeploymentUpdate]:
        """Return the updates of a deployment, or all, oldest first."""
        return updates.find(self._database, deployment_id=deployment_id)

    def deployment_update(self, id: str) -> DeploymentUpdate:
        """Return one update by its id, which is that of its execution, or the unique beginning of it."""
        return updates.get(self._database, id)


def _request(
    deployment_id: str, blueprint_id: str | None, inputs: JsonObject | None, options: UpdateOptions | None
) -> UpdateRequest:
    return UpdateRequest(
        deployment_id=deployment_id,
        blueprint_id=blueprint_id,
        inputs=inputs or {},
        options=options or UpdateOptions(),
    )
