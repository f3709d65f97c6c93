"""`conductor workflows`: what can be started on a deployment."""

import typer

from conductor_tui.cli import details, listings, options
from conductor_tui.cli.session import session_of
from engine.domain.errors import NotFound

app = typer.Typer(help="List the workflows of a deployment and their parameters.", no_args_is_help=True)


@app.command("list")
def list_(ctx: typer.Context, deployment_id: options.DeploymentOption, json: options.JsonOption = False) -> None:
    """List the workflows of a deployment."""
    session = session_of(ctx)
    found = list(session.conductor.workflows(deployment_id).values())
    if json:
        session.out.json(found)
    else:
        listings.show(session.out, details.WORKFLOWS, found)


@app.command()
def get(
    ctx: typer.Context,
    workflow_id: options.WorkflowArgument,
    deployment_id: options.DeploymentOption,
    json: options.JsonOption = False,
) -> None:
    """Show one workflow with its parameters."""
    session = session_of(ctx)
    workflows = session.conductor.workflows(deployment_id)
    if workflow_id not in workflows:
        raise NotFound("workflow", workflow_id, f"deployment `{deployment_id}` has {', '.join(workflows)}")
    if json:
        session.out.json(workflows[workflow_id])
    else:
        session.out.lines(details.workflow_lines(workflows[workflow_id]))
