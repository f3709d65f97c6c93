"""What earlier runs of a workflow in a deployment let expect of one, as a whole and task by task."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from engine.domain.execution import Execution, OperationRecord
from engine.domain.forecast import Duration, Expectation, duration_of
from engine.domain.taskgraph import task_key

TaskKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The successful runs before an execution, of the same workflow in the same deployment."""

    whole: Duration | None = None
    """None without any."""
    tasks: Mapping[TaskKey, timedelta] = field(default_factory=dict)
    """How long each task took in the middle one of the newest runs."""
    reference: Execution | None = None
    """The newest of them."""
    reference_operations: tuple[OperationRecord, ...] = ()

    def expect(self, execution: Execution, now: datetime) -> Expectation:
        """Return when a running execution will probably end."""
        if self.whole is None or execution.started_at is None or execution.is_final:
            return Expectation()
        began = execution.started_at
        return Expectation(ends_at=max(began + self.whole.median, now), is_overdue=now > began + self.whole.long)


def medians(runs: Iterable[Sequence[OperationRecord]]) -> dict[TaskKey, timedelta]:
    """Return how long each task took in the middle one of these runs; tries of one task are added up."""
    taken: dict[TaskKey, list[timedelta]] = {}
    for records in runs:
        for key, duration in _durations(records).items():
            taken.setdefault(key, []).append(duration)
    found = {key: duration_of(durations) for key, durations in taken.items()}
    return {key: duration.median for key, duration in found.items() if duration is not None}


def _durations(records: Sequence[OperationRecord]) -> dict[TaskKey, timedelta]:
    spans: dict[TaskKey, timedelta] = {}
    for one in records:
        if one.started_at is not None and one.ended_at is not None:
            spans[task_key(one)] = spans.get(task_key(one), timedelta()) + (one.ended_at - one.started_at)
    return spans
