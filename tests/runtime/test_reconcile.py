"""The verdicts on executions that somebody should serve."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from engine.domain.admission import Live
from engine.domain.execution import Status
from engine.runtime.assignment import Assignment, Spawned
from engine.runtime.dispatcher import Dispatcher, Try
from engine.runtime.home import Home
from engine.runtime.processes import Identity, own_identity
from engine.runtime.reconcile import Evidence, Verdict, judge, reason_of_loss, review
from engine.runtime.runs import Claim, Result, RunFolder
from engine.runtime.shim import describe_end
from storage import executions
from storage.database import Database
from tests.builders import NOW, an_execution, store_deployment

GONE = Identity(boot_id="b", pid=2**22 + 1, start_time=7)


class ScriptedSpawner:
    """Remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[Assignment] = []

    def spawn(self, assignment: Assignment) -> None:
        self.asked.append(assignment)


def store(database: Database, id: str = "e1", **changes: object) -> None:
    with database.write() as connection:
        executions.insert(connection, an_execution(id, **changes))


def live(database: Database) -> list[Live]:
    with database.read() as connection:
        return executions.live(connection)


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        pytest.param(Evidence(status=Status.STARTED, is_held=True), Verdict.WATCH, id="a living shim is watched"),
        pytest.param(Evidence(status=Status.PENDING, is_held=True), Verdict.WATCH, id="also before its worker begins"),
        pytest.param(Evidence(status=Status.PENDING, is_held=False), Verdict.HAND_OVER, id="nobody came yet"),
        pytest.param(
            Evidence(status=Status.PENDING, is_held=False, losses=2), Verdict.HAND_OVER, id="two shims were lost early"
        ),
        pytest.param(Evidence(status=Status.PENDING, is_held=False, losses=3), Verdict.SETTLE, id="three are enough"),
        pytest.param(Evidence(status=Status.STARTED, is_held=False, losses=1), Verdict.SETTLE, id="a begun one"),
        pytest.param(Evidence(status=Status.STARTED, is_held=False), Verdict.SETTLE, id="also when its folder is gone"),
        pytest.param(Evidence(status=Status.KILL_CANCELLING, is_held=False), Verdict.SETTLE, id="or was to be killed"),
    ],
)
def test_verdict(evidence: Evidence, expected: Verdict) -> None:
    assert expected is judge(evidence)


@pytest.mark.parametrize(
    ("status", "claim", "expected"),
    [
        (Status.STARTED, None, "the processes that served it are gone"),
        (Status.STARTED, Claim(shim=GONE, worker=None), f"the processes that served it were killed (shim {GONE.pid})"),
        (
            Status.STARTED,
            Claim(shim=Identity(boot_id="earlier", pid=1, start_time=1), worker=None),
            "the machine was restarted while it ran",
        ),
        (Status.PENDING, None, "no worker could begin it in 3 tries; the log of the engine says more"),
    ],
)
def test_the_reason_tells_what_is_known(status: Status, claim: Claim | None, expected: str) -> None:
    assert expected == reason_of_loss(status, claim, "b")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (9, "the worker was killed by signal 9 (SIGKILL)"),
        (11 | 0x80, "the worker was killed by signal 11 (SIGSEGV)"),
        (40, "the worker was killed by signal 40"),
        (3 << 8, "the worker ended with exit status 3 before the workflow did"),
        (0, "the worker ended with exit status 0 before the workflow did"),
    ],
)
def test_the_end_of_a_worker_is_told_in_words(status: int, expected: str) -> None:
    assert expected == describe_end(status)


def test_a_result_file_is_believed(database: Database, home: Path) -> None:
    store_deployment(database)
    store(database, status=Status.STARTED)
    folder = RunFolder(home / "run" / "e1")
    folder.path.mkdir(parents=True)
    folder.write_result(Result(attempt=1, reason="the worker was killed by signal 9 (SIGKILL)"))
    with database.read() as connection:
        suspects = executions.active(connection)

    found = review(database, Home(home), suspects, NOW)

    with database.read() as connection:
        settled = executions.get(connection, "e1")
    assert ("e1",) == found.settled
    assert (Status.FAILED, "the worker was killed by signal 9 (SIGKILL)") == (settled.status, settled.error)


def test_a_result_of_an_earlier_attempt_is_not_believed(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    folder.write_result(Result(attempt=1, reason="lost"))

    assert folder.result(2) is None


def test_an_execution_that_ended_meanwhile_is_left_as_it_is(database: Database, home: Path) -> None:
    store_deployment(database)
    store(database, status=Status.STARTED)
    with database.read() as connection:
        suspects = executions.active(connection)
    with database.write() as connection:
        executions.finish(connection, "e1", 1, Status.TERMINATED, "", NOW)

    assert () == review(database, Home(home), suspects, NOW).settled


def test_a_claim_is_laid_once(tmp_path: Path) -> None:
    folder, claim = RunFolder(tmp_path), Claim(shim=own_identity(), worker=None)

    assert [True, False, True] == [folder.claim(1, claim), folder.claim(1, claim), folder.claim(2, claim)]
    assert claim == folder.claim_of(1)


def test_a_held_folder_is_neither_taken_nor_released_nor_swept(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "e1")
    descriptor = folder.hold()
    assert descriptor is not None
    folder.claim(1, Claim(shim=own_identity(), worker=None))
    other = RunFolder(tmp_path / "e1")
    other.release(1)
    other.sweep()

    assert other.is_held()
    assert other.hold() is None
    assert other.claim_of(1) is not None
    os.close(descriptor)


def test_a_released_folder_counts_its_losses(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "e1")
    for _ in range(2):
        descriptor = folder.hold()
        assert descriptor is not None
        folder.claim(1, Claim(shim=own_identity(), worker=None))
        os.close(descriptor)
        folder.release(1)

    assert 2 == folder.losses(1)
    assert not folder.is_begun(1)


def test_what_is_pending_is_handed_over_once(database: Database) -> None:
    store_deployment(database)
    store(database)
    spawner = ScriptedSpawner()
    dispatcher = Dispatcher(database, spawner)
    for moment in range(3):
        dispatcher.step(live(database), NOW, float(moment))

    assert [Assignment("e1", 1)] == spawner.asked


def test_what_a_shim_serves_is_not_handed_over(database: Database) -> None:
    store_deployment(database)
    store(database)

    assert [] == Dispatcher(database, ScriptedSpawner()).step(live(database), NOW, 0.0, served={"e1"})


def test_what_was_forgotten_is_handed_over_again_at_once_and_later_ever_more_rarely(database: Database) -> None:
    store_deployment(database)
    store(database)
    spawner = ScriptedSpawner()
    dispatcher = Dispatcher(database, spawner)
    handed_at = []
    for moment in range(20):
        dispatcher.forget("e1")
        if dispatcher.step(live(database), NOW + timedelta(seconds=moment), float(moment)):
            handed_at.append(moment)

    assert [0, 1, 2, 4, 8, 16] == handed_at


def test_a_try_is_never_more_than_half_a_minute_away() -> None:
    assert Try(50, 0.0).is_over(30.0)


def test_the_queue_is_released_before_the_hand_over(database: Database) -> None:
    store_deployment(database)
    store(database, status=Status.QUEUED)

    assert [Assignment("e1", 1)] == Dispatcher(database, ScriptedSpawner()).step(live(database), NOW, 0.0)


def test_messages_between_engine_and_zygote_come_back_as_they_were_sent() -> None:
    spawned = Spawned(Assignment("e1", 2), 4711)

    assert spawned == Spawned.decode(spawned.encode())
