"""How the parameters of a start are merged with the declared ones, converted and checked (semantics §1.6)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import isfinite

from engine.domain.blueprint import Parameter
from engine.domain.constraints import broken
from engine.domain.errors import InvalidParameters
from engine.domain.json import Json, JsonObject


def merge(
    workflow_id: str,
    declared: Mapping[str, Parameter],
    given: JsonObject,
    *,
    allow_custom: bool,
    evaluate: Callable[[JsonObject], JsonObject] = lambda values: values,
) -> JsonObject:
    """Return the parameters that the workflow is called with.

    `evaluate` answers the intrinsic functions in values and defaults, before types and constraints are looked at.

    Raises:
        InvalidParameters: with all problems of the first step that finds any.
    """
    unknown = sorted(given.keys() - declared.keys())
    if unknown and not allow_custom:
        raise InvalidParameters(
            f'Workflow "{workflow_id}" does not have the following parameters declared: {",".join(unknown)}. '
            "Remove these parameters or use the flag for allowing custom parameters"
        )
    defaults = {name: one.default for name, one in declared.items() if one.has_default and name not in given}
    merged = _converted(declared, evaluate({**given, **defaults}))
    _raise_if_any(_broken_constraints(declared, merged))
    missing = [name for name, one in declared.items() if one.required and name not in merged]
    if missing:
        raise InvalidParameters(
            f'Workflow "{workflow_id}" must be provided with the following parameters to execute: {",".join(missing)}'
        )
    return merged


def _converted(declared: Mapping[str, Parameter], merged: JsonObject) -> JsonObject:
    converted, problems = dict(merged), list[str]()
    for name, parameter in declared.items():
        if name not in merged or parameter.type is None:
            continue
        if merged[name] is None and not parameter.required:
            continue
        if merged[name] is None and parameter.has_default and parameter.default is None:
            continue
        try:
            converted[name] = convert(merged[name], parameter.type, parameter.item_type)
        except ValueError as error:
            problems.append(f'Parameter "{name}" must be of type {error}')
    _raise_if_any(problems)
    return converted


def convert(value: Json, type: str, item_type: str | None = None) -> Json:
    """Return the value as the declared type.

    Raises:
        ValueError: it cannot be; the text says which type was expected.
    """
    converter = _CONVERTERS.get(type)
    if type == "list" and item_type:
        return _list_of(value, item_type)
    if converter is None:
        return value
    try:
        return converter(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(type) from None


def _list_of(value: Json, item_type: str) -> list[Json]:
    if not isinstance(value, list):
        raise ValueError(f"list of {item_type}s")
    try:
        return [convert(item, item_type) for item in value]
    except ValueError:
        raise ValueError(f"list of {item_type}s") from None


def _integer(value: Json) -> int:
    if not isinstance(value, int | float | str):
        raise ValueError
    return int(value)


def _float(value: Json) -> float:
    """Return a number that can be stored: JSON knows neither infinity nor what is no number."""
    if not isinstance(value, int | float | str):
        raise ValueError
    number = float(value)
    if not isfinite(number):
        raise ValueError
    return number


def _boolean(value: Json) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in _BOOLEANS:
        return _BOOLEANS[value.lower()]
    raise ValueError


_BOOLEANS = {"true": True, "false": False}


def _only(kind: type) -> Callable[[Json], Json]:
    def check(value: Json) -> Json:
        if not isinstance(value, kind):
            raise ValueError
        return value

    return check


_CONVERTERS: dict[str, Callable[[Json], Json]] = {
    "integer": _integer,
    "float": _float,
    "boolean": _boolean,
    "string": _only(str),
    "list": _only(list),
    "dict": _only(dict),
}


def _broken_constraints(declared: Mapping[str, Parameter], values: JsonObject) -> list[str]:
    return [
        f'Parameter "{name}" does not meet its constraints: {complaint}'
        for name, parameter in declared.items()
        if name in values and values[name] is not None
        for complaint in _complaints(parameter, values[name])
    ]


def _complaints(parameter: Parameter, value: Json) -> Iterator[str]:
    """Say what each broken rule asks for; a list of typed items is compared item by item."""
    is_listed = parameter.type == "list" and parameter.item_type and isinstance(value, list)
    for item in value if is_listed else [value]:
        for constraint in parameter.constraints:
            if wanted := broken(constraint, item, parameter.item_type or parameter.type):
                yield str(constraint.get("error_message") or f"it must be {wanted}")


def _raise_if_any(problems: Iterable[str]) -> None:
    found = list(problems)
    if found:
        raise InvalidParameters("; ".join(found))
