"""`conductor blueprints schema`, `functions`, `types` and `new`: what can be written in a blueprint."""

from pathlib import Path
from shlex import quote
from typing import Annotated

from conductor_tui.cli import options, planlines
from conductor_tui.cli.session import Session
from conductor_tui.cli.words import Argument, Offers, WrongUsage
from engine.dsl.words import did_you_mean

_ONLY = "Only those with this in their name."
FunctionFilter = Annotated[str | None, Argument(metavar="[NAME]", help=_ONLY, offers=Offers.FUNCTIONS)]
TypeFilter = Annotated[str | None, Argument(metavar="[NAME]", help=_ONLY, offers=Offers.TYPES)]


def schema(session: Session, json: options.JsonOption = False) -> None:
    """Print the JSON Schema of blueprints, for editors.

    Save it and name it in the settings of the editor's YAML plugin. It is JSON with and without --json.
    """
    from engine.conductor import Conductor

    session.out.json(Conductor.blueprint_schema())


def functions(session: Session, name: FunctionFilter = None, json: options.JsonOption = False) -> None:
    """List the functions that blueprints may call.

    Each with what it takes and one example.
    """
    from engine.conductor import Conductor

    known = Conductor.blueprint_functions()
    found = [one for one in known if name is None or name.lower() in one.name.lower()]
    if json:
        session.out.json(found)
    else:
        _require(found, name, "function", [one.name for one in known])
        session.out.lines(planlines.function_lines(found))


def types(session: Session, name: TypeFilter = None, json: options.JsonOption = False) -> None:
    """List the types that need no declaration.

    The standard node, relationship and data types and the primitive ones, each with one example.
    """
    from engine.conductor import Conductor

    known = Conductor.blueprint_types()
    found = [one for one in known if name is None or name.lower() in one.name.lower()]
    if json:
        session.out.json(found)
    else:
        _require(found, name, "type", [one.name for one in known])
        session.out.lines(planlines.type_lines(found))


def _require(found: object, name: str | None, word: str, known: list[str]) -> None:
    if not found:
        hint = did_you_mean(name or "", known)
        raise WrongUsage(f"no {word} has `{name}` in its name" + (f"; {hint}" if hint else ""))


def new(
    session: Session,
    path: Annotated[
        Path,
        Argument(
            metavar="NAME|PATH",
            help="A folder, which is made and gets a blueprint.yaml and its script, or a file that ends in .yaml.",
        ),
    ],
    json: options.JsonOption = False,
) -> None:
    """Write a commented blueprint to start from.

    It validates and installs as it is. A file that exists is never overwritten.
    """
    from engine.conductor import Conductor

    written = Conductor.new_blueprint(path)
    if json:
        session.out.json({"path": str(written)})
        return
    session.out.line(written)
    session.out.talk(f"* Run 'conductor blueprints validate {quote(str(written))}' to check it")
    session.out.talk(f"* Run 'conductor install {quote(str(written))}' to see it work")
