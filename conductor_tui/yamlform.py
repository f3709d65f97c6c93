"""A form as a YAML document: each parameter below a comment on what it may be, and back to the fields' texts."""

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

import yaml

from conductor_tui.fields import initial, is_text, kind
from conductor_tui.spans import safe
from engine.domain.blueprint import Parameter
from engine.domain.json import Json

HEAD = (
    "Save and leave the editor to take the values over; what is wrong is then shown in the form.",
    "A parameter that is taken out keeps its default.",
)


class BadDocument(ValueError):
    """What was written is no document of this form; the text says where and what is wrong."""


def written(parameters: Mapping[str, Parameter], texts: Mapping[str, str], *, title: str) -> str:
    """Return the document."""
    lines = [f"# {safe(title)}", *(f"# {one}" for one in HEAD)]
    for name, parameter in parameters.items():
        lines += ["", *_comments(parameter), *_value(name, texts.get(name, initial(parameter)), parameter)]
    return "\n".join(lines) + "\n"


def _comments(parameter: Parameter) -> Iterator[str]:
    for one in parameter.description.strip().splitlines():
        yield f"# {safe(one)}"
    default = f"; default {json.dumps(parameter.default, ensure_ascii=False)}" if parameter.has_default else ""
    yield f"# {safe(kind(parameter))}{safe(default)}"
    for constraint in parameter.constraints:
        yield f"# constraint {safe(json.dumps(constraint, ensure_ascii=False))}"


def _value(name: str, text: str, parameter: Parameter) -> list[str]:
    if not text and not parameter.has_default:
        return [f"{_key(name)}:"]
    try:
        value = text if is_text(parameter) else yaml.safe_load(text)
    except yaml.YAMLError:
        value = text  # what is half typed is kept as it is, and judged again on the way back
    return _dumped({name: value}).rstrip("\n").split("\n")


def _key(name: str) -> str:
    return _dumped({name: None}).rpartition(":")[0]


def _dumped(value: dict[str, Json]) -> str:
    """Return the YAML of a value in its own script; where that would change it, as with NEL, in escapes."""
    dumped: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=10**6)
    if yaml.safe_load(dumped) == value:
        return dumped
    escaped: str = yaml.safe_dump(value, sort_keys=False, width=10**6)
    return escaped


def texts_of(document: str, parameters: Mapping[str, Parameter]) -> dict[str, str]:
    """Return the texts of the fields that the document fills; all others go back to their defaults.

    Raises:
        BadDocument: it is no YAML, or names what the form does not ask for.
    """
    try:
        tree, values = yaml.compose(document, Loader=yaml.SafeLoader), yaml.safe_load(document)
    except yaml.MarkedYAMLError as error:
        place = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise BadDocument(f"{place}{error.problem or 'this is not YAML'}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise BadDocument(f"this is not YAML: {error}") from error
    if tree is None:
        return {}
    if not isinstance(tree, yaml.MappingNode):
        raise BadDocument("line 1: it must be a mapping of parameters, such as `name: value`")
    for key, _ in tree.value:
        if key.value not in parameters:
            raise BadDocument(f"line {key.start_mark.line + 1}: {_unknown(str(key.value), parameters)}")
    return {name: _text(value, parameters[name]) for name, value in values.items()}


def _unknown(name: str, parameters: Mapping[str, Parameter]) -> str:
    near = get_close_matches(name, list(parameters), n=1)
    return f"`{name}` is no parameter; " + (f"did you mean `{near[0]}`?" if near else f"there are {_all(parameters)}")


def _all(parameters: Mapping[str, Parameter]) -> str:
    return ", ".join(list(parameters)[:12]) or "none"


def _text(value: Json, parameter: Parameter) -> str:
    """Return what is typed into the field for a value."""
    if value is None and not parameter.has_default:
        return ""
    if parameter.has_default and value == parameter.default and type(value) is type(parameter.default):
        return initial(parameter)
    if isinstance(value, str) and is_text(parameter):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)
