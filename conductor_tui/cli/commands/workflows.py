"""`conductor workflows`: what can be started on a deployment."""

from conductor_tui.cli import details, listings, options
from conductor_tui.cli.session import Session
from engine.services.lacking import lacking


def list_(session: Session, deployment_id: options.DeploymentOption, json: options.JsonOption = False) -> None:
    """List the workflows of a deployment."""
    found = list(session.conductor.workflows(deployment_id).values())
    if json:
        session.out.json(found)
    else:
        listings.show(session.out, details.WORKFLOWS, found)


def get(
    session: Session,
    workflow_id: options.WorkflowArgument,
    deployment_id: options.DeploymentOption,
    json: options.JsonOption = False,
) -> None:
    """Show one workflow with its parameters."""
    workflows = session.conductor.workflows(deployment_id)
    if workflow_id not in workflows:
        raise lacking(deployment_id, "workflow", workflow_id, workflows)
    if json:
        session.out.json(workflows[workflow_id])
    else:
        session.out.lines(details.workflow_lines(workflows[workflow_id]))
