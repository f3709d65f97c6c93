"""Semantics §1.5, cell by cell: each kind of cancel against each status, and what it leaves behind."""

import pytest

from engine.domain.errors import IllegalAction
from engine.domain.event import EventType
from engine.domain.execution import FINAL, CancelKind, Status
from engine.services import executions as services
from storage import events, executions
from storage.database import Database
from tests.builders import NOW, an_execution, minutes, store_deployment

GRID = """
                  cancel     force-cancel     kill
queued            cancelled  cancelled        cancelled
pending           cancelled  cancelled        cancelled
started           cancelling force_cancelling kill_cancelling
cancelling        refused    force_cancelling kill_cancelling
force_cancelling  refused    refused          kill_cancelling
kill_cancelling   refused    refused          stays
terminated        refused    refused          stays
failed            refused    refused          stays
cancelled         refused    refused          stays
"""
"""The status that follows at once. `stays`: a kill is never refused; of what has ended it stops leftovers alone."""

HEADS, *ROWS = (line.split() for line in GRID.strip().splitlines())
CELLS = [
    pytest.param(Status(row[0]), CancelKind(kind), word, id=f"{kind} while {row[0]}: {word}")
    for row in ROWS
    for kind, word in zip(HEADS, row[1:], strict=True)
]
LATER = NOW + minutes(1)


def test_the_table_has_every_status_and_every_kind() -> None:
    """`scheduled` is never stored."""
    assert set(Status) - {Status.SCHEDULED} == {Status(row[0]) for row in ROWS}
    assert list(CancelKind) == [CancelKind(head) for head in HEADS]


@pytest.mark.parametrize(("status", "kind", "word"), CELLS)
def test_a_request_to_stop(database: Database, status: Status, kind: CancelKind, word: str) -> None:
    store_deployment(database)
    before = an_execution(status=status, error="it broke", ended_at=NOW if status in FINAL else None)
    with database.write() as connection:
        executions.insert(connection, before)
        before = executions.get(connection, "e1")
    if word == "refused":
        with pytest.raises(IllegalAction, match=f"cannot {kind} execution `e1` because it is {status.display}"):
            services.cancel(database, "e1", kind, now=LATER)
    else:
        services.cancel(database, "e1", kind, now=LATER)
    with database.read() as connection:
        after, told = executions.get(connection, "e1"), events.after(connection, 0, execution_id="e1")

    if word in {"refused", "stays"}:
        assert (before, []) == (after, told)
        return
    assert (Status(word), "") == (after.status, after.error)
    assert after.ended_at == (LATER if after.is_final else None)
    expected = EventType.WORKFLOW_CANCELLED if after.is_final else EventType.WORKFLOW_CANCELLING
    assert [expected] == [one.type for one in told]
