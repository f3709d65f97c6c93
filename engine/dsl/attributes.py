"""The functions that look up attributes: what operations stored at run time, else properties."""

from engine.domain.deployment import NodeInstance
from engine.domain.errors import FunctionFailed
from engine.domain.json import Json
from engine.dsl.calls import Function, Scope, When, name_of
from engine.dsl.evaluation import evaluate
from engine.dsl.meanings import all_instances, node_named, one_instance, within
from engine.dsl.paths import AtLeast, evaluated, is_step, step_into
from engine.dsl.words import shorten

_INSTANCE_ID, _INSTANCE_INDEX = "node_instance_id", "node_instance_index"


def _attribute(arguments: Json, scope: Scope, depth: int) -> Json:
    name, *path = arguments
    return attribute_of(one_instance(name, scope), path, scope, depth)


def attribute_of(instance: NodeInstance, path: list[Json], scope: Scope, depth: int) -> Json:
    """Return a runtime property, else the instance's id or index, else the node's property, else None."""
    found = _reach(instance.runtime_properties, path, scope, depth)
    if found is None and path == [_INSTANCE_ID]:
        return instance.id
    if found is None and path == [_INSTANCE_INDEX]:
        return instance.index
    if found is None:
        node = node_named(instance.node_id, scope)
        inner = within(node, instance.id, scope)
        found = _reach(node.properties, path, inner, depth)
        return evaluated(found, inner, depth)
    return found


def _reach(value: Json, path: list[Json], scope: Scope, depth: int) -> Json:
    for step in path:
        if name_of(value) is not None:
            value = evaluate(value, scope, depth + 1)
        try:
            value = step_into(value, step, "")
        except FunctionFailed:
            return None
    return value


def _attributes_list(arguments: Json, scope: Scope, depth: int) -> Json:
    name, *path = arguments
    return [attribute_of(one, path, scope, depth) for one in all_instances(name, scope)]


def _attributes_dict(arguments: Json, scope: Scope, depth: int) -> Json:
    name, *attributes = arguments
    paths = [one if isinstance(one, list) else [one] for one in attributes]
    names = [".".join(str(step) for step in path) for path in paths]
    if len(set(names)) < len(names):
        raise FunctionFailed(f"`get_attributes_dict` asks for an attribute twice: `{shorten(str(names))}`")
    return {
        one.id: {label: attribute_of(one, path, scope, depth) for label, path in zip(names, paths, strict=True)}
        for one in all_instances(name, scope)
    }


def _is_attributes(value: Json) -> bool:
    if not isinstance(value, list) or len(value) < 2 or not is_step(value[0]):
        return False
    return all(is_step(one) or (isinstance(one, list) and one and all(map(is_step, one))) for one in value[1:])


FUNCTIONS: tuple[Function, ...] = (
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
)
