"""Which function stands behind each built-in workflow."""

from collections.abc import Callable
from typing import Any

from engine.workflows.install import install, reinstall, uninstall
from engine.workflows.operations import execute_operation, pull, restart, start, stop

PREFIX = "cloudify.plugins.workflows."
"""How the standard types name the functions; plans carry it with or without this prefix."""

BUILT_IN: dict[str, Callable[..., Any]] = {
    "install": install,
    "uninstall": uninstall,
    "reinstall": reinstall,
    "start": start,
    "stop": stop,
    "restart": restart,
    "pull": pull,
    "execute_operation": execute_operation,
}


def built_in(function: str) -> Callable[..., Any] | None:
    """Return the built-in workflow that a plan's mapping names; None when it names none."""
    return BUILT_IN.get(function.removeprefix("default_workflows.").removeprefix(PREFIX))
