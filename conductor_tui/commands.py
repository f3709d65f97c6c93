"""What a line of the command mode says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from conductor_tui.actions import Action
from conductor_tui.everywhere import VIEWS
from conductor_tui.themes import NAMES
from engine.domain.errors import ConductorError

ALIASES = {"dep": "deployments", "exec": "executions", "sched": "schedules", "bp": "blueprints", "ev": "events"}
VIEW_NAMES = tuple(view.id.removeprefix("view.") for view in VIEWS)
STATUSES = ("all", "running", "waiting", "failed", "ended")


class Misunderstood(ConductorError):
    """The line says nothing that can be done."""


@dataclass(frozen=True, slots=True)
class Go:
    """Show a view, narrowed to some rows."""

    view: str
    filter: str = ""
    status: str = ""
    """Which executions; empty leaves it as it is."""


@dataclass(frozen=True, slots=True)
class Start:
    """Open the form that starts a workflow."""

    deployment_id: str
    workflow_id: str


@dataclass(frozen=True, slots=True)
class Open:
    """Show one deployment or execution."""

    id: str


@dataclass(frozen=True, slots=True)
class Theme:
    """Take other colours."""

    name: str


@dataclass(frozen=True, slots=True)
class Do:
    """Do an action to what the cursor stands on."""

    action: Action


Order = Go | Start | Open | Theme | Do


def read(text: str, actions: Sequence[Action]) -> Order:
    """Return what the line asks for; `actions` are those that can be done here.

    Raises:
        Misunderstood: no view, verb or action is named so.
    """
    first, *rest = text.split() or [""]
    view = ALIASES.get(first, first)
    if view in VIEW_NAMES:
        return _go(view, rest)
    match first, rest:
        case "start", [workflow, deployment]:
            return Start(deployment, workflow)
        case "start", _:
            raise Misunderstood("start takes two words: start WORKFLOW DEPLOYMENT")
        case "open", [id]:
            return Open(id)
        case "open", _:
            raise Misunderstood("open takes the id of a deployment or the beginning of an execution's")
        case "theme", [name] if name in NAMES:
            return Theme(name)
        case "theme", [_, *_]:
            raise Misunderstood(f"there is no such theme; there are {', '.join(NAMES)}")
    return Do(_action(text, actions))


def _go(view: str, words: list[str]) -> Go:
    if view == "executions" and words and words[0] in STATUSES:
        return Go(view, " ".join(words[1:]), words[0])
    return Go(view, " ".join(words))


def _action(text: str, actions: Sequence[Action]) -> Action:
    wanted = word_of(text)
    found = next((one for one in actions if wanted in (one.id, word_of(one.title))), None)
    if found is not None:
        return found
    known = [*VIEW_NAMES, *ALIASES, "start", "open", "theme", *(word_of(one.title) for one in actions)]
    near = get_close_matches(wanted, known, n=1)
    told = f"did you mean `{near[0]}`?" if near else "? shows what can be done here"
    raise Misunderstood(f"`{text.strip()}` is no command here; {told}")


def word_of(title: str) -> str:
    """Return an action's title as it is typed."""
    return title.rstrip("…?").strip().casefold().replace(" ", "-")


def proposals(
    actions: Iterable[Action], deployments: Iterable[str], workflows: Iterable[str], history: Sequence[str]
) -> list[str]:
    """Return the lines that are proposed while one is typed, the newest of the history first."""
    names, known = list(deployments), list(workflows)
    made = [*reversed(history), *VIEW_NAMES]
    made += [f"executions {status}" for status in STATUSES]
    made += [f"open {name}" for name in names]
    made += [f"start {workflow} {name}" for workflow in known for name in names]
    made += [f"theme {name}" for name in NAMES]
    made += [word_of(action.title) for action in actions]
    return list(dict.fromkeys(made))
