"""Which function stands behind each built-in workflow."""

from collections.abc import Callable
from typing import Any

from engine.workflows.agents import no_agents
from engine.workflows.checks import check_drift, check_status
from engine.workflows.heal import heal
from engine.workflows.install import install, reinstall, uninstall
from engine.workflows.operations import execute_operation, pull, restart, start, stop
from engine.workflows.rollback import rollback
from engine.workflows.scale import scale

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
    "check_status": check_status,
    "check_drift": check_drift,
    "rollback": rollback,
    "auto_heal_reinstall_node_subgraph": heal,
    "heal": heal,
    "scale_entity": scale,
    "scale": scale,
    "install_new_agents": no_agents,
    "validate_agents": no_agents,
}


def built_in(function: str) -> Callable[..., Any] | None:
    """Return the built-in workflow that a plan's mapping names; None when it names none."""
    return BUILT_IN.get(function.removeprefix("default_workflows.").removeprefix(PREFIX))
