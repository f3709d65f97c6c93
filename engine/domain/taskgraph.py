"""The operations of an execution as a graph: every try of one operation is one task, tasks stand in layers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.domain.execution import OperationRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One operation with all its tries."""

    tries: tuple[OperationRecord, ...]
    waits_for: tuple[int, ...]
    """Places in the graph's list of the tasks that it starts after."""
    layer: int
    """0 for what waits for nothing, else one more than the highest that it waits for."""

    @property
    def record(self) -> OperationRecord:
        """The newest try."""
        return self.tries[-1]

    @property
    def id(self) -> str:
        """The first try's id, which stays the same."""
        return self.tries[0].id

    @property
    def started_at(self) -> datetime | None:
        return self.tries[0].started_at

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same task in another execution of the workflow."""
        return task_key(self.record)


def task_key(record: OperationRecord) -> tuple[str, str, str]:
    return (record.name, record.node_instance_id or "", record.target_instance_id or "")


def tasks_of(records: Sequence[OperationRecord]) -> tuple[Task, ...]:
    """Return the tasks of an execution in the order in which their first tries were stored."""
    tries: dict[str, list[OperationRecord]] = {}
    for one in records:
        tries.setdefault(one.place or one.id, []).append(one)
    index = {one.id: place for place, group in enumerate(tries.values()) for one in group}
    waits = [_waits_for(group, index, place) for place, group in enumerate(tries.values())]
    layers = _layers(waits)
    return tuple(
        Task(tries=tuple(group), waits_for=tuple(waits[place]), layer=layers[place])
        for place, group in enumerate(tries.values())
    )


def _waits_for(group: Sequence[OperationRecord], index: dict[str, int], own: int) -> list[int]:
    places = (index.get(id, own) for one in group for id in one.waits_for)
    return [place for place in dict.fromkeys(places) if place != own]


def _layers(waits: Sequence[Sequence[int]]) -> list[int]:
    """Return each task's layer; tasks that wait for each other in a circle stay in layer 0."""
    followers: list[list[int]] = [[] for _ in waits]
    for place, earlier in enumerate(waits):
        for one in earlier:
            followers[one].append(place)
    left = [len(earlier) for earlier in waits]
    layers = [0] * len(waits)
    free = [place for place, count in enumerate(left) if not count]
    while free:
        place = free.pop()
        for later in followers[place]:
            layers[later] = max(layers[later], layers[place] + 1)
            left[later] -= 1
            if not left[later]:
                free.append(later)
    return layers


def longest_path(tasks: Sequence[Task], took: dict[int, timedelta]) -> tuple[int, ...]:
    """Return the places of the tasks that decide when the last one ends, first to last; `took` is by place."""
    until: dict[int, timedelta] = {}
    before: dict[int, int | None] = {}
    for place in sorted(range(len(tasks)), key=lambda place: tasks[place].layer):
        earlier = [one for one in tasks[place].waits_for if one in until]
        last: int | None = max(earlier, key=lambda one: until[one], default=None)
        until[place] = took.get(place, timedelta()) + (until[last] if last is not None else timedelta())
        before[place] = last
    end: int | None = max(until, key=lambda one: until[one], default=None)
    path: list[int] = []
    while end is not None:
        path.append(end)
        end = before[end]
    return tuple(reversed(path))
