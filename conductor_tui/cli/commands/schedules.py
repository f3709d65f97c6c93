"""`conductor deployments schedule`: run workflows at given times."""

from typing import TYPE_CHECKING, Annotated

from conductor_tui.cli import listings, options
from conductor_tui.cli.commands.starting import workflow_values
from conductor_tui.cli.details import schedule_lines
from conductor_tui.cli.plain import plain
from conductor_tui.cli.session import Session, confirm
from conductor_tui.cli.times import stamp
from conductor_tui.cli.words import Argument, Offers, Option, WrongUsage

if TYPE_CHECKING:
    from engine.domain.schedule import Schedule

_TIME = "as YYYY-MM-DD HH:MM, HH:MM (today), or +N unit from now, such as +1h or '+1day +10min'"
_DAYS = "On which days it runs, such as mo,we or, for months and years, 1su,l-fr. Can be given several times."

SinceOption = Option("-s", "--since", metavar="TIME", help=f"The earliest time it may run, {_TIME}.")
UntilOption = Annotated[
    str | None, Option("-u", "--until", metavar="TIME", help=f"The latest time it may run, {_TIME}.")
]
ZoneOption = Annotated[
    str | None,
    Option("--tz", metavar="ZONE", help="The time zone of since, until and the recurrence, such as Europe/Berlin."),
]
RecurrenceOption = Annotated[
    str | None,
    Option("-r", "--recurrence", metavar="'N UNIT'", help="How often it runs, such as '2 weeks'."),
]
CountOption = Annotated[
    int | None, Option("-c", "--count", minimum=1, metavar="NUMBER", help="How many times it runs at most.")
]
WeekdaysOption = Annotated[list[str] | None, Option("--weekdays", metavar="DAYS", help=_DAYS)]
RuleOption = Annotated[
    str | None,
    Option("--rrule", metavar="RRULE", help="An iCalendar rule instead of recurrence, count and weekdays."),
]
_SLIP = Option("--slip", minimum=0, metavar="MINUTES", help="How late it may still run when the time was missed.")


def create(
    session: Session,
    deployment_id: options.DeploymentArgument,
    workflow_id: options.WorkflowArgument,
    since: Annotated[str, SinceOption],
    until: UntilOption = None,
    tz: ZoneOption = None,
    schedule_name: Annotated[
        str | None,
        Option("-n", "--schedule-name", metavar="SCHEDULE_ID", help="The id to give; the workflow's name otherwise."),
    ] = None,
    parameters: options.ParametersOption = None,
    allow_custom_parameters: options.CustomParametersOption = False,
    force: options.ForceOption = False,
    dry_run: options.DryRunOption = False,
    wait_after_fail: options.WaitAfterFailOption = 600,
    recurrence: RecurrenceOption = None,
    count: CountOption = None,
    weekdays: WeekdaysOption = None,
    rrule: RuleOption = None,
    slip: Annotated[int, _SLIP] = 0,
    stop_on_fail: Annotated[
        bool, Option("--stop-on-fail", help="Disable the schedule once a run of it has failed.")
    ] = False,
    json: options.JsonOption = False,
) -> None:
    """Schedule a workflow of a deployment, once or recurring.

    Give --recurrence, --rrule, or --count 1 for a single run at --since.
    """
    _refuse_two_rules(rrule, recurrence, weekdays, count)
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
    session.out.talk(f"Schedule `{schedule.id}` created on deployment `{deployment_id}`; {_next(schedule)}.")


def _refuse_two_rules(rrule: str | None, recurrence: str | None, weekdays: list[str] | None, count: int | None) -> None:
    if rrule and (recurrence or weekdays or count):
        raise WrongUsage("--rrule is mutually exclusive with --recurrence, --weekdays and --count")


def _next(schedule: "Schedule") -> str:
    if not schedule.enabled:
        return "it is disabled"
    return f"it runs next at {stamp(schedule.next_occurrence)}" if schedule.next_occurrence else "it will never run"


def _days(texts: list[str]) -> list[str]:
    return [day.strip() for text in texts for day in text.split(",") if day.strip()]


