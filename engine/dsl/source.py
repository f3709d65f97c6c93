"""The text of one YAML file as plain values, with the place of every key and item.

Documents may be hostile: one pass over parser events without recursion, and limits on size, depth and aliases.
"""

from dataclasses import dataclass

import yaml

from engine.domain.json import Json
from engine.dsl.builder import Builder, SourceInvalid
from engine.dsl.problems import START, Kind, Marks, Place
from engine.dsl.yamlwords import explain

LONGEST_FILE = 8 * 1024 * 1024
"""Bytes; a blueprint of 5,000 nodes has about two million."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A file after reading."""

    file: str
    root: Json
    marks: Marks
    duplicates: tuple[tuple[str, Place], ...] = ()
    """Keys that were written twice in one mapping; the last one counts."""
    expanded: int = 0
    """Keys and values that its aliases stand for."""


def decode(content: bytes, file: str) -> str:
    """Return the text of a file's bytes.

    Raises:
        SourceInvalid: too long, not UTF-8, or with a NUL character.
    """
    if len(content) > LONGEST_FILE:
        message = f"the file has more than {LONGEST_FILE:,} bytes"
        raise SourceInvalid(Kind.TOO_LARGE, message, Place(file), "split it with `imports`")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = _place_of(content[: error.start].decode("utf-8", "replace"), file)
        raise SourceInvalid(Kind.BAD_YAML, "the text is not UTF-8", place, "save the file as UTF-8") from error
    if "\0" in text:
        place = _place_of(text[: text.index("\0")], file)
        raise SourceInvalid(Kind.BAD_YAML, "there is a NUL character; this is not a text file", place)
    return text


def _place_of(before: str, file: str) -> Place:
    return Place(file, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


def load(text: str, file: str) -> Tree:
    """Return the values of a YAML text; an empty one is an empty mapping.

    Raises:
        BlueprintInvalid: it is not YAML, uses tags beyond the core ones, or passes a limit.
    """
    try:
        return _load(text, file)
    except SourceInvalid as error:
        raise error.with_source(text) from error


def _load(text: str, file: str) -> Tree:
    builder = Builder(file)
    try:
        builder.read(text)
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error, text, file) from error
    except yaml.YAMLError as error:
        message = "there is a character that YAML does not allow"
        raise SourceInvalid(Kind.BAD_YAML, message, _first_odd(text, file), "remove control characters") from error
    builder.marks.texts[file] = text
    root: Json = {} if builder.root is None else builder.root
    if builder.root is None:
        builder.marks.maps[id(root)] = (root, file, START, [])
    return Tree(
        file=file, root=root, marks=builder.marks, duplicates=tuple(builder.duplicates), expanded=builder.expanded
    )


def _first_odd(text: str, file: str) -> Place:
    """Return where the first control character stands."""
    found = next((index for index, char in enumerate(text) if not char.isprintable() and char not in "\t\r\n"), 0)
    return _place_of(text[:found], file)


def _not_yaml(error: yaml.MarkedYAMLError, text: str, file: str) -> SourceInvalid:
    found = explain(error, text)
    place = Place(file, found.line + 1, found.column + 1)
    return SourceInvalid(Kind.BAD_YAML, f"this is not YAML: {found.sentence}", place, found.hint)
