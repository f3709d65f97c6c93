"""How commands declare themselves, without any library: the words, options and arguments of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Offers(StrEnum):
    """Which ids or names the shell offers for a word; the value names the function that finds them."""

    BLUEPRINTS = "blueprint_ids"
    DEPLOYMENTS = "deployment_ids"
    WORKFLOWS = "workflow_ids"
    EXECUTIONS = "execution_ids"
    UNFINISHED = "unfinished_execution_ids"
    SCHEDULES = "schedule_ids"
    SNAPSHOTS = "snapshot_ids"
    HOOKS = "hook_ids"
    SECRETS = "secret_keys"
    PLUGINS = "plugin_ids"
    DEPLOYMENT_GROUPS = "deployment_group_ids"
    EXECUTION_GROUPS = "execution_group_ids"
    SETTINGS = "setting_keys"
    UPDATES = "update_ids"
    FUNCTIONS = "function_names"
    TYPES = "type_names"
    DRAWINGS = "drawing_names"


class Option:
    """An option; its type, and whether it repeats, are those of the annotated parameter."""

    __slots__ = ("help", "metavar", "minimum", "names", "offers")

    def __init__(
        self,
        *names: str,
        help: str,
        metavar: str | None = None,
        minimum: int | None = None,
        offers: Offers | None = None,
    ) -> None:
        self.names, self.help, self.metavar, self.minimum, self.offers = names, help, metavar, minimum, offers


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """A word that is known by its place."""

    metavar: str
    help: str
    offers: Offers | None = None
    must_exist: bool = False
    """It is a path of something that is there."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command: the function that does it, in a module that is imported when it is needed."""

    module: str
    function: str


@dataclass(frozen=True, slots=True)
class Group:
    """Commands under one word."""

    help: str
    children: Mapping[str, "Command | Group"] = field(default_factory=dict)


class WrongUsage(Exception):
    """The words of the command line do not fit together."""


class Ended(Exception):
    """The command has said everything and ends with a code of its own."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(code)