def update(
    session: Session,
    deployment_id: options.DeploymentArgument,
    schedule_id: options.ScheduleArgument,
    since: Annotated[str | None, SinceOption] = None,
    until: UntilOption = None,
    tz: ZoneOption = None,
    recurrence: RecurrenceOption = None,
    count: CountOption = None,
    weekdays: WeekdaysOption = None,
    rrule: RuleOption = None,
    slip: Annotated[int | None, _SLIP] = None,
    stop_on_fail: Annotated[
        bool, Option("--stop-on-fail", help="Disable the schedule once a run of it has failed.")
    ] = False,
    continue_on_fail: Annotated[bool, Option("--continue-on-fail", help="Go on after a run of it has failed.")] = False,
    json: options.JsonOption = False,
) -> None:
    """Change when a schedule runs.

    What is not given stays as it is.
    """
    from engine.domain.schedulerequest import ScheduleChanges

    _refuse_two_rules(rrule, recurrence, weekdays, count)
    if stop_on_fail and continue_on_fail:
        raise WrongUsage("--stop-on-fail is mutually exclusive with --continue-on-fail")
    changes = ScheduleChanges(
        since=since,
        until=until,
        timezone=tz,
        recurrence=recurrence,
        weekdays=tuple(_days(weekdays)) if weekdays else None,
        count=count,
        rrule=rrule,
        slip=slip,
        stop_on_fail=stop_on_fail if stop_on_fail or continue_on_fail else None,
    )
    _say_changed(session, session.conductor.update_schedule(deployment_id, schedule_id, changes), is_json=json)


def enable(
    session: Session,
    deployment_id: options.DeploymentArgument,
    schedule_id: options.ScheduleArgument,
    json: options.JsonOption = False,
) -> None:
    """Let a disabled schedule run again."""
    _say_changed(session, session.conductor.enable_schedule(deployment_id, schedule_id), is_json=json)


def disable(
    session: Session,
    deployment_id: options.DeploymentArgument,
    schedule_id: options.ScheduleArgument,
    json: options.JsonOption = False,
) -> None:
    """Keep a schedule from running, without deleting it."""
    _say_changed(session, session.conductor.disable_schedule(deployment_id, schedule_id), is_json=json)


def _say_changed(session: Session, schedule: "Schedule", *, is_json: bool) -> None:
    if is_json:
        session.out.json(schedule)
    session.out.talk(f"Schedule `{schedule.id}` of deployment `{schedule.deployment_id}`: {_next(schedule)}.")


def get(
    session: Session,
    deployment_id: options.DeploymentArgument,
    schedule_id: options.ScheduleArgument,
    preview: Annotated[
        int, Option("--preview", minimum=1, metavar="NUMBER", help="How many coming occurrences to show.")
    ] = 5,
    json: options.JsonOption = False,
) -> None:
    """Show one schedule in full.

    Its coming occurrences and what became of its latest ones are shown too.
    """
    schedule = session.conductor.schedule(deployment_id, schedule_id)
    upcoming = session.conductor.upcoming(deployment_id, schedule_id, limit=preview)
    history = session.conductor.schedule_history(deployment_id, schedule_id, limit=10)
    if json:
        session.out.json({**plain(schedule), "upcoming": upcoming, "history": history})
    else:
        session.out.lines(schedule_lines(schedule, upcoming, history))


def list_(
    session: Session,
    deployment_id: Annotated[
        str | None,
        Argument(metavar="[DEPLOYMENT_ID]", help="Only those of this deployment.", offers=Offers.DEPLOYMENTS),
    ] = None,
    json: options.JsonOption = False,
) -> None:
    """List schedules with the next time each runs."""
    found = session.conductor.schedules(deployment_id)
    if json:
        session.out.json(found)
    else:
        listings.show(session.out, listings.SCHEDULES, found)


def delete(
    session: Session,
    deployment_id: options.DeploymentArgument,
    schedule_id: options.ScheduleArgument,
    yes: options.YesOption = False,
) -> None:
    """Delete a schedule; executions that it started stay."""
    session.conductor.schedule(deployment_id, schedule_id)
    confirm(session, f"Delete schedule {schedule_id} of deployment {deployment_id}?", is_agreed=yes)
    session.conductor.delete_schedule(deployment_id, schedule_id)
    session.out.talk(f"Schedule `{schedule_id}` of deployment `{deployment_id}` deleted.")
