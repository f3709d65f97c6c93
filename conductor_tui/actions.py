"""Everything a key, a click or the palette can do: one table behind bindings, footer, help and palette."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from shlex import quote

from conductor_tui.subject import Subject
from engine.domain.execution import Status
from engine.domain.view import EngineState


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


def needs_deployment(subject: Subject) -> str:
    return "" if subject.deployment_id else "no deployment is selected"


def needs_execution(subject: Subject) -> str:
    return "" if subject.execution else "no execution is selected"


def cancellable(subject: Subject) -> str:
    execution = subject.execution
    if execution is None:
        return needs_execution(subject)
    if execution.is_final:
        return f"execution {execution.id} is {execution.status.display} already"
    return ""


def killable(subject: Subject) -> str:
    """Return why nothing can be killed; an execution that has ended may have left processes running."""
    execution = subject.execution
    if execution is not None and execution.status is Status.KILL_CANCELLING:
        return f"execution {execution.id} is being killed already"
    return needs_execution(subject)


def has_latest(subject: Subject) -> str:
    if subject.execution is not None:
        return ""
    if subject.deployment is None:
        return needs_deployment(subject)
    return "" if subject.deployment.latest else f"nothing has run on {subject.deployment.id} yet"


def idle_deployment(subject: Subject) -> str:
    row = subject.deployment
    if row is None:
        return needs_deployment(subject)
    return f"{row.id} has executions that run or wait; cancel them first" if row.running or row.queued else ""


def needs_schedule(subject: Subject) -> str:
    return "" if subject.schedule else "no schedule is selected"


def needs_blueprint(subject: Subject) -> str:
    return "" if subject.blueprint else "no blueprint is selected"


def unused_blueprint(subject: Subject) -> str:
    row = subject.blueprint
    if row is None:
        return needs_blueprint(subject)
    return f"{row.deployments} deployments are made of {row.id}; delete them first" if row.deployments else ""


def engine_absent(subject: Subject) -> str:
    return "" if subject.engine is EngineState.ABSENT else "the engine runs already"


def nameable(subject: Subject) -> str:
    return "" if subject.name else "nothing is selected"


def _on(word: str, pick: Callable[[Subject], str | None], suffix: str = "") -> Command:
    def command(subject: Subject) -> str:
        id = pick(subject)
        return f"conductor {word} {quote(id)}{suffix}" if id else ""

    return command


def _execution_id(subject: Subject) -> str | None:
    return subject.execution.id if subject.execution else None


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
        enabled=needs_deployment,
        command=_on("deployments get", lambda subject: subject.deployment_id),
        help="Show its node instances, inputs, outputs, schedules and executions.",
    ),
    _action(
        "deployment.start",
        "Trigger",
        "t",
        _DEP,
        enabled=needs_deployment,
        command=_start,
        help="Start a workflow, in a form made from its parameters.",
    ),
    _action(
        "deployment.log",
        "Log",
        "l",
        _DEP,
        enabled=has_latest,
        command=_on(
            "executions get", lambda s: s.deployment.latest.id if s.deployment and s.deployment.latest else None
        ),
        help="Open the execution that was started last.",
    ),
    _action(
        "deployment.delete",
        "Delete…",
        "D",
        _DEP,
        danger=Danger.TYPES,
        enabled=idle_deployment,
        command=_on("deployments delete", lambda subject: subject.deployment_id),
        help="Delete the deployment; asks for its name.",
    ),
    _action(
        "execution.open",
        "Open",
        "enter",
        Scope.EXECUTION_ROW,
        enabled=needs_execution,
        command=_on("executions get", _execution_id),
        help="Show its operations and its log.",
    ),
    _action(
        "execution.cancel",
        "Cancel…",
        "x",
        _EXE,
        danger=Danger.ASKS,
        enabled=cancellable,
        command=_on("executions cancel", _execution_id),
        help="Start no further operation; running ones end by themselves.",
    ),
    _action(
        "execution.force-cancel",
        "Force-cancel…",
        "X",
        _EXE,
        danger=Danger.TYPES,
        enabled=cancellable,
        command=_on("executions cancel", _execution_id, " --force"),
        help="Stop waiting for the workflow; running operations are left alone.",
    ),
    _action(
        "execution.kill",
        "Kill…",
        "ctrl+x",
        _EXE,
        danger=Danger.TYPES,
        enabled=killable,
        command=_on("executions cancel", _execution_id, " --kill"),
        help="End every process of the execution, grandchildren included.",
    ),
    _action(
        "execution.deployment",
        "Deployment",
        "o",
        _EXE,
        enabled=needs_deployment,
        command=_on("deployments get", lambda subject: subject.deployment_id),
        help="Open its deployment.",
    ),
    _action("list.status", "Status", "f", Scope.LIST, help="Show all, running, waiting, failed or ended executions."),
    _action(
        "queue.why",
        "Why?",
        "w",
        _QUEUE,
        enabled=needs_execution,
        command=_on("executions why", _execution_id),
        help="Go to the pane that says what it waits for.",
    ),
    _action("schedule.open", "Deployment", "enter", _SCHED, enabled=needs_schedule, help="Open its deployment."),
    _action(
        "schedule.delete",
        "Delete…",
        "D",
        _SCHED,
        danger=Danger.ASKS,
        enabled=needs_schedule,
        command=_schedule_ids,
        help="Delete the schedule; executions that it started stay.",
    ),
    _action(
        "blueprint.deploy",
        "Create deployment",
        "C",
        _BLUE,
        enabled=needs_blueprint,
        command=_on("deployments create -b", _blueprint_id),
        help="Create a deployment, in a form made from its inputs.",
    ),
    _action(
        "blueprint.delete",
        "Delete…",
        "D",
        _BLUE,
        danger=Danger.TYPES,
        enabled=unused_blueprint,
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
        enabled=engine_absent,
        in_footer=False,
        command=lambda subject: "conductor engine start",
        help="Start the background engine.",
    ),
    _action("copy", "Copy", "y", _ALL, enabled=nameable, in_footer=False, help="Copy the id under the cursor."),
    _action(
        "copy.command",
        "Copy command",
        "Y",
        _ALL,
        enabled=nameable,
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

KEY_LABELS = {
    "enter": "↵",
    "slash": "/",
    "question_mark": "?",
    "escape": "esc",
    "f1": "F1",
    "f8": "F8",
}


def key_label(key: str, enter: str = "↵") -> str:
    """Return a key as it is written on the screen."""
    if key == "enter":
        return enter
    return KEY_LABELS.get(key, key.replace("ctrl+", "^"))


def resolve(key: str, scopes: Sequence[Scope]) -> Action | None:
    """Return what a key means: the first scope wins, then what holds everywhere."""
    for scope in (*scopes, Scope.EVERYWHERE):
        for action in in_scope(scope):
            if key in action.keys:
                return action
    return None


def in_scope(scope: Scope) -> tuple[Action, ...]:
    """Return the actions of one scope, in the order in which they are shown."""
    return tuple(action for action in ACTIONS if action.scope is scope)


def reachable(scopes: Sequence[Scope]) -> tuple[Action, ...]:
    """Return the actions that some key reaches here; one whose keys all mean something else is left out."""
    found = [action for scope in (*scopes, Scope.EVERYWHERE) for action in in_scope(scope)]
    return tuple(action for action in found if any(resolve(key, scopes) is action for key in action.keys))


def all_keys(scopes: Iterable[Scope]) -> tuple[str, ...]:
    """Return every key that means something in one of the scopes or everywhere."""
    wanted = {*scopes, Scope.EVERYWHERE}
    return tuple(dict.fromkeys(key for action in ACTIONS if action.scope in wanted for key in action.keys))


def clashes(actions: Iterable[Action] = ACTIONS) -> list[tuple[str, str]]:
    """Return the pairs of actions that want the same key in the same scope."""
    taken: dict[tuple[Scope, str], str] = {}
    found: list[tuple[str, str]] = []
    for action in actions:
        for key in action.keys:
            first = taken.setdefault((action.scope, key), action.id)
            if first != action.id:
                found.append((first, action.id))
    return found
