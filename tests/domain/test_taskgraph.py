"""Operations as tasks in layers, their longest path, and what two runs differ in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from engine.domain.comparison import Kind, compare
from engine.domain.execution import OperationRecord, OperationState
from engine.domain.replay import moments, state_at
from engine.domain.taskgraph import longest_path, tasks_of
from tests.builders import an_execution

BEGAN = datetime(2026, 10, 13, 12, 0, tzinfo=UTC)
OK, FAILED, AGAIN = OperationState.SUCCEEDED, OperationState.FAILED, OperationState.RESCHEDULED


def after(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def ran(name: str, start: float, end: float, *waits_for: str, state: OperationState = OK) -> OperationRecord:
    return OperationRecord(
        id=name,
        execution_id="e1",
        name=name,
        place=name,
        state=state,
        created_at=BEGAN,
        started_at=after(start),
        ended_at=after(end),
        waits_for=waits_for,
    )


DIAMOND = (ran("a", 0, 1), ran("b", 1, 9, "a"), ran("c", 1, 2, "a"), ran("d", 9, 10, "b", "c"))


def test_a_task_stands_behind_all_that_it_waits_for() -> None:
    assert [0, 1, 1, 2] == [task.layer for task in tasks_of(DIAMOND)]


def test_all_tries_of_an_operation_are_one_task() -> None:
    first = ran("a", 0, 1, state=AGAIN)
    second = replace(first, id="a2", retry=1, state=OK)
    [task, later] = tasks_of([first, second, ran("b", 2, 3, "a")])

    assert ("a", OK, 2) == (task.id, task.record.state, len(task.tries))
    assert (0,) == later.waits_for


def test_tasks_in_a_circle_are_drawn_all_the_same() -> None:
    assert [0, 0] == [task.layer for task in tasks_of([ran("a", 0, 1, "b"), ran("b", 1, 2, "a")])]


def test_the_longest_path_is_the_one_that_takes_longest() -> None:
    tasks = tasks_of(DIAMOND)
    took = {place: timedelta(seconds=seconds) for place, seconds in enumerate((1, 8, 1, 1))}

    assert ["a", "b", "d"] == [tasks[place].id for place in longest_path(tasks, took)]


def test_a_comparison_tells_outcome_time_and_what_is_missing() -> None:
    here = [ran("a", 0, 5), ran("b", 0, 1, state=FAILED), ran("new", 0, 1), ran("same", 0, 1)]
    there = [ran("a", 0, 1), ran("b", 0, 1), ran("gone", 0, 1), ran("same", 0, 1.2)]
    found = compare(an_execution("x"), an_execution("y"), here, there)

    assert [Kind.OUTCOME, Kind.ONLY_HERE, Kind.ONLY_THERE, Kind.SLOWER, Kind.SAME] == [one.kind for one in found.tasks]


def test_only_parameters_with_another_value_are_told() -> None:
    here, there = an_execution("x", parameters={"a": 1, "b": 2}), an_execution("y", parameters={"a": 1, "c": 3})
    found = compare(here, there, [], [])

    assert [("b", 2, None), ("c", None, 3)] == [(one.name, one.here, one.there) for one in found.parameters]


def test_a_replay_steps_from_start_to_end() -> None:
    steps = moments(DIAMOND)

    assert [0, 1, 2, 9, 10] == [(one - BEGAN).total_seconds() for one in steps]
    assert ["started", "pending", "pending", "pending"] == [one.state for one in state_at(DIAMOND, steps[0])]
    assert ["succeeded", "started", "succeeded", "pending"] == [one.state for one in state_at(DIAMOND, steps[2])]
    assert DIAMOND == state_at(DIAMOND, steps[-1])


def test_a_further_try_appears_when_it_was_known() -> None:
    first = ran("a", 0, 1, state=AGAIN)
    second = replace(first, id="a2", retry=1, created_at=after(1), started_at=after(2), ended_at=after(3))

    assert ["a"] == [one.id for one in state_at([first, second], BEGAN)]
    assert ["a", "a2"] == [one.id for one in state_at([first, second], after(1))]
