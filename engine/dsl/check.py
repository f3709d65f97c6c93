"""Whether a document has the forms of the schema: one reader for the table in `schema`."""

import re
from typing import TypeAlias

from engine.domain.json import Json, JsonObject
from engine.dsl.library import STANDARD_TYPES
from engine.dsl.predicates import predicate
from engine.dsl.problems import Holder, Kind, Problems
from engine.dsl.shapes import Anything, Choice, Either, Entries, Field, Items, Record, Scalar, Shape
from engine.dsl.values import unquoted
from engine.dsl.version import Version, write
from engine.dsl.words import did_you_mean, kind_of, listed, shorten

Key: TypeAlias = str | int

_IDLE = {
    "upload_resources": "remove it: all files beside the blueprint are stored with it",
    "description": "remove it, or make it a comment: `# …`",
    "display_label": "remove it, or make it a comment: `# …`",
}
"""Keys that are known from documentation, where the language has none → what to do."""


_WITHOUT_SPACE = re.compile(r"[A-Za-z_]\w*:\S")


def _unspaced(value: Json) -> str:
    """Say that a space is missing, where it turned a mapping into a text or a list into a mapping."""
    if isinstance(value, str) and _WITHOUT_SPACE.match(value) and "://" not in value:
        return "put a space after the `:`"
    if isinstance(value, dict) and value and all(name.startswith("-") for name in value):
        return "put a space after the `-`"
    return ""


def _odd(name: str) -> str:
    """Say what is peculiar about a key."""
    if name != name.strip():
        return "a space of another kind, such as U+00A0, belongs to the key; write ordinary spaces"
    return _IDLE.get(name, "")


