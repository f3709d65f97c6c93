"""A year, in small: the large one is `python -m tests.time.year`."""

from pathlib import Path
from random import Random

import pytest

from tests.time.year import Year


@pytest.mark.parametrize(("seed", "days"), [(1, 365), (2, 120)])
def test_every_occurrence_of_a_year_is_decided_exactly_once(home: Path, seed: int, days: int) -> None:
    told = Year(home=home, random=Random(seed), schedules=14, days=days).run()

    assert ([], 0) == (told["wrong"], told["fired_twice"]), told
    decided = told["decided"]
    assert isinstance(decided, dict)
    assert {"fired", "skipped_late", "skipped_overlap", "disabled"} <= decided.keys()
