"""A broken product does not pass: each mutant dies within some thousand steps."""

import pytest

from tests.simulation.mutants import LASTING, MUTANTS, RARE, Mutant, broken
from tests.simulation.scenario import simulate
from tests.simulation.world import Violation

MOST_SEEDS, STEPS = 200, 1200


def steps_until_killed(mutant: Mutant) -> tuple[int, str]:
    """Return how many steps over how many seeds a mutant survives, and the sentence that ends it."""
    steps = 0
    with broken(mutant):
        for seed in range(1, MOST_SEEDS + 1):
            try:
                steps += simulate(seed, STEPS, has_calm=mutant in LASTING).steps
            except Violation as violation:
                return steps + violation.step, str(violation)
    raise AssertionError(f"{mutant.__name__} survives {steps} steps")


SLOW = [pytest.mark.fault, pytest.mark.timeout(900)]


@pytest.mark.parametrize(
    "mutant", [pytest.param(one, id=one.__name__, marks=SLOW if one in RARE else []) for one in MUTANTS]
)
def test_a_mutant_is_killed(mutant: Mutant) -> None:
    steps, sentence = steps_until_killed(mutant)

    print(f"{mutant.__name__}: {steps} steps, {sentence}")
    assert steps
