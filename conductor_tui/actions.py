"""Everything a key, a click or the palette can do: one table behind bindings, footer, help and palette."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from shlex import quote

from conductor_tui import reasons
from conductor_tui.subject import Subject


class Scope(StrEnum):
    """Where an action can be asked for."""

    EVERYWHERE = "everywhere"
    DEPLOYMENT_ROW = "deployments"
    DEPLOYMENT = "deployment"
    EXECUTION_ROW = "executions"
    EXECUTION = "execution"
    QUEUE = "queue"
    SCHEDULE = "schedules"
    BLUEPRINT = "blueprints"
    DETAIL = "execution detail"
    PARTS = "deployment detail"
    LOG = "logs"
    LIST = "execution list"


class Danger(StrEnum):
    """How it is confirmed."""

    NONE = "at once"
    ASKS = "asks"
    TYPES = "asks for the name"


Enabled = Callable[[Subject], str]
"""The reason why the action cannot be done now; empty when it can."""
Command = Callable[[Subject], str]
"""The command line that does the same; empty where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that the user can do."""

    id: str
    title: str
    keys: tuple[str, ...]
    scope: Scope
    danger: Danger = Danger.NONE
    enabled: Enabled = lambda subject: ""
    command: Command = lambda subject: ""
    help: str = ""
    in_footer: bool = True


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


def _schedule_ids(subject: Subject) -> str:
    row = subject.schedule
    return f"conductor deployments schedule delete {quote(row.deployment_id)} {quote(row.id)}" if row else ""


def _start(subject: Subject) -> str:
    id = subject.deployment_id
    return f"conductor executions start WORKFLOW -d {quote(id)}" if id else ""


def _action(id: str, title: str, keys: str, scope: Scope, **more: object) -> Action:
    return Action(id=id, title=title, keys=tuple(keys.split()), scope=scope, **more)  # type: ignore[arg-type] # optional fields by name


_VIEWS = (
    ("home", "Home"),
    ("deployments", "Deployments"),
    ("executions", "Executions"),
    ("queue", "Queue"),
    ("schedules", "Schedules"),
    ("blueprints", "Blueprints"),
    ("events", "Events"),
)

VIEWS: tuple[Action, ...] = tuple(
    _action(f"view.{name}", title, str(number), Scope.EVERYWHERE, in_footer=False, help=f"Go to {title}.")
    for number, (name, title) in enumerate(_VIEWS)
)

_ALL, _DEP, _EXE = Scope.EVERYWHERE, Scope.DEPLOYMENT, Scope.EXECUTION
_QUEUE, _SCHED, _BLUE, _DETAIL, _LOG = Scope.QUEUE, Scope.SCHEDULE, Scope.BLUEPRINT, Scope.DETAIL, Scope.LOG

ACTIONS: tuple[Action, ...] = (
    *VIEWS,
    _action(
        "deployment.open",
        "Open",
        "enter",
        Scope.DEPLOYMENT_ROW,
        enabled=reasons.needs_deployment,
        command=_on("deployments get", lambda subject: subject.deployment_id),
        help="Show its node instances, inputs, outputs, schedules and executions.",
    ),
    _action(
        "deployment.start",
        "Trigger",
        "t",
        _DEP,
        enabled=reasons.needs_deployment,
        command=_start,
        help="Start a workflow, in a form made from its parameters.",
    ),
    _action(
        "deployment.log",
        "Log",
        "l",
        _DEP,
        enabled=reasons.has_latest,
        command=_on("executions get", _latest_id),
        help="Open the execution that was started last.",
    ),
    _action(
        "deployment.cancel",
        "Cancel…",
        "x",
        _DEP,
        danger=Danger.ASKS,
        enabled=reasons.latest_cancellable,
        command=_on("executions cancel", _latest_id),
        help="Cancel the execution that was started last, if it runs or waits.",
    ),
    _action(
        "deployment.delete",
        "Delete…",
        "D",
        _DEP,
        danger=Danger.TYPES,
        enabled=reasons.idle_deployment,
        command=_on("deployments delete", lambda subject: subject.deployment_id),
        help="Delete the deployment; asks for its name.",
    ),
    _action(
        "execution.open",
        "Open",
        "enter",
        Scope.EXECUTION_ROW,
        enabled=reasons.needs_execution,
        command=_on("executions get", _execution_id),
        help="Show its operations and its log.",
    ),
    _action(
        "execution.cancel",
        "Cancel…",
        "x",
        _EXE,
        danger=Danger.ASKS,
        enabled=reasons.cancellable,
        command=_on("executions cancel", _execution_id),
        help="Start no further operation; running ones end by themselves.",
    ),
    _action(
        "execution.force-cancel",
        "Force-cancel…",
        "X",
        _EXE,
        danger=Danger.TYPES,
        enabled=reasons.cancellable,
        command=_on("executions cancel", _execution_id, " --force"),
        help="Stop waiting for the workflow; running operations are left alone.",
    ),
    _action(
        "execution.kill",
        "Kill…",
        "ctrl+x",
        _EXE,
        danger=Danger.TYPES,
        enabled=reasons.killable,
        command=_on("executions cancel", _execution_id, " --kill"),
        help="End every process of the execution, grandchildren included.",
    ),
    _action(
        "execution.deployment",
        "Deployment",
        "o",
        _EXE,
        enabled=reasons.needs_deployment,
        command=_on("deployments get", lambda subject: subject.deployment_id),
        help="Open its deployment.",
    ),
    _action("list.status", "Status", "f", Scope.LIST, help="Show all, running, waiting, failed or ended executions."),
    _action(
        "queue.why",
        "Why?",
        "w",
        _QUEUE,
        enabled=reasons.needs_execution,
        command=_on("executions why", _execution_id),
        help="Go to the pane that says what it waits for.",
    ),
    _action(
        "schedule.open", "Deployment", "enter", _SCHED, enabled=reasons.needs_schedule, help="Open its deployment."
    ),
    _action(
        "schedule.delete",
        "Delete…",
        "D",
        _SCHED,
        danger=Danger.ASKS,
        enabled=reasons.needs_schedule,
        command=_schedule_ids,
        help="Delete the schedule; executions that it started stay.",
    ),
    _action(
        "blueprint.deploy",
        "Create deployment",
        "C",
        _BLUE,
        enabled=reasons.needs_blueprint,
        command=_on("deployments create -b", _blueprint_id),
        help="Create a deployment, in a form made from its inputs.",
    ),
    _action(
        "blueprint.delete",
        "Delete…",
        "D",
        _BLUE,
        danger=Danger.TYPES,
        enabled=reasons.unused_blueprint,
        command=_on("blueprints delete", _blueprint_id),
        help="Delete the blueprint; asks for its name.",
    ),
    _action("detail.find", "In the log", "enter", _DETAIL, help="Go to the lines of the log about the operation."),
    _action(
        "detail.part", "View", "v", Scope.PARTS, help="Turn through executions, schedules, and inputs with outputs."
    ),
    _action("detail.view", "View", "v", _DETAIL, help="Turn through operations, node instances and parameters."),
    _action("detail.failed", "Next failed", "n", _DETAIL, help="Go to the next operation that failed."),
    _action("log.follow", "Follow", "s", _LOG, help="Stay at the newest line, or stay where you are."),
    _action("log.wrap", "Wrap", "w", _LOG, help="Break long lines, or cut them."),
    _action("log.next", "Next match", "n", _LOG, in_footer=False, help="Go to the next line that was searched for."),
    _action("log.previous", "Match before", "N", _LOG, in_footer=False, help="Go to the match before."),
    _action(
        "engine.start",
        "Start engine",
        "E",
        _ALL,
        enabled=reasons.engine_absent,
        in_footer=False,
        command=lambda subject: "conductor engine start",
        help="Start the background engine.",
    ),
    _action("copy", "Copy", "y", _ALL, enabled=reasons.nameable, in_footer=False, help="Copy the id under the cursor."),
    _action(
        "copy.command",
        "Copy command",
        "Y",
        _ALL,
        enabled=reasons.nameable,
        in_footer=False,
        help="Copy the command line that shows the same thing.",
    ),
    _action("find", "Find", "slash", _ALL, help="Filter the table, or search the log."),
    _action("refresh", "Refresh", "ctrl+r", _ALL, in_footer=False, help="Read everything again."),
    _action("screenshot", "Screenshot", "f8", _ALL, in_footer=False, help="Save the screen as an SVG file."),
    _action("palette", "Palette", "ctrl+p", _ALL, help="Find any action by its name."),
    _action("help", "Help", "question_mark f1", _ALL, help="Show the keys that work here."),
    _action("back", "Back", "escape", _ALL, in_footer=False, help="Clear the filter, or leave this screen."),
    _action("quit", "Leave", "q", _ALL, help="Leave this screen, at the root the cockpit; executions keep running."),
    _action(
        "quit.now", "Quit now", "ctrl+q", _ALL, in_footer=False, help="Leave the cockpit; executions keep running."
    ),
)

BY_ID = {action.id: action for action in ACTIONS}
