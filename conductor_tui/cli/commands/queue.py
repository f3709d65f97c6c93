"""`conductor queue`: what waits, and why."""

from conductor_tui.cli import listings, options
from conductor_tui.cli.session import Session


def queue(session: Session, json: options.JsonOption = False) -> None:
    """List the executions that wait, and why."""
    found = session.conductor.queue()
    if not json:
        listings.show(session.out, listings.QUEUE, found)
        return
    session.out.json(
        [
            {
                "position": one.position,
                "execution": listings.execution_shape(one.execution),
                "starts_at": one.starts_at,
                "blockers": listings.blocker_shapes(one.blockers),
            }
            for one in found
        ]
    )
