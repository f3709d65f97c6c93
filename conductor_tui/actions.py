"""Everything a key, a click or the palette can do: one table behind bindings, footer, help and palette."""

from collections.abc import Callable
from shlex import quote

from conductor_tui import reasons
from conductor_tui.action import Action, Command, Danger, Scope, action
from conductor_tui.detailactions import AGAIN, DETAIL, LOG, QUEUE
from conductor_tui.everywhere import EVERYWHERE, VIEWS
from conductor_tui.scheduleactions import SCHEDULE
from conductor_tui.storedactions import STORED
from conductor_tui.subject import Subject

__all__ = ["ACTIONS", "BY_ID", "VIEWS", "Action", "Danger", "Scope"]


def _on(word: str, pick: Callable[[Subject], str | None], suffix: str = "") -> Command:
    def command(subject: Subject) -> str:
        id = pick(subject)
        return f"conductor {word} {quote(id)}{suffix}" if id else ""

    return command


def _execution_id(subject: Subject) -> str | None:
    return subject.execution.id if subject.execution else None


def _latest_id(subject: Subject) -> str | None:
    latest = subject.deployment.latest if subject.deployment else None
    return latest.id if latest else None


def _blueprint_id(subject: Subject) -> str | None:
    return subject.blueprint.id if subject.blueprint else None


def _snapshot_id(subject: Subject) -> str | None:
    return subject.snapshot.id if subject.snapshot else None


def _schedule_ids(subject: Subject) -> str:
    row = subject.schedule
    return f"conductor deployments schedule delete {quote(row.deployment_id)} {quote(row.id)}" if row else ""


def _start(subject: Subject) -> str:
    id = subject.deployment_id
    return f"conductor executions start WORKFLOW -d {quote(id)}" if id else ""


_DEP, _EXE = Scope.DEPLOYMENT, Scope.EXECUTION
_SCHED, _BLUE = Scope.SCHEDULE, Scope.BLUEPRINT

