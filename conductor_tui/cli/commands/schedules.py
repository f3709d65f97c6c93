"""`conductor deployments schedule`: look at schedules, let them run or rest."""

from typing import TYPE_CHECKING, Annotated

from conductor_tui.cli import listings, options, scheduling
from conductor_tui.cli.commands.schedule_editing import say_changed
from conductor_tui.cli.details import schedule_lines
from conductor_tui.cli.plain import plain
from conductor_tui.cli.scheduling import preview_rows
from conductor_tui.cli.session import Session, confirm, tell
from conductor_tui.cli.table import Column
from conductor_tui.cli.words import Argument, Offers, Option, WrongUsage

if TYPE_CHECKING:
    from engine.domain.view import ScheduleRow

_SORTABLE = ("next_occurrence", "id", "deployment_id", "workflow_id", "since", "until")
_FIELDS = ("deployment_id", "workflow_id", "origin")


def enable(
    session: Session,
    deployment_id: options.DeploymentArgument,
    schedule_id: options.ScheduleArgument,
    json: options.JsonOption = False,
) -> None:
    """Let a disabled schedule run again."""
    say_changed(session, session.conductor.enable_schedule(deployment_id, schedule_id), is_json=json)


def disable(
    session: Session,
    deployment_id: options.DeploymentArgument,
    schedule_id: options.ScheduleArgument,
    reason: Annotated[str, Option("--reason", metavar="TEXT", help="Why; whoever looks at the schedule sees it.")] = "",
    json: options.JsonOption = False,
) -> None:
    """Keep a schedule from running, without deleting it."""
    say_changed(session, session.conductor.disable_schedule(deployment_id, schedule_id, reason), is_json=json)


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


def preview(
    session: Session,
    deployment_id: options.DeploymentArgument,
    schedule_id: options.ScheduleArgument,
    number: Annotated[
        int, Option("-n", "--number", minimum=1, metavar="NUMBER", help="How many coming occurrences to show.")
    ] = 10,
    test_clock: Annotated[
        bool, Option("--test-clock", help="Say what would be decided about each, by the rules of the poller.")
    ] = False,
    json: options.JsonOption = False,
) -> None:
    """Show when a schedule runs next, in its time zone and in UTC.

    Changes of the clock, closed calendars and other schedules at the same time are noted. On the test clock nothing
    fails, executions take as long as nine of ten did at most, and nobody else starts anything.
    """
    from engine.domain.schedulechanges import ScheduleChanges

    if test_clock:
        found = session.conductor.rehearse_schedule(deployment_id, schedule_id, limit=number)
        zone = session.conductor.schedule(deployment_id, schedule_id).rule.zone
        if json:
            session.out.json(found)
        else:
            listings.show(session.out, scheduling.rehearsal(zone), found)
        return
    _, lines = session.conductor.preview_changes(deployment_id, schedule_id, ScheduleChanges(), limit=number)
    if json:
        session.out.json(lines)
    elif lines:
        session.out.table(scheduling.PREVIEW.columns, preview_rows(lines))
    else:
        session.out.talk(scheduling.PREVIEW.hint)


def history(
    session: Session,
    deployment_id: options.DeploymentArgument,
    schedule_id: options.ScheduleArgument,
    size: options.SizeOption = 100,
    json: options.JsonOption = False,
) -> None:
    """Show the decisions about a schedule, newest first."""
    found = session.conductor.schedule_history(deployment_id, schedule_id, limit=size)
    if json:
        session.out.json(found)
    else:
        listings.show(session.out, scheduling.HISTORY, found)


def list_(
    session: Session,
    deployment_id: Annotated[
        str | None,
        Argument(metavar="[DEPLOYMENT_ID]", help="Only those of this deployment.", offers=Offers.DEPLOYMENTS),
    ] = None,
    since: scheduling.SinceOption = None,
    until: scheduling.UntilOption = None,
    tz: scheduling.ZoneOption = None,
    search: Annotated[str, Option("--search", metavar="TEXT", help="Only those with this in their id.")] = "",
    sort_by: Annotated[
        str, Option("--sort-by", metavar="FIELD", help=f"What orders the list: {', '.join(_SORTABLE)}.")
    ] = "next_occurrence",
    descending: Annotated[bool, Option("--descending", help="Put the last first.")] = False,
    size: Annotated[int | None, Option("--size", minimum=1, metavar="NUMBER", help="Print at most so many.")] = None,
    offset: options.OffsetOption = 0,
    json: options.JsonOption = False,
) -> None:
    """List schedules with the next time each runs.

    With --since or --until only those that run between the two are listed.
    """
    found = session.conductor.schedules_within(deployment_id, since=since, until=until, timezone=tz)
    chosen = _sorted([one for one in found if search in one.id], sort_by, descending)[offset:]
    chosen = chosen[:size]
    if json:
        session.out.json(chosen)
    else:
        listings.show(session.out, listings.SCHEDULES, chosen)


def _sorted(rows: "list[ScheduleRow]", field: str, is_descending: bool) -> "list[ScheduleRow]":
    if field not in _SORTABLE:
        raise WrongUsage(f"--sort-by is one of {', '.join(_SORTABLE)}, not `{field}`")
    empty = [one for one in rows if getattr(one, field) is None]
    full = [one for one in rows if getattr(one, field) is not None]
    return [*sorted(full, key=lambda one: str(getattr(one, field)), reverse=is_descending), *empty]


def summary(
    session: Session,
    field: Annotated[str, Argument(metavar="FIELD", help=f"What to count by: {', '.join(_FIELDS)}.")],
    json: options.JsonOption = False,
) -> None:
    """Count schedules by a field, single and recurring ones apart."""
    if field not in _FIELDS:
        raise WrongUsage(f"FIELD is one of {', '.join(_FIELDS)}, not `{field}`")
    counted = session.conductor.summarize_schedules(field)
    if json:
        session.out.json([{field: name, "single": one, "recurring": many} for name, one, many in counted])
        return
    columns = (Column(field), *(Column(title, is_number=True) for title in ("single", "recurring", "total")))
    session.out.table(columns, [(name, str(one), str(many), str(one + many)) for name, one, many in counted])


def delete(
    session: Session,
    deployment_id: options.DeploymentArgument,
    schedule_id: options.ScheduleArgument,
    yes: options.YesOption = False,
    json: options.JsonOption = False,
) -> None:
    """Delete a schedule; executions that it started stay."""
    session.conductor.schedule(deployment_id, schedule_id)
    confirm(session, f"Delete schedule {schedule_id} of deployment {deployment_id}?", is_agreed=yes)
    session.conductor.delete_schedule(deployment_id, schedule_id)
    tell(
        session,
        f"Schedule `{schedule_id}` of deployment `{deployment_id}` deleted.",
        {"deployment_id": deployment_id, "id": schedule_id, "deleted": True},
        is_json=json,
    )
