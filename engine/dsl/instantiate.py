"""From nodes to node instances: how many of each, in which of their containers, and who is related to whom."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TypeAlias

from engine.domain.blueprint import Instances, Plan, Relationship
from engine.domain.deployment import InstanceRelationship, NodeInstance
from engine.domain.errors import InvalidValue
from engine.dsl.containment import CONTAINED_IN, container, is_containment, is_host
from engine.dsl.words import listed

DEPENDS_ON = "cloudify.relationships.depends_on"
CONNECTED_TO = "cloudify.relationships.connected_to"
ALL_TO_ALL, ALL_TO_ONE = "all_to_all", "all_to_one"
MOST_INSTANCES = 100_000
"""Of one deployment; a slip of the pen in nested groups multiplies quickly."""

MOST_RELATIONS = 1_000_000
"""Of all instances of one deployment."""

_BASES = frozenset({DEPENDS_ON, CONNECTED_TO, CONTAINED_IN})


class InstancesInvalid(InvalidValue):
    """A plan cannot be turned into node instances."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One instance of a node or a scaling group, on its way."""

    id: str
    name: str
    above: "Copy | None" = None
    """The instance of the node or group that it stands in."""

    def path(self) -> list["Copy"]:
        """Return what it stands in, nearest first, itself included."""
        found: list[Copy] = []
        current: Copy | None = self
        while current is not None:
            found.append(current)
            current = current.above
        return found


Copies: TypeAlias = Mapping[str, Sequence[Copy]]
"""Instances by the name of their node or group."""


def instantiate(plan: Plan, suffix: Callable[[], str], *, taken: Iterable[str] = ()) -> tuple[NodeInstance, ...]:
    """Return the node instances of a prepared plan, node by node in the plan's order.

    Args:
        plan: the prepared plan.
        suffix: gives the end of an id, six letters or digits; asked again where an id is taken.
        taken: ids that exist already.

    Raises:
        InstancesInvalid: a relationship or a number of instances is not possible.
    """
    return instances_of(plan, _copies(plan, suffix, set(taken)))


def instances_of(
    plan: Plan, copies: Copies, *, existing: Mapping[str, NodeInstance] | None = None
) -> tuple[NodeInstance, ...]:
    """Return copies as node instances with their relations; those that exist keep what they have lived through.

    Raises:
        InstancesInvalid: a relationship is not possible.
    """
    known = existing or {}
    relations = _Relations(plan, copies, known)
    made = tuple(
        NodeInstance(
            id=copy.id,
            node_id=name,
            index=index,
            host_id=_host(copy, plan),
            relationships=relations.of(copy),
            scaling_groups=_groups(copy, plan),
        )
        for name in plan.nodes
        for index, copy in enumerate(copies.get(name, ()), start=1)
    )
    if not known:
        return made
    highest: dict[str, int] = {}
    for old in known.values():
        highest[old.node_id] = max(highest.get(old.node_id, 0), old.index)
    return tuple(_continued(one, known, highest) for one in made)


def _continued(one: NodeInstance, existing: Mapping[str, NodeInstance], highest: dict[str, int]) -> NodeInstance:
    if old := existing.get(one.id):
        return replace(old, relationships=one.relationships, scaling_groups=one.scaling_groups)
    highest[one.node_id] = highest.get(one.node_id, 0) + 1
    return replace(one, index=highest[one.node_id])


def _copies(plan: Plan, suffix: Callable[[], str], taken: set[str]) -> Copies:
    found: dict[str, list[Copy]] = {}
    above = containment(plan)
    for name in downwards(above):
        count = counts(plan, name).default
        container = above[name]
        parents: list[Copy | None] = [None] if container is None else list(found[container])
        if len(parents) * count + len(taken) > MOST_INSTANCES:
            raise InstancesInvalid(
                f"`{name}` would get {len(parents) * count:,} instances; a deployment has at most {MOST_INSTANCES:,}"
            )
        found[name] = [
            Copy(id=fresh(name, suffix, taken), name=name, above=parent) for parent in parents for _ in range(count)
        ]
    return found


def counts(plan: Plan, name: str) -> Instances:
    """Return how many instances a node or scaling group has per instance of its container."""
    group = plan.scaling_groups.get(name)
    return group.instances if group else plan.nodes[name].instances


def fresh(name: str, suffix: Callable[[], str], taken: set[str]) -> str:
    """Return an id that is not taken, and take it."""
    while (id := f"{name}_{suffix()}") in taken:
        continue
    taken.add(id)
    return id


