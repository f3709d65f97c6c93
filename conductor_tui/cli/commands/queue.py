"""`conductor queue`: what waits, and why."""

import typer

from conductor_tui.cli import listings, options
from conductor_tui.cli.session import session_of


def queue(ctx: typer.Context, json: options.JsonOption = False) -> None:
    """List the executions that wait, and why."""
    session = session_of(ctx)
    found = session.conductor.queue()
    if not json:
        listings.show(session.out, listings.QUEUE, found)
        return
    session.out.json(
        [
            {
                "position": one.position,
                "execution": listings.execution_shape(one.execution),
                "blockers": listings.blocker_shapes(one.blockers),
            }
            for one in found
        ]
    )
