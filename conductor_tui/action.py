"""What one action is: its name, keys, place, danger, and the reason why it cannot be done now."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

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
    TABLE = "tables"
    SYSTEM = "system"
    STORED = "plugins and secrets"
    FIRST = "first run"


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
    changes: bool = False
    """It changes what is stored or what runs; a read-only cockpit says why it does not."""


def action(id: str, title: str, keys: str, scope: Scope, **more: object) -> Action:
    """Return an action; `keys` are parted by blanks."""
    return Action(id=id, title=title, keys=tuple(keys.split()), scope=scope, **more)  # type: ignore[arg-type] # optional fields by name
