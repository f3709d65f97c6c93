"""Semantics §2.1, row by row: who starts, who waits and who is refused, decided by the real services.

Rows of the reference without a match here: an upload and a change of a plugin are no executions in this product. An
update of a deployment passes the gate like any workflow, a snapshot is made as in 6.4, as a system-wide execution, and
a resume passes the gate, too (§1.10).
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.domain.errors import DeploymentBusy, ExecutionRefused, OthersRunning, SystemWideRunning
from engine.domain.execution import Execution, StartRequest, Status
from engine.domain.group import DeploymentGroup, GroupStart
from engine.domain.recurrence import make_rule
from engine.domain.schedule import ExecutionArguments, Schedule
from engine.domain.snapshot import Snapshot, SnapshotStatus
from engine.services import again, deploymentgroups, executiongroups, snapshots
from engine.services import executions as services
from engine.services.polling import Poll, poll
from storage import executions, schedules
from storage import snapshots as stored_snapshots
from storage.database import Database
from tests.builders import NOW, an_execution, minutes, store_deployment

E1 = "You cannot start an execution if there is a running system-wide execution"
E2 = "The following executions are currently running for this deployment"
E3 = "You cannot start a system-wide execution if there are other executions running"
ERRORS = {"E1": (SystemWideRunning, E1), "E2": (DeploymentBusy, E2), "E3": (OthersRunning, E3)}

S, Q = Status.STARTED, Status.QUEUED
WORLDS: dict[str, list[tuple[str | None, Status]]] = {
    "nothing else": [],
    "its deployment runs": [("d1", S)],
    "its deployment runs and waits": [("d1", S), ("d1", Q)],
    "its deployment waits": [("d1", Q)],
    "another deployment runs": [("d2", S)],
    "another deployment waits": [("d2", Q)],
    "a system-wide one runs": [(None, S)],
    "a system-wide one waits": [("d2", S), (None, Q)],
}
TABLE = """
request       | world                         | no flags | queue | force | force+queue
workflow      | nothing else                  | start    | start | start | start
workflow      | its deployment runs           | E2       | queue | start | start
workflow      | its deployment runs and waits | E2       | queue | start | start
workflow      | its deployment waits          | E2       | queue | start | start
workflow      | another deployment runs       | start    | start | start | start
workflow      | another deployment waits      | start    | start | start | start
workflow      | a system-wide one runs        | E1       | queue | E1    | queue
workflow      | a system-wide one waits       | E1       | queue | E1    | queue
system-wide   | nothing else                  | start    | start | -     | -
system-wide   | another deployment runs       | E3       | queue | -     | -
system-wide   | another deployment waits      | start    | start | -     | -
system-wide   | a system-wide one runs        | E3       | queue | -     | -
system-wide   | a system-wide one waits       | E3       | queue | -     | -
snapshot      | nothing else                  | start    | start | -     | -
snapshot      | another deployment runs       | E3       | queue | -     | -
snapshot      | another deployment waits      | start    | start | -     | -
snapshot      | a system-wide one runs        | E3       | queue | -     | -
restore       | nothing else                  | start    | -     | -     | -
restore       | another deployment runs       | E3       | -     | -     | -
restore       | a system-wide one runs        | E3       | -     | -     | -
restore       | another deployment waits      | start    | -     | -     | -
resume        | nothing else                  | start    | start | -     | -
resume        | its deployment runs           | E2       | queue | -     | -
resume        | its deployment waits          | E2       | queue | -     | -
resume        | a system-wide one runs        | E1       | queue | -     | -
resume        | a system-wide one waits       | E1       | queue | -     | -
force-resume  | nothing else                  | start    | start | -     | -
force-resume  | its deployment runs           | E2       | queue | -     | -
force-resume  | a system-wide one runs        | E1       | queue | -     | -
requeue       | nothing else                  | start    | -     | -     | -
requeue       | its deployment runs           | queue    | -     | -     | -
requeue       | a system-wide one waits       | queue    | -     | -     | -
schedule      | nothing else                  | -        | start | -     | start
schedule      | its deployment runs           | -        | queue | -     | start
schedule      | its deployment waits          | -        | queue | -     | start
schedule      | a system-wide one runs        | -        | queue | -     | queue
schedule      | a system-wide one waits       | -        | queue | -     | queue
group         | nothing else                  | -        | start | -     | start
group         | its deployment runs           | -        | queue | -     | start
group         | its deployment waits          | -        | queue | -     | start
group         | a system-wide one runs        | -        | queue | -     | queue
group         | a system-wide one waits       | -        | queue | -     | queue
paused group  | nothing else                  | -        | queue | -     | queue
"""
"""A cell with `-` has no command. Of a schedule and of a group each execution is asked for with the queue flag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is asked, of what."""

    database: Database
    home: Path
    force: bool
    queue: bool


def workflow(ask: Ask) -> Execution:
    request = StartRequest(workflow_id="install", deployment_id="d1", force=ask.force, queue=ask.queue)
    return services.start(ask.database, request, now=NOW)


def system_wide(ask: Ask) -> Execution:
    return services.start(
        ask.database, StartRequest(workflow_id="anything", deployment_id=None, queue=ask.queue), now=NOW
    )


def snapshot(ask: Ask) -> Execution:
    return snapshots.ask_for(ask.database, "copy", queue=ask.queue, now=NOW)


def restore(ask: Ask) -> Execution:
    """Bring back a snapshot; only that it is there matters here."""
    path = snapshots.file_of(ask.home, "copy")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"copy")
    with ask.database.write() as connection:
        stored_snapshots.insert(
            connection, Snapshot(id="copy", status=SnapshotStatus.CREATED, created_at=NOW, execution_id=None)
        )
    return snapshots.ask_for_return(ask.database, ask.home, "copy", force=True, now=NOW)


def ended(database: Database) -> str:
    """Return an execution of the deployment that has failed."""
    with database.write() as connection:
        executions.insert(connection, an_execution("ended", status=Status.FAILED, ended_at=NOW))
    return "ended"


def resume(ask: Ask) -> Execution:
    return again.resume(ask.database, ended(ask.database), queue=ask.queue, now=NOW)


def force_resume(ask: Ask) -> Execution:
    return again.resume(ask.database, ended(ask.database), force=True, queue=ask.queue, now=NOW)


def requeue(ask: Ask) -> Execution:
    return again.requeue(ask.database, ended(ask.database), now=NOW)


def schedule(ask: Ask) -> Execution:
    one = Schedule(
        id="s",
        deployment_id="d1",
        workflow_id="install",
        arguments=ExecutionArguments(force=ask.force),
        rule=make_rule(NOW, recurrence="10 min"),
        next_occurrence=NOW,
        created_at=NOW - minutes(5),
    )
    with ask.database.write() as connection:
        schedules.insert(connection, one)
    [line] = poll(ask.database, Poll(now=NOW))
    with ask.database.read() as connection:
        return executions.get(connection, line.execution_id or "")


def group(ask: Ask, concurrency: int = 5) -> Execution:
    deploymentgroups.create(ask.database, DeploymentGroup(id="fleet", created_at=NOW, deployments=("d1",)))
    request = GroupStart(workflow_id="install", deployment_group_id="fleet", force=ask.force, concurrency=concurrency)
    return executiongroups.start(ask.database, request, now=NOW).executions[0]


def paused_group(ask: Ask) -> Execution:
    return group(ask, concurrency=0)


REQUESTS: dict[str, Callable[[Ask], Execution]] = {
    "workflow": workflow,
    "system-wide": system_wide,
    "snapshot": snapshot,
    "restore": restore,
    "resume": resume,
    "force-resume": force_resume,
    "requeue": requeue,
    "schedule": schedule,
    "group": group,
    "paused group": paused_group,
}
HEADS, *ROWS = ([cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines())
CELLS = [
    pytest.param(row[0], row[1], flags, answer, id=f"{row[0]}, {row[1]}, {flags}: {answer}")
    for row in ROWS
    for flags, answer in zip(HEADS[2:], row[2:], strict=True)
    if answer != "-"
]


@pytest.mark.parametrize(("kind", "world", "flags", "answer"), CELLS)
def test_a_request(database: Database, home: Path, kind: str, world: str, flags: str, answer: str) -> None:
    for deployment_id in ("d1", "d2"):
        store_deployment(database, deployment_id)
    with database.write() as connection:
        for number, (other_id, status) in enumerate(WORLDS[world]):
            executions.insert(connection, an_execution(f"other{number}", deployment_id=other_id, status=status))
    ask = Ask(database=database, home=home, force="force" in flags, queue="queue" in flags)

    if answer in ERRORS:
        error, sentence = ERRORS[answer]
        with pytest.raises(error, match=sentence) as refused:
            REQUESTS[kind](ask)
        _assert_names_what_blocks(refused.value)
        assert not _asked_for(database)
        return
    assert {"start": Status.PENDING, "queue": Status.QUEUED}[answer] is REQUESTS[kind](ask).status


def _assert_names_what_blocks(error: ExecutionRefused) -> None:
    assert "other" in str(error)


def _asked_for(database: Database) -> list[str]:
    """Return what is left of the request: nothing, or what had ended before and is as it was."""
    with database.read() as connection:
        return [one.id for one in executions.find(connection) if not one.is_final and not one.id.startswith("other")]
