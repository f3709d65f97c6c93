"""What people type as inputs and parameters: YAML files, inline YAML or JSON, and `k=v;k2=v2`."""

import json
import re
from collections.abc import Iterable, Mapping
from glob import glob
from pathlib import Path

import yaml

from engine.domain.blueprint import Parameter
from engine.domain.json import Json, JsonObject

_PAIRS = re.compile(r"\s*[^\s=;{}\[\]\"':,]+\s*=")
_FORMS = "expected a YAML file, a folder of them, inline YAML or JSON, or key1=value1;key2=value2"


class BadValues(ValueError):
    """The text is none of the accepted forms."""


def parse_values(texts: Iterable[str], declared: Mapping[str, Parameter]) -> JsonObject:
    """Return the values of all texts together; a later one wins.

    Values of `k=v` are text unless the declaration asks for something else.

    Raises:
        BadValues: a text cannot be read; its sentence says which and why.
    """
    merged: JsonObject = {}
    for text in texts:
        merged.update(_parsed(text, declared))
    return merged


def _parsed(text: str, declared: Mapping[str, Parameter]) -> JsonObject:
    files = _files(text)
    if files:
        return _of_files(files)
    if _PAIRS.match(text):
        return _of_pairs(text, declared)
    return _mapping(text, text)


def _files(text: str) -> list[Path]:
    if "\n" in text or "\0" in text:
        return []
    if Path(text).is_dir():
        return sorted(path for path in Path(text).iterdir() if path.suffix in {".yaml", ".yml", ".json"})
    return [Path(name) for name in sorted(glob(text)) if Path(name).is_file()]  # noqa: PTH207 - may be absolute


def _of_files(files: Iterable[Path]) -> JsonObject:
    merged: JsonObject = {}
    for path in files:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadValues(f"cannot read {path}: {error}") from error
        merged.update(_mapping(text, str(path)))
    return merged


def _of_pairs(text: str, declared: Mapping[str, Parameter]) -> JsonObject:
    pairs: JsonObject = {}
    for pair in filter(str.strip, re.split(r"(?<!\\);", text)):
        key, equals, value = pair.partition("=")
        if not equals:
            raise BadValues(f"`{pair.strip()}` has no `=`; {_FORMS}")
        name = key.strip()
        pairs[name] = _typed(value.strip().replace("\\;", ";"), declared.get(name))
    return pairs


_KINDS: dict[str, tuple[type, ...]] = {
    "integer": (int,),
    "float": (int, float),
    "boolean": (bool,),
    "list": (list,),
    "dict": (dict,),
}


def _typed(text: str, declared: Parameter | None) -> Json:
    kinds = _kinds(declared) if declared is not None else ()
    try:
        value = _load(text, text) if kinds else text
    except BadValues:
        return text
    is_wanted = isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
    return value if is_wanted else text


def _kinds(declared: Parameter) -> tuple[type, ...]:
    if declared.type is not None:
        return _KINDS.get(declared.type, () if declared.type == "string" else (dict,))
    return (type(declared.default),) if isinstance(declared.default, bool | int | float | list | dict) else ()


def _mapping(text: str, name: str) -> JsonObject:
    value = _load(text, name)
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise BadValues(f"`{name}` is not a mapping of names to values; {_FORMS}")
    return value


def _load(text: str, name: str) -> Json:
    try:
        value = yaml.load(text, _JsonLoader)
        json.dumps(value, allow_nan=False)
    except yaml.YAMLError as error:
        raise BadValues(f"`{name}` is not valid YAML: {_first_line(error)}; {_FORMS}") from error
    except (TypeError, ValueError) as error:
        raise BadValues(f"`{name}` holds a value that JSON does not know: {error}") from error
    return value


def _first_line(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        return f"line {mark.line + 1}, column {mark.column + 1}: {error.problem}"
    return str(error).splitlines()[0]


class _JsonLoader(yaml.SafeLoader):
    """Reads dates as the text that they are written with."""


_JsonLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
