"""Which secrets a plan or a value needs: those that its functions name outright, once the inputs are known."""

from collections.abc import Iterator

from engine.domain.blueprint import Node, Operation, Plan
from engine.domain.json import Json, JsonObject
from engine.dsl.calls import calls_in


def required_secrets(plan: Plan) -> tuple[str, ...]:
    """Return the names, those that only the parser has seen included."""
    found = set(plan.required_secrets)
    for value in _values(plan):
        found.update(key for name, call in calls_in(value) if name == "get_secret" and (key := _key(call[name])))
    return tuple(sorted(found))


def needs_secret(values: JsonObject) -> bool:
    """Return whether values cannot be told without a secret."""
    return any(name == "get_secret" for value in values.values() for name, _ in calls_in(value))


def _key(arguments: Json) -> str:
    first = arguments[0] if isinstance(arguments, list) and arguments else arguments
    return first if isinstance(first, str) else ""


def _values(plan: Plan) -> Iterator[Json]:
    for node in plan.nodes.values():
        yield from _of_node(node)
    for output in (*plan.outputs.values(), *plan.capabilities.values()):
        yield output.value
    yield from plan.labels.values()
    yield from plan.deployment_settings.values()


def _of_node(node: Node) -> Iterator[Json]:
    yield from node.properties.values()
    yield from _of_operations(node.operations)
    for one in node.relationships:
        yield from one.properties.values()
        yield from _of_operations(one.source_operations)
        yield from _of_operations(one.target_operations)


def _of_operations(operations: dict[str, Operation]) -> Iterator[Json]:
    for one in operations.values():
        if one.has_functions:
            yield from one.inputs.values()
