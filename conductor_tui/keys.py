"""Which key means what, where; users may give an action other keys."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from conductor_tui.actions import ACTIONS, Action, Scope

KEY_LABELS = {
    "enter": "↵",
    "slash": "/",
    "question_mark": "?",
    "colon": ":",
    "full_stop": ".",
    "at": "@",
    "asterisk": "*",
    "backslash": "\\",
    "escape": "esc",
    "ampersand": "&",
    "plus": "+",
    "minus": "-",
    "underscore": "_",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "f1": "F1",
    "f2": "F2",
    "f3": "F3",
    "f4": "F4",
    "f8": "F8",
}
MOVING = frozenset(
    {
        "up",
        "down",
        "left",
        "right",
        "pageup",
        "pagedown",
        "home",
        "end",
        "tab",
        "shift+tab",
        "j",
        "k",
        "g",
        "G",
        "ctrl+b",
        "ctrl+f",
        "ctrl+u",
        "ctrl+d",
    }
)
"""Keys that move in lists and logs everywhere; no action can have them."""


@dataclass(frozen=True, slots=True)
class Keymap:
    """The keys that the user gave some actions; all others have their own."""

    changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def keys(self, action: Action) -> tuple[str, ...]:
        return self.changed.get(action.id, action.keys)

    def first(self, action: Action) -> str:
        """Return the key that is shown; empty where the user took all of them away."""
        return next(iter(self.keys(action)), "")


PLAIN = Keymap()


def key_label(key: str, enter: str = "↵") -> str:
    """Return a key as it is written on the screen."""
    if key == "enter":
        return enter
    return KEY_LABELS.get(key, key.replace("ctrl+", "^"))


def resolve(key: str, scopes: Sequence[Scope], keymap: Keymap = PLAIN) -> Action | None:
    """Return what a key means: the first scope wins, then what holds everywhere."""
    for scope in (*scopes, Scope.EVERYWHERE):
        for action in in_scope(scope):
            if key in keymap.keys(action):
                return action
    return None


def elsewhere(key: str, keymap: Keymap = PLAIN) -> str:
    """Return what is said where a key means nothing: what it does in other places."""
    found = [action for action in ACTIONS if key in keymap.keys(action)]
    label = key_label(key)
    if not found:
        return f"{label} does nothing; ? shows the keys that work here"
    places = ", ".join(dict.fromkeys(f"{action.title.rstrip('…')} ({action.scope})" for action in found))
    return f"{label} does nothing here, it is for {places}; ? shows the keys that work here"


@cache
def in_scope(scope: Scope) -> tuple[Action, ...]:
    """Return the actions of one scope, in the order in which they are shown."""
    return tuple(action for action in ACTIONS if action.scope is scope)


def reachable(scopes: Sequence[Scope], keymap: Keymap = PLAIN) -> tuple[Action, ...]:
    """Return the actions that some key reaches here; one whose keys all mean something else is left out."""
    meant: dict[str, Action] = {}
    found = [action for scope in dict.fromkeys((*scopes, Scope.EVERYWHERE)) for action in in_scope(scope)]
    for action in found:
        for key in keymap.keys(action):
            meant.setdefault(key, action)
    return tuple(action for action in found if any(meant[key] is action for key in keymap.keys(action)))


def all_keys(scopes: Iterable[Scope]) -> tuple[str, ...]:
    """Return every key that means something in one of the scopes or everywhere."""
    wanted = {*scopes, Scope.EVERYWHERE}
    return tuple(dict.fromkeys(key for action in ACTIONS if action.scope in wanted for key in action.keys))


def clashes(actions: Iterable[Action] = ACTIONS, keymap: Keymap = PLAIN) -> list[tuple[str, str]]:
    """Return the pairs of actions that want the same key in the same scope."""
    taken: dict[tuple[Scope, str], str] = {}
    found: list[tuple[str, str]] = []
    for action in actions:
        for key in keymap.keys(action):
            first = taken.setdefault((action.scope, key), action.id)
            if first != action.id:
                found.append((first, action.id))
    return found
