"""`conductor deployments schedule export` and `import`: schedules as iCalendar files."""

from pathlib import Path
from typing import Annotated

from conductor_tui.cli import options, scheduling
from conductor_tui.cli.session import Session
from conductor_tui.cli.times import stamp
from conductor_tui.cli.words import Argument, Offers, Option, WrongUsage


def export(
    session: Session,
    deployment_id: Annotated[
        str | None,
        Argument(metavar="[DEPLOYMENT_ID]", help="Only those of this deployment.", offers=Offers.DEPLOYMENTS),
    ] = None,
    schedule_id: Annotated[
        str | None, Argument(metavar="[SCHEDULE_ID]", help="Only this one.", offers=Offers.SCHEDULES)
    ] = None,
    json: options.JsonOption = False,
) -> None:
    """Print schedules as an iCalendar file.

    Any calendar program opens it: `conductor deployments schedule export > schedules.ics`. What iCalendar cannot say,
    such as parameters and policies, is kept in it for `import`.
    """
    if deployment_id is None:
        names: list[tuple[str, str]] = []
    elif schedule_id is not None:
        names = [(deployment_id, schedule_id)]
    else:
        names = [(one.deployment_id, one.id) for one in session.conductor.schedules(deployment_id)]
        if not names and not json:
            session.out.talk(f"Deployment `{deployment_id}` has no schedules.")
            return
        if not names:
            session.out.json({"icalendar": ""})
            return
    content = session.conductor.export_schedules(names).decode()
    if json:
        session.out.json({"icalendar": content})
        return
    session.out.lines(f"{line}\r" for line in content.split("\r\n")[:-1])


def import_(
    session: Session,
    file: Annotated[Path, Argument(metavar="FILE", help="An iCalendar file.", must_exist=True)],
    deployment_id: options.DeploymentFilter = None,
    workflow: Annotated[
        str | None,
        Option("--workflow", metavar="WORKFLOW_ID", help="What the events start.", offers=Offers.WORKFLOWS),
    ] = None,
    tz: scheduling.ZoneOption = None,
    replace: Annotated[bool, Option("--replace", help="Change schedules of the same id instead of refusing.")] = False,
    json: options.JsonOption = False,
) -> None:
    """Make a schedule of each event of an iCalendar file.

    Events that `export` has written know their deployment and workflow; for others give -d and --workflow.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise WrongUsage(f"cannot read {file}: {error.strerror}") from error
    made = session.conductor.import_schedules(
        content, deployment_id=deployment_id, workflow_id=workflow, timezone=tz, replaces=replace
    )
    if json:
        session.out.json(made)
        return
    for one in made:
        session.out.line(one.id)
    coming = min((one.next_occurrence for one in made if one.next_occurrence), default=None)
    session.out.talk(f"{len(made)} schedules imported; the first runs at {stamp(coming)}.")
