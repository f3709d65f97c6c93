"""`conductor deployments schedule create` and `update`: say when a workflow runs, and look at it before it counts."""

from typing import TYPE_CHECKING, Annotated

from conductor_tui.cli import options, scheduling
from conductor_tui.cli.commands.starting import workflow_values
from conductor_tui.cli.scheduling import choice, next_run, pieces, preview_rows, refuse_two_rules
from conductor_tui.cli.session import Session
from conductor_tui.cli.words import Option, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.domain.preview import PreviewLine
    from engine.domain.schedule import Schedule

_NAME = Option("-n", "--schedule-name", metavar="SCHEDULE_ID", help="The id to give; the workflow's name otherwise.")
StopOption = Annotated[bool, Option("--stop-on-fail", help="Disable the schedule once a run of it has failed.")]


def create(
    session: Session,
    deployment_id: options.DeploymentArgument,
    workflow_id: options.WorkflowArgument,
    since: scheduling.SinceOption = None,
    until: scheduling.UntilOption = None,
    tz: scheduling.ZoneOption = None,
    schedule_name: Annotated[str | None, _NAME] = None,
    parameters: options.ParametersOption = None,
    allow_custom_parameters: options.CustomParametersOption = False,
    force: options.ForceOption = False,
    dry_run: options.DryRunOption = False,
    wait_after_fail: options.WaitAfterFailOption = 600,
    when: scheduling.WhenOption = None,
    recurrence: scheduling.RecurrenceOption = None,
    count: scheduling.CountOption = None,
    weekdays: scheduling.WeekdaysOption = None,
    rrule: scheduling.RuleOption = None,
    exclude: scheduling.ExcludeOption = None,
    slip: Annotated[int, scheduling.SLIP] = 0,
    stop_on_fail: StopOption = False,
    overlap: scheduling.OverlapOption = None,
    catch_up: scheduling.CatchUpOption = None,
    jitter: scheduling.JitterOption = None,
    dst_gap: scheduling.GapOption = None,
    dst_repeat: scheduling.RepeatOption = None,
    calendar: scheduling.CalendarOption = None,
    disabled: Annotated[bool, Option("--disabled", help="Store it at rest; `enable` lets it run.")] = False,
    preview: scheduling.PreviewOption = None,
    json: options.JsonOption = False,
) -> None:
    """Schedule a workflow of a deployment, once or recurring.

    Give --when, --recurrence or --rrule, or --count 1 for a single run at --since. DEPLOYMENT_ID `-` is the system
    itself, whose workflow is create_snapshot.
    """
    from engine.domain.daylight import Gap, Repeat
    from engine.domain.schedule import ExecutionArguments
    from engine.domain.schedulepolicy import CatchUp, Overlap
    from engine.domain.schedulerequest import ScheduleRequest, Timing, policies_of

    refuse_two_rules(when=when, rrule=rrule, recurrence=recurrence, weekdays=weekdays, count=count)
    timing = Timing(
        since=since,
        until=until,
        timezone=tz,
        recurrence=recurrence,
        weekdays=pieces(weekdays),
        count=count,
        rrule=rrule,
        when=when,
        excluded=pieces(exclude),
        gap=choice(Gap, dst_gap, "--dst-gap") or Gap.NEXT,
        repeat=choice(Repeat, dst_repeat, "--dst-repeat") or Repeat.FIRST,
    )
    request = ScheduleRequest(
        deployment_id=deployment_id,
        workflow_id=workflow_id,
        id=schedule_name,
        timing=timing,
        parameters=workflow_values(session, deployment_id, workflow_id, parameters or []),
        arguments=ExecutionArguments(
            force=force,
            dry_run=dry_run,
            allow_custom_parameters=allow_custom_parameters,
            wait_after_fail=wait_after_fail,
        ),
        slip=slip,
        stop_on_fail=stop_on_fail,
        policies=policies_of(
            overlap=choice(Overlap, overlap, "--overlap"),
            catch_up=choice(CatchUp, catch_up, "--catch-up"),
            jitter=jitter,
            calendars=tuple(calendar or ()),
            when=when,
        ),
        enabled=not disabled,
    )
    if preview is not None:
        _show_preview(session, *session.conductor.preview_request(request, limit=preview), is_json=json)
        return
    schedule = session.conductor.add_schedule(request)
    if json:
        session.out.json(schedule)
        return
    session.out.line(schedule.id)
    session.out.talk(f"Schedule `{schedule.id}` created on deployment `{deployment_id}`; {next_run(schedule)}.")


def _show_preview(session: Session, schedule: "Schedule", lines: "Sequence[PreviewLine]", *, is_json: bool) -> None:
    if is_json:
        session.out.json({"rule": schedule.rule, "upcoming": lines})
        return
    session.out.talk(f"Nothing is stored. Rule: {schedule.rule.words}; time zone: {schedule.rule.zone}")
    if lines:
        session.out.table(scheduling.PREVIEW.columns, preview_rows(lines))
    else:
        session.out.talk("It would never run.")


