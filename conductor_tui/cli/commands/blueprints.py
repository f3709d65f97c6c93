"""`conductor blueprints`: upload, list and delete blueprints."""

from pathlib import Path
from typing import Annotated

from conductor_tui.cli import details, listings, options, planlines
from conductor_tui.cli.progressline import ProgressLine
from conductor_tui.cli.session import Session, confirm, tell
from conductor_tui.cli.words import Argument, Option

PathArgument = Annotated[
    Path,
    Argument(
        metavar="BLUEPRINT_PATH",
        must_exist=True,
        help="A blueprint file, a folder with one, or an archive of such a folder.",
    ),
]
IdOption = Annotated[
    str | None,
    Option("-b", "--blueprint-id", metavar="BLUEPRINT_ID", help="The id to give; the name of the folder otherwise."),
]
MainFileOption = Annotated[
    str | None,
    Option(
        "-n",
        "--blueprint-filename",
        metavar="FILE",
        help="The main file in the folder or archive, if not blueprint.yaml.",
    ),
]
DeleteForceOption = Annotated[
    bool,
    Option("-f", "--force", help="Delete it even if other blueprints import it, or its upload is still under way."),
]


def upload(
    session: Session,
    blueprint_path: PathArgument,
    blueprint_id: IdOption = None,
    blueprint_filename: MainFileOption = None,
    json: options.JsonOption = False,
) -> None:
    """Check a blueprint and store it.

    The files beside it are stored too. Prints the blueprint's id.
    """
    with ProgressLine(session.out) as line:
        blueprint = session.conductor.upload_blueprint(
            blueprint_path, blueprint_id, main_file=blueprint_filename, watch=line.watch
        )
    if json:
        session.out.json(details.blueprint_shape(blueprint))
        return
    session.out.line(blueprint.id)
    session.out.talk(f"Blueprint `{blueprint.id}` uploaded: {planlines.size(blueprint.plan)}.")
    session.out.talk(f"* Run 'conductor deployments create -b {blueprint.id}' to create a deployment of it")


def list_(session: Session, json: options.JsonOption = False) -> None:
    """List blueprints, and uploads that are not done or failed."""
    found = session.conductor.blueprints()
    if json:
        session.out.json(found)
    else:
        listings.show(session.out, listings.BLUEPRINTS, found)


def get(session: Session, blueprint_id: options.BlueprintArgument, json: options.JsonOption = False) -> None:
    """Show one blueprint in full.

    Of an upload that failed, it tells why.
    """
    if failed := session.conductor.blueprint_upload(blueprint_id):
        if json:
            session.out.json(details.upload_shape(failed))
        else:
            session.out.lines(details.upload_lines(failed))
        return
    blueprint = session.conductor.blueprint(blueprint_id)
    if json:
        session.out.json(details.blueprint_shape(blueprint))
    else:
        session.out.lines(details.blueprint_lines(blueprint))


def delete(
    session: Session,
    blueprint_id: options.BlueprintArgument,
    yes: options.YesOption = False,
    force: DeleteForceOption = False,
    json: options.JsonOption = False,
) -> None:
    """Delete an unused blueprint or a failed upload.

    A blueprint is in use while a deployment is made of it.
    """
    if session.conductor.blueprint_upload(blueprint_id) is None:
        session.conductor.blueprint(blueprint_id)
    confirm(session, f"Delete blueprint {blueprint_id}?", is_agreed=yes)
    session.conductor.delete_blueprint(blueprint_id, force=force)
    tell(session, f"Blueprint `{blueprint_id}` deleted.", {"id": blueprint_id, "deleted": True}, is_json=json)
