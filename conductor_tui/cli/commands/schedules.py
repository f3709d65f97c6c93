"""`conductor deployments schedule`: run workflows at given times."""

from typing import Annotated

import typer

from conductor_tui.cli import listings, options
from conductor_tui.cli.commands.executions import workflow_values
from conductor_tui.cli.session import confirm, session_of

app = typer.Typer(help="Run workflows at given times.", no_args_is_help=True)

_TIME = "as YYYY-MM-DD HH:MM, HH:MM (today), or +N unit from now, such as +1h or '+1day +10min'"


@app.command()
def create(
    ctx: typer.Context,
    deployment_id: options.DeploymentArgument,
    workflow_id: options.WorkflowArgument,
    since: Annotated[
        str, typer.Option("-s", "--since", metavar="TIME", help=f"The earliest time it may run, {_TIME}.")
    ],
    until: Annotated[
        str | None, typer.Option("-u", "--until", metavar="TIME", help=f"The latest time it may run, {_TIME}.")
    ] = None,
    tz: Annotated[
        str | None,
        typer.Option(
            "--tz", metavar="ZONE", help="The time zone of since, until and the recurrence, such as Europe/Berlin."
        ),
    ] = None,
    schedule_name: Annotated[
        str | None,
        typer.Option(
            "-n", "--schedule-name", metavar="SCHEDULE_ID", help="The id to give; the workflow's name otherwise."
        ),
    ] = None,
    parameters: options.ParametersOption = None,
    allow_custom_parameters: options.CustomParametersOption = False,
    force: options.ForceOption = False,
    dry_run: options.DryRunOption = False,
    wait_after_fail: options.WaitAfterFailOption = 600,
    recurrence: Annotated[
        str | None,
        typer.Option("-r", "--recurrence", metavar="'N UNIT'", help="How often it runs, such as '1 day' or '2 weeks'."),
    ] = None,
    count: Annotated[
        int | None, typer.Option("-c", "--count", min=1, metavar="NUMBER", help="How many times it runs at most.")
    ] = None,
    weekdays: Annotated[
        list[str] | None,
        typer.Option(
            "--weekdays",
            metavar="DAYS",
            help="On which days it runs, such as mo,we or, for months and years, 1su,l-fr. Can be given several times.",
        ),
    ] = None,
    rrule: Annotated[
        str | None,
        typer.Option("--rrule", metavar="RRULE", help="An iCalendar rule instead of recurrence, count and weekdays."),
    ] = None,
    slip: Annotated[
        int,
        typer.Option("--slip", min=0, metavar="MINUTES", help="How late it may still run when the time was missed."),
    ] = 0,
    stop_on_fail: Annotated[
        bool, typer.Option("--stop-on-fail", help="Disable the schedule once a run of it has failed.")
    ] = False,
    json: options.JsonOption = False,
) -> None:
    """Schedule a workflow of a deployment, once or recurring.

    Give --recurrence, --rrule, or --count 1 for a single run at --since.
    """
    if rrule and (recurrence or weekdays or count):
        ctx.fail("--rrule is mutually exclusive with --recurrence, --weekdays and --count")
    session = session_of(ctx)
    schedule = session.conductor.create_schedule(
        deployment_id,
        workflow_id,
        id=schedule_name,
        since=since,
        until=until,
        timezone=tz,
        recurrence=recurrence,
        weekdays=tuple(_days(weekdays or [])),
        count=count,
        rrule=rrule,
        parameters=workflow_values(session, deployment_id, workflow_id, parameters or []),
        slip=slip,
        stop_on_fail=stop_on_fail,
        force=force,
        dry_run=dry_run,
        allow_custom_parameters=allow_custom_parameters,
        wait_after_fail=wait_after_fail,
    )
    if json:
        session.out.json(schedule)
        return
    session.out.line(schedule.id)
    session.out.talk(f"Schedule `{schedule.id}` created on deployment `{deployment_id}`.")


def _days(texts: list[str]) -> list[str]:
    return [day.strip() for text in texts for day in text.split(",") if day.strip()]


@app.command("list")
def list_(
    ctx: typer.Context,
    deployment_id: Annotated[
        str | None, typer.Argument(metavar="[DEPLOYMENT_ID]", help="Only those of this deployment.", show_default=False)
    ] = None,
    json: options.JsonOption = False,
) -> None:
    """List schedules with the next time each runs."""
    session = session_of(ctx)
    found = session.conductor.schedules(deployment_id)
    if json:
        session.out.json(found)
    else:
        listings.show(session.out, listings.SCHEDULES, found)


@app.command()
def delete(
    ctx: typer.Context,
    deployment_id: options.DeploymentArgument,
    schedule_id: options.ScheduleArgument,
    yes: options.YesOption = False,
) -> None:
    """Delete a schedule; executions that it started stay."""
    session = session_of(ctx)
    session.conductor.schedule(deployment_id, schedule_id)
    confirm(session, f"Delete schedule {schedule_id} of deployment {deployment_id}?", is_agreed=yes)
    session.conductor.delete_schedule(deployment_id, schedule_id)
    session.out.talk(f"Schedule `{schedule_id}` of deployment `{deployment_id}` deleted.")