class Checker:
    """Compares values with shapes and notes what does not fit."""

    def __init__(self, problems: Problems, version: Version | None) -> None:
        self.problems = problems
        self.version = version
        """None accepts what any version has."""

    def sections(self, document: JsonObject, fields: dict[str, Field]) -> dict[str, frozenset[str]]:
        """Check a whole document; return per section the entries that are not usable."""
        self._unknown_keys(document, Record("a blueprint", fields))
        return {
            name: self._section(document, name, field)
            for name, field in fields.items()
            if document.get(name) is not None
        }

    def _section(self, document: JsonObject, name: str, field: Field) -> frozenset[str]:
        marks = self.problems.marks
        if marks.key(document, name).file != STANDARD_TYPES:
            self._gate(field, document, name)
        value = document[name]
        if not isinstance(field.shape, Entries) or not isinstance(value, dict):
            return self._whole(field.shape, document, name)
        # the standard types are right, and belong to every version of the language
        written = [key for key in value if marks.file_of(value[key]) != STANDARD_TYPES]
        is_right = predicate(field.shape.value, self.version)
        doubtful = [key for key in written if value[key] is None or not is_right(value[key])]
        return frozenset(key for key in doubtful if not self.fits(field.shape.value, value, key))

    def _whole(self, shape: Shape, document: JsonObject, name: str) -> frozenset[str]:
        if not self.fits(shape, document, name):
            document[name] = None
        return frozenset()

    def fits(self, shape: Shape, holder: Holder, key: Key) -> bool:
        """Return whether the value of `key` has the shape; what is wrong has been noted."""
        before = len(self.problems.found)
        self.check(shape, holder, key)
        self._empty(shape, holder, key)
        return len(self.problems.found) == before

    def check(self, shape: Shape, holder: Holder, key: Key) -> None:
        """Note everything in which the value of `key` differs from the shape; nothing at all always fits."""
        value: Json = holder[key]  # type: ignore[index]  # the key is of the holder's kind
        if value is None:
            return
        match shape:
            case Anything():
                return
            case Scalar():
                self._scalar(value, shape, holder, key)
            case Choice():
                self._choice(value, shape, holder, key)
            case Record():
                self._record(value, shape, holder, key)
            case Entries():
                self._entries(value, shape, holder, key)
            case Items():
                self._items(value, shape, holder, key)
            case Either():
                self._either(value, shape, holder, key)

    def _scalar(self, value: Json, shape: Scalar, holder: Holder, key: Key) -> None:
        if isinstance(value, shape.kinds) and (bool in shape.kinds or not isinstance(value, bool)):
            return
        hint = (
            "write one value, without brackets" if isinstance(value, list) else unquoted(value, predicate(shape, None))
        )
        self._wrong(shape.words, value, holder, key, hint)

    def _wrong(self, expected: str, value: Json, holder: Holder, key: Key, hint: str = "") -> None:
        name = f"`{key}`" if isinstance(key, str) else f"item {key + 1}"
        message = f"{name} must be {expected}, but it is {kind_of(value)}"
        self.problems.at_value(Kind.WRONG_KIND, message, holder, key, hint)

    def _choice(self, value: Json, shape: Choice, holder: Holder, key: Key) -> None:
        if not isinstance(value, str):
            self._wrong("a text", value, holder, key)
        elif value not in shape.values:
            message = f"`{value}` is not possible here; write {listed(shape.values, joint='or')}"
            self.problems.at_value(Kind(shape.kind), message, holder, key, did_you_mean(value, shape.values))

    def _items(self, value: Json, shape: Items, holder: Holder, key: Key) -> None:
        if not isinstance(value, list):
            hint = shape.hint or (f"write `[{shorten(str(value))}]`" if not isinstance(value, dict) else "")
            self._wrong("a list", value, holder, key, _unspaced(value) or hint)
            return
        if len(value) < shape.least:
            self._wrong(f"a list of at least {shape.least}", value, holder, key)
        for index, item in enumerate(value):
            if item is None and not isinstance(shape.item, Anything):
                self._wrong("a value", None, value, index)
            self.check(shape.item, value, index)

    def _entries(self, value: Json, shape: Entries, holder: Holder, key: Key) -> None:
        if not isinstance(value, dict):
            self._wrong("a mapping", value, holder, key, _unspaced(value) or shape.hint)
            return
        if isinstance(shape.value, Anything):
            return
        for name in value:
            self.check(shape.value, value, name)
            self._empty(shape.value, value, name)

    def _empty(self, shape: Shape, holder: Holder, key: Key) -> None:
        """A record that is left empty still misses its required keys."""
        if isinstance(shape, Record) and isinstance(holder, dict) and holder[str(key)] is None:
            self._missing({}, shape, holder, key)

    def _either(self, value: Json, shape: Either, holder: Holder, key: Key) -> None:
        if not isinstance(value, shape.short.kinds):
            self.check(shape.long, holder, key)

    def _record(self, value: Json, shape: Record, holder: Holder, key: Key) -> None:
        if not isinstance(value, dict):
            self._wrong("a mapping", value, holder, key, _unspaced(value) or shape.hint)
            return
        self._unknown_keys(value, shape)
        for name, field in shape.fields.items():
            if value.get(name) is not None:
                self._gate(field, value, name)
                self.check(field.shape, value, name)
        self._missing(value, shape, holder, key)

    def _missing(self, value: JsonObject, shape: Record, holder: Holder, key: Key) -> None:
        for name, field in shape.fields.items():
            if field.required and value.get(name) is None:
                owner = f"`{key}`" if isinstance(key, str) else shape.name
                hint = field.about[:1].lower() + field.about[1:].rstrip(".")
                self.problems.at_key(Kind.MISSING_KEY, f"{owner} needs the key `{name}`", holder, key, hint)

    def _unknown_keys(self, value: JsonObject, shape: Record) -> None:
        for name in value:
            if name not in shape.fields:
                known = list(shape.fields)
                hint = _odd(name) or did_you_mean(name, known) or f"possible are {listed(known, 20)}"
                message = f"{shape.name} has no key `{name}`"
                self.problems.at_key(Kind.UNKNOWN_KEY, message, value, name, hint)

    def _gate(self, field: Field, holder: Holder, key: str) -> None:
        if self.version is None or self.version >= field.since:
            return
        message = f"`{key}` needs {write(field.since)}, but this blueprint is {write(self.version)}"
        self.problems.at_key(
            Kind.VERSION_TOO_OLD, message, holder, key, "raise `tosca_definitions_version` in the main file"
        )
