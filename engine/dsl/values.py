"""Whether a value fits a declared type, and what fields of a data type it takes over."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from engine.domain.blueprint import DataType, Parameter
from engine.domain.constraints import ID_TYPES
from engine.domain.json import Json, JsonObject
from engine.domain.matching import is_pattern
from engine.dsl.calls import name_of
from engine.dsl.problems import Holder, Kind
from engine.dsl.scalars import NumberError, plain
from engine.dsl.version import FIRST, Version
from engine.dsl.words import did_you_mean, kind_of

PRIMITIVES: dict[str, Version] = {
    **dict.fromkeys(("string", "integer", "float", "boolean", "list", "dict", "regex", "textarea"), FIRST),
    **dict.fromkeys(ID_TYPES, (1, 4)),
    "operation_name": (1, 5),
}
"""Types that need no declaration, with the version that brought them."""


class Misfit(NamedTuple):
    """One way in which a value does not fit."""

    kind: Kind
    path: tuple[str, ...]
    """Fields from the value down to the mistake."""
    sentence: str
    """What is wrong, after the name of the thing: `must be an integer, but it is a list`."""
    holder: Holder | None
    key: str
    hint: str = ""
    is_missing: bool = False
    root: str = ""
    """What was fitted, such as a property's name."""

    def about(self, name: str) -> str:
        """Return the whole sentence for the thing of that name."""
        return f"`{'.'.join((name, *self.path))}` {self.sentence}"


GIVE = "give it a value, or a `default` where it is declared"

_FITS: dict[str, tuple[Callable[[Json], bool], str]] = {
    "integer": (lambda value: isinstance(value, int) and not isinstance(value, bool), "an integer"),
    "float": (lambda value: isinstance(value, int | float) and not isinstance(value, bool), "a number"),
    "boolean": (lambda value: isinstance(value, bool), "`true` or `false`"),
    "list": (lambda value: isinstance(value, list), "a list"),
    "dict": (lambda value: isinstance(value, dict), "a mapping"),
    "regex": (is_pattern, "a regular expression"),
}


_CHANGE = "write such a value, or change the type"


class Fitting:
    """Compares values with types and collects the misfits."""

    def __init__(self, types: Mapping[str, DataType]) -> None:
        self.types = types
        self.misfits: list[Misfit] = []
        self._root = ""

    def fit(self, value: Json, type_: str | None, holder: Holder | None, key: str) -> Json:
        """Return the value, with the default fields of its data type filled in."""
        self._root = key
        return self._fit(value, type_, holder, key, ())

    def _note(
        self, kind: Kind, path: tuple[str, ...], sentence: str, holder: Holder | None, key: str, hint: str = ""
    ) -> None:
        is_missing = kind is Kind.MISSING_VALUE
        self.misfits.append(Misfit(kind, path, sentence, holder, key, hint, is_missing, self._root))

    def _fit(self, value: Json, type_: str | None, holder: Holder | None, key: str, path: tuple[str, ...]) -> Json:
        if type_ is None:
            return value
        if rule := _FITS.get(type_):
            if not rule[0](value) and name_of(value) is None:
                sentence = f"must be {rule[1]}, but it is {kind_of(value)}"
                self._note(Kind.WRONG_TYPE, path, sentence, holder, key, unquoted(value, rule[0]) or _CHANGE)
            return value
        if (data := self.types.get(type_)) is None or name_of(value) is not None:
            return value
        if not isinstance(value, dict):
            sentence = f"must be a mapping of type `{type_}`, but it is {kind_of(value)}"
            self._note(Kind.WRONG_TYPE, path, sentence, holder, key, _CHANGE)
            return value
        return self._fields(value, type_, data, path)

    def _fields(self, value: JsonObject, type_: str, data: DataType, path: tuple[str, ...]) -> JsonObject:
        for name in value:
            if name not in data.fields:
                sentence = f"is not a field of the data type `{type_}`"
                hint = did_you_mean(name, data.fields)
                self._note(Kind.UNKNOWN_PROPERTY, (*path, name), sentence, value, name, hint)
        filled: JsonObject = {}
        for name, field in data.fields.items():
            if name in value or field.has_default:
                filled[name] = self._field(value, name, field, path)
            elif field.required:
                self._note(Kind.MISSING_VALUE, (*path, name), "is missing", value, name, GIVE)
        return filled

    def _field(self, value: JsonObject, name: str, field: Parameter, path: tuple[str, ...]) -> Json:
        if name not in value and field.default is None:
            return None
        given = value.get(name, field.default)
        if field.type in self.types and isinstance(given, dict) and isinstance(field.default, dict):
            given = overlay(field.default, given, field.type, self.types) if name_of(given) is None else given
        return self._fit(given, field.type, value, name, (*path, name))


def unquoted(value: Json, fits: Callable[[Json], bool]) -> str:
    """Say that a text would fit without its quotes."""
    if not isinstance(value, str) or len(value) > 100:
        return ""
    try:
        return "remove the quotes" if not isinstance(plain(value), str) and fits(plain(value)) else ""
    except NumberError:
        return ""


def overlay(base: JsonObject, given: JsonObject, type_: str | None, types: Mapping[str, DataType]) -> JsonObject:
    """Return `given` laid over `base`, field by field where a field is of a data type itself."""
    if not base:
        return given
    joined = {**base, **given}
    fields = types[type_].fields if type_ is not None and type_ in types else {}
    for name, value in given.items():
        inner = fields[name].type if name in fields else None
        if inner in types and isinstance(value, dict) and isinstance(base.get(name), dict):
            joined[name] = overlay(base[name], value, inner, types)
    return joined
