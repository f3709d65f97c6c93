"""What the past tells about an execution, and what the queue would do: read models of the detail screens."""

from datetime import datetime

from engine.domain.forecast import SAMPLE, duration_of
from engine.domain.past import Past, medians
from engine.domain.view import QueueView
from engine.services import explaining, settings
from storage import executions, operations
from storage.database import Database

ROWS = 20_000
"""Operations of earlier runs that are looked at."""


def past(database: Database, id: str) -> Past:
    """Return what earlier runs let expect of an execution.

    Raises:
        NotFound: there is no such execution.
    """
    with database.read() as connection:
        execution = executions.get(connection, executions.resolve(connection, id))
        runs = executions.successes_before(connection, execution, count=SAMPLE)
        if not runs:
            return Past()
        room = ROWS
        near = [run for run in runs if (room := room - (run.total_operations or 0)) >= 0] or runs[:1]
        records = [operations.find(connection, run.id, limit=ROWS) for run in near]
    taken = [run.ended_at - run.started_at for run in runs if run.ended_at and run.started_at]
    return Past(
        whole=duration_of(taken),
        tasks=medians(records),
        reference=runs[0],
        reference_operations=tuple(records[0]),
    )


def queue(database: Database, *, now: datetime) -> QueueView:
    """Return the queue with everything that the rules of admission look at."""
    with database.read() as connection:
        return QueueView(
            now=now,
            rows=tuple(explaining.queue(connection, now=now)),
            live=tuple(executions.live(connection)),
            running=tuple(executions.active(connection)),
            expected=explaining.expectations(connection, now=now),
            limit=settings.limit_in(connection),
        )
