"""The product with one rule broken, each in a way that somebody has broken it before: the simulation must notice."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from sqlite3 import Connection
from typing import Any

from engine.domain import admission
from engine.domain import hook as hook_rules
from engine.domain.admission import Live
from engine.domain.execution import ACTIVE, CancelKind, Execution, OperationRecord, StartRequest, Status
from engine.domain.hook import Delivery
from engine.runtime import reconcile, verdict
from engine.runtime.dispatcher import Dispatcher
from engine.runtime.reconcile import Verdict
from engine.runtime.runs import RunFolder
from engine.services import again, settings
from engine.services import executions as service
from engine.services import hooks as hook_service
from engine.services import polling as poll_service
from storage import engines, executions, operations, polling
from storage import executiongroups as stored_groups
from storage import hooks as stored_hooks
from storage.codec import to_time
from storage.database import Database

Change = tuple[Any, str, Any]
Mutant = Callable[[], Sequence[Change]]


@contextmanager
def broken(mutant: Mutant) -> Iterator[None]:
    """Let the product be broken inside."""
    with ExitStack() as stack:
        for place, name, value in mutant():
            stack.callback(setattr, place, name, getattr(place, name))
            setattr(place, name, value)
        yield


def without_a_fence() -> Sequence[Change]:
    """Workers write although they were settled."""

    def require_attempt(connection: Connection, id: str, attempt: int) -> Status:
        return executions.get(connection, id).status

    return [(executions, "require_attempt", require_attempt)]


def begins_what_was_cancelled() -> Sequence[Change]:
    """A worker takes its execution without a look at the status."""

    def begin(connection: Connection, id: str, attempt: int, now: datetime) -> bool:
        changes = "status = 'started', started_at = ?"
        return connection.execute(f"UPDATE execution SET {changes} WHERE id = ?", (to_time(now), id)).rowcount == 1

    return [(executions, "begin", begin)]


def finishes_twice() -> Sequence[Change]:
    """An end is written over another one."""

    def finish(connection: Connection, id: str, attempt: int, status: Status, error: str, now: datetime) -> bool:
        connection.execute(
            "UPDATE execution SET status = ?, error = ?, ended_at = ?, attempt = attempt + (status <> ?) "
            f"* (status NOT IN ({', '.join(repr(one.value) for one in ACTIVE)})) WHERE id = ?",
            (status, error, to_time(now), status, id),
        )
        return True

    return [(executions, "finish", finish)]


def finishes_another_attempt() -> Sequence[Change]:
    """A worker that was settled writes its end into the attempt that came after."""

    def finish(connection: Connection, id: str, attempt: int, status: Status, error: str, now: datetime) -> bool:
        cursor = connection.execute(
            "UPDATE execution SET status = ?, error = ?, ended_at = ? WHERE id = ? "
            f"AND status IN ({', '.join(repr(one.value) for one in ACTIVE)})",
            (status, error, to_time(now), id),
        )
        return cursor.rowcount == 1

    return [(executions, "finish", finish)]


def resumes_past_the_gate() -> Sequence[Change]:
    """A resume asks nobody whether it may run (Cloudify)."""

    def admit(connection: Connection, execution: Execution, *, now: datetime, **_: Any) -> Execution:
        executions.begin_again(connection, execution.id, execution.attempt, Status.PENDING, is_resumed=True, now=now)
        return executions.get(connection, execution.id)

    return [(again, "_admit", admit)]


def resumes_from_the_start() -> Sequence[Change]:
    """A resume lets everything run again."""

    def reset(connection: Connection, execution_id: str, *, with_interrupted: bool) -> None:
        connection.execute("UPDATE operation SET state = 'pending' WHERE execution_id = ?", (execution_id,))

    return [(operations, "reset", reset)]


def looks_at_five_waiting_ones() -> Sequence[Change]:
    """The queue is read with a limit before what cannot run is left out (Cloudify)."""
    real = service._promotable

    def promotable(connection: Connection) -> tuple[Live, ...]:
        first = [one.id for one in executions.live(connection) if one.is_queued][:5]
        return tuple(one for one in real(connection) if one.id in first)

    return [(service, "_promotable", promotable)]


def decides_before_it_writes() -> Sequence[Change]:
    """What lives is read in one transaction, and the start written in another (Cloudify)."""
    return [(service, "start", _hasty_start)]


def decides_before_it_writes_unguarded() -> Sequence[Change]:
    """The same, and the database has no index that notices."""

    def start(database: Database, request: StartRequest, **options: Any) -> Execution:
        with database.write() as connection:
            connection.execute("DROP INDEX IF EXISTS execution_one_active_per_deployment")
        return _hasty_start(database, request, **options)

    return [(service, "start", start)]


def _hasty_start(database: Database, request: StartRequest, *, now: datetime, id: str | None = None) -> Execution:
    with database.read() as connection:
        seen = executions.live(connection)
    with database.write() as connection, broken(lambda: [(executions, "live", lambda _: seen)]):
        return service.start_in(connection, request, now=now, id=id)


def fires_before_it_advances() -> Sequence[Change]:
    """The execution is stored first, and the next occurrence afterwards (Cloudify)."""
    real = service.start_in
    waiting: list[Database] = []
    decide = poll_service._decide

    def start_in(connection: Connection, request: StartRequest, **options: Any) -> Execution:
        started = real(connection, request, **options)
        if request.origin.startswith("schedule:") and waiting:
            connection.execute("COMMIT")
            waiting[-1]._doors.after_commit(connection)  # type: ignore[attr-defined] # of the simulation
            connection.execute("BEGIN IMMEDIATE")
        return started

    def watched(database: Database, *arguments: Any) -> Any:
        waiting.append(database)
        try:
            return decide(database, *arguments)
        finally:
            waiting.pop()

    return [(service, "start_in", start_in), (poll_service, "_decide", watched)]


def forgets_what_it_decided() -> Sequence[Change]:
    """A clock that is put back fires the same occurrence again."""
    return [(polling, "is_decided", lambda *_: False)]


def polls_after_its_end() -> Sequence[Change]:
    """The poller of a superseded engine goes on."""
    return [(engines, "leads", lambda *_: True)]


def loses_what_is_pending() -> Sequence[Change]:
    """Only what leaves the queue is handed over."""
    real = Dispatcher.step
    return [(Dispatcher, "step", lambda self, live, *rest, **options: real(self, (), *rest, **options))]


def asks_only_once() -> Sequence[Change]:
    """What a zygote took with it is never asked for again."""
    return [(Dispatcher, "forget", lambda *_: None)]


def restarts_what_was_active() -> Sequence[Change]:
    """A lost execution simply begins anew."""

    def settle(database: Database, id: str, attempt: int, reason: str, *, now: datetime) -> None:
        with database.write() as connection:
            if executions.get(connection, id).is_active:
                connection.execute("UPDATE execution SET status = 'pending' WHERE id = ?", (id,))

    return [(service, "settle", settle)]


def recovers_nothing() -> Sequence[Change]:
    """Whatever was active is taken to be alive."""
    return [(reconcile, "judge", lambda _: Verdict.WATCH)]


def believes_that_all_are_dead() -> Sequence[Change]:
    """The lock of a living shim is not asked."""
    return [(RunFolder, "is_held", lambda _: False)]


def cancels_what_nobody_serves() -> Sequence[Change]:
    """A pending execution waits for a worker to cancel it."""
    real = service._cancel_target

    def target(execution: Execution, kind: CancelKind) -> Status | None:
        return kind.status if execution.status is Status.PENDING else real(execution, kind)

    return [(service, "_cancel_target", target)]


def ends_what_is_being_killed() -> Sequence[Change]:
    """The worker of a killed execution writes its own end."""

    def record(connection: Connection, execution: Execution, said: verdict.Verdict, now: datetime) -> bool:
        return executions.finish(connection, execution.id, execution.attempt, said.status, said.error, now)

    return [(verdict, "record", record)]


def leaves_operations_open() -> Sequence[Change]:
    """What ran when an execution was lost stays `started`."""
    return [(operations, "interrupt", lambda *_: 0)]


def repeats_what_has_succeeded() -> Sequence[Change]:
    """A worker runs all of its operations again for each that it runs."""
    real = operations.find

    def find(connection: Connection, execution_id: str, *, limit: int = -1) -> list[OperationRecord]:
        found = real(connection, execution_id, limit=limit)
        return [*found, *found]

    return [(operations, "find", find)]


def lets_others_pass_a_barrier() -> Sequence[Change]:
    """A waiting system-wide execution holds nobody back."""
    real = admission.next_to_start

    def next_to_start(live: Sequence[Live], *, limit: int = 0) -> tuple[Live, ...]:
        return real([one for one in live if one.deployment_id or not one.is_queued], limit=limit)

    return [(admission, "next_to_start", next_to_start)]


def serves_the_newest_first() -> Sequence[Change]:
    """The queue is a stack."""
    real = admission.next_to_start

    def next_to_start(live: Sequence[Live], *, limit: int = 0) -> tuple[Live, ...]:
        return real([replace(one, number=-one.number) for one in live], limit=limit)

    return [(admission, "next_to_start", next_to_start)]


def starts_in_maintenance() -> Sequence[Change]:
    """The queue goes on in maintenance mode."""
    real = executions.live
    return [(executions, "live", lambda connection: [replace(one, is_held=False) for one in real(connection)])]


def runs_one_too_many() -> Sequence[Change]:
    """The limit on concurrent executions is off by one."""
    real = settings.limit_in
    return [(settings, "limit_in", lambda connection: limit + 1 if (limit := real(connection)) else 0)]


def forgets_the_limits_of_groups() -> Sequence[Change]:
    """What leaves the queue is not asked which groups it is in."""
    return [(stored_groups, "limits", lambda *_: {})]


def tells_groups_nothing() -> Sequence[Change]:
    """A group does not hear of its executions."""
    return [(stored_groups, "note_status", lambda *_: None)]


def resumes_groups_past_the_gate() -> Sequence[Change]:
    """What a group resumes runs at once (Cloudify resumes past all checks)."""

    def resume_later(connection: Connection, execution: Execution, *, force: bool = False, now: datetime) -> None:
        operations.reset(connection, execution.id, with_interrupted=force)
        executions.begin_again(connection, execution.id, execution.attempt, Status.PENDING, is_resumed=True, now=now)

    return [(again, "resume_later", resume_later)]


def forgets_hooks() -> Sequence[Change]:
    """A fact is stored, and what hooks are to tell of it is not."""
    return [(stored_hooks, "note", lambda *_, **__: None)]


def takes_a_deaf_hook_for_told() -> Sequence[Change]:
    """A hook that failed counts as told."""
    real = hook_service.settle

    def settle(database: Database, delivery: Delivery, error: str, *, now: datetime) -> Delivery:
        return real(database, delivery, "", now=now)

    return [(hook_service, "settle", settle)]


def gives_hooks_up_at_once() -> Sequence[Change]:
    """One failure is enough."""
    return [(hook_rules, "PAUSES", ())]


def serves_a_system_wide_one_last() -> Sequence[Change]:
    """A waiting system-wide execution is put behind whatever comes later (starvation)."""
    real = executions.live

    def live(connection: Connection) -> list[Live]:
        return [
            replace(one, number=one.number + 1_000_000) if one.deployment_id is None and one.is_queued else one
            for one in real(connection)
        ]

    return [(executions, "live", live)]


def purges_the_living() -> Sequence[Change]:
    """Whatever is old is removed."""

    def purgeable(connection: Connection, **_: Any) -> list[str]:
        return [row["id"] for row in connection.execute("SELECT id FROM execution ORDER BY number LIMIT 3")]

    return [(executions, "purgeable", purgeable)]


MUTANTS: tuple[Mutant, ...] = (
    without_a_fence,
    begins_what_was_cancelled,
    finishes_twice,
    finishes_another_attempt,
    resumes_past_the_gate,
    resumes_from_the_start,
    looks_at_five_waiting_ones,
    decides_before_it_writes,
    decides_before_it_writes_unguarded,
    fires_before_it_advances,
    forgets_what_it_decided,
    polls_after_its_end,
    loses_what_is_pending,
    asks_only_once,
    restarts_what_was_active,
    recovers_nothing,
    believes_that_all_are_dead,
    cancels_what_nobody_serves,
    ends_what_is_being_killed,
    leaves_operations_open,
    repeats_what_has_succeeded,
    lets_others_pass_a_barrier,
    serves_the_newest_first,
    starts_in_maintenance,
    runs_one_too_many,
    forgets_the_limits_of_groups,
    tells_groups_nothing,
    resumes_groups_past_the_gate,
    forgets_hooks,
    takes_a_deaf_hook_for_told,
    gives_hooks_up_at_once,
    serves_a_system_wide_one_last,
    purges_the_living,
)

RARE = (
    finishes_twice,
    finishes_another_attempt,
    decides_before_it_writes,
    decides_before_it_writes_unguarded,
    forgets_what_it_decided,
    resumes_from_the_start,
    asks_only_once,
)
"""Those that need a rare meeting of several things, and so some ten thousand steps."""

LASTING = (loses_what_is_pending, asks_only_once, recovers_nothing)
"""Those that only the calm at the end shows: something never ends."""
