"""`conductor engine`: the background process that runs executions and schedules."""

from typing import Annotated

import typer

from conductor_tui.cli import details, options
from conductor_tui.cli.session import session_of

app = typer.Typer(help="Look at the background engine; start and stop it.", no_args_is_help=True)


@app.command()
def status(ctx: typer.Context, json: options.JsonOption = False) -> None:
    """Show whether an engine runs for the state directory."""
    session = session_of(ctx)
    view = session.conductor.engine_status()
    if json:
        session.out.json(view)
    else:
        session.out.lines(details.engine_lines(view))


@app.command()
def start(ctx: typer.Context, json: options.JsonOption = False) -> None:
    """Start an engine where none runs.

    It runs in the background. Starting an execution does this too.
    """
    session = session_of(ctx)
    view = session.conductor.ensure_engine()
    if json:
        session.out.json(view)
    else:
        session.out.talk(f"The engine runs (process {view.pid}).")


@app.command()
def stop(
    ctx: typer.Context,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0, metavar="SECONDS", help="How long to wait until it has left.")
    ] = 10.0,
) -> None:
    """Stop the engine in an orderly way.

    Running executions go on to their end without it.
    """
    session = session_of(ctx)
    if session.conductor.stop_engine(timeout):
        session.out.talk("The engine has stopped; running executions go on to their end.")
    else:
        session.out.talk("No engine was running.")
