"""A workflow and an operation that note their beginning and end, and wait at a door between."""

import os
import time
from pathlib import Path
from typing import Any

from engine.sdk import ctx, operation, workflow
from engine.sdk.workflows import ctx as workflow_ctx


def note(ledger: str, line: str) -> None:
    descriptor = os.open(ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, f"{line}\n".encode())
    os.close(descriptor)


def wait_at(door: str) -> None:
    while not Path(door).exists():
        time.sleep(0.01)


@workflow
def pass_through(ledger: str, door: str, **_: Any) -> None:
    note(ledger, f"begin {workflow_ctx.execution_id}")
    wait_at(door)
    note(ledger, f"end {workflow_ctx.execution_id}")


@operation
def hold(ledger: str, door: str, **_: Any) -> None:
    note(ledger, f"begin {ctx.instance.id}")
    wait_at(door)
    note(ledger, f"end {ctx.instance.id}")
