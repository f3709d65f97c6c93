"""What a finished execution looked like at each step: every start and every end of an operation is one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from engine.domain.execution import OperationRecord, OperationState


def moments(records: Sequence[OperationRecord]) -> tuple[datetime, ...]:
    """Return the moments at which something changed, in order, each once."""
    known = {moment for one in records for moment in (one.started_at, one.ended_at) if moment is not None}
    return tuple(sorted(known))


def state_at(records: Sequence[OperationRecord], moment: datetime) -> tuple[OperationRecord, ...]:
    """Return the operations as they were at a moment; a further try is there once it was known."""
    return tuple(_at(one, moment) for one in records if not one.retry or _is_known(one, moment))


def _is_known(one: OperationRecord, moment: datetime) -> bool:
    known_at = one.created_at or one.started_at
    return known_at is not None and known_at <= moment


def _at(one: OperationRecord, moment: datetime) -> OperationRecord:
    if one.ended_at is not None and one.ended_at <= moment:
        return one
    if one.started_at is None or one.started_at > moment:
        return replace(one, state=OperationState.PENDING, started_at=None, ended_at=None, error="", result=None)
    return replace(one, state=OperationState.STARTED, ended_at=None, error="", result=None)