def update(
    session: Session,
    deployment_id: options.DeploymentArgument,
    schedule_id: options.ScheduleArgument,
    workflow: Annotated[
        str | None, Option("--workflow", metavar="WORKFLOW_ID", help="Another workflow of the deployment.")
    ] = None,
    since: scheduling.SinceOption = None,
    until: scheduling.UntilOption = None,
    tz: scheduling.ZoneOption = None,
    parameters: options.ParametersOption = None,
    when: scheduling.WhenOption = None,
    recurrence: scheduling.RecurrenceOption = None,
    count: scheduling.CountOption = None,
    weekdays: scheduling.WeekdaysOption = None,
    rrule: scheduling.RuleOption = None,
    exclude: scheduling.ExcludeOption = None,
    clear: Annotated[
        list[str] | None,
        Option("--clear", metavar="FIELDS", help="Take away until, count, weekdays, excluded or calendars."),
    ] = None,
    slip: Annotated[int | None, scheduling.SLIP] = None,
    stop_on_fail: StopOption = False,
    continue_on_fail: Annotated[bool, Option("--continue-on-fail", help="Go on after a run of it has failed.")] = False,
    force: options.ForceOption = False,
    no_force: Annotated[bool, Option("--no-force", help="Start it as any other execution.")] = False,
    dry_run: options.DryRunOption = False,
    no_dry_run: Annotated[bool, Option("--no-dry-run", help="Let it run its operations.")] = False,
    allow_custom_parameters: options.CustomParametersOption = False,
    no_custom_parameters: Annotated[
        bool, Option("--no-custom-parameters", help="Refuse parameters that the workflow does not declare.")
    ] = False,
    wait_after_fail: Annotated[
        int | None,
        Option("--wait-after-fail", minimum=0, metavar="SECONDS", help="How long operations get after a failure."),
    ] = None,
    overlap: scheduling.OverlapOption = None,
    catch_up: scheduling.CatchUpOption = None,
    jitter: scheduling.JitterOption = None,
    dst_gap: scheduling.GapOption = None,
    dst_repeat: scheduling.RepeatOption = None,
    calendar: scheduling.CalendarOption = None,
    preview: scheduling.PreviewOption = None,
    json: options.JsonOption = False,
) -> None:
    """Change a schedule.

    What is not given stays as it is. Parameters that are given replace all that it had.
    """
    from engine.domain.daylight import Gap, Repeat
    from engine.domain.schedulechanges import ScheduleChanges
    from engine.domain.schedulepolicy import CatchUp, Overlap

    refuse_two_rules(when=when, rrule=rrule, recurrence=recurrence, weekdays=weekdays, count=count)
    old = session.conductor.schedule(deployment_id, schedule_id)
    name = workflow or old.workflow_id
    changes = ScheduleChanges(
        workflow_id=workflow,
        since=since,
        until=until,
        timezone=tz,
        recurrence=recurrence,
        weekdays=pieces(weekdays) if weekdays else None,
        count=count,
        rrule=rrule,
        when=when,
        excluded=pieces(exclude) if exclude else None,
        gap=choice(Gap, dst_gap, "--dst-gap"),
        repeat=choice(Repeat, dst_repeat, "--dst-repeat"),
        clear=frozenset(pieces(clear)),
        parameters=workflow_values(session, deployment_id, name, parameters) if parameters else None,
        force=_switch("force", "no-force", force, no_force),
        dry_run=_switch("dry-run", "no-dry-run", dry_run, no_dry_run),
        allow_custom_parameters=_switch(
            "allow-custom-parameters", "no-custom-parameters", allow_custom_parameters, no_custom_parameters
        ),
        wait_after_fail=wait_after_fail,
        slip=slip,
        stop_on_fail=_switch("stop-on-fail", "continue-on-fail", stop_on_fail, continue_on_fail),
        overlap=choice(Overlap, overlap, "--overlap"),
        catch_up=choice(CatchUp, catch_up, "--catch-up"),
        jitter=jitter,
        calendars=tuple(calendar) if calendar else None,
    )
    if preview is not None:
        found = session.conductor.preview_changes(deployment_id, schedule_id, changes, limit=preview)
        _show_preview(session, *found, is_json=json)
        return
    say_changed(session, session.conductor.update_schedule(deployment_id, schedule_id, changes), is_json=json)


def _switch(yes: str, no: str, is_yes: bool, is_no: bool) -> bool | None:
    if is_yes and is_no:
        raise WrongUsage(f"--{yes} is mutually exclusive with --{no}")
    return is_yes if is_yes or is_no else None


def say_changed(session: Session, schedule: "Schedule", *, is_json: bool) -> None:
    """Tell what a schedule has become."""
    if is_json:
        session.out.json(schedule)
    session.out.talk(f"Schedule `{schedule.id}` of deployment `{schedule.deployment_id}`: {next_run(schedule)}.")
