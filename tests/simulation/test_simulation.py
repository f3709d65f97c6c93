"""Whatever users, crashes, clocks and stale processes do at once, the promises of the engine hold."""

from pathlib import Path

import pytest
import yaml

from tests.simulation.scenario import simulate

KEPT = yaml.safe_load((Path(__file__).parent / "seeds.yaml").read_text())
MUST_BE_SEEN = (
    "a group was cancelled",
    "a group was resumed",
    "a group was started",
    "a kill was pressed",
    "a shim was killed",
    "a superseded engine left",
    "a worker outlived its shim",
    "a snapshot was made",
    "a snapshot was restored",
    "an interrupted operation was not repeated",
    "cancelled->pending",
    "cancelled->queued",
    "cancelling->cancelled",
    "crash of a courier",
    "crash of a engine",
    "crash of a user",
    "crash of a worker",
    "failed->pending",
    "failed->queued",
    "force_cancelling->cancelled",
    "hook delivered",
    "hook failed",
    "kill_cancelling->cancelled",
    "pending->cancelled",
    "queued->cancelled",
    "refused: DeploymentBusy",
    "refused: MaintenanceActive",
    "refused: OthersRunning",
    "refused: SystemWideRunning",
    "schedule fired",
    "schedule queued",
    "schedule skipped_late",
    "schedule skipped_maintenance",
    "schedule skipped_overlap",
    "shim found the lock held",
    "started->failed",
    "started->terminated",
    "the clock was put back",
)
LIKELY = (67, 45)
"""Seeds in which all of it happens; where they do not any more, others are tried, which takes a minute."""


@pytest.mark.parametrize("seed", range(1, 5))
def test_no_promise_is_broken(seed: int) -> None:
    assert simulate(seed, 1500).steps > 1500


def test_no_promise_is_broken_on_a_disk() -> None:
    assert simulate(5, 1000, is_on_disk=True).steps > 1000


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept["note"])
def test_a_seed_that_once_failed_passes(kept: dict[str, int]) -> None:
    assert simulate(kept["seed"], kept["steps"]).steps > kept["steps"]


def test_a_seed_tells_the_same_story_each_time() -> None:
    assert simulate(7, 500) == simulate(7, 500)


def test_a_disk_makes_no_difference() -> None:
    assert simulate(7, 500) == simulate(7, 500, is_on_disk=True)


def test_everything_that_matters_happens() -> None:
    """What never happens any more is not tested by the simulation either."""
    missing = set(MUST_BE_SEEN)
    for seed in (*LIKELY, *range(10, 70)):
        missing -= set(simulate(seed, 1500, has_calm=False).seen)
        if not missing:
            break

    assert set() == missing
