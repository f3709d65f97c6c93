"""What changed between two plans, as the steps of an update."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, TypeVar

from engine.domain.blueprint import Node, Operation, Plan, Relationship
from engine.dsl.containment import container


class Action(StrEnum):
    """What a step does, in the order in which steps are taken."""

    REMOVE = "remove"
    ADD = "add"
    MODIFY = "modify"


class Entity(StrEnum):
    """What a step is about."""

    NODE = "node"
    RELATIONSHIP = "relationship"
    PROPERTY = "property"
    OPERATION = "operation"
    WORKFLOW = "workflow"
    OUTPUT = "output"
    CAPABILITY = "capability"
    GROUP = "group"
    PLUGIN = "plugin"
    DESCRIPTION = "description"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change."""

    action: Action
    entity: Entity
    name: str
    """Path, such as `web.port`; a relationship is named by its place, `web.relationships[0]`."""
    is_supported: bool = True
    """Whether a deployment can be updated by it."""

    def __str__(self) -> str:
        return f"{self.action} {self.entity} `{self.name}`"


_Value = TypeVar("_Value")

_ORDER = {action: number for number, action in enumerate(Action)}


def difference(old: Plan, new: Plan) -> tuple[Step, ...]:
    """Return the steps from one plan to another: what goes, what comes, what changes."""
    steps = [
        *_of(Entity.NODE, old.nodes, new.nodes, _node),
        *_of(Entity.WORKFLOW, old.workflows, new.workflows),
        *_of(Entity.OUTPUT, old.outputs, new.outputs),
        *_of(Entity.CAPABILITY, old.capabilities, new.capabilities),
        *_of(Entity.GROUP, old.scaling_groups, new.scaling_groups, _unsupported(Entity.GROUP)),
        *_of(Entity.PLUGIN, old.plugins, new.plugins),
    ]
    if old.description != new.description:
        steps.append(Step(action=Action.MODIFY, entity=Entity.DESCRIPTION, name="description"))
    return tuple(sorted(steps, key=lambda step: _ORDER[step.action]))


Compare: TypeAlias = Callable[[str, _Value, _Value], Iterable[Step]]


def _modified(entity: Entity) -> Callable[[str, object, object], Iterable[Step]]:
    return lambda name, old, new: [Step(action=Action.MODIFY, entity=entity, name=name)]


def _unsupported(entity: Entity) -> Callable[[str, object, object], Iterable[Step]]:
    return lambda name, old, new: [Step(action=Action.MODIFY, entity=entity, name=name, is_supported=False)]


def _of(
    entity: Entity,
    old: Mapping[str, _Value],
    new: Mapping[str, _Value],
    compare: "Compare[_Value] | None" = None,
    prefix: str = "",
) -> Iterable[Step]:
    changed = compare or _modified(entity)
    yield from (Step(action=Action.REMOVE, entity=entity, name=prefix + name) for name in old if name not in new)
    yield from (Step(action=Action.ADD, entity=entity, name=prefix + name) for name in new if name not in old)
    for name in old:
        if name in new and old[name] != new[name]:
            yield from changed(prefix + name, old[name], new[name])


def _node(name: str, old: Node, new: Node) -> Iterable[Step]:
    if old.type != new.type or container(old) != container(new):
        yield Step(action=Action.MODIFY, entity=Entity.NODE, name=name, is_supported=False)
        return
    prefix = f"{name}."
    yield from _of(Entity.PROPERTY, old.properties, new.properties, prefix=prefix)
    yield from _of(Entity.OPERATION, old.operations, new.operations, prefix=prefix)
    yield from _relationships(name, old, new)
    if old.instances != new.instances:
        yield Step(action=Action.MODIFY, entity=Entity.NODE, name=name)


def _relationships(name: str, old: Node, new: Node) -> Iterable[Step]:
    before, after = _by_end(name, old.relationships), _by_end(name, new.relationships)
    yield from _of(Entity.RELATIONSHIP, before, after, _relationship)
    kept = [key for key in before if key in after]
    if kept != [key for key in after if key in before]:
        yield Step(action=Action.MODIFY, entity=Entity.RELATIONSHIP, name=f"{name}.relationships")


def _by_end(name: str, relationships: Iterable[Relationship]) -> dict[str, Relationship]:
    return {f"{name}.[{one.type} {one.target}]": one for one in relationships}


def _relationship(name: str, old: Relationship, new: Relationship) -> Iterable[Step]:
    if old.properties != new.properties:
        yield Step(action=Action.MODIFY, entity=Entity.RELATIONSHIP, name=name, is_supported=False)
    for side in ("source_operations", "target_operations"):
        before: Mapping[str, Operation] = getattr(old, side)
        after: Mapping[str, Operation] = getattr(new, side)
        yield from _of(Entity.OPERATION, before, after, prefix=f"{name}.")
