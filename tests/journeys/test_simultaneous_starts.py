"""Many processes start one deployment at the same instant (guide, "Queuing Executions")."""

from pathlib import Path

import pytest

from engine.conductor import Conductor
from engine.domain.execution import Status
from tests.journeys.conftest import conductor_command
from tests.runtime.world import until

MANY = pytest.mark.parametrize("processes", [12, pytest.param(64, marks=[pytest.mark.fault, pytest.mark.timeout(300)])])
SENTENCE = "The following executions are currently running for this deployment"


def lines(ledger: Path) -> list[str]:
    return ledger.read_text().splitlines() if ledger.exists() else []


@MANY
def test_one_runs_and_the_others_are_refused_with_the_sentence_of_the_guide(
    conductor: Conductor, gate: tuple[Path, Path], home: Path, processes: int
) -> None:
    ledger, door = gate
    starts = [
        conductor_command("executions", "start", "pass_through", "-d", "gated", "--no-logs", home=home)
        for _ in range(processes)
    ]
    refused = [start for start in starts if not _follows(start, lambda: _ended(starts) >= processes - 1)]
    door.touch()
    [followed] = [start for start in starts if start not in refused]
    told = [start.communicate(timeout=90)[1] for start in refused]
    followed.communicate(timeout=90)
    [execution] = conductor.executions()

    assert [1] * (processes - 1) == [start.returncode for start in refused]
    assert all(SENTENCE in text and execution.id in text for text in told)
    assert (0, Status.TERMINATED) == (followed.returncode, execution.status)
    assert [f"begin {execution.id}", f"end {execution.id}"] == lines(ledger)


def _ended(starts: list) -> int:  # type: ignore[type-arg] # of Popen
    return sum(start.poll() is not None for start in starts)


def _follows(start, others_ended) -> bool:  # type: ignore[no-untyped-def] # a Popen and a condition
    until(others_ended, within=90)
    return start.poll() is None


@MANY
def test_with_the_queue_flag_all_run_one_after_another_in_order(
    conductor: Conductor, gate: tuple[Path, Path], home: Path, processes: int
) -> None:
    ledger, door = gate
    starts = [
        conductor_command("executions", "start", "pass_through", "-d", "gated", "--queue", "--no-logs", home=home)
        for _ in range(processes)
    ]
    until(lambda: len(conductor.executions()) == processes, within=90)
    door.touch()
    codes = {start.wait(90) for start in starts}
    until(lambda: all(one.is_final for one in conductor.executions()), within=90)
    for start in starts:
        start.communicate()
    expected = [line for one in conductor.executions() for line in (f"begin {one.id}", f"end {one.id}")]

    assert {0} == codes
    assert {Status.TERMINATED} == {one.status for one in conductor.executions()}
    assert expected == lines(ledger)
