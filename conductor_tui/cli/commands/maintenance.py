"""`conductor maintenance-mode`: let what runs finish, and start nothing new."""

from conductor_tui.cli import listings, options
from conductor_tui.cli.session import Session
from conductor_tui.cli.times import stamp
from engine.domain.view import MaintenanceView


def status(session: Session, json: options.JsonOption = False) -> None:
    """Show whether maintenance mode is on."""
    _show(session, session.conductor.maintenance_status(), is_json=json)


def activate(session: Session, json: options.JsonOption = False) -> None:
    """Let running executions finish and hold everything else.

    The queue and the schedules are held too.
    """
    _show(session, session.conductor.activate_maintenance(), is_json=json)


def deactivate(session: Session, json: options.JsonOption = False) -> None:
    """Let executions start again; the queue moves at once."""
    _show(session, session.conductor.deactivate_maintenance(), is_json=json)


def _show(session: Session, view: MaintenanceView, *, is_json: bool) -> None:
    if is_json:
        session.out.json(view)
        return
    session.out.lines(
        listings.fields_lines(
            [
                ("maintenance mode", view.status),
                ("requested_at", stamp(view.requested_at)),
                ("activated_at", stamp(view.activated_at)),
            ]
        )
    )
    if view.remaining:
        session.out.talk("These executions are still to finish:")
        session.out.table(listings.EXECUTIONS.columns, [listings.EXECUTIONS.cells(one) for one in view.remaining])
