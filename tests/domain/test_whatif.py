"""What waits for what, and what would start if something ended."""

from engine.domain.execution import Status
from engine.domain.whatif import held_by, starts_after, wait_tree
from tests.builders import live

QUEUED = Status.QUEUED
RUNS = live("r1", 1, "d1")
BEHIND = live("q2", 2, "d1", QUEUED)
BARRIER = live("s3", 3, None, QUEUED)
LAST = live("q4", 4, "d2", QUEUED)
ALL = [RUNS, BEHIND, BARRIER, LAST]


def test_the_next_of_a_deployment_starts_when_the_one_before_ends() -> None:
    assert ["q2"] == [one.id for one in starts_after(ALL, "r1")]


def test_what_a_waiting_barrier_holds_back_starts_once_it_is_taken_away() -> None:
    assert ["q4"] == [one.id for one in starts_after(ALL, "s3")]


def test_what_starts_anyway_is_not_told() -> None:
    assert () == starts_after([RUNS, live("free", 2, "d9", QUEUED)], "r1")


def test_a_barrier_holds_back_what_was_asked_for_later() -> None:
    assert ["q4"] == [one.id for one in held_by(ALL, "s3")]
    assert ["q2", "s3"] == [one.id for one in held_by(ALL, "r1")]


def test_a_wait_tree_goes_down_to_what_runs() -> None:
    found = [(one.depth, one.blocker.execution_id, one.is_repeated) for one in wait_tree(ALL, "q4")]

    assert [(0, "s3", False), (1, "r1", False), (1, "q2", False), (2, "r1", False)] == found


def test_a_waiting_one_is_followed_once() -> None:
    waiting = [RUNS, BEHIND, live("q5", 5, "d1", QUEUED), live("q6", 6, "d1", QUEUED)]
    found = [one.blocker.execution_id for one in wait_tree(waiting, "q6") if one.is_repeated]

    assert ["q2"] == found
