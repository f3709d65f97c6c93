"""An operation that says when it began, and the workflow of it alone."""

import time
from pathlib import Path
from typing import Any

from engine.sdk import operation, workflow
from engine.sdk.workflows import ctx


@operation
def mark_time(mark: str, **_: Any) -> None:
    began = time.monotonic()
    with Path(mark).open("a") as file:
        file.write(f"{began}\n")


@workflow
def begin(**_: Any) -> None:
    graph = ctx.graph_mode()
    for instance in ctx.node_instances:
        graph.add_task(instance.execute_operation("cloudify.interfaces.lifecycle.start"))
    graph.execute()
