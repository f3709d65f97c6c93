"""How docs/keys.md is made of the table of actions."""

from conductor_tui.action import Action, Danger
from conductor_tui.actions import ACTIONS
from conductor_tui.keys import key_label

_INTRODUCTION = """\
# The keys of the cockpit

Written from the table of actions by `tests/cockpit/test_keypage.py`; do not edit. In the cockpit `?` shows the keys
that work right where you are, `^p` finds any action by its name, and `:` takes commands.

Every action can have other keys, by its id, in the config file (`conductor config path` tells where it is looked for):

```toml
theme = "high-contrast"      # or conductor-dark, conductor-light, colour-blind-safe, terminal
ascii = false                # plain signs instead of drawn ones
mouse = true
read-only = false            # look only, as with --read-only
restore = true               # come back to the view, filters and sorting of the last time
notice = "bell"              # when an execution ends while nobody looks: bell, osc9 or off
title = true                 # tell the progress in the terminal's title

[keys]
"execution.cancel" = "c"     # several keys are parted by blanks: "c ctrl+k"
```

`conductor config validate` names every mistake with its line. Keys that move in lists (arrows, `j k g G`, `^d ^u`,
`tab`) stay as they are.
"""


def page() -> str:
    """Return the whole page: one table per place where actions can be asked for."""
    lines = [_INTRODUCTION]
    for scope in dict.fromkeys(action.scope for action in ACTIONS):
        lines += [f"## {scope.value.capitalize()}", "", "| keys | action | what it does | id |", "|---|---|---|---|"]
        lines += [_row(action) for action in ACTIONS if action.scope is scope]
        lines.append("")
    return "\n".join(lines)


def _row(action: Action) -> str:
    keys = " ".join(f"`{_written(key)}`" for key in action.keys)
    asks = f" ({action.danger})" if action.danger is not Danger.NONE else ""
    return f"| {keys} | {action.title.rstrip('…')} | {action.help}{asks} | `{action.id}` |"


def _written(key: str) -> str:
    return key_label(key, "enter").replace("|", "\\|")
