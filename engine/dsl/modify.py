"""How node instances change when a node or group is scaled or the plan itself is another one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.domain.blueprint import Plan
from engine.domain.deployment import InstanceRelationship, NodeInstance
from engine.dsl.instantiate import Copies, Copy, containment, counts, downwards, fresh, instances_of
from engine.dsl.words import listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A new number of instances of a node or scaling group."""

    instances: int
    """Per instance of the container."""
    remove_first: frozenset[str] = frozenset()
    """Ids of instances, or of instances in a group, that go before others."""
    keep: frozenset[str] = frozenset()
    """Ids of instances that go after all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """Instances that change, and others that have relations with them."""

    changed: tuple[NodeInstance, ...] = ()
    related: tuple[NodeInstance, ...] = ()
    """With those relations only that are touched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Modification:
    """What becomes of the node instances of a deployment."""

    instances: tuple[NodeInstance, ...] = ()
    """All that there will be."""
    added: Touched = Touched()
    removed: Touched = Touched()
    extended: Touched = Touched()
    """Instances that stay and get relations; each with the new ones only."""
    reduced: Touched = Touched()
    """Instances that stay and lose relations; each with the lost ones only."""


def modify(
    plan: Plan,
    instances: Sequence[NodeInstance],
    changes: Mapping[str, Change],
    suffix: Callable[[], str],
) -> Modification:
    """Return how instances change so that they fit `plan`, with other numbers for some nodes or groups.

    Nodes that the plan no longer has lose all their instances; new ones get as many as the plan says.

    Raises:
        InstancesInvalid: a relationship or a number of instances is not possible.
    """
    forest = _Forest(plan, instances)
    copies = _Growth(plan, forest, changes, suffix).run()
    current = {one.id: one for one in instances}
    wanted = instances_of(plan, copies, existing=current)
    return _compare(current, {one.id: one for one in wanted})


class _Forest:
    """What stands in what now: existing instances and group instances, from the containers down."""

    def __init__(self, plan: Plan, instances: Iterable[NodeInstance]) -> None:
        self.above = containment(plan)
        self.instances = {one.id: one for one in instances if one.node_id in plan.nodes}
        self.copies: dict[str, Copy] = {}
        self.members: dict[str, set[str]] = {}
        """Group instance → ids of the instances and group instances in it."""
        for one in self.instances.values():
            self._copy(one)

    def _copy(self, instance: NodeInstance) -> Copy:
        if instance.id not in self.copies:
            parent = self._parent(instance)
            self.copies[instance.id] = Copy(id=instance.id, name=instance.node_id, above=parent)
        return self.copies[instance.id]

    def _parent(self, instance: NodeInstance) -> Copy | None:
        names = [*instance.scaling_groups.items()]
        container = self._container(instance, names[-1][1] if names else instance.node_id)
        parent = container
        for id, name in reversed(names):
            parent = self._group(id, name, parent)
        for id, _ in names:
            self.members.setdefault(id, set()).add(instance.id)
        return parent

    def _container(self, instance: NodeInstance, outermost: str) -> Copy | None:
        name = self.above.get(outermost)
        found = [one.target_instance for one in instance.relationships if one.target_node == name]
        return self._copy(self.instances[found[0]]) if found and found[0] in self.instances else None

    def _group(self, id: str, name: str, parent: Copy | None) -> Copy:
        if id not in self.copies:
            self.copies[id] = Copy(id=id, name=name, above=parent)
        return self.copies[id]


