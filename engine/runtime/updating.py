"""How a deployment gets its new plan: the steps of an update that are one commit each, and the files behind them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from sqlite3 import Connection

from engine.domain.deployment import Deployment, NodeInstance
from engine.domain.event import Draft, EventType
from engine.domain.json import Json, JsonObject
from engine.domain.update import DeploymentUpdate, UpdateStage, from_parameters
from engine.dsl.update import both
from engine.runtime.clock import Clock
from engine.runtime.plugins import Plugins
from engine.runtime.recorder import Entry, Recorder
from engine.runtime.site import Site
from engine.runtime.workflow_function import callable_of
from engine.sdk.workflow_context import WorkflowContext
from engine.services import scheduleupdates
from engine.services.parameters import merged
from engine.services.updates import Target, aim, require_current, workflow_of
from engine.workflows.update import View
from storage import deployments, updates
from storage.database import Database

Settle = Callable[[Deployment], Site]
"""Gives the site of a deployment as it is described."""


class Updating:
    """The update that an execution makes."""

    def __init__(
        self,
        database: Database,
        site: Site,
        recorder: Recorder,
        clock: Clock,
        plugins: Plugins,
        *,
        settle: Settle,
        turn: Callable[[Site], None],
        evaluated: Callable[[JsonObject], JsonObject],
    ) -> None:
        self._database, self._site, self._recorder, self._clock = database, site, recorder, clock
        self._plugins, self._settle, self._turn, self._evaluated = plugins, settle, turn, evaluated
        self._request = from_parameters(site.deployment.id, site.execution.parameters)
        self._told: list[Draft] = []

    def begin(self) -> DeploymentUpdate:
        """Settle what goes, once; where something is installed first, what comes is stored at once."""
        return self._commit(self._begin)

    def switch(self) -> DeploymentUpdate:
        """Give the deployment its new plan, with what comes and without what goes, once."""
        return self._commit(self._switch)

    def finish(self) -> None:
        """Note that all is done."""
        self._commit(self._finish)

    def custom(self, record: DeploymentUpdate) -> Callable[[WorkflowContext], Json]:
        """Return the workflow that runs instead of installing and uninstalling."""
        with self._database.read() as connection:
            stored = deployments.get(connection, self._request.deployment_id)
            workflow = workflow_of(stored, self._request.options.workflow)
            given = {name: value for name, value in _facts(record).items() if name in workflow.parameters}
            parameters = merged(connection, stored.id, workflow, given, allow_custom=False)
        return callable_of(self._settle(stored), self._plugins, workflow, self._evaluated(parameters))

    def turn_to_new(self) -> View:
        """Let operations see the new plan and the files of its blueprint, with the nodes that go beside them."""
        with self._database.read() as connection:
            target = aim(connection, self._site.home, self._request)
        return self._turned(replace(target.new, plan=both(target.new.plan, target.old.plan)))

    def turn_to_stored(self) -> View:
        """Let operations see the deployment as it is stored."""
        with self._database.read() as connection:
            stored = deployments.get(connection, self._request.deployment_id)
        return self._turned(stored)

    def _turned(self, deployment: Deployment) -> View:
        self._turn(self._settle(deployment))
        return View(blueprint_id=deployment.blueprint_id, plan=deployment.plan, inputs=deployment.inputs)

    def _commit(self, change: Callable[[Connection, datetime], DeploymentUpdate]) -> DeploymentUpdate:
        done: list[DeploymentUpdate] = []

        def write(connection: Connection) -> None:
            self._told.clear()  # a commit may be tried again
            done.append(change(connection, self._clock.wall()))

        self._recorder.submit(Entry(write=write, drafts=self._told)).wait()
        return done[-1]

    def _begin(self, connection: Connection, now: datetime) -> DeploymentUpdate:
        record = self._record(connection)
        if record.stage is not UpdateStage.ACCEPTED:
            require_current(connection, record)
            return record
        target = aim(connection, self._site.home, self._request)
        work = replace(target.outlook.work, added=())
        if self._request.options.install_first:
            old = replace(target.old, plan=both(target.old.plan, target.new.plan))
            work = replace(work, added=_put_together(connection, target, old))
        return self._store(
            connection,
            replace(
                record,
                stage=UpdateStage.BEGUN,
                old_blueprint_id=target.old.blueprint_id,
                new_blueprint_id=target.new.blueprint_id,
                old_inputs=target.old.inputs,
                new_inputs=target.new.inputs,
                steps=tuple(str(step) for step in target.outlook.steps),
                work=work,
            ),
        )

    def _switch(self, connection: Connection, now: datetime) -> DeploymentUpdate:
        record = self._record(connection)
        if record.is_switched:
            return record
        target = aim(connection, self._site.home, self._request)
        if self._request.options.workflow:
            new = replace(target.new, plan=both(target.new.plan, target.old.plan))
            added = _put_together(connection, target, new)
        else:
            added = _move(connection, target)
        moved = scheduleupdates.follow(connection, target.old.plan, target.new, now=now)
        self._tell(f"The deployment has the plan of blueprint `{target.new.blueprint_id}` now", now)
        for name in moved.kept:
            self._tell(f"The schedule `{name}` stays as a user made it", now)
        work = replace(record.work, added=(*record.work.added, *added))
        return self._note(connection, UpdateStage.SWITCHED, work=work, switched_at=now)

    def _finish(self, connection: Connection, now: datetime) -> DeploymentUpdate:
        if self._request.options.workflow:
            _move(connection, aim(connection, self._site.home, self._request))
        return self._note(connection, UpdateStage.FINISHED, ended_at=now)

    def _record(self, connection: Connection) -> DeploymentUpdate:
        return updates.get(connection, self._site.execution.id)

    def _note(self, connection: Connection, stage: UpdateStage, **changes: object) -> DeploymentUpdate:
        return self._store(connection, replace(self._record(connection), stage=stage, **changes))  # type: ignore[arg-type] # fields by name

    def _store(self, connection: Connection, record: DeploymentUpdate) -> DeploymentUpdate:
        updates.store(connection, record)
        return record

    def _tell(self, message: str, now: datetime) -> None:
        """Tell something in the order of the record: after what was recorded before."""
        self._told.append(self._site.draft(EventType.WORKFLOW_STAGE, message, now))


def _facts(record: DeploymentUpdate) -> JsonObject:
    """Return what a workflow may want to know of the update that it makes."""
    work = record.work
    return {
        "update_id": record.id,
        "added_instance_ids": list(work.added),
        "removed_instance_ids": list(work.removed),
        "changed_instance_ids": [*work.reinstalled, *work.updated],
    }


def _put_together(connection: Connection, target: Target, deployment: Deployment) -> tuple[str, ...]:
    """Store what comes beside what goes, with a plan that has both, and return the node instances that came."""
    deployments.replace_plan(connection, deployment)
    wanted = {one.id: one for one in target.outlook.modification.instances}
    return _bring(connection, target, {id: _merged(one, wanted.get(id, one)) for id, one in _present(target).items()})


def _move(connection: Connection, target: Target) -> tuple[str, ...]:
    """Store the new plan and the node instances that it has, and return those that came."""
    deployments.replace_plan(connection, target.new)
    wanted = {one.id: one for one in target.outlook.modification.instances}
    present = _present(target)
    deployments.delete_instances(connection, target.old.id, [id for id in present if id not in wanted])
    return _bring(connection, target, {id: one for id, one in wanted.items() if id in present})


def _bring(connection: Connection, target: Target, staying: Mapping[str, NodeInstance]) -> tuple[str, ...]:
    added = target.outlook.modification.added.changed
    deployments.insert_instances(connection, target.old.id, added)
    old = _present(target)
    for id, one in staying.items():
        if (old[id].relationships, old[id].scaling_groups) != (one.relationships, one.scaling_groups):
            deployments.set_relationships(connection, target.old.id, one)
    return tuple(one.id for one in added)


def _present(target: Target) -> dict[str, NodeInstance]:
    return {one.id: one for one in target.instances}


def _merged(old: NodeInstance, new: NodeInstance) -> NodeInstance:
    """Return a node instance with the relationships that it has before or after."""
    more = (one for one in new.relationships if one not in old.relationships)
    return replace(new, relationships=(*old.relationships, *more))
