"""`conductor deployments group`: named sets of deployments."""

from typing import TYPE_CHECKING, Annotated

from conductor_tui.cli import listings, options
from conductor_tui.cli.listings import Listing
from conductor_tui.cli.session import Session, confirm, tell, values_of
from conductor_tui.cli.table import Column
from conductor_tui.cli.times import NONE, stamp
from conductor_tui.cli.words import Argument, Offers, Option, WrongUsage

if TYPE_CHECKING:
    from engine.domain.group import DeploymentGroup
    from engine.domain.json import JsonObject

GroupArgument = Annotated[
    str, Argument(metavar="GROUP_ID", help="The id of a deployment group.", offers=Offers.DEPLOYMENT_GROUPS)
]
MembersOption = Annotated[
    list[str] | None,
    Option(
        "-d",
        "--deployment-id",
        metavar="DEPLOYMENT_ID",
        help="A deployment that is meant. Can be given several times.",
        offers=Offers.DEPLOYMENTS,
    ),
]
BlueprintOption = Annotated[
    str | None,
    Option(
        "-b",
        "--blueprint-id",
        metavar="BLUEPRINT_ID",
        help="The blueprint of the deployments that the group makes.",
        offers=Offers.BLUEPRINTS,
    ),
]
CountOption = Annotated[
    int | None, Option("--count", minimum=1, metavar="NUMBER", help="Make so many deployments and add them.")
]
DeleteDeploymentsOption = Annotated[
    bool, Option("--delete-deployments", help="Delete its deployments too, with their executions and schedules.")
]
ForceMembersOption = Annotated[
    bool, Option("-f", "--force", help="Delete the deployments even though node instances of them still live.")
]

GROUPS: "Listing[DeploymentGroup]" = Listing(
    (
        Column("id"),
        Column("deployments", is_number=True),
        Column("default_blueprint"),
        Column("created_at"),
        Column("description", is_elastic=True),
    ),
    lambda one: (
        one.id,
        str(len(one.deployments)),
        one.default_blueprint_id or NONE,
        stamp(one.created_at),
        " ".join(one.description.split()),
    ),
    "No deployment groups. Create one with: conductor deployments group create GROUP_ID -d DEPLOYMENT_ID",
)


def create(
    session: Session,
    group_id: Annotated[str, Argument(metavar="GROUP_ID", help="The id to give.")],
    blueprint_id: BlueprintOption = None,
    inputs: options.InputsOption = None,
    count: CountOption = None,
    deployment_id: MembersOption = None,
    description: Annotated[str, Option("--description", metavar="TEXT", help="What the group is for.")] = "",
    json: options.JsonOption = False,
) -> None:
    """Create a group of deployments.

    With --count it makes deployments of the blueprint, named after the group.
    """
    if count and blueprint_id is None:
        raise WrongUsage("--count needs --blueprint-id")
    group = session.conductor.create_deployment_group(
        group_id,
        description=description,
        blueprint_id=blueprint_id,
        inputs=_values(session, blueprint_id, inputs),
        deployments=deployment_id or [],
    )
    if count:
        session.conductor.grow_deployment_group(group_id, count)
        group = session.conductor.deployment_group(group_id)
    if json:
        session.out.json(group)
        return
    session.out.line(group.id)
    session.out.talk(f"Deployment group `{group.id}` created; {_number(len(group.deployments))} in it.")


def _values(session: Session, blueprint_id: str | None, texts: list[str] | None) -> "JsonObject":
    declared = session.conductor.blueprint(blueprint_id).plan.inputs if texts and blueprint_id else {}
    return values_of(texts or [], declared, "--inputs")


def _number(count: int) -> str:
    return "1 deployment is" if count == 1 else f"{count} deployments are"


def list_(session: Session, json: options.JsonOption = False) -> None:
    """List the groups of deployments."""
    found = session.conductor.deployment_groups()
    if json:
        session.out.json(found)
    else:
        listings.show(session.out, GROUPS, found)


def get(session: Session, group_id: GroupArgument, json: options.JsonOption = False) -> None:
    """Show one group with the deployments in it."""
    group = session.conductor.deployment_group(group_id)
    if json:
        session.out.json(group)
        return
    session.out.lines(
        [
            *listings.fields_lines(
                [
                    ("id", group.id),
                    ("description", group.description),
                    ("default_blueprint", group.default_blueprint_id),
                    ("created_at", stamp(group.created_at)),
                    ("deployments", "\n".join(group.deployments)),
                ]
            ),
            *listings.section("default inputs", group.default_inputs),
        ]
    )


def add(
    session: Session,
    group_id: GroupArgument,
    deployment_id: MembersOption = None,
    count: CountOption = None,
    blueprint_id: BlueprintOption = None,
    inputs: options.InputsOption = None,
    json: options.JsonOption = False,
) -> None:
    """Add deployments to a group.

    With --count it makes new ones of the group's default blueprint, or of the one given.
    """
    if not deployment_id and not count:
        raise WrongUsage("give --deployment-id or --count")
    if not count and (blueprint_id or inputs):
        raise WrongUsage("--blueprint-id and --inputs are for the deployments of --count")
    if deployment_id:
        session.conductor.add_to_deployment_group(group_id, deployment_id)
    if count:
        source = blueprint_id or session.conductor.deployment_group(group_id).default_blueprint_id
        values = _values(session, source, inputs)
        session.conductor.grow_deployment_group(group_id, count, blueprint_id=blueprint_id, inputs=values)
    _say(session, group_id, is_json=json)


def remove(
    session: Session,
    group_id: GroupArgument,
    deployment_id: MembersOption = None,
    json: options.JsonOption = False,
) -> None:
    """Take deployments out of a group.

    The deployments themselves stay as they are.
    """
    if not deployment_id:
        raise WrongUsage("give --deployment-id")
    session.conductor.remove_from_deployment_group(group_id, deployment_id)
    _say(session, group_id, is_json=json)


def _say(session: Session, group_id: str, *, is_json: bool) -> None:
    group = session.conductor.deployment_group(group_id)
    if is_json:
        session.out.json(group)
    else:
        session.out.talk(f"{_number(len(group.deployments))} in deployment group `{group_id}`.")


def delete(
    session: Session,
    group_id: GroupArgument,
    delete_deployments: DeleteDeploymentsOption = False,
    force: ForceMembersOption = False,
    yes: options.YesOption = False,
    json: options.JsonOption = False,
) -> None:
    """Delete a group; its deployments stay.

    With --delete-deployments all of them are deleted too or, where one of them cannot be, nothing is.
    """
    if force and not delete_deployments:
        raise WrongUsage("--force is about deployments: it needs --delete-deployments")
    group = session.conductor.deployment_group(group_id)
    fate = f"Its {len(group.deployments)} deployments go too." if delete_deployments else "Its deployments stay."
    confirm(session, f"Delete deployment group {group_id}? {fate}", is_agreed=yes)
    session.conductor.delete_deployment_group(group_id, takes_deployments=delete_deployments, force=force)
    tell(session, f"Deployment group `{group_id}` deleted.", {"id": group_id, "deleted": True}, is_json=json)
