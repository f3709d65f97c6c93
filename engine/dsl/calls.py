"""What a call of an intrinsic function looks like, and which functions there are."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias

from engine.domain.blueprint import Plan
from engine.domain.deployment import NodeInstance
from engine.domain.json import Json, JsonObject
from engine.dsl.version import FIRST, Version


class When(StrEnum):
    """When a function can be evaluated."""

    STATIC = "static"
    """With the inputs, and again at run time."""
    RUNNING = "running"
    """Only while the deployment lives."""


class Outside(Protocol):
    """What functions may ask of the world beyond the deployment; each raises FunctionFailed when there is no answer."""

    def secret(self, key: str) -> Json: ...
    def capability(self, deployment: str, path: list[Json]) -> Json: ...
    def group_capability(self, group: str, path: list[Json]) -> Json: ...
    def environment_capability(self, path: list[Json]) -> Json: ...
    def label(self, key: str, index: int | None) -> Json: ...
    def system(self, entity: str, name: str) -> Json: ...
    def consumers(self, form: str) -> Json: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a value may refer to: the plan, the inputs, and the node or relationship that it belongs to."""

    plan: Plan
    inputs: Mapping[str, Json] = field(default_factory=dict)
    instances: Mapping[str, NodeInstance] = field(default_factory=dict)
    """All node instances by id, with their runtime properties; empty before the deployment exists."""
    self_instance: str | None = None
    source_instance: str | None = None
    target_instance: str | None = None
    self_node: str | None = None
    """The node where no instance is known."""
    source_node: str | None = None
    target_node: str | None = None
    outside: Outside | None = None
    is_running: bool = True
    """False evaluates only what the inputs decide and leaves the rest as it is."""
    spent: list[int] = field(default_factory=lambda: [0, 0], compare=False)
    """How many calls the current value has taken, and all values of this scope together."""


class NotYetError(Exception):
    """Only a running deployment knows the answer; the call stays as it is."""


Evaluate: TypeAlias = Callable[[Json, Scope, int], Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """An intrinsic function."""

    name: str
    when: When
    evaluate: Evaluate
    """(arguments with their own calls evaluated, scope, depth) → value; raises FunctionFailed."""
    arguments: str
    """Which arguments it takes, for messages: `a list of values`."""
    accepts: Callable[[Json], bool]
    """Whether arguments have the right form; they may contain calls."""
    summary: str = ""
    example: str = ""
    since: Version = FIRST
    needs_arguments: bool = False
    """Its arguments say what is looked up, so the inputs must decide them."""


FUNCTIONS: dict[str, Function] = {}


def register(function: Function) -> None:
    """Add a function to the language; a later one of the same name replaces the earlier."""
    FUNCTIONS[function.name] = function


def name_of(value: Json) -> str | None:
    """Return the name of the function that a value calls; None when it is no call."""
    if type(value) is not dict or not 0 < len(value) < 3:
        return None
    if len(value) == 1:
        name = next(iter(value))
        return name if name in FUNCTIONS else None
    if "type" not in value:
        return None
    return next((name for name in value if name in FUNCTIONS), None)


def is_call(value: Json) -> bool:
    """Return whether a value is a call itself."""
    return name_of(value) is not None


def has_call(value: Json) -> bool:
    """Return whether a value is a call or contains one."""
    kind = type(value)
    if kind is dict:
        if name_of(value) is not None:
            return True
        return any(has_call(one) for one in value.values() if type(one) is dict or type(one) is list)
    if kind is list:
        return any(has_call(one) for one in value if type(one) is dict or type(one) is list)
    return False


def has_calls(names: Mapping[str, Json]) -> bool:
    """Return whether a value in a mapping of names, such as properties or inputs, is or contains a call."""
    return any(has_call(one) for one in names.values())


def calls_in(value: Json) -> Iterator[tuple[str, JsonObject]]:
    """Yield every call in a value, outer ones first."""
    if type(value) is dict:
        if name := name_of(value):
            yield name, value
            yield from calls_in(value[name])
            return
        for one in value.values():
            if type(one) is dict or type(one) is list:
                yield from calls_in(one)
    elif type(value) is list:
        for one in value:
            if type(one) is dict or type(one) is list:
                yield from calls_in(one)