ACTIONS: tuple[Action, ...] = (
    *VIEWS,
    action(
        "deployment.open",
        "Open",
        "enter",
        Scope.DEPLOYMENT_ROW,
        enabled=reasons.needs_deployment,
        command=_on("deployments get", lambda subject: subject.deployment_id),
        help="Show its node instances, inputs, outputs, schedules and executions.",
    ),
    action(
        "deployment.start",
        "Trigger",
        "t",
        _DEP,
        enabled=reasons.needs_deployment,
        command=_start,
        changes=True,
        help="Start a workflow, in a form made from its parameters.",
    ),
    action(
        "deployment.update",
        "Update…",
        "u",
        _DEP,
        danger=Danger.ASKS,
        enabled=reasons.needs_deployment,
        command=_on("deployments update", lambda subject: subject.deployment_id, " --preview"),
        in_footer=False,
        changes=True,
        help="Bring it to another blueprint or inputs, after a preview.",
    ),
    action(
        "deployment.log",
        "Log",
        "l",
        _DEP,
        enabled=reasons.has_latest,
        command=_on("executions get", _latest_id),
        help="Open the execution that was started last.",
    ),
    action(
        "deployment.cancel",
        "Cancel…",
        "x",
        _DEP,
        danger=Danger.ASKS,
        enabled=reasons.latest_cancellable,
        command=_on("executions cancel", _latest_id),
        changes=True,
        help="Cancel the execution that was started last, if it runs or waits.",
    ),
    action(
        "deployment.delete",
        "Delete…",
        "D",
        _DEP,
        danger=Danger.TYPES,
        enabled=reasons.idle_deployment,
        command=_on("deployments delete", lambda subject: subject.deployment_id),
        changes=True,
        help="Delete the deployment; asks for its name.",
    ),
    action(
        "execution.open",
        "Open",
        "enter",
        Scope.EXECUTION_ROW,
        enabled=reasons.needs_execution,
        command=_on("executions get", _execution_id),
        help="Show its operations and its log.",
    ),
    action(
        "execution.cancel",
        "Cancel…",
        "x",
        _EXE,
        danger=Danger.ASKS,
        enabled=reasons.cancellable,
        command=_on("executions cancel", _execution_id),
        changes=True,
        help="Start no further operation; running ones end by themselves.",
    ),
    action(
        "execution.force-cancel",
        "Force-cancel…",
        "X",
        _EXE,
        danger=Danger.TYPES,
        enabled=reasons.cancellable,
        command=_on("executions cancel", _execution_id, " --force"),
        changes=True,
        help="Stop waiting for the workflow; running operations are left alone.",
    ),
    action(
        "execution.kill",
        "Kill…",
        "ctrl+x",
        _EXE,
        danger=Danger.TYPES,
        enabled=reasons.killable,
        command=_on("executions cancel", _execution_id, " --kill"),
        changes=True,
        help="End every process of the execution, grandchildren included.",
    ),
    action(
        "execution.deployment",
        "Deployment",
        "d o",
        _EXE,
        enabled=reasons.needs_deployment,
        command=_on("deployments get", lambda subject: subject.deployment_id),
        help="Open its deployment.",
    ),
    action(
        "execution.start",
        "Trigger",
        "t",
        _EXE,
        enabled=reasons.needs_deployment,
        command=_start,
        in_footer=False,
        changes=True,
        help="Start a workflow on its deployment, in a form made from its parameters.",
    ),
    action("list.status", "Status", "f", Scope.LIST, help="Show all, running, waiting, failed or ended executions."),
    action(
        "blueprint.open",
        "Open",
        "enter",
        _BLUE,
        enabled=reasons.needs_blueprint,
        help="Show its nodes as a tree, and its source with what a check says about it.",
    ),
    action(
        "blueprint.check",
        "Check",
        "v",
        _BLUE,
        enabled=reasons.needs_blueprint,
        help="Validate it again, and tell its mistakes and warnings.",
    ),
    action(
        "blueprint.deploy",
        "Create deployment",
        "C",
        _BLUE,
        enabled=reasons.needs_blueprint,
        command=_on("deployments create -b", _blueprint_id),
        changes=True,
        help="Create a deployment, in a form made from its inputs.",
    ),
    action(
        "blueprint.delete",
        "Delete…",
        "D",
        _BLUE,
        danger=Danger.TYPES,
        enabled=reasons.unused_blueprint,
        command=_on("blueprints delete", _blueprint_id),
        changes=True,
        help="Delete the blueprint; asks for its name.",
    ),
    action(
        "detail.part", "View", "v", Scope.PARTS, help="Turn through executions, schedules, and inputs with outputs."
    ),
    action("table.sort", "Sort…", "o", Scope.TABLE, in_footer=False, help="Choose what the rows are sorted by."),
    action("table.invert", "Turn round", "O", Scope.TABLE, in_footer=False, help="Turn the order of the rows round."),
    action("table.mark", "Mark", "space", Scope.TABLE, in_footer=False, help="Mark the row for a deed on many."),
    action("table.mark-all", "Mark all", "asterisk", Scope.TABLE, in_footer=False, help="Mark all rows shown."),
    action("table.unmark", "No marks", "backslash", Scope.TABLE, in_footer=False, help="Take all marks away."),
    action(
        "maintenance.switch",
        "Maintenance…",
        "m",
        Scope.SYSTEM,
        danger=Danger.ASKS,
        command=lambda subject: "conductor maintenance-mode activate",
        changes=True,
        help="Hold everything that would start, or let it go on.",
    ),
    action(
        "snapshot.create",
        "Snapshot…",
        "n",
        Scope.SYSTEM,
        danger=Danger.ASKS,
        command=lambda subject: "conductor snapshots create --queue",
        changes=True,
        help="Copy the whole state; it waits until nothing runs, and holds back what comes after.",
    ),
    action(
        "snapshot.restore",
        "Restore…",
        "R",
        Scope.SYSTEM,
        danger=Danger.TYPES,
        enabled=reasons.restorable,
        command=_on("snapshots restore", _snapshot_id, " --force"),
        changes=True,
        help="Replace the whole state by that of the snapshot.",
    ),
    action(
        "snapshot.delete",
        "Delete…",
        "D",
        Scope.SYSTEM,
        danger=Danger.TYPES,
        enabled=reasons.needs_snapshot,
        command=_on("snapshots delete", _snapshot_id),
        in_footer=False,
        changes=True,
        help="Remove the snapshot with its archive.",
    ),
    *STORED,
    action("system.change", "Change…", "enter e", Scope.SYSTEM, changes=True, help="Give the setting another value."),
    action("hook.switch", "Hook on/off", "P", Scope.SYSTEM, changes=True, help="Switch the hook on or off."),
    action("first.demo", "Demo", "d", Scope.FIRST, changes=True, help="Install a small shop in this state directory."),
    action("first.upload", "Upload…", "u", Scope.FIRST, changes=True, help="Upload a blueprint from a file or folder."),
    action("first.tour", "Tour", "t", Scope.FIRST, help="Show the short tour."),
    action("blueprint.upload", "Upload…", "u", _BLUE, changes=True, help="Upload a blueprint from a file or folder."),
    *SCHEDULE,
    action(
        "schedule.delete",
        "Delete…",
        "D",
        _SCHED,
        danger=Danger.ASKS,
        enabled=reasons.needs_schedule,
        command=_schedule_ids,
        changes=True,
        help="Delete the schedule; executions that it started stay.",
    ),
    *AGAIN,
    *DETAIL,
    *QUEUE,
    *LOG,
    *EVERYWHERE,
)

BY_ID = {action.id: action for action in ACTIONS}
