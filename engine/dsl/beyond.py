"""The functions that look beyond the deployment: secrets, capabilities, labels, and what the engine knows."""

import json

from engine.domain.errors import FunctionFailed
from engine.domain.json import Json
from engine.dsl.calls import Function, Outside, Scope, When, is_call
from engine.dsl.paths import AtLeast, is_step, walk

SYSTEM: dict[str, tuple[str, ...]] = {"tenant": ("name",), "deployment": ("id", "name", "blueprint", "owner")}
"""What `get_sys` knows."""


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


def _is_group_path(value: Json) -> bool:
    if not isinstance(value, list) or len(value) < 2:
        return False
    return all(is_step(one) for one in [value[0], *value[2:]]) and (
        is_step(value[1]) or (isinstance(value[1], list) and all(is_step(one) for one in value[1]))
    )


def _is_secret(value: Json) -> bool:
    if isinstance(value, list):
        return len(value) > 1 and all(map(is_step, value)) and not isinstance(value[0], int)
    return isinstance(value, str) or is_call(value)


def _is_label(value: Json) -> bool:
    if isinstance(value, list):
        return len(value) == 2 and all(map(is_step, value))
    return isinstance(value, str) or is_call(value)


def _is_environment(value: Json) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and len(value) > 1 and all(map(is_step, value)))


def _is_pair(value: Json) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(is_step, value))


def _is_consumers(value: Json) -> bool:
    return value in ("ids", "names", "count") if isinstance(value, str) else is_call(value)


FUNCTIONS: tuple[Function, ...] = (
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
