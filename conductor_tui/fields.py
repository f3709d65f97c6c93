"""From what is typed in a form to values, and to the command line that would say the same."""

import json
from collections.abc import Mapping
from shlex import quote

import yaml

from engine.domain.blueprint import Parameter
from engine.domain.json import Json, JsonObject

TEXTS = frozenset(
    {"string", "textarea", "regex", "secret_key", "node_id", "node_type", "node_instance", "scaling_group"}
    | {"deployment_id", "blueprint_id", "capability_value", "operation_name"}
)
_TRUE, _FALSE = frozenset({"true", "yes", "on"}), frozenset({"false", "no", "off"})


class BadField(ValueError):
    """What is typed is not a value of the field's type; the text says what is wanted."""


def initial(parameter: Parameter) -> str:
    """Return the text that a field starts with: its default."""
    default = parameter.default
    if not parameter.has_default or default is None:
        return ""
    return default if isinstance(default, str) else json.dumps(default, ensure_ascii=False)


def kind(parameter: Parameter) -> str:
    """Return what a field tells about itself: type, whether it is needed, choices."""
    parts = [parameter.type or "any value"]
    if parameter.type == "list" and parameter.item_type:
        parts = [f"list of {parameter.item_type}"]
    if parameter.required and not parameter.has_default:
        parts.append("required")
    choices = valid_values(parameter)
    if choices:
        parts.append("one of " + ", ".join(map(str, choices)))
    return ", ".join(parts)


def valid_values(parameter: Parameter) -> list[Json]:
    """Return the values that a constraint allows; empty when any may be given."""
    for constraint in parameter.constraints:
        allowed = constraint.get("valid_values")
        if isinstance(allowed, list):
            return allowed
    return []


def read(text: str, parameter: Parameter) -> Json:
    """Return the value that `text` stands for.

    Raises:
        BadField: it does not fit the parameter's type.
    """
    value = _typed(text, parameter.type, parameter.default)
    choices = valid_values(parameter)
    if choices and value not in choices:
        raise BadField(f"must be one of {', '.join(map(str, choices))}")
    return value


def _typed(text: str, type: str | None, default: Json) -> Json:
    match type:
        case "integer":
            return _number(text, int, "must be a whole number")
        case "float":
            return _number(text, float, "must be a number")
        case "boolean":
            return _boolean(text)
        case "list":
            return _of(list, _parsed(text), "must be a list, such as [a, b]")
        case "dict":
            return _of(dict, _parsed(text), "must be a mapping, such as {name: value}")
        case None if isinstance(default, str):
            return text
        case named if named in TEXTS:
            return text
    return _parsed(text)


def is_text(parameter: Parameter) -> bool:
    """Whether what is typed for it is the value itself, with nothing to be parsed."""
    return parameter.type in TEXTS or (parameter.type is None and isinstance(parameter.default, str))


def _number(text: str, kind: type[int] | type[float], wanted: str) -> Json:
    try:
        return kind(text.strip())
    except ValueError as error:
        raise BadField(wanted) from error


def _boolean(text: str) -> bool:
    word = text.strip().casefold()
    if word not in _TRUE | _FALSE:
        raise BadField("must be true or false")
    return word in _TRUE


def _parsed(text: str) -> Json:
    try:
        value = yaml.safe_load(text)
        json.dumps(value)
    except (yaml.YAMLError, TypeError, ValueError) as error:
        raise BadField("is not valid YAML") from error
    return value


def _of(wanted: type, value: Json, message: str) -> Json:
    if not isinstance(value, wanted):
        raise BadField(message)
    return value


def collect(parameters: Mapping[str, Parameter], texts: Mapping[str, str]) -> tuple[JsonObject, dict[str, str]]:
    """Return the values that differ from the defaults, and what is wrong by field."""
    values: JsonObject = {}
    wrong: dict[str, str] = {}
    for name, parameter in parameters.items():
        text = texts.get(name, initial(parameter))
        if text == initial(parameter) and parameter.has_default:
            continue
        if not text.strip() and not parameter.has_default:
            if parameter.required:
                wrong[name] = "is required"
            continue
        try:
            values[name] = read(text, parameter)
        except BadField as error:
            wrong[name] = str(error)
    return values, wrong


def start_command(deployment_id: str, workflow_id: str, values: JsonObject, flags: tuple[str, ...] = ()) -> str:
    """Return the command line that starts the same execution."""
    parts = ["conductor executions start", quote(workflow_id), "-d", quote(deployment_id)]
    return " ".join([*parts, *_given("-p", values), *flags])


def update_command(deployment_id: str, blueprint_id: str, values: JsonObject, flags: tuple[str, ...] = ()) -> str:
    """Return the command line that makes the same update."""
    parts = ["conductor deployments update", quote(deployment_id), "-b", quote(blueprint_id)]
    return " ".join([*parts, *_given("-i", values), *flags])


def create_command(blueprint_id: str, deployment_id: str, values: JsonObject) -> str:
    """Return the command line that creates the same deployment."""
    parts = ["conductor deployments create", quote(deployment_id or "NAME"), "-b", quote(blueprint_id)]
    return " ".join([*parts, *_given("-i", values)])


def _given(option: str, values: JsonObject) -> list[str]:
    return [option, quote(json.dumps(values, ensure_ascii=False))] if values else []
