"""What the words after `ctx` mean: a walk along the operation's context (dsl.md §5.5)."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from engine.domain.json import Json
from engine.sdk.errors import NonRecoverableError, OperationRetry
from engine.sdk.instance_context import InstanceContext
from engine.sdk.operation_context import OperationContext

_PART = re.compile(r"([^.\[\]]+)((?:\[\d+\])*)")
_INDEX = re.compile(r"\[(\d+)\]")


class StopOperation(Exception):  # it is a request, not a mistake
    """The script asked to end the operation in a way of its own."""


class ScriptOutcome:
    """What a script has asked for: a value to return, another try, or to give up."""

    def __init__(self) -> None:
        self.value: Json = None
        self.error: NonRecoverableError | OperationRetry | None = None
        self.has_spoken = False

    def returns(self, value: Json = None, _options: Json = None) -> None:
        self._speak()
        self.value = value

    def abort(self, message: str = "the script aborted the operation") -> None:
        self._speak()
        self.error = NonRecoverableError(str(message))
        raise StopOperation(str(message))

    def retry(self, message: str = "the script asked for another try", retry_after: Json = None) -> None:
        self._speak()
        seconds = None if retry_after is None else float(retry_after)
        self.error = OperationRetry(str(message), seconds)
        raise StopOperation(str(message))

    def _speak(self) -> None:
        if self.has_spoken:
            self.error = NonRecoverableError("a script may only abort, retry or return once")
            raise StopOperation(str(self.error))
        self.has_spoken = True


def process(ctx: OperationContext, outcome: ScriptOutcome, args: Sequence[Json]) -> Json:
    """Do what the words say and return the answer.

    Raises:
        StopOperation: the script asked to end the operation.
        NonRecoverableError, AttributeError, KeyError: the words mean nothing.
    """
    if not args:
        raise NonRecoverableError("say what is wanted, such as: ctx node properties")
    own: dict[str, Callable[..., Json]] = {
        "returns": outcome.returns,
        "abort-operation": outcome.abort,
        "retry-operation": outcome.retry,
    }
    first = str(args[0]).replace("_", "-")
    if first in own:
        return own[first](*args[1:])
    return _walk(ctx, list(args), args)


def _walk(start: object, rest: list[Json], words: Sequence[Json]) -> Json:
    current: Any = start
    while rest:
        if isinstance(current, dict):
            return _dictionary(current, rest)
        if callable(current):
            return _call(current, rest)
        name = str(rest.pop(0)).replace("-", "_")
        if name.startswith("_") or not hasattr(current, name):
            said = " ".join(str(word) for word in words)
            raise NonRecoverableError(f"`ctx {said}` cannot be processed: there is no `{name}`")
        if isinstance(current, InstanceContext) and name == "runtime_properties" and len(rest) == 2:
            return _write(current.runtime_properties, str(rest[0]), rest[1])
        current = getattr(current, name)
    return current() if callable(current) else current


def _dictionary(values: dict[str, Json], rest: Sequence[Json]) -> Json:
    if len(rest) == 1:
        return _read(values, str(rest[0]))
    if len(rest) == 2:
        return _write(values, str(rest[0]), rest[1])
    raise NonRecoverableError(f"a property takes a path and at most one value, but {len(rest)} words were given")


def _call(function: Any, rest: Sequence[Json]) -> Json:
    if rest and isinstance(rest[-1], dict):
        return function(*rest[:-1], **rest[-1])
    return function(*rest)


def _read(values: Json, path: str) -> Json:
    current = values
    for step in _steps(path):
        try:
            current = current[step]
        except (KeyError, IndexError, TypeError) as error:
            raise NonRecoverableError(f"illegal path `{path}`: there is no `{step}`") from error
    return current


def _write(values: dict[str, Json], path: str, value: Json) -> None:
    *way, last = _steps(path)
    current: Json = values
    for step in way:
        if isinstance(current, dict) and step not in current:
            current[step] = {}
        current = current[step]
    current[last] = value


def _steps(path: str) -> list[str | int]:
    steps: list[str | int] = []
    for part in path.split("."):
        match = _PART.fullmatch(part)
        if match is None:
            raise NonRecoverableError(f"illegal path `{path}`: write names and indexes, such as a.b[2].c")
        steps.append(match[1])
        steps += [int(index) for index in _INDEX.findall(match[2])]
    return steps
