"""Which function a workflow of a deployment stands for, and how it is called."""

from collections.abc import Callable
from functools import partial
from typing import Any

from engine.domain.blueprint import Workflow
from engine.domain.errors import NotFound
from engine.domain.json import Json, JsonObject
from engine.runtime.calling import call
from engine.runtime.plugins import Plugins
from engine.runtime.scripts import RUN_WORKFLOW, evaluate, unpacked
from engine.runtime.site import Site
from engine.sdk.api import EXECUTION_CANCELLED_RESULT
from engine.sdk.current import entered
from engine.sdk.errors import ExecutionCancelled, NonRecoverableError
from engine.sdk.workflow_context import WorkflowContext
from engine.workflows.registry import built_in
from engine.workflows.update import Updating, update

_SCRIPT = ("script_path", "script_source")


def call_workflow(
    site: Site,
    plugins: Plugins,
    context: WorkflowContext,
    parameters: JsonObject,
    updating: Updating | None = None,
) -> None:
    """Run the workflow with its parameters to its end, with everything that it began.

    `updating` is the update that the execution makes, whatever a workflow of that name in the plan may do.

    Raises:
        NotFound: the deployment has no such workflow.
        Exception: whatever the workflow raises.
    """
    function = _own(site, plugins, parameters) if updating is None else partial(_update, updating, parameters)
    with entered(context, parameters):
        result = function(context)
        context.internal.wait_for_all()
    if result == EXECUTION_CANCELLED_RESULT:
        raise ExecutionCancelled


def _update(updating: Updating, parameters: JsonObject, context: WorkflowContext) -> None:
    update(context, updating, **parameters)


def _own(site: Site, plugins: Plugins, parameters: JsonObject) -> Callable[[WorkflowContext], Json]:
    workflow = site.deployment.plan.workflows.get(site.execution.workflow_id)
    if workflow is None:
        raise NotFound(f"workflow of deployment `{site.deployment.id}`", site.execution.workflow_id)
    return callable_of(site, plugins, workflow, parameters)


def callable_of(
    site: Site, plugins: Plugins, workflow: Workflow, parameters: JsonObject
) -> Callable[[WorkflowContext], Json]:
    """Return what runs a workflow with these parameters.

    Raises:
        NonRecoverableError: its function cannot be imported, or is to go on and cannot.
    """
    if workflow.function == RUN_WORKFLOW:
        if site.execution.is_resumed:
            raise _not_resumable(workflow)
        declared = {name: one.default for name, one in workflow.parameters.items() if name in _SCRIPT}
        return partial(_evaluate_script, site, declared | parameters)
    function = built_in(workflow.function) or plugins.function(workflow.plugin, workflow.function)
    if site.execution.is_resumed and not getattr(function, "resumable", False):
        raise _not_resumable(workflow)
    return partial(_call, function, parameters)


def _not_resumable(workflow: Workflow) -> NonRecoverableError:
    return NonRecoverableError(
        f"Cannot resume - workflow not resumable: {workflow.name}; its function needs `@workflow(resumable=True)`"
    )


def _evaluate_script(site: Site, parameters: JsonObject, _context: WorkflowContext) -> Json:
    with unpacked(site, parameters) as script:
        evaluate(script)


def _call(function: Callable[..., Any], parameters: JsonObject, context: WorkflowContext) -> Json:
    return call(function, parameters, context)
