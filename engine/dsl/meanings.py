"""Which node and which node instance a name means: SELF, SOURCE, TARGET, or the name of a template."""

from dataclasses import replace

from engine.domain.blueprint import Node
from engine.domain.deployment import NodeInstance
from engine.domain.errors import FunctionFailed
from engine.domain.json import Json
from engine.dsl.calls import Scope
from engine.dsl.containment import container
from engine.dsl.paths import nearest_hint
from engine.dsl.words import kind_of

SELF, SOURCE, TARGET = "SELF", "SOURCE", "TARGET"
KEYWORDS = (SELF, SOURCE, TARGET)


def node_named(name: Json, scope: Scope) -> Node:
    """Return the node that a name or SELF, SOURCE, TARGET means here.

    Raises:
        FunctionFailed: it means none.
    """
    if not isinstance(name, str):
        raise FunctionFailed(f"the name of a node is a text, but this is {kind_of(name)}")
    node_id = _node_id(name, scope)
    if node_id is None:
        raise FunctionFailed(f"`{name}` means nothing here")
    if node_id not in scope.plan.nodes:
        raise FunctionFailed(f"there is no node `{node_id}`{nearest_hint(node_id, scope.plan.nodes)}")
    return scope.plan.nodes[node_id]


def _node_id(name: str, scope: Scope) -> str | None:
    if name not in KEYWORDS:
        return name
    instance, node = meant(name, scope)
    if instance is not None:
        return _instance(instance, scope).node_id
    return node


def meant(keyword: str, scope: Scope) -> tuple[str | None, str | None]:
    if keyword == SELF:
        return scope.self_instance, scope.self_node
    if keyword == SOURCE:
        return scope.source_instance, scope.source_node
    return scope.target_instance, scope.target_node


def _instance(id: str, scope: Scope) -> NodeInstance:
    if id not in scope.instances:
        raise FunctionFailed(f"there is no node instance `{id}`")
    return scope.instances[id]


def within(node: Node, instance: str | None, scope: Scope) -> Scope:
    """Return the scope of a node's own properties: SELF there means that node."""
    return replace(scope, self_instance=instance, self_node=node.id)


def one_instance(name: str, scope: Scope) -> NodeInstance:
    if name in KEYWORDS:
        instance = meant(name, scope)[0]
        if instance is None:
            raise FunctionFailed(f"`{name}` means no node instance here")
        return _instance(instance, scope)
    node = node_named(name, scope)
    candidates = _instances_of(node.id, scope)
    if not candidates:
        raise FunctionFailed(f"the node `{name}` has no instances")
    return candidates[0] if len(candidates) == 1 else _nearest(name, candidates, scope)


def all_instances(name: str, scope: Scope) -> list[NodeInstance]:
    return _instances_of(node_named(name, scope).id, scope)


def _instances_of(node: str, scope: Scope) -> list[NodeInstance]:
    return [one for one in scope.instances.values() if one.node_id == node]


def _nearest(name: str, candidates: list[NodeInstance], scope: Scope) -> NodeInstance:
    """Choose among several: the one that the caller is related to, or the one in the same scaling group instance."""
    callers = [
        _instance(id, scope)
        for id in (scope.self_instance, scope.source_instance, scope.target_instance)
        if id is not None
    ]
    for caller in callers:
        related = {one.target_instance for one in caller.relationships}
        if len(found := [one for one in candidates if one.id in related]) == 1:
            return found[0]
    of_candidates = {one.id: _groups(one, scope) for one in candidates}
    for caller in callers:
        for group in _groups(caller, scope):
            if len(found := [one for one in candidates if group in of_candidates[one.id]]) == 1:
                return found[0]
    raise FunctionFailed(
        f"the node `{name}` has {len(candidates)} instances and nothing says which one is meant; "
        f"use `get_attributes_list` or relate the nodes"
    )


def _groups(instance: NodeInstance, scope: Scope) -> list[str]:
    """Return the scaling group instances that an instance stands in, nearest first, those of its containers too."""
    found: list[str] = []
    current: NodeInstance | None = instance
    seen: set[str] = set()
    while current is not None and current.id not in seen:
        seen.add(current.id)
        found.extend(current.scaling_groups)
        current = _container(current, scope)
    return found


def _container(instance: NodeInstance, scope: Scope) -> NodeInstance | None:
    node = scope.plan.nodes.get(instance.node_id)
    name = container(node) if node else None
    above = next((one.target_instance for one in instance.relationships if one.target_node == name), None)
    return scope.instances.get(above) if above is not None else None
