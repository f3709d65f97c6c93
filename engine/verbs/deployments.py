"""The verbs of deployments."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from engine.verbs.door import Door
from engine.verbs.lazy import lazy

if TYPE_CHECKING:
    from engine.domain.blueprint import Workflow
    from engine.domain.deployment import Deployment
    from engine.domain.json import Json
    from engine.domain.view import DeploymentRow, DeploymentView
    from engine.services import deployments
    from storage import deployments as deployment_rows
    from storage import views as view_rows
else:
    deployments = lazy("engine.services.deployments")
    deployment_rows = lazy("storage.deployments")
    view_rows = lazy("storage.views")


class DeploymentVerbs(Door):
    """Create, inspect and delete deployments."""

    def create_deployment(
        self, blueprint_id: str, id: str | None = None, inputs: dict[str, Json] | None = None
    ) -> Deployment:
        """Make a deployment; its default schedules begin to count at once."""
        created = deployments.create(self._database, blueprint_id, id, inputs or {}, now=self._clock.wall())
        if created.plan.deployment_settings.get("default_schedules"):
            self._wake_engine()
        return created

    def deployments(self) -> list[DeploymentRow]:
        with self._database.read() as connection:
            return view_rows.deployments(connection)

    def deployment(self, id: str) -> DeploymentView:
        """Return one deployment with its instances, executions, schedules, outputs and capabilities."""
        return deployments.view(self._database, id, now=self._clock.wall())

    def delete_deployment(self, id: str, force: bool = False) -> None:
        """Remove a deployment with everything of it, its working folder included."""
        deployments.delete(self._database, id, force=force, now=self._clock.wall())
        shutil.rmtree(self.home.work(id), ignore_errors=True)

    def workflows(self, deployment_id: str) -> dict[str, Workflow]:
        with self._database.read() as connection:
            return deployment_rows.workflows(connection, deployment_id)[1]

    def outputs(self, deployment_id: str) -> dict[str, Json]:
        return deployments.outputs(self._database, deployment_id)

    def capabilities(self, deployment_id: str) -> dict[str, Json]:
        return deployments.capabilities(self._database, deployment_id)
