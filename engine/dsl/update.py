"""What an update of a deployment comes to: which node instances go, come, are made anew or change where they are."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from engine.domain.blueprint import Plan, Relationship
from engine.domain.deployment import InstanceState, NodeInstance
from engine.domain.errors import InvalidValue
from engine.domain.update import UpdateOptions, Work
from engine.dsl.containment import is_containment
from engine.dsl.difference import Step, difference
from engine.dsl.modify import Change, Modification, modify
from engine.dsl.scriptsteps import IsChanged, script_steps
from engine.dsl.words import did_you_mean, listed

GONE = frozenset({InstanceState.UNINITIALIZED, InstanceState.DELETED})
_CHANGING = tuple(f"cloudify.interfaces.lifecycle.{name}" for name in ("update", "update_config", "update_apply"))


class UpdateRefused(InvalidValue):
    """A deployment cannot be updated to a plan; the text tells every reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What an update would do."""

    steps: tuple[Step, ...]
    work: Work
    modification: Modification


def foresee(
    old: Plan,
    new: Plan,
    instances: Sequence[NodeInstance],
    options: UpdateOptions,
    suffix: Callable[[], str],
    *,
    unfinished: Collection[str] = (),
    is_changed: IsChanged = lambda operation: False,
) -> Outlook:
    """Return what becomes of the node instances of a deployment when it gets another plan.

    Args:
        old: the prepared plan that the deployment has.
        new: the prepared plan that it is to get.
        instances: the node instances as they are.
        options: how the update goes about it.
        suffix: gives the end of the id of a new node instance.
        unfinished: node instances that an update before this one has begun to touch, and may have left half done.
        is_changed: says whether an operation runs another script in the new blueprint.

    Raises:
        UpdateRefused: something changes that cannot; the text names every such place.
        InvalidValue: a node that is to be reinstalled is not there before and after.
    """
    steps = (*difference(old, new), *script_steps(old, new, is_changed))
    _require_supported(steps)
    modified = modify(new, instances, _numbers(old, new), suffix)
    living = {one.id for one in instances if one.state not in GONE}
    removed = {one.id for one in modified.removed.changed}
    staying = [one for one in modified.instances if one.id in living]
    made_anew, updated = _changed(steps, new, staying, _named(options, staying, old, new), options)
    made_anew = {one.id for one in _contained(new, staying, made_anew)}
    if living:
        made_anew |= {
            one.id for one in modified.instances if one.id in unfinished and one.state != InstanceState.STARTED
        }
    return Outlook(
        steps=steps,
        work=Work(
            added=tuple(one.id for one in modified.added.changed),
            removed=tuple(one.id for one in modified.removed.changed),
            reinstalled=tuple(one.id for one in modified.instances if one.id in made_anew),
            updated=tuple(one.id for one in staying if one.id in updated - made_anew),
            unlinked=_between(modified.reduced.changed, living - removed - made_anew),
            established=_between(modified.extended.changed, living - made_anew),
            is_installed=bool(living),
        ),
        modification=modified,
    )


def _require_supported(steps: Iterable[Step]) -> None:
    refused = [f"`{step.name}`: {step.refusal}" for step in steps if not step.is_supported]
    if refused:
        raise UpdateRefused(f"the deployment cannot be updated: {'; '.join(refused)}")


def _numbers(old: Plan, new: Plan) -> dict[str, Change]:
    """Return the nodes whose number of instances the new plan sets otherwise; what was scaled by hand stays else."""
    return {
        name: Change(instances=node.instances.default)
        for name, node in new.nodes.items()
        if name in old.nodes and old.nodes[name].instances.default != node.instances.default
    }


def _named(options: UpdateOptions, staying: Sequence[NodeInstance], old: Plan, new: Plan) -> set[str]:
    """Return the node instances that are to be reinstalled because somebody has named them or their node."""
    known = {one.id for one in staying} | {name for name in old.nodes if name in new.nodes}
    for name in options.reinstall:
        if name not in known:
            hint = did_you_mean(name, known) or f"there are {listed(sorted(known))}"
            raise InvalidValue(f"cannot reinstall `{name}`: no node or node instance of that name stays ({hint})")
    return {one.id for one in staying if one.id in options.reinstall or one.node_id in options.reinstall}


def _changed(
    steps: Iterable[Step], new: Plan, staying: Sequence[NodeInstance], named: set[str], options: UpdateOptions
) -> tuple[set[str], set[str]]:
    """Return the node instances that are made anew, and those that change where they are."""
    nodes = {step.node for step in steps if step.is_making}
    made_anew, updated = set(named), set[str]()
    for one in staying:
        if one.node_id not in nodes or one.id in named:
            continue
        if can_update(new, one.node_id) and not options.force_reinstall:
            updated.add(one.id)
        elif not options.skip_reinstall:
            made_anew.add(one.id)
    return made_anew, updated


def can_update(plan: Plan, node: str) -> bool:
    """Say whether a node has an operation that changes it where it is."""
    operations = plan.nodes[node].operations
    return any(name in operations and not operations[name].is_noop for name in _CHANGING)


def _contained(plan: Plan, instances: Sequence[NodeInstance], ids: set[str]) -> list[NodeInstance]:
    """Return the named node instances with all that stands in them."""
    inside = {one.id: set(_containers(plan, one)) for one in instances}
    found = set(ids)
    while more := {id for id, above in inside.items() if id not in found and above & found}:
        found |= more
    return [one for one in instances if one.id in found]


def _containers(plan: Plan, instance: NodeInstance) -> Iterable[str]:
    names = {one.target for one in plan.nodes[instance.node_id].relationships if is_containment(one)}
    return (one.target_instance for one in instance.relationships if one.target_node in names)


def _between(touched: Iterable[NodeInstance], ids: set[str]) -> tuple[tuple[str, str], ...]:
    """Return the relationships whose ends both stay as they are."""
    return tuple(
        (one.id, relation.target_instance)
        for one in touched
        if one.id in ids
        for relation in one.relationships
        if relation.target_instance in ids
    )


def both(base: Plan, other: Plan) -> Plan:
    """Return a plan with all that two plans have; where they differ, it is `base` that counts."""
    nodes = {
        name: replace(node, relationships=_joined(node.relationships, other.nodes[name].relationships))
        if name in other.nodes
        else node
        for name, node in base.nodes.items()
    }
    return replace(base, nodes={**other.nodes, **nodes}, plugins={**other.plugins, **base.plugins})


def _joined(base: tuple[Relationship, ...], other: tuple[Relationship, ...]) -> tuple[Relationship, ...]:
    targets = {one.target for one in base}
    return (*base, *(one for one in other if one.target not in targets))
