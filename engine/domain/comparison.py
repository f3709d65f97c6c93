"""In what two runs of a workflow differ: parameters, and per task the outcome and the time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from engine.domain.execution import Execution, OperationRecord, OperationState
from engine.domain.json import Json
from engine.domain.taskgraph import Task, tasks_of

SLOWER = 1.5
"""From this ratio on a task counts as slower, or the other way round as faster."""
NOTICED = timedelta(seconds=1)
"""Smaller differences of time are no difference."""


class Kind(StrEnum):
    """What is different about a task."""

    ONLY_HERE = "only here"
    ONLY_THERE = "only there"
    OUTCOME = "outcome"
    SLOWER = "slower"
    FASTER = "faster"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDifference:
    """One task of both runs; None where it is missing."""

    kind: Kind
    here: Task | None
    there: Task | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterDifference:
    """A parameter with another value; None where a run has none."""

    name: str
    here: Json
    there: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A run beside an earlier one."""

    here: Execution
    there: Execution
    parameters: tuple[ParameterDifference, ...]
    tasks: tuple[TaskDifference, ...]
    """What differs most first, otherwise in the order of the run."""


def compare(
    here: Execution,
    there: Execution,
    records_here: Sequence[OperationRecord],
    records_there: Sequence[OperationRecord],
) -> Comparison:
    """Return in what `here` differs from `there`."""
    known = {task.key: task for task in tasks_of(records_there)}
    found = [_difference(task, known.pop(task.key, None)) for task in tasks_of(records_here)]
    found += [TaskDifference(kind=Kind.ONLY_THERE, here=None, there=task) for task in known.values()]
    order = [Kind.OUTCOME, Kind.ONLY_HERE, Kind.ONLY_THERE, Kind.SLOWER, Kind.FASTER, Kind.SAME]
    return Comparison(
        here=here,
        there=there,
        parameters=_parameters(here, there),
        tasks=tuple(sorted(found, key=lambda one: order.index(one.kind))),
    )


def _parameters(here: Execution, there: Execution) -> tuple[ParameterDifference, ...]:
    names = dict.fromkeys((*here.parameters, *there.parameters))
    return tuple(
        ParameterDifference(name=name, here=here.parameters.get(name), there=there.parameters.get(name))
        for name in names
        if here.parameters.get(name) != there.parameters.get(name)
    )


def _difference(here: Task, there: Task | None) -> TaskDifference:
    if there is None:
        return TaskDifference(kind=Kind.ONLY_HERE, here=here, there=None)
    kind = Kind.SAME
    if here.record.state is not there.record.state or len(here.tries) != len(there.tries):
        kind = Kind.OUTCOME
    elif (now := time_of(here)) is not None and (then := time_of(there)) is not None:
        kind = _pace(now, then)
    return TaskDifference(kind=kind, here=here, there=there)


def _pace(now: timedelta, then: timedelta) -> Kind:
    if now > then * SLOWER and now - then > NOTICED:
        return Kind.SLOWER
    return Kind.FASTER if then > now * SLOWER and then - now > NOTICED else Kind.SAME


def time_of(task: Task) -> timedelta | None:
    """Return the time from the start of the first try to the end of the last; None while it has not ended."""
    if task.started_at is None or task.record.ended_at is None or task.record.state is OperationState.STARTED:
        return None
    return task.record.ended_at - task.started_at