@dataclass(slots=True)
class _Growth:
    """Goes down the containment and adds or leaves out instances."""

    plan: Plan
    forest: _Forest
    changes: Mapping[str, Change]
    suffix: Callable[[], str]
    taken: set[str] = field(default_factory=set)

    def run(self) -> Copies:
        """Return every instance of every node and group that there will be."""
        self.taken = set(self.forest.copies)
        by_parent: dict[tuple[str, str | None], list[Copy]] = {}
        for copy in self.forest.copies.values():
            by_parent.setdefault((copy.name, copy.above.id if copy.above else None), []).append(copy)
        found: dict[str, list[Copy]] = {}
        for name in downwards(self.forest.above):
            above = self.forest.above[name]
            parents: list[Copy | None] = [None] if above is None else list(found[above])
            found[name] = [
                one
                for parent in parents
                for one in self._children(name, parent, by_parent.get((name, parent.id if parent else None), []))
            ]
        return found

    def _children(self, name: str, parent: Copy | None, existing: list[Copy]) -> list[Copy]:
        change = self.changes.get(name)
        if change is None and (existing or self._is_known(name, parent)):
            return existing
        wanted = change.instances if change else counts(self.plan, name).default
        kept = self._kept(existing, change, wanted) if change else existing
        missing = wanted - len(kept)
        new = [Copy(id=fresh(name, self.suffix, self.taken), name=name, above=parent) for _ in range(missing)]
        return [*kept, *new]

    def _is_known(self, name: str, parent: Copy | None) -> bool:
        """A container that is there already keeps what it has, even none; unless the node itself is new."""
        is_old = parent is None or parent.id in self.forest.copies
        return is_old and any(one.name == name for one in self.forest.copies.values())

    def _kept(self, existing: list[Copy], change: Change, wanted: int) -> list[Copy]:
        first = [one for one in existing if self._is_meant(one, change.remove_first)]
        last = [one for one in existing if one not in first and self._is_meant(one, change.keep)]
        middle = [one for one in existing if one not in first and one not in last]
        excess = max(len(existing) - wanted, 0)
        gone = {one.id for one in [*first, *middle, *last][:excess]}
        return [one for one in existing if one.id not in gone]

    def _is_meant(self, copy: Copy, ids: frozenset[str]) -> bool:
        return copy.id in ids or bool(self.forest.members.get(copy.id, set()) & ids)


def _compare(current: Mapping[str, NodeInstance], wanted: Mapping[str, NodeInstance]) -> Modification:
    added = {id: one for id, one in wanted.items() if id not in current}
    removed = {id: one for id, one in current.items() if id not in wanted}
    stays = {id: one for id, one in wanted.items() if id in current}
    gained = {id: _difference(one, current[id]) for id, one in stays.items()}
    lost = {id: _difference(current[id], one) for id, one in stays.items()}
    return Modification(
        instances=tuple(wanted.values()),
        added=Touched(changed=tuple(added.values()), related=_related(added, gained, stays)),
        removed=Touched(changed=tuple(removed.values()), related=_related(removed, lost, stays)),
        extended=_changed(gained, stays),
        reduced=_changed(lost, stays),
    )


def _difference(one: NodeInstance, other: NodeInstance) -> tuple[InstanceRelationship, ...]:
    return tuple(relation for relation in one.relationships if relation not in other.relationships)


def _related(
    moved: Mapping[str, NodeInstance],
    touched: Mapping[str, tuple[InstanceRelationship, ...]],
    stays: Mapping[str, NodeInstance],
) -> tuple[NodeInstance, ...]:
    targets = {relation.target_instance for one in moved.values() for relation in one.relationships}
    found = []
    for id, one in stays.items():
        relations = tuple(relation for relation in touched[id] if relation.target_instance in moved)
        if relations or id in targets:
            found.append(replace(one, relationships=relations))
    return tuple(found)


def _changed(touched: Mapping[str, tuple[InstanceRelationship, ...]], stays: Mapping[str, NodeInstance]) -> Touched:
    changed = {id: replace(stays[id], relationships=relations) for id, relations in touched.items() if relations}
    targets = {relation.target_instance for relations in touched.values() for relation in relations}
    related = tuple(replace(one, relationships=()) for id, one in stays.items() if id in targets and id not in changed)
    return Touched(changed=tuple(changed.values()), related=related)


def describe(modification: Modification) -> str:
    """Return a modification in one sentence."""
    parts = [
        f"{verb} {listed(one.id for one in touched.changed)}"
        for verb, touched in (
            ("adds", modification.added),
            ("removes", modification.removed),
            ("extends", modification.extended),
            ("reduces", modification.reduced),
        )
        if touched.changed
    ]
    return ", ".join(parts) or "changes nothing"
