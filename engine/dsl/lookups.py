"""The functions that look something up: inputs, properties, attributes, and what lies outside of the deployment."""

import json
from collections.abc import Mapping
from dataclasses import replace

from engine.domain.blueprint import Node
from engine.domain.deployment import NodeInstance
from engine.domain.errors import FunctionFailed
from engine.domain.json import Json
from engine.dsl.calls import Function, NotYetError, Outside, Scope, When, calls_in, has_call, name_of
from engine.dsl.containment import container
from engine.dsl.evaluation import evaluate
from engine.dsl.words import did_you_mean, shorten

SELF, SOURCE, TARGET = "SELF", "SOURCE", "TARGET"
KEYWORDS = (SELF, SOURCE, TARGET)
_INSTANCE_ID, _INSTANCE_INDEX = "node_instance_id", "node_instance_index"


def walk(value: Json, path: list[Json], what: str) -> Json:
    """Return what lies at the end of a path of keys and indexes.

    Raises:
        FunctionFailed: the path leads nowhere; `what` names where it began.
    """
    for step in path:
        value = _step(value, step, what)
        what = f"{what}.{step}"
    return value


def _step(value: Json, step: Json, what: str) -> Json:
    if isinstance(value, dict):
        if step not in value:
            raise FunctionFailed(f"`{what}` has no `{step}`{_hint(str(step), value)}")
        return value[step]
    if isinstance(value, list):
        index = _index(step)
        if index is None:
            raise FunctionFailed(f"`{what}` is a list, so `{step}` must be an index, counted from 0")
        if not -len(value) <= index < len(value):
            raise FunctionFailed(f"`{what}` has {len(value)} items, so there is none of the index {index}")
        return value[index]
    raise FunctionFailed(f"`{what}` is neither a mapping nor a list, so `{step}` cannot be looked up in it")


def _index(step: Json) -> int | None:
    if isinstance(step, int) and not isinstance(step, bool):
        return step
    return int(step) if isinstance(step, str) and step.isdecimal() and len(step) < 10 else None


def _hint(name: str, known: Mapping[str, Json]) -> str:
    question = did_you_mean(name, known)
    return f"; {question}" if question else ""


def _is_scalar(value: Json) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _is_key_or_path(value: Json) -> bool:
    if isinstance(value, list):
        return bool(value) and all(_is_step(one) for one in value)
    return isinstance(value, str) or has_call(value)


def _is_step(value: Json) -> bool:
    return _is_scalar(value) or has_call(value)


class AtLeast:
    """A list of at least so many keys, indexes or calls."""

    def __init__(self, least: int) -> None:
        self.least = least

    def __call__(self, value: Json) -> bool:
        return isinstance(value, list) and len(value) >= self.least and all(_is_step(one) for one in value)


def _input(arguments: Json, scope: Scope, depth: int) -> Json:
    name, *path = arguments if isinstance(arguments, list) else [arguments]
    if name not in scope.inputs:
        raise FunctionFailed(f"there is no input `{name}`{_hint(str(name), scope.inputs)}")
    return _follow(scope.inputs[name], path, f"the input {name}", scope, depth)


def _follow(value: Json, path: list[Json], what: str, scope: Scope, depth: int) -> Json:
    """Walk on, evaluating calls that lie on the way."""
    for step in path:
        if name_of(value) is not None:
            value = evaluate(value, scope, depth + 1)
        if name_of(value) is not None:
            raise NotYetError
        value = _step(value, step, what)
        what = f"{what}.{step}"
    return value


def _evaluated(value: Json, scope: Scope, depth: int) -> Json:
    return evaluate(value, scope, depth + 1) if has_call(value) else value


def node_named(name: str, scope: Scope) -> Node:
    """Return the node that a name or SELF, SOURCE, TARGET means here.

    Raises:
        FunctionFailed: it means none.
    """
    node_id = _node_id(name, scope)
    if node_id is None:
        raise FunctionFailed(f"`{name}` means nothing here")
    if node_id not in scope.plan.nodes:
        raise FunctionFailed(f"there is no node `{node_id}`{_hint(node_id, scope.plan.nodes)}")
    return scope.plan.nodes[node_id]


def _node_id(name: str, scope: Scope) -> str | None:
    if name not in KEYWORDS:
        return name
    instance, node = _meant(name, scope)
    if instance is not None:
        return _instance(instance, scope).node_id
    return node


def _meant(keyword: str, scope: Scope) -> tuple[str | None, str | None]:
    if keyword == SELF:
        return scope.self_instance, scope.self_node
    if keyword == SOURCE:
        return scope.source_instance, scope.source_node
    return scope.target_instance, scope.target_node


def _instance(id: str, scope: Scope) -> NodeInstance:
    if id not in scope.instances:
        raise FunctionFailed(f"there is no node instance `{id}`")
    return scope.instances[id]


