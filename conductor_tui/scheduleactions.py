"""What can be done about schedules, and about a deployment's lack of one."""

from shlex import quote

from conductor_tui import reasons
from conductor_tui.action import Action, Command, Danger, Scope, action
from conductor_tui.subject import Subject


def _command(verb: str) -> Command:
    def command(subject: Subject) -> str:
        row = subject.schedule
        return f"conductor deployments schedule {verb} {quote(row.deployment_id)} {quote(row.id)}" if row else ""

    return command


def _create(subject: Subject) -> str:
    id = subject.deployment_id
    return f"conductor deployments schedule create {quote(id)} WORKFLOW --when TEXT" if id else ""


def _pause(subject: Subject) -> str:
    row = subject.schedule
    return _command("disable" if row and row.enabled else "enable")(subject)


SCHEDULE: tuple[Action, ...] = (
    action(
        "deployment.schedule",
        "Schedule…",
        "S",
        Scope.DEPLOYMENT,
        enabled=reasons.needs_deployment,
        command=_create,
        in_footer=False,
        changes=True,
        help="Run a workflow at given times; the coming runs are shown before anything is stored.",
    ),
    action(
        "schedule.new",
        "New…",
        "n",
        Scope.SCHEDULE,
        enabled=reasons.needs_schedule,
        command=_create,
        in_footer=False,
        changes=True,
        help="Make another schedule for the deployment of this one.",
    ),
    action(
        "schedule.pause",
        "Pause…",
        "P",
        Scope.SCHEDULE,
        danger=Danger.ASKS,
        enabled=reasons.needs_schedule,
        command=_pause,
        in_footer=False,
        changes=True,
        help="Let the schedule rest, for a reason that others see, or run again.",
    ),
    action(
        "schedule.calendar",
        "Calendar",
        "c",
        Scope.SCHEDULE,
        in_footer=False,
        help="Show how many runs each day has, by month, week or day.",
    ),
    action(
        "schedule.history",
        "History",
        "H",
        Scope.SCHEDULE,
        enabled=reasons.needs_schedule,
        command=_command("history"),
        in_footer=False,
        help="Show its coming runs, and what was decided about those that have been.",
    ),
)
