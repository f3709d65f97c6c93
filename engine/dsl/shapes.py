"""The forms that a part of a blueprint may have, as data: what the checker reads and what editors are told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.dsl.version import FIRST, Version


@dataclass(frozen=True, slots=True)
class Anything:
    """Any value."""

    is_opaque: bool = False
    """Functions have no meaning in it."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """One text, number or boolean."""

    kinds: tuple[type, ...]
    words: str
    """What is expected, for messages: `a text`."""
    refers: bool = False
    """It is the name of something that the blueprint declares, or begins with one."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few texts."""

    values: tuple[str, ...]
    kind: str = "bad-choice"


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    item: "Shape"
    least: int = 0
    hint: str = ""
    """What to write, for those who wrote something else; so below."""


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping with names of the author's choice."""

    value: "Shape"
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a record."""

    shape: "Shape"
    required: bool = False
    since: Version = FIRST
    about: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with fixed keys."""

    name: str
    """What it is, for messages: `a node template`."""
    fields: Mapping[str, Field] = field(default_factory=dict)
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Either:
    """A short form (one scalar) or a long one."""

    short: Scalar
    long: "Shape"


Shape: TypeAlias = Anything | Scalar | Choice | Items | Entries | Record | Either

ANYTHING = Anything()
OPAQUE = Anything(is_opaque=True)
TEXT = Scalar((str,), "a text")
NAME = Scalar((str,), "a text", refers=True)
BOOLEAN = Scalar((bool,), "`true` or `false`")
INTEGER = Scalar((int,), "an integer")
NUMBER = Scalar((int, float), "a number")
TEXT_OR_NUMBER = Scalar((str, int, float), "a text or a number")
MAPPING = Entries(ANYTHING)
TEXTS = Items(TEXT)
NAMES = Items(NAME)
