"""System-wide executions, as a worker runs them: what goes wrong is said in a sentence."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.domain.errors import InvalidValue
from engine.domain.event import EventType
from engine.domain.execution import CancelKind, Execution, Status
from engine.domain.snapshot import SnapshotStatus
from engine.runtime.worker import run
from engine.services import again, snapshots
from storage import events, executions
from storage.database import Database
from tests.builders import NOW, an_execution


def load(database: Database, id: str) -> Execution:
    with database.read() as connection:
        return executions.get(connection, id)


def serve(database: Database, home: Path, execution: Execution) -> Execution:
    run(home, execution.id, 1)
    return load(database, execution.id)


def test_each_step_of_a_snapshot_is_told(database: Database, home: Path) -> None:
    made = serve(database, home, snapshots.ask_for(database, "s", now=NOW))
    with database.read() as connection:
        told = events.after(connection, 0, execution_id=made.id)

    assert Status.TERMINATED is made.status
    assert [
        "Starting 'create_snapshot' workflow execution",
        "the database is copied",
        "the archive is written",
        "the archive was read again and is whole",
        "'create_snapshot' workflow execution succeeded",
    ] == [one.message for one in told]
    assert {None} == {one.deployment_id for one in told}


def test_an_unknown_system_wide_workflow_fails_with_the_known_ones(database: Database, home: Path) -> None:
    with database.write() as connection:
        executions.insert(connection, an_execution("e1", workflow_id="sing", deployment_id=None))
    failed = serve(database, home, load(database, "e1"))

    assert Status.FAILED is failed.status
    assert failed.error == "there is no system-wide workflow `sing`; there are create_snapshot, restore_snapshot"


def test_a_folder_that_cannot_be_used_is_one_sentence(database: Database, home: Path) -> None:
    (home / "snapshots").write_text("in the way")
    failed = serve(database, home, snapshots.ask_for(database, "s", now=NOW))

    assert Status.FAILED is failed.status
    assert failed.error.startswith(f"create_snapshot cannot use the state directory {home}: ")
    assert "\n" not in failed.error
    assert SnapshotStatus.FAILED is snapshots.get(database, "s").status


@pytest.mark.parametrize("again_", [again.resume, again.requeue, again.rerun])
def test_a_snapshot_is_made_once_and_anew_by_its_own_command_alone(
    database: Database, home: Path, again_: Callable[..., Execution]
) -> None:
    (home / "snapshots").write_text("in the way")
    failed = serve(database, home, snapshots.ask_for(database, "s", now=NOW))

    assert Status.FAILED is failed.status
    with pytest.raises(InvalidValue, match="started anew by its own command"):
        again_(database, failed.id, now=NOW)


@pytest.mark.parametrize("kind", [CancelKind.CANCEL, CancelKind.FORCE])
def test_a_snapshot_that_is_cancelled_ends_at_its_next_step(database: Database, home: Path, kind: CancelKind) -> None:
    execution = snapshots.ask_for(database, "s", now=NOW)
    with database.write() as connection:
        connection.execute(
            "CREATE TRIGGER cancel_now AFTER INSERT ON event WHEN NEW.message = 'the database is copied' "
            f"BEGIN UPDATE execution SET status = '{kind.status}' WHERE id = NEW.execution_id; END"
        )
    ended = serve(database, home, execution)
    with database.read() as connection:
        last = events.after(connection, 0, execution_id=execution.id)[-1]

    assert (Status.CANCELLED, EventType.WORKFLOW_CANCELLED) == (ended.status, last.type)
    assert SnapshotStatus.FAILED is snapshots.get(database, "s").status
    assert [] == list((home / "snapshots").iterdir())
