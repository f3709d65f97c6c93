"""For every rule, hostile ones too, the next occurrence or "never" comes within 50 ms: counted as work, not timed.

`python -m tests.benchmarks.bench_occurrences` times the same rules, and thousands more.
"""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from engine.domain.recurrence import make_rule
from tests.domain import hostile
from tests.domain.work import BUDGET, forget, lines_of

SINCE = datetime(1900, 1, 1, 6, tzinfo=UTC)


def work_of(options: dict[str, Any]) -> int:
    """Return the lines that the first question of a process executes."""
    rule = make_rule(SINCE, **options)
    forget()
    return lines_of(lambda: rule.after(hostile.NOW))


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Africa/Casablanca"])
@pytest.mark.parametrize("text", hostile.TEXTS)
def test_a_hostile_rule_is_little_work(text: str, zone: str) -> None:
    assert work_of({"rrule": text, "zone": zone}) < BUDGET


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
@pytest.mark.parametrize("name", hostile.OPTIONS)
def test_a_hostile_set_is_little_work(name: str, zone: str) -> None:
    assert work_of({**hostile.OPTIONS[name], "zone": zone}) < BUDGET


def test_rules_by_chance_are_little_work() -> None:
    for options in hostile.by_chance(Random(11), 60):
        assert work_of(options) < BUDGET, options


def test_a_walk_would_be_more_than_the_budget() -> None:
    rule = make_rule(hostile.NOW, rrule="FREQ=MINUTELY;BYHOUR=3")

    assert lines_of(lambda: rule.occurrences(hostile.NOW + timedelta(days=1), 20_000)) > BUDGET
