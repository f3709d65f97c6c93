"""`conductor deployments`: create, list, inspect and delete deployments."""

from typing import Annotated

from conductor_tui.cli import details, listings, options
from conductor_tui.cli.output import Output
from conductor_tui.cli.session import Session, confirm, tell, values_of
from conductor_tui.cli.words import Argument, Offers, Option
from engine.domain.dependents import listed
from engine.domain.json import JsonObject

ForceDeleteOption = Annotated[
    bool, Option("-f", "--force", help="Delete it even though node instances of it still live, or others depend on it.")
]


def create(
    session: Session,
    blueprint_id: Annotated[
        str,
        Option(
            "-b",
            "--blueprint-id",
            metavar="BLUEPRINT_ID",
            help="The blueprint to create it from.",
            offers=Offers.BLUEPRINTS,
        ),
    ],
    deployment_id: Annotated[
        str | None,
        Argument(metavar="[DEPLOYMENT_ID]", help="The id to give; the blueprint's id otherwise."),
    ] = None,
    inputs: options.InputsOption = None,
    json: options.JsonOption = False,
) -> None:
    """Create a deployment of a blueprint.

    Prints its id. Nothing is installed yet.
    """
    declared = session.conductor.blueprint(blueprint_id).plan.inputs if inputs else {}
    values = values_of(inputs or [], declared, "--inputs")
    deployment = session.conductor.create_deployment(blueprint_id, deployment_id, values)
    if json:
        session.out.json(
            {
                "id": deployment.id,
                "blueprint_id": deployment.blueprint_id,
                "created_at": deployment.created_at,
                "inputs": deployment.inputs,
                "workflows": list(deployment.plan.workflows),
            }
        )
        return
    session.out.line(deployment.id)
    session.out.talk(f"Deployment `{deployment.id}` created.")
    session.out.talk(f"* Run 'conductor executions start install -d {deployment.id}' to install it")


def list_(
    session: Session,
    blueprint_id: Annotated[
        str | None,
        Option(
            "-b",
            "--blueprint-id",
            metavar="BLUEPRINT_ID",
            help="Only those of this blueprint.",
            offers=Offers.BLUEPRINTS,
        ),
    ] = None,
    json: options.JsonOption = False,
) -> None:
    """List deployments."""
    found = [one for one in session.conductor.deployments() if blueprint_id in (None, one.blueprint_id)]
    if json:
        session.out.json(found)
    else:
        listings.show(session.out, listings.DEPLOYMENTS, found)


def get(session: Session, deployment_id: options.DeploymentArgument, json: options.JsonOption = False) -> None:
    """Show one deployment in full."""
    view = session.conductor.deployment(deployment_id)
    if json:
        session.out.json(view)
    else:
        session.out.lines(details.deployment_lines(view))


def delete(
    session: Session,
    deployment_id: options.DeploymentArgument,
    force: ForceDeleteOption = False,
    yes: options.YesOption = False,
    json: options.JsonOption = False,
) -> None:
    """Delete a deployment.

    Its executions, events and schedules go with it. It must be uninstalled, and no other deployment may read
    its capabilities, unless --force is given.
    """
    view = session.conductor.deployment(deployment_id)
    confirm(session, f"Delete deployment {view.row.id} with its executions, events and schedules?", is_agreed=yes)
    session.conductor.delete_deployment(deployment_id, force)
    if view.needed_by:
        session.out.talk(f"Warning: existing installations depend on it: {listed(view.needed_by)}")
    tell(session, f"Deployment `{deployment_id}` deleted.", {"id": deployment_id, "deleted": True}, is_json=json)


def outputs(session: Session, deployment_id: options.DeploymentArgument, json: options.JsonOption = False) -> None:
    """Show the outputs of a deployment as they are now."""
    _show_values(session.out, session.conductor.outputs(deployment_id), "outputs", is_json=json)


def capabilities(session: Session, deployment_id: options.DeploymentArgument, json: options.JsonOption = False) -> None:
    """Show the capabilities of a deployment as they are now."""
    _show_values(session.out, session.conductor.capabilities(deployment_id), "capabilities", is_json=json)


def _show_values(out: Output, values: JsonObject, word: str, *, is_json: bool) -> None:
    if is_json:
        out.json(values)
    elif values:
        out.table(listings.VALUES.columns, [listings.VALUES.cells(pair) for pair in values.items()])
    else:
        out.talk(f"This deployment has no {word}.")
