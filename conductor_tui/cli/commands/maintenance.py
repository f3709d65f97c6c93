"""`conductor maintenance-mode`: let what runs finish, and start nothing new."""

from time import monotonic, sleep
from typing import Annotated

from conductor_tui.cli import listings, options
from conductor_tui.cli.exit_codes import ExitCode
from conductor_tui.cli.session import Session
from conductor_tui.cli.times import stamp
from conductor_tui.cli.words import Ended, Option, WrongUsage
from engine.domain.maintenance import MaintenanceStatus
from engine.domain.view import MaintenanceView


def status(session: Session, json: options.JsonOption = False) -> None:
    """Show whether maintenance mode is on."""
    _show(session, session.conductor.maintenance_status(), is_json=json)


TICK = 0.1
"""Seconds between two looks."""

WaitOption = Annotated[bool, Option("-w", "--wait", help="Come back only when nothing runs any more.")]
WaitTimeoutOption = Annotated[
    int | None,
    Option("--timeout", minimum=0, metavar="SECONDS", help="How long to wait at most; 0 waits for ever."),
]


def activate(
    session: Session,
    wait: WaitOption = False,
    timeout: WaitTimeoutOption = None,
    json: options.JsonOption = False,
) -> None:
    """Let running executions finish and hold everything else.

    The queue and the schedules are held too; snapshots can still be made.
    """
    if timeout is not None and not wait:
        raise WrongUsage("--timeout says how long to --wait; give both")
    view = session.conductor.activate_maintenance()
    if wait:
        view = _awaited(session, view, timeout or None)
    _show(session, view, is_json=json)
    if wait and view.status is MaintenanceStatus.ACTIVATING:
        raise Ended(ExitCode.FAILED)


def _awaited(session: Session, view: MaintenanceView, timeout: int | None) -> MaintenanceView:
    """Return the view once maintenance mode is reached or ended, or the time is over."""
    if view.remaining:
        count = len(view.remaining)
        session.out.talk(f"Waiting for {count} execution{'s' * (count != 1)} to finish …")
    deadline = monotonic() + timeout if timeout else None
    while view.status is MaintenanceStatus.ACTIVATING and (deadline is None or monotonic() < deadline):
        sleep(TICK)
        view = session.conductor.maintenance_status()
    return view


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
                ("requested_by", view.requested_by),
                ("activated_at", stamp(view.activated_at)),
            ]
        )
    )
    if view.remaining:
        session.out.talk("These executions are still to finish:")
        session.out.table(listings.EXECUTIONS.columns, [listings.EXECUTIONS.cells(one) for one in view.remaining])
