"""In which status and in which words an attempt ends."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.domain.errors import NotFound
from engine.domain.execution import CancelKind, Status
from engine.runtime.verdict import Verdict, record, verdict_of
from engine.sdk.errors import ExecutionCancelled, WorkflowFailed
from storage import executions
from tests.runtime.worker_world import make_world

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (None, Verdict(status=Status.TERMINATED)),
        (ExecutionCancelled(), Verdict(status=Status.CANCELLED)),
        (WorkflowFailed("why", "where"), Verdict(status=Status.FAILED, error="why", details="where")),
        (
            NotFound("workflow", "x"),
            Verdict(status=Status.FAILED, error="there is no workflow `x`"),
        ),
    ],
)
def test_what_a_workflow_raises_decides_its_status(error: BaseException | None, expected: Verdict) -> None:
    assert expected == verdict_of(error)


@pytest.mark.parametrize(
    ("asked", "wanted", "stored"),
    [
        (None, Status.TERMINATED, Status.TERMINATED),
        (None, Status.FAILED, Status.FAILED),
        (CancelKind.CANCEL, Status.TERMINATED, Status.TERMINATED),
        (CancelKind.CANCEL, Status.CANCELLED, Status.CANCELLED),
        (CancelKind.FORCE, Status.TERMINATED, Status.CANCELLED),
        (CancelKind.KILL, Status.TERMINATED, Status.KILL_CANCELLING),
    ],
    ids=[
        "a workflow that ends well is completed",
        "a workflow that fails is failed",
        "a workflow that ignores a cancel and ends well is completed",
        "a workflow that heeds a cancel is cancelled",
        "a workflow cancelled by force is cancelled whatever it does",
        "a workflow that is killed is settled by its killer",
    ],
)
def test_the_status_that_is_stored(tmp_path: Path, asked: CancelKind | None, wanted: Status, stored: Status) -> None:
    world = make_world(tmp_path / "home", [])
    execution = world.start("install")
    with world.database.write() as connection:
        executions.begin(connection, execution.id, 1, NOW)
    if asked is not None:
        world.cancel(execution.id, asked)

    with world.database.write() as connection:
        record(connection, execution, Verdict(status=wanted, error="why"), NOW)

    assert stored is world.execution(execution.id).status
