"""`conductor engine`: the background process that runs executions and schedules."""

from typing import Annotated

from conductor_tui.cli import details, options
from conductor_tui.cli.session import Session, tell
from conductor_tui.cli.words import Option


def status(session: Session, json: options.JsonOption = False) -> None:
    """Show whether an engine runs for the state directory."""
    view = session.conductor.engine_status()
    if json:
        session.out.json(view)
    else:
        session.out.lines(details.engine_lines(view))


def start(session: Session, json: options.JsonOption = False) -> None:
    """Start an engine where none runs.

    It runs in the background. Starting an execution does this too.
    """
    view = session.conductor.ensure_engine()
    if json:
        session.out.json(view)
    else:
        session.out.talk(f"The engine runs (process {view.pid}).")


def stop(
    session: Session,
    timeout: Annotated[
        float, Option("--timeout", minimum=0, metavar="SECONDS", help="How long to wait until it has left.")
    ] = 10.0,
    json: options.JsonOption = False,
) -> None:
    """Stop the engine in an orderly way.

    Running executions go on to their end without it.
    """
    is_stopped = session.conductor.stop_engine(timeout)
    went = "The engine has stopped; running executions go on to their end."
    tell(session, went if is_stopped else "No engine was running.", {"stopped": is_stopped}, is_json=json)
