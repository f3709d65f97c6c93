"""Why an execution waits: the rules that hold it back, by whom, since when, how long still, and what would free it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from sqlite3 import Connection

from engine.domain.admission import Blocker, Live, Rule, blockers
from engine.domain.execution import Execution
from engine.domain.forecast import SAMPLE, Duration, Expectation, duration_of, forecast
from engine.domain.view import Explanation, QueueRow, Reason
from engine.services import settings
from storage import executions, maintenance
from storage.database import Database

NOBODY = ""
"""The id in blockers that no execution is behind."""


def explain(database: Database, id: str, *, now: datetime) -> Explanation:
    """Explain one execution, by its id or the unique beginning of it.

    Raises:
        NotFound: there is no such execution.
    """
    with database.read() as connection:
        execution = executions.get(connection, executions.resolve(connection, id))
        live, limit = executions.live(connection), settings.limit_in(connection)
        expected = _expectations(connection, live, now, limit)
        created = {one.id: one.created_at for one in executions.queued(connection)}
        since = {**created, **executions.beginnings(connection)}
        held = maintenance.get(connection)
    held_since = held.requested_at if held else execution.created_at
    since[NOBODY] = max(held_since, execution.created_at)
    return _explained(execution, live, expected, since, now=now, limit=limit)


def _explained(
    execution: Execution,
    live: Sequence[Live],
    expected: Mapping[str, Expectation],
    since: Mapping[str, datetime],
    *,
    now: datetime,
    limit: int,
) -> Explanation:
    candidate = next((one for one in live if one.id == execution.id and one.is_queued), None)
    if candidate is None:
        return Explanation(now=now, execution=execution, position=None, reasons=(), starts_at=None)
    waiting = [one.id for one in live if one.is_queued]
    found = blockers(candidate, live, limit=limit)
    return Explanation(
        now=now,
        execution=execution,
        position=waiting.index(execution.id) + 1,
        reasons=tuple(_reason(one, expected, since) for one in found),
        starts_at=expected[execution.id].starts_at,
        is_held=candidate.is_held,
    )


def _reason(blocker: Blocker, expected: Mapping[str, Expectation], since: Mapping[str, datetime]) -> Reason:
    """Return the explanation of a blocker; behind a pause and behind maintenance mode there is no execution."""
    expectation = expected.get(blocker.execution_id, Expectation())
    return Reason(
        blocker=blocker,
        since=since.get(blocker.execution_id, since[NOBODY]),
        ends_at=expectation.ends_at,
        is_overdue=expectation.is_overdue,
        remedy=_remedy(blocker),
    )


def _remedy(blocker: Blocker) -> str:
    if blocker.rule is Rule.MAINTENANCE:
        return "conductor maintenance-mode deactivate"
    if blocker.rule is Rule.CAPACITY:
        return "conductor settings set max_concurrent_executions NUMBER"
    if blocker.group_id is not None:
        return f"conductor executions group update {blocker.group_id} --concurrency NUMBER"
    return f"conductor executions cancel {blocker.execution_id}"


def queue(connection: Connection, *, now: datetime) -> list[QueueRow]:
    """Return the waiting executions in the order of their arrival, each with its reasons and its probable start."""
    live, limit = executions.live(connection), settings.limit_in(connection)
    waiting = {one.id: one for one in live if one.is_queued}
    if not waiting:
        return []
    expected = _expectations(connection, live, now, limit)
    return [
        QueueRow(
            position=position,
            execution=one,
            blockers=blockers(waiting[one.id], live, limit=limit),
            starts_at=expected[one.id].starts_at,
        )
        for position, one in enumerate(executions.queued(connection), start=1)
    ]


def expectations(connection: Connection, *, now: datetime) -> dict[str, Expectation]:
    """Return what is expected of every live execution, by id."""
    return _expectations(connection, executions.live(connection), now, settings.limit_in(connection))


def _expectations(connection: Connection, live: Sequence[Live], now: datetime, limit: int) -> dict[str, Expectation]:
    pasts: dict[tuple[str, str | None], Duration | None] = {}
    for one in live:
        kind = (one.workflow_id, one.deployment_id)
        if kind not in pasts:
            pasts[kind] = duration_of(executions.past_durations(connection, *kind, count=SAMPLE))
    durations = {one.id: pasts[one.workflow_id, one.deployment_id] for one in live}
    return forecast(live, executions.beginnings(connection), durations, now=now, limit=limit)
