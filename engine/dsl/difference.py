"""What changed between two plans, as the steps of an update."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias, TypeVar

from engine.domain.blueprint import Node, Operation, Plan, Relationship
from engine.domain.json import JsonObject
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
    SCRIPT = "script"
    """The file that an operation runs, where the operation itself is written as before."""
    WORKFLOW = "workflow"
    OUTPUT = "output"
    CAPABILITY = "capability"
    GROUP = "group"
    PLUGIN = "plugin"
    LABEL = "label"
    SCHEDULE = "schedule"
    DESCRIPTION = "description"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change."""

    action: Action
    entity: Entity
    name: str
    """Path, such as `web.port`; a relationship is named by its place, `web.relationships[0]`."""
    node: str = ""
    """The node that it changes; empty where it is about no node."""
    is_making: bool = False
    """Whether existing instances of the node were made with what changes, so that they do not fit any more."""
    refusal: str = ""
    """Why a deployment cannot be updated by it, and what to write instead; empty where it can."""

    @property
    def is_supported(self) -> bool:
        return not self.refusal

    def __str__(self) -> str:
        return f"{self.action} {self.entity} `{self.name}`"


_Value = TypeVar("_Value")

_ORDER = {action: number for number, action in enumerate(Action)}

MAKING = frozenset(
    f"cloudify.interfaces.{name}"
    for name in (
        "validation.create",
        *(f"lifecycle.{one}" for one in ("precreate", "create", "configure", "start", "poststart")),
        "monitoring.start",
        *(f"relationship_lifecycle.{one}" for one in ("preconfigure", "postconfigure", "establish")),
    )
)
"""The operations that an existing node instance has behind it."""


def difference(old: Plan, new: Plan) -> tuple[Step, ...]:
    """Return the steps from one plan to another: what goes, what comes, what changes."""
    steps = [
        *_of(Entity.NODE, old.nodes, new.nodes, _node),
        *_of(Entity.WORKFLOW, old.workflows, new.workflows),
        *_of(Entity.OUTPUT, old.outputs, new.outputs),
        *_of(Entity.CAPABILITY, old.capabilities, new.capabilities),
        *_groups(old, new),
        *_of(Entity.PLUGIN, old.plugins, new.plugins),
        *_of(Entity.LABEL, old.labels, new.labels),
        *_of(Entity.SCHEDULE, _schedules(old), _schedules(new)),
    ]
    if old.description != new.description:
        steps.append(Step(action=Action.MODIFY, entity=Entity.DESCRIPTION, name="description"))
    return tuple(sorted(steps, key=lambda step: _ORDER[step.action]))


def _schedules(plan: Plan) -> JsonObject:
    found: JsonObject = plan.deployment_settings.get("default_schedules") or {}
    return found


Compare: TypeAlias = Callable[[str, _Value, _Value], Iterable[Step]]


def _of(
    entity: Entity,
    old: Mapping[str, _Value],
    new: Mapping[str, _Value],
    compare: "Compare[_Value] | None" = None,
) -> Iterable[Step]:
    yield from (
        Step(action=Action.REMOVE, entity=entity, name=name, node=_node_of(entity, name))
        for name in old
        if name not in new
    )
    yield from (
        Step(action=Action.ADD, entity=entity, name=name, node=_node_of(entity, name))
        for name in new
        if name not in old
    )
    for name in old:
        if name in new and old[name] != new[name]:
            if compare is None:
                yield Step(action=Action.MODIFY, entity=entity, name=name)
            else:
                yield from compare(name, old[name], new[name])


def _node_of(entity: Entity, name: str) -> str:
    return name if entity is Entity.NODE else ""


def _groups(old: Plan, new: Plan) -> Iterable[Step]:
    """Yield changes of scaling groups; node instances cannot move into a group or out of it."""
    for step in _of(Entity.GROUP, old.scaling_groups, new.scaling_groups):
        group = (old if step.action is Action.REMOVE else new).scaling_groups[step.name]
        if any(one in old.nodes and one in new.nodes for one in group.members) or step.action is Action.MODIFY:
            yield replace(step, refusal="node instances cannot change their scaling group; keep the group as it was")
        else:
            yield step


def _node(name: str, old: Node, new: Node) -> Iterable[Step]:
    if refusal := _refusal(old, new):
        yield Step(action=Action.MODIFY, entity=Entity.NODE, name=name, node=name, refusal=refusal)
        return
    for step in (
        *_of(Entity.PROPERTY, old.properties, new.properties),
        *_of(Entity.OPERATION, old.operations, new.operations),
    ):
        is_making = step.entity is Entity.PROPERTY or step.name in MAKING
        yield replace(step, name=f"{name}.{step.name}", node=name, is_making=is_making)
    yield from _relationships(name, old, new)
    if old.instances != new.instances:
        yield Step(action=Action.MODIFY, entity=Entity.NODE, name=name, node=name)


def _refusal(old: Node, new: Node) -> str:
    mend = "give the node another name, so that the old one is removed and the new one added"
    if old.type != new.type:
        return f"a node keeps its type, which would change from `{old.type}` to `{new.type}`; {mend}"
    before, after = container(old), container(new)
    if before != after:
        return f"a node stays where it is contained, which would change from {_told(before)} to {_told(after)}; {mend}"
    return ""


def _told(container: str | None) -> str:
    return f"`{container}`" if container else "nothing"


def _relationships(name: str, old: Node, new: Node) -> Iterable[Step]:
    before, after = _by_end(name, old.relationships), _by_end(name, new.relationships)
    for step in _of(Entity.RELATIONSHIP, before, after, _relationship):
        yield replace(step, node=name)
    kept = [key for key in before if key in after]
    if kept != [key for key in after if key in before]:
        yield Step(action=Action.MODIFY, entity=Entity.RELATIONSHIP, name=f"{name}.relationships", node=name)


def _by_end(name: str, relationships: Iterable[Relationship]) -> dict[str, Relationship]:
    return {f"{name}.[{one.type} {one.target}]": one for one in relationships}


def _relationship(name: str, old: Relationship, new: Relationship) -> Iterable[Step]:
    if old.properties != new.properties:
        refusal = "a relationship keeps its properties; keep them as they were, or let the node have another name"
        yield Step(action=Action.MODIFY, entity=Entity.RELATIONSHIP, name=name, refusal=refusal)
    for side in ("source_operations", "target_operations"):
        before: Mapping[str, Operation] = getattr(old, side)
        after: Mapping[str, Operation] = getattr(new, side)
        for step in _of(Entity.OPERATION, before, after):
            yield replace(step, name=f"{name}.{step.name}", is_making=step.name in MAKING)
