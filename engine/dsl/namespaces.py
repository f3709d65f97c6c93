"""How names change when a file is imported under a namespace: `web` becomes `shop--web`, wherever it is meant."""

from engine.domain.json import Json, JsonObject
from engine.dsl.calls import name_of
from engine.dsl.library import scheme
from engine.dsl.meanings import KEYWORDS
from engine.dsl.problems import Marks
from engine.dsl.schema import SECTIONS
from engine.dsl.shapes import Anything, Either, Entries, Items, Record, Scalar, Shape
from engine.dsl.values import PRIMITIVES

SEPARATOR = "--"

_REFERRING = frozenset({"get_input", "get_property", "get_attribute", "get_attributes_list", "get_attributes_dict"})
_KEPT = frozenset({"metadata"})
"""Sections whose keys are no names."""


def split(written: str) -> tuple[str, str]:
    """Return the namespace of an import, which may be empty, and what is imported."""
    namespace, separator, resource = written.rpartition(SEPARATOR)
    return (namespace, resource) if separator else ("", written)


def join(outer: str, inner: str) -> str:
    """Return a name within a namespace; either may be empty."""
    return SEPARATOR.join(part for part in (outer, inner) if part)


def prefixed(name: str, namespace: str) -> str:
    """Return a name as it is called outside of its namespace; names of the language stay as they are."""
    if not name or name.startswith("cloudify.") or name in PRIMITIVES:
        return name
    return join(namespace, name)


def rename(root: JsonObject, namespace: str, marks: Marks) -> JsonObject:
    """Return a file's sections with every name moved into a namespace."""
    renamer = _Renamer(namespace, marks)
    sections = {name: renamer.section(name, value) if name in SECTIONS else value for name, value in root.items()}
    marks.copy(root, sections)
    return sections


class _Renamer:
    """Makes renamed copies; what has no names in it stays the same object."""

    def __init__(self, namespace: str, marks: Marks) -> None:
        self.namespace, self.marks = namespace, marks

    def section(self, name: str, value: Json) -> Json:
        shape = SECTIONS[name].shape
        if not isinstance(shape, Entries) or not isinstance(value, dict) or name in _KEPT:
            return self._renamed(value, shape)
        keys = {key: prefixed(key, self.namespace) for key in value}
        renamed = {keys[key]: self._renamed(one, shape.value) for key, one in value.items()}
        self.marks.rename(value, renamed, keys)
        return renamed

    def _renamed(self, value: Json, shape: Shape) -> Json:
        match shape:
            case Scalar():
                return self._name(value) if shape.refers and isinstance(value, str) else value
            case Anything():
                return value if shape.is_opaque else self._value(value)
            case Items() if isinstance(value, list):
                return self._list(value, [self._renamed(one, shape.item) for one in value])
            case Entries() if isinstance(value, dict):
                return self._dict(value, {key: self._renamed(one, shape.value) for key, one in value.items()})
            case Record() if isinstance(value, dict):
                return self._dict(value, self._fields(value, shape))
            case Either():
                return self._renamed(value, shape.short if isinstance(value, str) else shape.long)
        return value

    def _fields(self, value: JsonObject, shape: Record) -> JsonObject:
        return {
            key: self._renamed(one, shape.fields[key].shape) if key in shape.fields else one
            for key, one in value.items()
        }

    def _name(self, name: str) -> str:
        """Inline scripts and addresses are no names."""
        return name if "\n" in name or scheme(name) else prefixed(name, self.namespace)

    def _value(self, value: Json) -> Json:
        if isinstance(value, list):
            return self._list(value, [self._value(one) for one in value])
        if not isinstance(value, dict):
            return value
        if (name := name_of(value)) in _REFERRING and name is not None:
            return self._dict(value, {**value, name: self._arguments(value[name])})
        return self._dict(value, {key: self._value(one) for key, one in value.items()})

    def _arguments(self, arguments: Json) -> Json:
        if isinstance(arguments, str):
            return join(self.namespace, arguments)
        if not isinstance(arguments, list) or not arguments:
            return self._value(arguments)
        first, *rest = (self._value(one) for one in arguments)
        if isinstance(first, str) and first not in KEYWORDS:
            first = join(self.namespace, first)
        return self._list(arguments, [first, *rest])

    def _list(self, old: list[Json], new: list[Json]) -> list[Json]:
        if all(one is other for one, other in zip(old, new, strict=True)):
            return old
        self.marks.copy(old, new)
        return new

    def _dict(self, old: JsonObject, new: JsonObject) -> JsonObject:
        if all(new[key] is one for key, one in old.items()):
            return old
        self.marks.copy(old, new)
        return new