def containment(plan: Plan) -> dict[str, str | None]:
    """Return for every node and scaling group the node or group that it stands in.

    A member's own container becomes the container of its group.
    """
    above: dict[str, str | None] = {name: container(node) for name, node in plan.nodes.items()}
    above.update(dict.fromkeys(plan.scaling_groups))
    owner = {member: name for name, group in plan.scaling_groups.items() for member in group.members}
    for member in owner:
        outer = above[member]
        group = owner[member]
        while outer is not None and group in owner:
            group = owner[group]
        if outer is not None:
            above[group] = outer
    above.update(owner)
    return above


def downwards(above: Mapping[str, str | None]) -> list[str]:
    """Return all names so that each comes after what it stands in.

    Raises:
        InstancesInvalid: some stand in each other.
    """
    ordered: dict[str, None] = {}
    for name in above:
        path: list[str] = []
        current: str | None = name
        while current is not None and current not in ordered:
            if current in path:
                raise InstancesInvalid(f"{listed(path)} stand in each other in a circle")
            path.append(current)
            current = above.get(current)
        ordered.update(dict.fromkeys(reversed(path)))
    return list(ordered)


def _groups(copy: Copy, plan: Plan) -> dict[str, str]:
    """Return the scaling groups that the node belongs to itself, inner ones first; not those of its container."""
    above = takewhile(lambda one: one.name in plan.scaling_groups, copy.path()[1:])
    return {one.id: one.name for one in above}


def _host(copy: Copy, plan: Plan) -> str | None:
    hosts = [one for one in copy.path() if one.name in plan.nodes and is_host(plan.nodes[one.name])]
    return hosts[-1].id if hosts else None


class _Relations:
    """Which instance is related to which."""

    def __init__(self, plan: Plan, copies: Copies, existing: Mapping[str, NodeInstance]) -> None:
        self.plan, self.copies, self.existing = plan, copies, existing
        self._within: dict[tuple[str, str], list[Copy]] = {}
        self._count = 0

    def of(self, copy: Copy) -> tuple[InstanceRelationship, ...]:
        """Return an instance's relationships in the template's order; of several to one node the last one counts."""
        last = {one.target: one for one in self.plan.nodes[copy.name].relationships}
        targets = [(one, self._targets(copy, one)) for one in last.values()]
        self._count += sum(len(found) for _, found in targets)
        if self._count > MOST_RELATIONS:
            raise InstancesInvalid(
                f"the node instances would have more than {MOST_RELATIONS:,} relations; "
                f"make fewer instances or use `{ALL_TO_ONE}`"
            )
        return tuple(
            InstanceRelationship(type=one.type, target_node=one.target, target_instance=target.id)
            for one, found in targets
            for target in found
        )

    def _targets(self, copy: Copy, one: Relationship) -> Sequence[Copy]:
        if not _BASES.intersection(one.type_hierarchy):
            raise InstancesInvalid(
                f"the relationship type `{one.type}` of `{copy.name}` is derived from none of {listed(sorted(_BASES))}"
            )
        if is_containment(one):
            return [above for above in copy.path() if above.name == one.target]
        candidates = self.copies.get(one.target, ())
        group = self._shared_group(copy, one.target)
        match one.properties.get("connection_type"):
            case "all_to_all":
                return candidates if group is None else self._inside(one.target, group)
            case "all_to_one":
                return self._first(copy, one, candidates, group)
        raise InstancesInvalid(
            f"the relationship of `{copy.name}` to `{one.target}` needs a `connection_type`, "
            f"`{ALL_TO_ALL}` or `{ALL_TO_ONE}`"
        )

    def _first(self, copy: Copy, one: Relationship, candidates: Sequence[Copy], group: Copy | None) -> list[Copy]:
        if group is not None:
            raise InstancesInvalid(
                f"`{copy.name}` and `{one.target}` are both in the group `{group.name}`, "
                f"so they cannot be related `{ALL_TO_ONE}`"
            )
        old = {
            relation.target_instance
            for source in self.existing.values()
            if source.node_id == copy.name
            for relation in source.relationships
        }
        # the one target stays the same when others join
        ranked = sorted(candidates, key=lambda found: (found.id not in old, found.id not in self.existing, found.id))
        return ranked[:1]

    def _shared_group(self, copy: Copy, target: str) -> Copy | None:
        """Return the innermost scaling group instance of `copy` whose group also holds the target."""
        groups = [above for above in copy.path()[1:] if above.name in self.plan.scaling_groups]
        if not groups or not (sample := self.copies.get(target)):
            return None
        of_target = {above.name for above in sample[0].path()}
        return next((one for one in groups if one.name in of_target), None)

    def _inside(self, target: str, group: Copy) -> list[Copy]:
        if (target, group.name) not in self._within:
            for one in self.copies.get(target, ()):
                for above in one.path():
                    self._within.setdefault((target, above.id), []).append(one)
            self._within[target, group.name] = []
        return self._within.get((target, group.id), [])
