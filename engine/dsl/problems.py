"""What is wrong with a blueprint and where: places of values by identity, and the list of problems found."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from engine.domain.errors import BlueprintInvalid, Problem
from engine.domain.json import Json
from engine.dsl.excerpts import with_context


class Kind(StrEnum):
    """The kinds of mistakes; the words are stable, editors and tests may rely on them."""

    BAD_YAML = "bad-yaml"
    TOO_LARGE = "too-large"
    UNKNOWN_KEY = "unknown-key"
    MISSING_KEY = "missing-key"
    WRONG_KIND = "wrong-kind"
    """A text where a mapping belongs and the like."""
    BAD_CHOICE = "bad-choice"
    BAD_NUMBER = "bad-number"
    VERSION_MISSING = "version-missing"
    VERSION_UNKNOWN = "version-unknown"
    VERSION_MISMATCH = "version-mismatch"
    VERSION_TOO_OLD = "version-too-old"
    IMPORT_FAILED = "import-failed"
    IMPORT_TWICE = "import-twice"
    IMPORT_REFUSED = "import-refused"
    IMPORT_PROPERTY = "import-property"
    NOT_MERGEABLE = "not-mergeable"
    MERGE_CONFLICT = "merge-conflict"
    NAMESPACE = "namespace"
    UNKNOWN_TYPE = "unknown-type"
    UNKNOWN_NODE_TYPE = "unknown-node-type"
    UNKNOWN_RELATIONSHIP = "unknown-relationship"
    UNKNOWN_TARGET = "unknown-target"
    SELF_TARGET = "self-target"
    REDEFINED_PRIMITIVE = "redefined-primitive"
    CYCLE = "cycle"
    UNKNOWN_PROPERTY = "unknown-property"
    MISSING_VALUE = "missing-value"
    WRONG_TYPE = "wrong-type"
    BAD_CONSTRAINT = "bad-constraint"
    CONSTRAINT_VIOLATED = "constraint-violated"
    BAD_INPUT = "bad-input"
    UNKNOWN_IMPLEMENTATION = "unknown-implementation"
    AMBIGUOUS_IMPLEMENTATION = "ambiguous-implementation"
    SCRIPT_INPUT = "script-input"
    NO_SCRIPT_PLUGIN = "no-script-plugin"
    BAD_EXECUTOR = "bad-executor"
    NO_HOST = "no-host"
    PLUGIN_SOURCE = "plugin-source"
    SEVERAL_CONTAINERS = "several-containers"
    LIFECYCLE_OPERATION = "lifecycle-operation"
    BAD_INSTANCES = "bad-instances"
    BAD_GROUP = "bad-group"
    BAD_POLICY = "bad-policy"
    BAD_SCHEDULE = "bad-schedule"
    UNKNOWN_FUNCTION = "unknown-function"
    BAD_FUNCTION = "bad-function"
    UNKNOWN_INPUT = "unknown-input"


class Mark(Protocol):
    """A position in a text, both parts from 0."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Start:
    """The first position of a text."""

    line: int = 0
    column: int = 0


START = Start()


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a file, both parts from 1; 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0


Holder = dict[str, Json] | list[Json]
Spots = dict[str, tuple[Mark, Mark]]
"""Key → (where the key stands, where its value begins)."""


