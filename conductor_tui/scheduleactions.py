"""What can be done about schedules, and about a deployment's lack of one."""

from shlex import quote

from conductor_tui import reasons
from conductor_tui.action import Action, Command, Danger, Scope, action
from conductor_tui.subject import Subject

SYSTEM = "-"
"""As in `engine.domain.schedule`, which no first screen needs."""


def _command(verb: str) -> Command:
    def command(subject: Subject) -> str:
        row = subject.schedule
        return f"conductor deployments schedule {verb} {quote(row.deployment_id)} {quote(row.id)}" if row else ""

    return command


def _create(subject: Subject) -> str:
    id = subject.deployment_id
    return f"conductor deployments schedule create {quote(id)} WORKFLOW --when TEXT" if id else ""


def _run(subject: Subject) -> str:
    row = subject.schedule
    return f"conductor executions start {quote(row.workflow_id)} -d {quote(row.deployment_id)} --queue" if row else ""


def _preview(subject: Subject) -> str:
    line = _command("get")(subject)
    return f"{line} --preview 20" if line else ""


def _lacks_deployment(subject: Subject) -> str:
    row = subject.schedule
    return "it belongs to the system" if row and row.deployment_id == SYSTEM else reasons.needs_schedule(subject)


def _deployment(subject: Subject) -> str:
    id = subject.deployment_id
    return f"conductor deployments get {quote(id)}" if id else ""


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
        "schedule.open",
        "Edit…",
        "enter e",
        Scope.SCHEDULE,
        enabled=reasons.needs_schedule,
        command=_command("update"),
        changes=True,
        help="Change it in a form, with its coming runs in sight.",
    ),
    action(
        "schedule.new",
        "New…",
        "n",
        Scope.SCHEDULE,
        command=_create,
        changes=True,
        help="Make a schedule; the coming runs are shown before anything is stored.",
    ),
    action(
        "schedule.copy",
        "Duplicate…",
        "d",
        Scope.SCHEDULE,
        enabled=reasons.needs_schedule,
        command=_command("get"),
        in_footer=False,
        changes=True,
        help="Make another schedule like it, under another name.",
    ),
    action(
        "schedule.run",
        "Run now…",
        "t",
        Scope.SCHEDULE,
        danger=Danger.ASKS,
        enabled=reasons.needs_schedule,
        command=_run,
        in_footer=False,
        changes=True,
        help="Start what it starts now, beside its own times; it waits in the queue where it must.",
    ),
    action(
        "schedule.next",
        "Next runs",
        "N",
        Scope.SCHEDULE,
        enabled=reasons.needs_schedule,
        command=_preview,
        help="Show its next 20 runs, in local time and UTC, with changes of the clock and conflicts.",
    ),
    action(
        "schedule.deployment",
        "Deployment",
        "b",
        Scope.SCHEDULE,
        enabled=_lacks_deployment,
        command=_deployment,
        in_footer=False,
        help="Open its deployment.",
    ),
    action(
        "schedule.pause",
        "Pause…",
        "P",
        Scope.SCHEDULE,
        danger=Danger.ASKS,
        enabled=reasons.needs_schedule,
        command=_pause,
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
