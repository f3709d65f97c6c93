"""The use cases of deployment updates: say what one would do, start it, list them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection

from engine.domain.blueprint import Plan, Workflow
from engine.domain.deployment import Deployment, NodeInstance
from engine.domain.errors import InvalidValue
from engine.domain.execution import Execution, StartRequest
from engine.domain.json import JsonObject
from engine.domain.update import (
    WORKFLOW,
    DeploymentUpdate,
    UpdateOptions,
    UpdateRequest,
    UpdateStage,
    check_options,
    to_parameters,
)
from engine.domain.updatepreview import Effect, ScheduleMoves, UpdatePreview, UpdateStep
from engine.dsl.difference import Action, Entity, Step
from engine.dsl.update import Outlook, foresee
from engine.services import executions
from engine.services.deployments import random_suffix
from engine.services.lacking import lacking
from engine.services.preparing import prepared
from engine.services.schedules import defaults_of
from engine.services.scheduleupdates import moves
from engine.services.scriptfiles import ChangedScripts
from storage import blueprints, deployments, schedules, secrets, updates
from storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A deployment as it is, as it is to be, and what lies between."""

    old: Deployment
    new: Deployment
    instances: tuple[NodeInstance, ...]
    outlook: Outlook


def aim(connection: Connection, home: Path, request: UpdateRequest) -> Target:
    """Return what an update leads to, as things are now.

    Raises:
        NotFound: there is no such deployment or blueprint.
        InvalidValue: the inputs, the options or a default schedule do not fit, or a secret does not exist.
        UpdateRefused: something changes that cannot.
    """
    old = deployments.get(connection, request.deployment_id)
    blueprint = blueprints.get(connection, request.blueprint_id or old.blueprint_id)
    merged = merged_inputs(old, blueprint.plan, request.inputs)
    plan, inputs = prepared(blueprint.plan, merged, secrets.keys(connection))
    new = replace(old, blueprint_id=blueprint.id, plan=plan, inputs=inputs)
    instances = tuple(deployments.instances(connection, old.id))
    outlook = foresee(
        old.plan,
        plan,
        instances,
        request.options,
        random_suffix,
        unfinished=_unfinished(connection, old.id),
        is_changed=ChangedScripts(connection, home, old.blueprint_id, blueprint.id),
    )
    return Target(old=old, new=new, instances=instances, outlook=outlook)


def _unfinished(connection: Connection, deployment_id: str) -> set[str]:
    """Return the node instances that the last update has begun to touch, without coming to its end."""
    begun = [one for one in updates.find(connection, deployment_id=deployment_id) if one.is_begun]
    if not begun or begun[-1].stage is UpdateStage.FINISHED:
        return set()
    work = begun[-1].work
    return {*work.removed, *work.reinstalled, *work.added}


def merged_inputs(old: Deployment, plan: Plan, given: JsonObject) -> JsonObject:
    """Return the given inputs over those that the deployment has; what the plan no longer asks for is left out."""
    return {**{name: value for name, value in old.inputs.items() if name in plan.inputs}, **given}


def preview(database: Database, home: Path, request: UpdateRequest, *, now: datetime) -> UpdatePreview:
    """Return what an update would do; nothing changes.

    Raises:
        NotFound: there is no such deployment or blueprint.
        InvalidValue: something about it does not fit, or changes that cannot; the text names every place.
    """
    check_options(request.options)
    with database.read() as connection:
        return _previewed(connection, aim(connection, home, request), request.options, now)


def _previewed(connection: Connection, target: Target, options: UpdateOptions, now: datetime) -> UpdatePreview:
    work = target.outlook.work
    _check(connection, target, options, now)
    touched = moves(connection, target.old.id, target.old.plan, target.new.plan)
    added = [one.node_id for one in target.outlook.modification.added.changed]
    runs = work.is_installed and not options.workflow
    found = UpdatePreview(
        deployment_id=target.old.id,
        old_blueprint_id=target.old.blueprint_id,
        new_blueprint_id=target.new.blueprint_id,
        old_inputs=target.old.inputs,
        new_inputs=target.new.inputs,
        steps=(),
        installed=tuple(added) if runs and not options.skip_install else (),
        uninstalled=work.removed if runs and not options.skip_uninstall else (),
        reinstalled=work.reinstalled if runs else (),
        updated=work.updated if runs else (),
        schedules=touched,
        is_installed=work.is_installed,
        workflow=options.workflow,
        warnings=tuple(_warnings(connection, target, touched)),
    )
    effects = _effects(target, found)
    return replace(found, steps=tuple(_step(step, effects) for step in target.outlook.steps))


def _check(connection: Connection, target: Target, options: UpdateOptions, now: datetime) -> None:
    """Refuse what would fail in the middle of the update.

    Raises:
        InvalidValue: a default schedule does not fit.
        NotFound: the new plan has no such workflow.
    """
    defaults_of(connection, target.new, now=now)
    if options.workflow:
        workflow_of(target.new, options.workflow)


def workflow_of(deployment: Deployment, name: str) -> Workflow:
    """Return the workflow of a plan that runs instead of the steps of an update.

    Raises:
        NotFound: the plan has none of that name.
    """
    workflow = deployment.plan.workflows.get(name)
    if workflow is None:
        raise lacking(deployment.id, "workflow", name, deployment.plan.workflows)
    return workflow


