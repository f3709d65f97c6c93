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
    """Restart each instance while nobody sends it requests, `pause` seconds apart; fail if the shop was closed."""
    instances = _restartable(node_id)
    (monitor,) = ctx.get_node("monitor").instances
    seen_file = Path(monitor.runtime_properties["heartbeat"])
    graph = ctx.graph_mode()
    sequence = graph.sequence()
    before = _unanswered(seen_file)
    for instance in instances:
        sequence.add(*_restart(instance), ctx.local_task(_wait, kwargs={"seconds": pause}, name="wait"))
    graph.execute()
    if closed := _unanswered(seen_file) - before:
        raise NonRecoverableError(f"the shop did not answer {closed} times during the restart")
    ctx.logger.info("the shop answered all the time")


def _restartable(node_id: str) -> list[Any]:
    """Return the instances of the node, in their order."""
    names = [node.id for node in ctx.nodes if node.has_operation(f"{LIFECYCLE}.start")]
    if node_id not in names:
        raise NonRecoverableError(f"`{node_id}` cannot be restarted; there are {', '.join(sorted(names))}")
    return sorted(ctx.get_node(node_id).instances, key=lambda instance: instance.index)


def _restart(instance: Any) -> Iterator[Any]:
    """Give the tasks that restart one instance, in their order."""
    balancers = _balancers_of(instance)
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


def _balancers_of(instance: Any) -> list[Any]:
    """Return the relationships by which proxies send requests to the instance."""
    everything = (one for source in ctx.node_instances for one in source.relationships)
    wanted = "shop.relationships.balances_over"
    return [one for one in everything if one.target_id == instance.id and one.type == wanted]


def _wait(seconds: float) -> None:
    time.sleep(seconds)


def _unanswered(seen_file: Path) -> int:
    """Return how often the monitor has found the shop closed."""
    return int(json.loads(seen_file.read_text())["failed"])
