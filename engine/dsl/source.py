"""The text of one YAML file as plain values, with the place of every key and item.

Documents may be hostile: one pass over parser events without recursion, and limits on size, depth and aliases.
"""

from dataclasses import dataclass

import yaml

from engine.domain.json import Json
from engine.dsl.builder import Builder, SourceInvalid
from engine.dsl.problems import START, Kind, Marks, Place

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
        raise _not_yaml(error, file) from error
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


def _not_yaml(error: yaml.MarkedYAMLError, file: str) -> SourceInvalid:
    mark = error.problem_mark or error.context_mark
    if error.context_mark and "end of stream" in (error.problem or ""):
        mark = error.context_mark
    place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
    what = error.problem or "this cannot be read"
    since = f" {error.context}" if error.context else ""
    if error.context and error.context_mark and mark and error.context_mark.line != mark.line:
        since += f" that begins in line {error.context_mark.line + 1}"
    return SourceInvalid(
        Kind.BAD_YAML, f"this is not YAML: {what}{since}", place, _yaml_hint(what, error.context or "")
    )


def _yaml_hint(what: str, context: str) -> str:
    if "cannot start any token" in what:
        return "indent with spaces, not tabs, and quote texts that begin with a special character"
    if "mapping values are not allowed" in what:
        return "check the indentation, and quote texts that contain `: `"
    if "quoted scalar" in context:
        return "close the quote"
    if "flow" in context:
        return "close the bracket, or put a comma before this"
    return "check the indentation and the quotes of this line and the one before"
