"""`conductor executions delete`: remove what has ended."""

from typing import Annotated

from conductor_tui.cli import options
from conductor_tui.cli.commands.executions import status_of
from conductor_tui.cli.session import Session, confirm
from conductor_tui.cli.words import Option, WrongUsage


def delete(
    session: Session,
    before: Annotated[
        str | None,
        Option(
            "--before",
            "--to",
            metavar="TIME",
            help='Only those that ended earlier: a date and time, or an age such as "2 weeks".',
        ),
    ] = None,
    keep_last: Annotated[
        int | None,
        Option("--keep-last", minimum=1, metavar="NUMBER", help="Keep the newest so many of each deployment."),
    ] = None,
    deployment_id: options.DeploymentFilter = None,
    status: Annotated[
        list[str] | None,
        Option("--status", metavar="STATUS", help="Only those that ended so. Can be given several times."),
    ] = None,
    yes: options.YesOption = False,
    json: options.JsonOption = False,
) -> None:
    """Delete ended executions with their events and logs.

    Deployments and schedules stay as they are.
    """
    if before is not None and keep_last is not None:
        raise WrongUsage("--before is mutually exclusive with --keep-last")
    chosen = [status_of(text) for text in status] if status else None
    where = f" of deployment {deployment_id}" if deployment_id else ""
    which = f"that ended before {before}" if before else f"but the newest {keep_last}" if keep_last else "that ended"
    confirm(session, f"Delete all executions{where} {which}, with their events and logs?", is_agreed=yes)
    removed = session.conductor.purge_executions(
        before=before, keep_last=keep_last, deployment_id=deployment_id, statuses=chosen
    )
    if json:
        session.out.json({"deleted": removed})
    else:
        session.out.talk(f"{removed} executions deleted." if removed != 1 else "1 execution deleted.")