def _property(arguments: Json, scope: Scope, depth: int) -> Json:
    name, *path = arguments
    node = node_named(name, scope)
    inner = _within(node, _meant(name, scope)[0] if name in KEYWORDS else None, scope)
    value = _follow(node.properties, path, f"the properties of {node.id}", inner, depth)
    value = _evaluated(value, inner, depth)
    if not scope.is_running and name != SELF and _is_relative(value):
        raise NotYetError
    return value


def _is_relative(value: Json) -> bool:
    """Return whether a value means something else in another scope."""
    named = (call[name] for name, call in calls_in(value) if isinstance(call[name], list))
    return any(arguments and arguments[0] in KEYWORDS for arguments in named)


def _within(node: Node, instance: str | None, scope: Scope) -> Scope:
    """Return the scope of a node's own properties: SELF there means that node."""
    return replace(scope, self_instance=instance, self_node=node.id)


def _attribute(arguments: Json, scope: Scope, depth: int) -> Json:
    name, *path = arguments
    return attribute_of(_one_instance(name, scope), path, scope, depth)


def attribute_of(instance: NodeInstance, path: list[Json], scope: Scope, depth: int) -> Json:
    """Return a runtime property, else the instance's id or index, else the node's property, else None."""
    found = _reach(instance.runtime_properties, path, scope, depth)
    if found is None and path == [_INSTANCE_ID]:
        return instance.id
    if found is None and path == [_INSTANCE_INDEX]:
        return instance.index
    if found is None:
        node = node_named(instance.node_id, scope)
        inner = _within(node, instance.id, scope)
        found = _reach(node.properties, path, inner, depth)
        return _evaluated(found, inner, depth)
    return found


def _reach(value: Json, path: list[Json], scope: Scope, depth: int) -> Json:
    for step in path:
        if name_of(value) is not None:
            value = evaluate(value, scope, depth + 1)
        try:
            value = _step(value, step, "")
        except FunctionFailed:
            return None
    return value


def _one_instance(name: str, scope: Scope) -> NodeInstance:
    if name in KEYWORDS:
        instance = _meant(name, scope)[0]
        if instance is None:
            raise FunctionFailed(f"`{name}` means no node instance here")
        return _instance(instance, scope)
    node = node_named(name, scope)
    candidates = _instances_of(node.id, scope)
    if not candidates:
        raise FunctionFailed(f"the node `{name}` has no instances")
    return candidates[0] if len(candidates) == 1 else _nearest(name, candidates, scope)


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


def _attributes_list(arguments: Json, scope: Scope, depth: int) -> Json:
    name, *path = arguments
    return [attribute_of(one, path, scope, depth) for one in _all_instances(name, scope)]


def _all_instances(name: str, scope: Scope) -> list[NodeInstance]:
    return _instances_of(node_named(name, scope).id, scope)


def _attributes_dict(arguments: Json, scope: Scope, depth: int) -> Json:
    name, *attributes = arguments
    paths = [one if isinstance(one, list) else [one] for one in attributes]
    names = [".".join(str(step) for step in path) for path in paths]
    if len(set(names)) < len(names):
        raise FunctionFailed(f"`get_attributes_dict` asks for an attribute twice: `{shorten(str(names))}`")
    return {
        one.id: {label: attribute_of(one, path, scope, depth) for label, path in zip(names, paths, strict=True)}
        for one in _all_instances(name, scope)
    }


def _outside(scope: Scope, name: str) -> Outside:
    if scope.outside is None:
        raise FunctionFailed(f"`{name}` cannot be evaluated here")
    return scope.outside


def _secret(arguments: Json, scope: Scope, depth: int) -> Json:
    name, *path = arguments if isinstance(arguments, list) else [arguments]
    value = _outside(scope, "get_secret").secret(name)
    return walk(_parsed(name, value), path, f"the secret {name}") if path else value


def _parsed(name: str, value: Json) -> Json:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise FunctionFailed(f"the secret `{name}` is not JSON, so nothing can be looked up in it") from error


def _as_list(arguments: Json) -> list[Json]:
    return arguments if isinstance(arguments, list) else [arguments]


def _capability(arguments: Json, scope: Scope, depth: int) -> Json:
    return _outside(scope, "get_capability").capability(arguments[0], arguments[1:])


def _group_capability(arguments: Json, scope: Scope, depth: int) -> Json:
    return _outside(scope, "get_group_capability").group_capability(arguments[0], arguments[1:])


def _environment_capability(arguments: Json, scope: Scope, depth: int) -> Json:
    return _outside(scope, "get_environment_capability").environment_capability(_as_list(arguments))


def _label(arguments: Json, scope: Scope, depth: int) -> Json:
    key, *index = _as_list(arguments)
    return _outside(scope, "get_label").label(key, index[0] if index else None)


def _system(arguments: Json, scope: Scope, depth: int) -> Json:
    return _outside(scope, "get_sys").system(arguments[0], arguments[1])


def _consumers(arguments: Json, scope: Scope, depth: int) -> Json:
    return _outside(scope, "get_consumers").consumers(arguments)


