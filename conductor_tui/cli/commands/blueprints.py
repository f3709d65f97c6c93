"""`conductor blueprints`: upload, check, list and delete blueprints."""

from collections.abc import Sized
from pathlib import Path
from typing import Annotated

from conductor_tui.cli import details, listings, options
from conductor_tui.cli.exit_codes import ExitCode
from conductor_tui.cli.session import Session, confirm
from conductor_tui.cli.words import Argument, Ended, Option
from engine.domain.blueprint import Plan
from engine.domain.errors import BlueprintInvalid

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
    blueprint = session.conductor.upload_blueprint(blueprint_path, blueprint_id, main_file=blueprint_filename)
    if json:
        session.out.json(details.blueprint_shape(blueprint))
        return
    session.out.line(blueprint.id)
    session.out.talk(f"Blueprint `{blueprint.id}` uploaded: {_size(blueprint.plan)}.")
    session.out.talk(f"* Run 'conductor deployments create -b {blueprint.id}' to create a deployment of it")


def validate(
    session: Session,
    blueprint_path: PathArgument,
    blueprint_filename: MainFileOption = None,
    json: options.JsonOption = False,
) -> None:
    """Check a blueprint without storing it.

    Prints one line per mistake, with its file, line and column, and exits with 1 when there is any.
    """
    if json:
        _validate_as_json(session, blueprint_path, blueprint_filename)
        return
    plan = session.conductor.validate_blueprint(blueprint_path, main_file=blueprint_filename)
    session.out.talk(f"Blueprint {blueprint_path} is valid: {_size(plan)}.")


def _validate_as_json(session: Session, path: Path, main_file: str | None) -> None:
    try:
        session.conductor.validate_blueprint(path, main_file=main_file)
    except BlueprintInvalid as error:
        session.out.json({"valid": False, "problems": error.problems})
        raise Ended(ExitCode.FAILED) from error
    session.out.json({"valid": True, "problems": []})


def _size(plan: Plan) -> str:
    return f"{_counted(plan.nodes, 'node')}, {_counted(plan.workflows, 'workflow')}, {_counted(plan.inputs, 'input')}"


def _counted(things: Sized, word: str) -> str:
    return f"{len(things)} {word}{'' if len(things) == 1 else 's'}"


def list_(session: Session, json: options.JsonOption = False) -> None:
    """List the uploaded blueprints."""
    found = session.conductor.blueprints()
    if json:
        session.out.json(found)
    else:
        listings.show(session.out, listings.BLUEPRINTS, found)


def get(session: Session, blueprint_id: options.BlueprintArgument, json: options.JsonOption = False) -> None:
    """Show one blueprint in full."""
    blueprint = session.conductor.blueprint(blueprint_id)
    if json:
        session.out.json(details.blueprint_shape(blueprint))
    else:
        session.out.lines(details.blueprint_lines(blueprint))


def delete(session: Session, blueprint_id: options.BlueprintArgument, yes: options.YesOption = False) -> None:
    """Delete a blueprint that no deployment is made of."""
    session.conductor.blueprint(blueprint_id)
    confirm(session, f"Delete blueprint {blueprint_id}?", is_agreed=yes)
    session.conductor.delete_blueprint(blueprint_id)
    session.out.talk(f"Blueprint `{blueprint_id}` deleted.")
