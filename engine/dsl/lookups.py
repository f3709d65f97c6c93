"""The functions that look up what the blueprint and the inputs say: inputs and properties."""

from engine.domain.errors import FunctionFailed
from engine.domain.json import Json
from engine.dsl.calls import Function, NotYetError, Scope, When, calls_in, is_call, name_of
from engine.dsl.evaluation import evaluate
from engine.dsl.meanings import KEYWORDS, SELF, meant, node_named, within
from engine.dsl.paths import AtLeast, evaluated, is_step, nearest_hint, step_into


def _is_key_or_path(value: Json) -> bool:
    if isinstance(value, list):
        return bool(value) and all(is_step(one) for one in value)
    return isinstance(value, str) or is_call(value)


def _input(arguments: Json, scope: Scope, depth: int) -> Json:
    name, *path = arguments if isinstance(arguments, list) else [arguments]
    if name not in scope.inputs:
        raise FunctionFailed(f"there is no input `{name}`{nearest_hint(str(name), scope.inputs)}")
    return _follow(scope.inputs[name], path, str(name), scope, depth)


def _follow(value: Json, path: list[Json], what: str, scope: Scope, depth: int) -> Json:
    """Walk on, evaluating calls that lie on the way."""
    for step in path:
        if name_of(value) is not None:
            value = evaluate(value, scope, depth + 1)
        if name_of(value) is not None:
            raise NotYetError
        value = step_into(value, step, what)
        what = f"{what}.{step}"
    return value


def _property(arguments: Json, scope: Scope, depth: int) -> Json:
    name, *path = arguments
    node = node_named(name, scope)
    inner = within(node, meant(name, scope)[0] if name in KEYWORDS else None, scope)
    value = _follow(node.properties, path, node.id, inner, depth)
    value = evaluated(value, inner, depth)
    if not scope.is_running and name != SELF and _is_relative(value):
        raise NotYetError
    return value


def _is_relative(value: Json) -> bool:
    """Return whether a value means something else in another scope."""
    named = (call[name] for name, call in calls_in(value) if isinstance(call[name], list))
    return any(arguments and arguments[0] in KEYWORDS for arguments in named)


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
)