class Marks:
    """Where the keys and items of every mapping and list were written, by the identity of the container."""

    def __init__(self) -> None:
        self.maps: dict[int, tuple[Holder, str, Mark, list[Mark]]] = {}
        """By identity: the container, its file, where it begins, and for each entry the marks of its key and value."""
        self.lists: dict[int, tuple[Holder, str, Mark, list[Mark]]] = {}
        self.texts: dict[str, str] = {}
        self.merged: dict[int, dict[str, tuple[Holder, str]]] = {}
        """Containers made of entries of several files: key → the container and key it was written under."""
        self._spots: dict[int, Spots] = {}
        """Of the mappings that were asked for, and of those whose entries do not stand as they were written."""

    def adopt(self, other: "Marks") -> None:
        """Know everything that `other` knows."""
        self.maps |= other.maps
        self.lists |= other.lists
        self.texts |= other.texts
        self.merged |= other.merged
        self._spots |= other._spots

    def spots(self, holder: Holder) -> Spots:
        """Return where the entries of a mapping stand; nothing when it was not read from a file."""
        if (known := self._spots.get(id(holder))) is not None:
            return known
        if id(holder) not in self.maps or not isinstance(holder, dict):
            return {}
        marks = self.maps[id(holder)][3]
        self._spots[id(holder)] = dict(zip(holder, zip(marks[::2], marks[1::2], strict=True), strict=False))
        return self._spots[id(holder)]

    def set_spots(self, holder: Holder, spots: Spots) -> None:
        """Say where the entries of a mapping stand when they are not those that its marks belong to."""
        self._spots[id(holder)] = spots

    def key(self, holder: Holder, key: str | int) -> Place:
        """Return where `key` stands in `holder`; where the holder begins when it has no such key."""
        return self._spot(holder, key, 0)

    def value(self, holder: Holder, key: str | int) -> Place:
        """Return where the value of `key` begins."""
        return self._spot(holder, key, 1)

    def start(self, holder: Holder) -> Place:
        """Return where `holder` begins."""
        entry = self.maps.get(id(holder)) or self.lists.get(id(holder))
        return _place(entry[1], entry[2]) if entry else Place("")

    def file_of(self, holder: Json) -> str:
        """Return the file in which a mapping or list was written; nothing for other values."""
        entry = self.maps.get(id(holder)) or self.lists.get(id(holder))
        return entry[1] if entry else ""

    def copy(self, source: Holder, target: Holder) -> None:
        """Let `target` stand where `source` stands."""
        if entry := self.maps.get(id(source)):
            self.maps[id(target)] = (target, *entry[1:])
            self._spots[id(target)] = self.spots(source)
        elif items := self.lists.get(id(source)):
            self.lists[id(target)] = (target, *items[1:])

    def rename(self, source: Holder, target: Holder, keys: dict[str, str]) -> None:
        """Let `target` stand where `source` stands, with its keys called otherwise."""
        if entry := self.maps.get(id(source)):
            self.maps[id(target)] = (target, *entry[1:])
            self._spots[id(target)] = {keys.get(key, key): spot for key, spot in self.spots(source).items()}

    def _spot(self, holder: Holder, key: str | int, part: int) -> Place:
        if origin := self.merged.get(id(holder), {}).get(str(key)):
            return self._spot(*origin, part)
        if (mapping := self.maps.get(id(holder))) and isinstance(key, str):
            spot = self.spots(holder).get(key)
            return _place(mapping[1], _chosen(spot, part) if spot else mapping[2])
        if (items := self.lists.get(id(holder))) and isinstance(key, int) and key < len(items[3]):
            return _place(items[1], items[3][key])
        return self.start(holder)


def _chosen(spot: tuple[Mark, Mark], part: int) -> Mark:
    """A value that begins below its key is shown at the key: that is where a reader looks first."""
    return spot[part] if spot[0].line == spot[1].line else spot[0]


def _place(file: str, mark: Mark) -> Place:
    return Place(file, mark.line + 1, mark.column + 1)


MOST_PROBLEMS = 100
"""Nobody reads more at once, and each may cost a search for the nearest name."""


_LONGEST = 600
"""Characters of a message; names in it may have any length."""


class Problems:
    """The mistakes found so far."""

    def __init__(self, marks: Marks) -> None:
        self.marks = marks
        self.found: list[Problem] = []
        self.importers: dict[str, tuple[str, int]] = {}
        """Imported file → (importing file, line)."""
        self._seen: set[tuple[str, Place, str]] = set()

    def add(self, kind: Kind, message: str, place: Place, hint: str = "") -> None:
        """Note a mistake; the same one at the same place is noted once.

        Raises:
            BlueprintInvalid: there are too many; the rest is not looked for.
        """
        if (kind, place, message) in self._seen:
            return
        self._seen.add((kind, place, message))
        if len(self.found) >= MOST_PROBLEMS:
            raise BlueprintInvalid(self.listed())
        self.found.append(
            Problem(
                message=message if len(message) <= _LONGEST else f"{message[: _LONGEST - 3]}...",
                file=place.file,
                line=place.line,
                column=place.column,
                hint=hint,
                kind=kind,
            )
        )

    def at_key(self, kind: Kind, message: str, holder: Holder, key: str | int, hint: str = "") -> None:
        """Note a mistake about the key itself, or about something that is missing beneath it."""
        self.add(kind, message, self.marks.key(holder, key), hint)

    def at_value(self, kind: Kind, message: str, holder: Holder, key: str | int, hint: str = "") -> None:
        """Note a mistake about the value of a key."""
        self.add(kind, message, self.marks.value(holder, key), hint)

    def refuse(self) -> None:
        """Say no when anything was found.

        Raises:
            BlueprintInvalid: with every mistake, file by file and from top to bottom.
        """
        if self.found:
            raise BlueprintInvalid(self.listed())

    def listed(self) -> list[Problem]:
        """Return every mistake with its line, file by file and from top to bottom."""
        files = list(dict.fromkeys([*self.marks.texts, *(one.file for one in self.found)]))
        found = sorted(self.found, key=lambda one: (files.index(one.file), one.line, one.column))
        return [with_context(one, self.marks.texts, self.importers) for one in found]
