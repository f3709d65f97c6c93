"""The verdict on executions that somebody should serve: who lives is left alone, who is lost is settled truthfully."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from engine.domain.errors import ConductorError
from engine.domain.execution import Execution, Status
from engine.runtime.crashpoints import CrashPoint, crashpoint
from engine.runtime.ending import GRACE_OF_LOST, Ended, end_tree
from engine.runtime.home import Home
from engine.runtime.marks import mark_of
from engine.runtime.processes import Identity, Process, boot_id, marked, scan
from engine.runtime.runs import Claim, RunFolder, folders
from engine.services import executions as service
from storage import executions
from storage.database import Database

logger = logging.getLogger(__name__)

TRIES = 3
"""Shims of one attempt that may be lost before its worker begins."""


class Verdict(StrEnum):
    """What is to be done about an active execution."""

    WATCH = "watch"
    """A shim serves it."""
    HAND_OVER = "hand over"
    """Nobody has begun; somebody may."""
    SETTLE = "settle"
    """Its shim is lost, and the worker with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known about an active execution."""

    status: Status
    is_held: bool
    """A living shim holds the lock."""
    losses: int = 0
    """Shims of this attempt that are gone, the last one included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The outcome of looking at a number of executions."""

    watched: dict[str, Identity | None] = field(default_factory=dict)
    """The shims that serve them; None where the shim has not signed its claim yet."""
    pending: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()


def judge(evidence: Evidence) -> Verdict:
    """Return the verdict; a pending execution has done nothing yet, so that a lost shim costs it nothing."""
    if evidence.is_held:
        return Verdict.WATCH
    if evidence.status is Status.PENDING and evidence.losses < TRIES:
        return Verdict.HAND_OVER
    return Verdict.SETTLE


def review(database: Database, home: Home, suspects: Sequence[Execution], now: datetime) -> Review:
    """Judge active executions and carry the verdicts out; whoever lives is only reported."""
    verdicts = {one.id: judge(_evidence(home, one)) for one in suspects}
    by_verdict = {verdict: [one for one in suspects if verdicts[one.id] is verdict] for verdict in Verdict}
    for one in by_verdict[Verdict.HAND_OVER]:
        _folder(home, one).release(one.attempt)
    claims = {one.id: _folder(home, one).claim_of(one.attempt) for one in by_verdict[Verdict.WATCH]}
    return Review(
        watched={id: claim.shim if claim else None for id, claim in claims.items()},
        pending=tuple(one.id for one in by_verdict[Verdict.HAND_OVER]),
        settled=_settle_lost(database, home, by_verdict[Verdict.SETTLE], now),
    )


def _settle_lost(database: Database, home: Home, lost: Sequence[Execution], now: datetime) -> tuple[str, ...]:
    """Settle executions without a shim.

    A worker may have recorded its end in the moment in which its shim died. So the workers go first, and what ended
    well keeps the processes that it left behind on purpose.
    """
    _end_workers(home, lost)
    still_lost = [one for one in lost if not _has_ended(database, one)]
    ended = _end_what_is_left(still_lost)
    return tuple(one.id for one in still_lost if _settle(database, home, one, ended, now))


def _end_workers(home: Home, lost: Iterable[Execution]) -> None:
    claims = (_folder(home, one).claim_of(one.attempt) for one in lost)
    workers = {claim.worker.pid: claim.worker for claim in claims if claim and claim.worker}
    if workers:
        end_tree(lambda: [one for one in scan() if _is(one, workers.get(one.pid))], grace=0.0)


def _is(process: Process, wanted: Identity | None) -> bool:
    return wanted is not None and wanted.start_time == process.start_time and wanted.boot_id == boot_id()


def _has_ended(database: Database, execution: Execution) -> bool:
    try:
        with database.read() as connection:
            return executions.get(connection, execution.id).is_final
    except ConductorError:
        return True


def sweep(database: Database, home: Home) -> None:
    """Remove the folders of executions that have ended, or that nobody knows."""
    with database.read() as connection:
        live = {one.id for one in executions.live(connection)}
    for folder in folders(home.runs):
        if folder.path.name not in live:
            folder.sweep()


def reason_of_loss(status: Status, claim: Claim | None, current_boot: str) -> str:
    """Return why an execution was lost, from its status and the claim that was laid to it."""
    if status is Status.PENDING:
        return f"no worker could begin it in {TRIES} tries; the log of the engine says more"
    if claim is None:
        return "the processes that served it are gone"
    if claim.shim.boot_id != current_boot:
        return "the machine was restarted while it ran"
    return f"the processes that served it were killed (shim {claim.shim.pid})"


def _evidence(home: Home, execution: Execution) -> Evidence:
    folder = _folder(home, execution)
    is_held = folder.is_held()
    return Evidence(
        status=execution.status,
        is_held=is_held,
        losses=folder.losses(execution.attempt) + folder.is_begun(execution.attempt),
    )


def _end_what_is_left(lost: Iterable[Execution]) -> Ended:
    marks = {mark_of(one.id, one.attempt) for one in lost}
    if not marks:
        return Ended((), frozenset(), frozenset())
    ended = end_tree(lambda: marked(scan(), marks), grace=GRACE_OF_LOST)
    if ended.left:
        logger.error("these processes cannot be ended: %s", ", ".join(map(str, sorted(ended.left))))
    crashpoint(CrashPoint.RECONCILE_ENDED_TREES)
    return ended


def _settle(database: Database, home: Home, execution: Execution, ended: Ended, now: datetime) -> bool:
    folder = _folder(home, execution)
    result = folder.result(execution.attempt)
    claim = folder.claim_of(execution.attempt)
    reason = result.reason if result else reason_of_loss(execution.status, claim, boot_id())
    is_kill = execution.status is Status.KILL_CANCELLING
    note = ended.of(mark_of(execution.id, execution.attempt)).sentence if is_kill else ""
    try:
        settled = service.settle(database, execution.id, execution.attempt, reason, note=note, now=now)
    except ConductorError as error:
        logger.error("%s cannot be settled: %s", execution.id, error)
        return False
    crashpoint(CrashPoint.RECONCILE_SETTLED)
    if settled is not None:
        logger.info("%s %s is %s: %s", execution.workflow_id, execution.id, settled.status.display, reason)
    folder.sweep()
    return settled is not None


def _folder(home: Home, execution: Execution) -> RunFolder:
    return RunFolder(home.run(execution.id))
