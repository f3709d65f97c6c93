"""Paths of keys and indexes that functions walk along."""

from collections.abc import Mapping

from engine.domain.errors import FunctionFailed
from engine.domain.json import Json
from engine.dsl.calls import Scope, has_call, is_call
from engine.dsl.evaluation import evaluate
from engine.dsl.words import did_you_mean


def walk(value: Json, path: list[Json], what: str) -> Json:
    """Return what lies at the end of a path of keys and indexes.

    Raises:
        FunctionFailed: the path leads nowhere; `what` names where it began.
    """
    for step in path:
        value = step_into(value, step, what)
        what = f"{what}.{step}"
    return value


def step_into(value: Json, step: Json, what: str) -> Json:
    if isinstance(value, dict):
        if step not in value:
            raise FunctionFailed(f"`{what}` has no `{step}`{nearest_hint(str(step), value)}")
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


def nearest_hint(name: str, known: Mapping[str, Json]) -> str:
    question = did_you_mean(name, known)
    return f"; {question}" if question else ""


def _is_scalar(value: Json) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def is_step(value: Json) -> bool:
    return _is_scalar(value) or is_call(value)


class AtLeast:
    """A list of at least so many keys, indexes or calls."""

    def __init__(self, least: int) -> None:
        self.least = least

    def __call__(self, value: Json) -> bool:
        return isinstance(value, list) and len(value) >= self.least and all(is_step(one) for one in value)


def evaluated(value: Json, scope: Scope, depth: int) -> Json:
    return evaluate(value, scope, depth + 1) if has_call(value) else value
