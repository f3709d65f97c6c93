"""The workflow that restarts a node's instances one after another, while the shop stays open."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.sdk import NonRecoverableError, ctx, workflow

LIFECYCLE = "cloudify.interfaces.lifecycle"
RELATIONSHIP = "cloudify.interfaces.relationship_lifecycle"


@workflow
def rolling_restart(node_id: str, pause: float, **_: Any) -> None:
    """Restart each instance while nobody sends it requests, `pause` seconds apart; fail when the shop was closed."""
    node = ctx.get_node(node_id)
    if node is None or not node.has_operation(f"{LIFECYCLE}.start"):
        raise NonRecoverableError(f"node `{node_id}` does not exist or has nothing that could be restarted")
    before = _unanswered()
    graph = ctx.graph_mode()
    sequence = graph.sequence()
    for instance in sorted(node.instances, key=lambda one: one.id):
        sequence.add(*_restart(instance), ctx.local_task(_pause, kwargs={"seconds": pause}, info=f"{pause:g} s"))
    graph.execute()
    _require_open(before, _unanswered())


def _restart(instance: Any) -> Iterator[Any]:
    """Give the tasks that restart one instance, in their order."""
    balancers = [one for one in _relationships_to(instance) if one.type == "shop.relationships.balances_over"]
    for balancer in balancers:
        yield balancer.execute_source_operation(f"{RELATIONSHIP}.unlink")
    yield instance.set_state("stopping")
    yield instance.execute_operation(f"{LIFECYCLE}.stop")
    yield instance.set_state("stopped")
    yield instance.set_state("starting")
    yield instance.execute_operation(f"{LIFECYCLE}.start")
    yield instance.execute_operation(f"{LIFECYCLE}.poststart")
    for balancer in balancers:
        yield balancer.execute_source_operation(f"{RELATIONSHIP}.establish")
    yield instance.set_state("started")
    yield instance.send_event("Restarted")


def _relationships_to(instance: Any) -> list[Any]:
    sources = (relationship for source in ctx.node_instances for relationship in source.relationships)
    return [relationship for relationship in sources if relationship.target_id == instance.id]


def _pause(seconds: float) -> None:
    time.sleep(seconds)


def _unanswered() -> int:
    """Return how often the monitor has found the shop closed."""
    (monitor,) = ctx.get_node("monitor").instances
    return int(json.loads(Path(monitor.runtime_properties["heartbeat"]).read_text())["failed"])


def _require_open(before: int, after: int) -> None:
    if after > before:
        raise NonRecoverableError(f"the shop did not answer {after - before} times during the restart")
    ctx.send_event("The shop answered all the time")
