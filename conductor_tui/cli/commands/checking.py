"""`conductor blueprints validate`, `plan` and `graph`: what a blueprint says, without storing it."""

from pathlib import Path
from typing import Annotated

from conductor_tui.cli import options, planlines
from conductor_tui.cli.colour import Colour
from conductor_tui.cli.commands.blueprints import MainFileOption, PathArgument
from conductor_tui.cli.exit_codes import ExitCode
from conductor_tui.cli.session import Session, values_of
from conductor_tui.cli.words import Argument, Ended, Offers, Option, WrongUsage

_DRAWINGS = ("tree", "mermaid", "dot")


def validate(
    session: Session,
    blueprint_paths: Annotated[
        list[Path],
        Argument(
            metavar="BLUEPRINT_PATH...",
            help="Blueprint files, folders with one, or archives of such folders.",
        ),
    ],
    blueprint_filename: MainFileOption = None,
    json: Annotated[bool, Option("--json", help="Print JSON on stdout, for editors.")] = False,
) -> None:
    """Check blueprints without storing them.

    Prints one line for each, and below it every mistake with its place, the line and a caret. Warnings go to stderr.
    Exits with 1 when one is refused.
    """
    check = session.conductor.check_blueprint
    reports = {path: check(path, main_file=blueprint_filename) for path in blueprint_paths}
    is_valid = all(report.is_valid for report in reports.values())
    if json:
        shapes = [planlines.report_shape(path, report) for path, report in reports.items()]
        session.out.json({"valid": is_valid, "blueprints": shapes})
    else:
        for path, report in reports.items():
            session.out.lines(planlines.verdict(path, report))
            for warning in report.warnings:
                session.out.talk(f"warning: {warning.explanation}", Colour.YELLOW)
    if not is_valid:
        raise Ended(ExitCode.FAILED)


def plan(
    session: Session,
    blueprint_path: PathArgument,
    inputs: options.InputsOption = None,
    blueprint_filename: MainFileOption = None,
    json: options.JsonOption = False,
) -> None:
    """Show what a blueprint amounts to.

    With --inputs as a deployment would get it: functions that the inputs decide are answered. Nothing is stored.
    """
    facade = session.conductor
    found = facade.plan_blueprint(blueprint_path, main_file=blueprint_filename)
    if inputs:
        values = values_of(inputs, found.inputs, "--inputs")
        found = facade.plan_blueprint(blueprint_path, values, main_file=blueprint_filename)
    if json:
        session.out.json(found)
    else:
        session.out.lines(planlines.plan_lines(found))


def graph(
    session: Session,
    blueprint_path: PathArgument,
    format: Annotated[
        str,
        Option(
            "--format",
            metavar="FORMAT",
            help=f"How to draw it: {', '.join(_DRAWINGS)}.",
            offers=Offers.DRAWINGS,
        ),
    ] = "tree",
    blueprint_filename: MainFileOption = None,
    json: options.JsonOption = False,
) -> None:
    """Draw the nodes of a blueprint.

    A tree for the terminal, a Mermaid flowchart for pages, or DOT for Graphviz.
    """
    if format not in _DRAWINGS:
        raise WrongUsage(f"--format: `{format}` is none of {', '.join(_DRAWINGS)}")
    drawn = session.conductor.draw_blueprint(blueprint_path, format, main_file=blueprint_filename)
    if json:
        session.out.json({"format": format, "drawing": drawn})
        return
    for line in drawn.splitlines():
        session.out.line(line)