def _step(step: Step, effects: Mapping[Effect, set[str]]) -> UpdateStep:
    found = (one for one in _possible(step) if step.node in effects[one])
    return UpdateStep(action=step.action, entity=step.entity, name=step.name, effect=next(found, Effect.CHANGES))


def _possible(step: Step) -> tuple[Effect, ...]:
    """Return what a step of its kind may do to node instances."""
    if step.is_making:
        return (Effect.REINSTALLS, Effect.UPDATES)
    if step.entity is Entity.NODE:
        return (Effect.INSTALLS, Effect.UNINSTALLS)
    if step.entity is Entity.RELATIONSHIP:
        return {Action.ADD: (Effect.ESTABLISHES,), Action.REMOVE: (Effect.UNLINKS,)}.get(step.action, ())
    return ()


def _effects(target: Target, preview: UpdatePreview) -> dict[Effect, set[str]]:
    """Return by effect the nodes of whose instances some are affected so."""
    nodes, work = {one.id: one.node_id for one in target.instances}, target.outlook.work
    unlinked, established = ((), ()) if preview.workflow else (work.unlinked, work.established)
    return {
        Effect.INSTALLS: set(preview.installed),
        Effect.UNINSTALLS: {nodes[id] for id in preview.uninstalled},
        Effect.REINSTALLS: {nodes[id] for id in preview.reinstalled},
        Effect.UPDATES: {nodes[id] for id in preview.updated},
        Effect.UNLINKS: {nodes[id] for id, _ in unlinked},
        Effect.ESTABLISHES: {nodes[id] for id, _ in established},
    }


def _warnings(connection: Connection, target: Target, touched: ScheduleMoves) -> list[str]:
    found = [
        f"the schedule `{name}` stays as a user made it; the blueprint's of that name is left out"
        for name in touched.kept
    ]
    going = {*touched.deleted, *touched.replaced}
    for one in schedules.find(connection, deployment_id=target.old.id):
        if one.id not in going and one.workflow_id not in target.new.plan.workflows:
            found.append(f"the schedule `{one.id}` runs the workflow `{one.workflow_id}`, which goes")
    return found


def start(
    database: Database,
    home: Path,
    request: UpdateRequest,
    *,
    force: bool = False,
    queue: bool = False,
    now: datetime,
) -> Execution:
    """Start the update of a deployment, or queue it, through the same gate as any workflow of it.

    Raises:
        NotFound: there is no such deployment or blueprint.
        InvalidValue: something about it does not fit, or changes that cannot; nothing is stored.
        ExecutionRefused: something runs or waits that it may neither join nor wait for.
        DependentsExist: others depend on the deployment.
        MaintenanceActive: maintenance mode holds it.
    """
    check_options(request.options)
    with database.read() as connection:  # other writers need not wait for the comparison
        target = aim(connection, home, request)
        _check(connection, target, request.options, now)
    asked = StartRequest(
        workflow_id=WORKFLOW,
        deployment_id=request.deployment_id,
        parameters=to_parameters(request),
        force=force,
        queue=queue,
    )
    with database.write() as connection:
        executions.refuse_in_maintenance(connection)
        deployments.require(connection, request.deployment_id)
        blueprints.content_of(connection, target.new.blueprint_id)
        execution = executions.waiting(asked, target.old.blueprint_id, now=now)
        execution = executions.admit(connection, asked, execution, now=now)
        updates.insert(connection, _record(execution, target, now))
        return execution


def _record(execution: Execution, target: Target, now: datetime) -> DeploymentUpdate:
    return DeploymentUpdate(
        id=execution.id,
        deployment_id=target.old.id,
        stage=UpdateStage.ACCEPTED,
        old_blueprint_id=target.old.blueprint_id,
        new_blueprint_id=target.new.blueprint_id,
        old_inputs=target.old.inputs,
        new_inputs=target.new.inputs,
        steps=tuple(str(step) for step in target.outlook.steps),
        work=replace(target.outlook.work, added=()),
        created_at=now,
    )


def find(database: Database, *, deployment_id: str | None = None) -> list[DeploymentUpdate]:
    """Return the updates of a deployment, or all, oldest first.

    Raises:
        NotFound: there is no such deployment.
    """
    with database.read() as connection:
        if deployment_id is not None:
            deployments.require(connection, deployment_id)
        return updates.find(connection, deployment_id=deployment_id)


def get(database: Database, id: str) -> DeploymentUpdate:
    """Return one update by its id, which is its execution's, or the unique beginning of it.

    Raises:
        NotFound: there is none.
    """
    with database.read() as connection:
        return updates.get(connection, id)


def require_current(connection: Connection, update: DeploymentUpdate) -> None:
    """Check that no later update of the deployment has begun.

    Raises:
        InvalidValue: one has, so that this one cannot go on.
    """
    later = [one for one in updates.find(connection, deployment_id=update.deployment_id) if _is_later(one, update)]
    if later:
        raise InvalidValue(
            f"the update {update.id[:8]} cannot go on: a later one ({later[-1].id[:8]}) has changed the deployment; "
            f"start another by `conductor deployments update {update.deployment_id}`"
        )


def _is_later(one: DeploymentUpdate, than: DeploymentUpdate) -> bool:
    return one.is_begun and one.created_at > than.created_at