SYSTEM: dict[str, tuple[str, ...]] = {"tenant": ("name",), "deployment": ("id", "name", "blueprint", "owner")}
"""What `get_sys` knows."""


def _is_group_path(value: Json) -> bool:
    if not isinstance(value, list) or len(value) < 2:
        return False
    return all(_is_step(one) for one in [value[0], *value[2:]]) and (
        _is_step(value[1]) or (isinstance(value[1], list) and all(_is_step(one) for one in value[1]))
    )


def _is_attributes(value: Json) -> bool:
    return isinstance(value, list) and len(value) > 1 and _is_step(value[0])


def _is_secret(value: Json) -> bool:
    return isinstance(value, str) or has_call(value) or (isinstance(value, list) and len(value) > 1)


def _is_label(value: Json) -> bool:
    return isinstance(value, str) or has_call(value) or (isinstance(value, list) and len(value) == 2)


def _is_environment(value: Json) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and len(value) > 1 and all(map(_is_step, value)))


def _is_pair(value: Json) -> bool:
    return isinstance(value, list) and len(value) == 2


def _is_consumers(value: Json) -> bool:
    return value in ("ids", "names", "count") if isinstance(value, str) else has_call(value)


FUNCTIONS: tuple[Function, ...] = (
    Function(
        name="get_input",
        when=When.STATIC,
        evaluate=_input,
        arguments="the name of an input, or a list of the name and keys or indexes",
        accepts=_is_key_or_path,
        summary="The value that the deployment was created with.",
        example="{ get_input: port }",
        needs_arguments=True,
    ),
    Function(
        name="get_property",
        when=When.STATIC,
        evaluate=_property,
        arguments="a list of a node (or SELF, SOURCE, TARGET), a property, and further keys or indexes",
        accepts=AtLeast(2),
        summary="A property of a node template.",
        example="{ get_property: [database, port] }",
        needs_arguments=True,
    ),
    Function(
        name="get_attribute",
        when=When.RUNNING,
        evaluate=_attribute,
        arguments="a list of a node (or SELF, SOURCE, TARGET), an attribute, and further keys or indexes",
        accepts=AtLeast(2),
        summary="A runtime property of a node instance, else the node's property.",
        example="{ get_attribute: [SELF, ip] }",
    ),
    Function(
        name="get_attributes_list",
        when=When.RUNNING,
        evaluate=_attributes_list,
        arguments="a list of a node, an attribute, and further keys or indexes",
        accepts=AtLeast(2),
        summary="An attribute of every instance of a node.",
        example="{ get_attributes_list: [web, ip] }",
    ),
    Function(
        name="get_attributes_dict",
        when=When.RUNNING,
        evaluate=_attributes_dict,
        arguments="a list of a node and attributes",
        accepts=_is_attributes,
        summary="Attributes of every instance of a node, by instance.",
        example="{ get_attributes_dict: [web, ip, port] }",
    ),
    Function(
        name="get_secret",
        when=When.RUNNING,
        evaluate=_secret,
        arguments="the name of a secret, or a list of the name and at least one key",
        accepts=_is_secret,
        summary="A secret, read when it is needed and never stored.",
        example="{ get_secret: database_password }",
    ),
    Function(
        name="get_capability",
        when=When.RUNNING,
        evaluate=_capability,
        arguments="a list of a deployment, a capability, and further keys or indexes",
        accepts=AtLeast(2),
        summary="A capability of another deployment.",
        example="{ get_capability: [network, subnet_id] }",
    ),
    Function(
        name="get_group_capability",
        when=When.RUNNING,
        evaluate=_group_capability,
        arguments="a list of a group of deployments, a capability, and further keys or indexes",
        accepts=_is_group_path,
        summary="A capability of every deployment of a group.",
        example="{ get_group_capability: [edges, address] }",
    ),
    Function(
        name="get_environment_capability",
        when=When.RUNNING,
        evaluate=_environment_capability,
        arguments="the name of a capability, or a list of the name and at least one key",
        accepts=_is_environment,
        summary="A capability of the environment that the deployment stands in.",
        example="{ get_environment_capability: vpc_id }",
    ),
    Function(
        name="get_label",
        when=When.RUNNING,
        evaluate=_label,
        arguments="the key of a label, or a list of the key and an index",
        accepts=_is_label,
        summary="The values of a label of the deployment.",
        example="{ get_label: [environment, 0] }",
    ),
    Function(
        name="get_sys",
        when=When.RUNNING,
        evaluate=_system,
        arguments="a list of two: `tenant` and `name`, or `deployment` and `id`, `name`, `blueprint` or `owner`",
        accepts=_is_pair,
        summary="Something that the engine knows about the deployment.",
        example="{ get_sys: [deployment, id] }",
    ),
    Function(
        name="get_consumers",
        when=When.RUNNING,
        evaluate=_consumers,
        arguments="`ids`, `names` or `count`",
        accepts=_is_consumers,
        summary="The deployments that use this one.",
        example="{ get_consumers: ids }",
    ),
)
