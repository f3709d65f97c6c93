"""Whoever follows an execution is told its end, even when the engine was killed meanwhile."""

import os
import signal
from pathlib import Path

from engine.conductor import Conductor
from engine.domain.execution import Status


def test_a_queued_execution_is_followed_to_its_end_over_the_death_of_the_engine(
    conductor: Conductor, gate: tuple[Path, Path]
) -> None:
    _, door = gate
    first = conductor.start_execution("gated", "pass_through")
    second = conductor.start_execution("gated", "pass_through", queue=True)
    engine = conductor.engine_status().pid
    assert engine
    os.kill(engine, signal.SIGKILL)
    door.touch()
    for _ in conductor.follow(second.id, timeout=60):
        continue

    assert [Status.TERMINATED] * 2 == [conductor.execution(one.id).status for one in (first, second)]


def test_following_ends_in_time_however_much_is_told(conductor: Conductor, gate: tuple[Path, Path]) -> None:
    _, door = gate
    started = conductor.start_execution("gated", "pass_through")
    for _ in conductor.follow(started.id, timeout=0.3):
        continue

    assert not conductor.execution(started.id).is_final
    door.touch()
    for _ in conductor.follow(started.id, timeout=60):
        continue


def test_a_deleted_deployment_leaves_no_folder(conductor: Conductor, gate: tuple[Path, Path]) -> None:
    _, door = gate
    door.touch()
    for _ in conductor.follow(conductor.start_execution("gated", "pass_through").id, timeout=60):
        continue
    conductor.delete_deployment("gated")

    assert not conductor.home.work("gated").exists()
