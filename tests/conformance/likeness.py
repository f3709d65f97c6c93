"""Whether two sets of node instances are the same but for their ids."""

from collections import Counter
from collections.abc import Iterable

from engine.domain.deployment import NodeInstance

Marks = dict[str, object]


def likeness(instances: Iterable[NodeInstance]) -> Counter[object]:
    """Return how often each kind of instance occurs; kinds are refined until they no longer change.

    Two instances are of one kind when they belong to the same node and have relations, hosts and scaling groups of
    the same kinds, and so on, from both sides.
    """
    found = list(instances)
    marks: Marks = {one.id: (one.node_id,) for one in found}
    for _ in range(len(found)):
        refined = _refined(found, marks)
        if len(set(refined.values())) == len(set(marks.values())):
            break
        marks = refined
    return Counter(_refined(found, marks).values())


def _refined(instances: list[NodeInstance], marks: Marks) -> Marks:
    inwards: dict[str, list[object]] = {}
    groups: dict[str, list[object]] = {}
    for one in instances:
        for relation in one.relationships:
            inwards.setdefault(relation.target_instance, []).append((relation.type, marks[one.id]))
        for group, name in one.scaling_groups.items():
            groups.setdefault(group, []).append((name, marks[one.id]))
    refined = {
        one.id: (
            marks[one.id],
            tuple((two.type, two.target_node, _mark(marks, two.target_instance)) for two in one.relationships),
            tuple(sorted(inwards.get(one.id, []), key=repr)),
            tuple(tuple(sorted(groups[group], key=repr)) for group in one.scaling_groups),
            _mark(marks, one.host_id),
        )
        for one in instances
    }
    numbers = {mark: number for number, mark in enumerate(sorted(set(refined.values()), key=repr))}
    return {id: (_node(mark), numbers[mark]) for id, mark in refined.items()}


def _mark(marks: Marks, id: str | None) -> object:
    return marks.get(id or "", id and "outside")


def _node(mark: object) -> object:
    while isinstance(mark, tuple):
        mark = mark[0]
    return mark
