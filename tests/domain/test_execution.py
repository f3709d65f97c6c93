"""The table of statuses."""

import os
from pathlib import Path

import pytest

from engine.domain.errors import IllegalTransition
from engine.domain.execution import ACTIVE, FINAL, TRANSITIONS, WAITING, CancelKind, Status, transition


def test_every_status_is_active_waiting_or_final() -> None:
    assert set(Status) == ACTIVE | WAITING | FINAL
    assert not (ACTIVE & WAITING or ACTIVE & FINAL or WAITING & FINAL)


def test_every_status_has_a_row_in_the_table() -> None:
    assert set(Status) == set(TRANSITIONS)


@pytest.mark.parametrize("status", sorted(set(Status) - FINAL))
def test_every_status_that_is_not_final_reaches_a_final_one(status: Status) -> None:
    reached, frontier = {status}, [status]
    while frontier:
        following = TRANSITIONS[frontier.pop()] - reached
        reached |= following
        frontier.extend(following)

    assert reached & FINAL


@pytest.mark.parametrize("status", sorted(FINAL))
def test_a_final_status_is_left_by_a_resume_alone(status: Status) -> None:
    assert TRANSITIONS[status] <= {Status.PENDING, Status.QUEUED}


def test_success_is_not_taken_back() -> None:
    assert TRANSITIONS[Status.TERMINATED] == frozenset()


def test_a_queued_execution_does_not_start_without_being_pending() -> None:
    with pytest.raises(IllegalTransition, match="queued to started"):
        transition(Status.QUEUED, Status.STARTED)


def test_success_is_shown_as_completed() -> None:
    assert {status: status.display for status in Status if status.display != status.value} == {
        Status.TERMINATED: "completed"
    }


@pytest.mark.parametrize("kind", CancelKind)
def test_each_kind_of_cancel_has_a_status_that_leads_to_cancelled(kind: CancelKind) -> None:
    assert Status.CANCELLED in TRANSITIONS[kind.status]


PICTURE = Path(__file__).parents[2] / "docs" / "states.md"


def drawing() -> str:
    """Return the table of statuses as a page with a diagram."""
    steps = [f"    {source} --> {target}" for source, targets in TRANSITIONS.items() for target in sorted(targets)]
    ends = [f"    {status} --> [*]" for status in sorted(FINAL)]
    shown = [f"| `{status}` | {kind(status)} | {status.display} |" for status in Status]
    return "\n".join(
        [
            "# The life of an execution",
            "",
            "Drawn by a test from the table in `engine/domain/execution.py`, so that it cannot lie. A final status is",
            "left by a resume or a requeue alone, which begins a new attempt.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            "    [*] --> queued",
            "    [*] --> pending",
            *steps,
            *ends,
            "```",
            "",
            "| status | class | shown as |",
            "|---|---|---|",
            *shown,
            "",
        ]
    )


def kind(status: Status) -> str:
    return "final" if status in FINAL else "active" if status in ACTIVE else "waiting"


def test_the_picture_of_the_states_is_that_of_the_table() -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        PICTURE.write_text(drawing())

    assert drawing() == PICTURE.read_text()
