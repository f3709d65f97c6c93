"""A year, in small: whole ones are in `make faults`, the large one is `python -m tests.time.year`."""

from pathlib import Path
from random import Random

import pytest

from tests.time.year import Year, is_right


@pytest.mark.parametrize(
    ("seed", "schedules", "days"),
    [(5, 16, 90), pytest.param(1, 24, 365, marks=pytest.mark.fault), pytest.param(2, 24, 120, marks=pytest.mark.fault)],
)
def test_every_occurrence_of_a_year_is_decided_exactly_once(home: Path, seed: int, schedules: int, days: int) -> None:
    told = Year(home=home, random=Random(seed), schedules=schedules, days=days).run()

    assert is_right(told), told
    decided = told["decided"]
    assert isinstance(decided, dict)
    assert {"fired", "queued", "skipped_late", "skipped_overlap", "disabled"} <= decided.keys()


def test_a_simulated_year_is_the_same_again(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    told = [Year(home=tmp_path / name, random=Random(7), schedules=12, days=15).run() for name in ("a", "b")]

    assert {**told[0], "seconds": 0} == {**told[1], "seconds": 0}
