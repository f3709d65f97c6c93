"""The verbs of deployment groups and execution groups."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from engine.domain.execution import CancelKind
from engine.verbs.door import Door
from engine.verbs.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.domain import group as groups
    from engine.domain.deployment import Deployment
    from engine.domain.event import Event
    from engine.domain.execution import Execution
    from engine.domain.group import DeploymentGroup, ExecutionGroupView, GroupStart
    from engine.domain.json import JsonObject
    from engine.runtime import following
    from engine.services import deploymentgroups, executiongroups
else:
    following = lazy("engine.runtime.following")
    groups = lazy("engine.domain.group")
    deploymentgroups = lazy("engine.services.deploymentgroups")
    executiongroups = lazy("engine.services.executiongroups")


class GroupVerbs(Door):
    """Put deployments together, and start workflows on all of them."""

    def create_deployment_group(
        self,
        id: str,
        *,
        description: str = "",
        blueprint_id: str | None = None,
        inputs: JsonObject | None = None,
        deployments: Sequence[str] = (),
    ) -> DeploymentGroup:
        """Make a group; `blueprint_id` and `inputs` are for the deployments that the group makes itself."""
        group = groups.DeploymentGroup(
            id=id,
            description=description,
            default_blueprint_id=blueprint_id,
            default_inputs=inputs or {},
            created_at=self._clock.wall(),
            deployments=tuple(deployments),
        )
        return deploymentgroups.create(self._database, group)

    def deployment_groups(self) -> list[DeploymentGroup]:
        return deploymentgroups.listing(self._database)

    def deployment_group(self, id: str) -> DeploymentGroup:
        return deploymentgroups.get(self._database, id)

    def add_to_deployment_group(self, id: str, deployments: Sequence[str]) -> int:
        """Put deployments into a group and return how many were not in it."""
        return deploymentgroups.add(self._database, id, deployments)

    def remove_from_deployment_group(self, id: str, deployments: Sequence[str]) -> int:
        """Take deployments out of a group and return how many were in it."""
        return deploymentgroups.remove(self._database, id, deployments)

    def grow_deployment_group(
        self, id: str, number: int, *, blueprint_id: str | None = None, inputs: JsonObject | None = None
    ) -> list[Deployment]:
        """Make so many deployments, named after the group, and put them into it."""
        now = self._clock.wall()
        made = deploymentgroups.grow(self._database, id, number, blueprint_id=blueprint_id, inputs=inputs, now=now)
        if any(one.plan.deployment_settings.get("default_schedules") for one in made):
            self._wake_engine()
        return made

    def delete_deployment_group(self, id: str, *, takes_deployments: bool = False, force: bool = False) -> None:
        """Remove a group, with its deployments and their working folders only where that is wanted; all or nothing."""
        now = self._clock.wall()
        gone = deploymentgroups.delete(self._database, id, takes_deployments=takes_deployments, force=force, now=now)
        for deployment_id in gone:
            shutil.rmtree(self.home.work(deployment_id), ignore_errors=True)

    def start_execution_group(self, request: GroupStart) -> ExecutionGroupView:
        """Start a workflow on every deployment of a group, and see to it that an engine runs.

        Raises:
            NotFound: a group does not exist.
            InvalidValue: no deployment has the workflow, or parameters do not fit one of them; nothing is started.
            EngineUnavailable: it is stored, but no engine could be started.
        """
        started = executiongroups.start(self._database, request, now=self._clock.wall())
        self._wake_engine()
        return started

    def execution_groups(self) -> list[ExecutionGroupView]:
        return executiongroups.listing(self._database)

    def execution_group(self, id: str) -> ExecutionGroupView:
        return executiongroups.get(self._database, id)

    def update_execution_group(
        self,
        id: str,
        *,
        concurrency: int | None = None,
        success_group_id: str | None = None,
        failed_group_id: str | None = None,
    ) -> ExecutionGroupView:
        """Change how many of a group run at once, or where deployments go at its end; what is None stays."""
        changed = executiongroups.update(
            self._database,
            id,
            concurrency=concurrency,
            success_group_id=success_group_id,
            failed_group_id=failed_group_id,
        )
        self._wake_engine()
        return changed

    def add_to_execution_group(self, id: str, executions: Sequence[str]) -> ExecutionGroupView:
        """Put executions into a group; what waits must satisfy its limit, too."""
        return executiongroups.add(self._database, id, executions)

    def cancel_execution_group(self, id: str, kind: CancelKind = CancelKind.CANCEL) -> list[Execution]:
        """Ask everything of a group to stop that has not ended, and return it."""
        asked = executiongroups.cancel(self._database, id, kind, now=self._clock.wall())
        self._wake_engine()
        return asked

    def follow_execution_group(self, id: str, *, after: int = 0, timeout: float | None = None) -> Iterator[list[Event]]:
        """Yield new events of a group until all of its executions have ended, or for `timeout` seconds.

        Raises:
            NotFound: there is no such group.
            EngineUnavailable: no engine leads, and none could be started.
        """
        status = executiongroups.get(self._database, id).status
        return following.follow(
            self._database,
            following.at_group(self._database, id),
            after=after,
            timeout=timeout,
            clock=self._clock,
            keep_alive=self._wake_engine if status and not status.is_final else lambda: None,
        )

    def resume_execution_group(self, id: str, *, force: bool = False) -> list[Execution]:
        """Let everything of a group go on that has failed or been cancelled, within its limits, and return it.

        `force` lets interrupted operations run again, too.
        """
        resumed = executiongroups.resume(self._database, id, force=force, now=self._clock.wall())
        if resumed:
            self._wake_engine()
        return resumed
