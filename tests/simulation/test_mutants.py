"""A broken product does not pass: each mutant dies within some thousand steps."""

import pytest

from tests.simulation import snapshotmutants
from tests.simulation.mutants import LASTING, MUTANTS, RARE, Mutant, broken
from tests.simulation.people import CALM_SEEDS
from tests.simulation.scenario import simulate
from tests.simulation.world import Violation

MOST_SEEDS, STEPS = 200, 1200


def steps_until_killed(mutant: Mutant) -> tuple[int, str]:
    """Return how many steps over how many seeds a mutant survives, and the sentence that ends it."""
    steps, has_calm = 0, mutant in (*LASTING, *snapshotmutants.LASTING)
    step = CALM_SEEDS if has_calm or mutant in snapshotmutants.MUTANTS else 1
    with broken(mutant):
        for seed in range(step, MOST_SEEDS * step + 1, step):
            try:
                steps += simulate(seed, STEPS, has_calm=has_calm).steps
            except Violation as violation:
                return steps + violation.step, str(violation)
    raise AssertionError(f"{mutant.__name__} survives {steps} steps")


ALL, ALL_RARE = (*MUTANTS, *snapshotmutants.MUTANTS), (*RARE, *snapshotmutants.RARE)
SLOW = [pytest.mark.fault, pytest.mark.timeout(900)]


@pytest.mark.parametrize(
    "mutant", [pytest.param(one, id=one.__name__, marks=SLOW if one in ALL_RARE else []) for one in ALL]
)
def test_a_mutant_is_killed(mutant: Mutant) -> None:
    steps, sentence = steps_until_killed(mutant)

    print(f"{mutant.__name__}: {steps} steps, {sentence}")
    assert steps
