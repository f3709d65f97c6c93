"""Which key means what, where."""

from collections.abc import Iterable, Sequence

from conductor_tui.actions import ACTIONS, Action, Scope

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
    found = [action for scope in dict.fromkeys((*scopes, Scope.EVERYWHERE)) for action in in_scope(scope)]
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
