"""Parser events become plain values: one pass without recursion, with limits on number, depth and aliases."""

from collections.abc import Callable

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from engine.domain.errors import BlueprintInvalid, Problem
from engine.domain.json import Json, JsonObject
from engine.dsl.excerpts import with_context
from engine.dsl.problems import START, Kind, Mark, Marks, Place, Spots
from engine.dsl.scalars import NumberError, integer, plain, real

MOST_EVENTS = 1_000_000
DEEPEST = 64
MOST_ALIASES = 20_000
MOST_EXPANDED = 1_000_000
"""Keys and values that aliases stand for, all aliases together."""


_CORE = "tag:yaml.org,2002:"
_MERGE = "<<"
_MAPS = ("map", "omap")
_LISTS = ("seq",)
_KEY = "write it as one word, or in quotes"
_BRACES = "write one pair of braces, such as `{ get_input: port }`, or put the text in quotes"


class SourceInvalid(BlueprintInvalid):
    """The text of a file cannot be read as YAML."""

    def __init__(self, kind: Kind, message: str, place: Place, hint: str = "") -> None:
        problem = Problem(message=message, file=place.file, line=place.line, column=place.column, hint=hint, kind=kind)
        super().__init__([problem])

    def with_source(self, text: str) -> BlueprintInvalid:
        """Return the same refusal with the line that it is about."""
        return BlueprintInvalid([with_context(one, {one.file: text}, {}) for one in self.problems])


class _Frame:
    """A mapping or list whose end has not been seen: its keys and values as they come, and where each begins."""

    __slots__ = ("anchor", "depth", "is_map", "mark", "marks", "outer", "parts", "size")

    def __init__(self, outer: "_Frame | None", mark: Mark, is_map: bool, anchor: str | None) -> None:
        self.outer: _Frame = outer or self
        self.depth: int = outer.depth + 1 if outer else 0
        self.mark, self.is_map, self.anchor = mark, is_map, anchor
        self.parts: list[Json] = []
        self.marks: list[Mark] = []
        self.size = 0
        """Keys and values below the parts."""

    def awaits_key(self) -> bool:
        return self.is_map and not len(self.parts) & 1


class Builder:
    """Turns parser events into values; `read` fills `root`."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.marks = Marks()
        self.root: Json = None
        self.duplicates: list[tuple[str, Place]] = []
        self._anchors: dict[str, tuple[Json, int]] = {}
        self._open: set[str] = set()
        self._aliases = 0
        self.expanded = 0
        self._documents = 0
        self._steps: dict[type, Callable[[Json, _Frame], _Frame]] = {
            AliasEvent: self._alias,
            MappingStartEvent: self._begin,
            SequenceStartEvent: self._begin,
            MappingEndEvent: self._end_map,
            SequenceEndEvent: self._end_list,
            DocumentStartEvent: self._document,
        }

    def read(self, text: str) -> None:
        loader = yaml.CSafeLoader(text)
        try:
            self.root = self._read(loader.get_event)
        finally:
            loader.dispose()

    def _read(self, next_event: Callable[[], Json]) -> Json:
        """Return the document's value; most events are scalars, so those are taken here without a call."""
        frame = _Frame(None, START, False, None)
        event: Json = None
        try:
            for _ in range(MOST_EVENTS):
                event = next_event()
                kind = type(event)
                if kind is ScalarEvent:
                    # keys stay as written: JSON has only texts there, and `80:` or `on:` should be what they look like
                    is_key = frame.is_map and not len(frame.parts) & 1
                    value = event.value if is_key else self._meaning(event)
                    if event.anchor:
                        self._anchors[event.anchor] = (value, 0)
                    frame.parts.append(value)
                    frame.marks.append(event.start_mark)
                elif step := self._steps.get(kind):
                    frame = step(event, frame)
                elif event is None or kind is StreamEndEvent:
                    return frame.parts[0] if frame.parts else None
        except NumberError as error:
            raise self._refusal(Kind.BAD_NUMBER, str(error), event.start_mark) from error
        raise self._refusal(Kind.TOO_LARGE, f"more than {MOST_EVENTS:,} values in one file", START)

    def _meaning(self, event: Json) -> Json:
        if event.tag is not None:
            return self._tagged(event.value, event)
        return plain(event.value) if event.implicit[0] else event.value

    def _refusal(self, kind: Kind, message: str, mark: Mark, hint: str = "") -> SourceInvalid:
        return SourceInvalid(kind, message, Place(self.file, mark.line + 1, mark.column + 1), hint)

    def _document(self, event: Json, frame: _Frame) -> _Frame:
        self._documents += 1
        if self._documents > 1:
            message = "a blueprint is one YAML document, but a second one begins here"
            raise self._refusal(Kind.BAD_YAML, message, event.start_mark, "remove the `---`")
        return frame

    def _tagged(self, text: str, event: Json) -> Json:
        match str(event.tag).removeprefix(_CORE):
            case "str" | "binary" | "timestamp" | "!":
                return text
            case "int":
                return integer(text)
            case "float":
                return real(text)
            case "bool" | "null":
                return plain(text)
        raise self._forbidden(event)

    def _forbidden(self, event: Json) -> SourceInvalid:
        message = f"the tag `{event.tag}` is not allowed in a blueprint"
        return self._refusal(Kind.BAD_YAML, message, event.start_mark, "remove it")

    def _alias(self, event: Json, frame: _Frame) -> _Frame:
        name: str = event.anchor
        if name in self._open:
            message = f"`*{name}` stands inside of `&{name}`, so it would contain itself"
            raise self._refusal(Kind.BAD_YAML, message, event.start_mark)
        if name not in self._anchors:
            message = f"nothing is called `&{name}` above"
            hint = f"write `&{name}` at the value that is meant; anchors work within one file only"
            raise self._refusal(Kind.BAD_YAML, message, event.start_mark, hint)
        value, size = self._anchors[name]
        self._count(size + 1, event.start_mark)
        if frame.awaits_key() and not isinstance(value, str):
            raise self._refusal(Kind.BAD_YAML, "a key must be a text", event.start_mark, _KEY)
        frame.parts.append(value)
        frame.marks.append(event.start_mark)
        frame.size += size
        return frame

    def _count(self, size: int, mark: Mark) -> None:
        self._aliases += 1
        self.expanded += size
        if self._aliases > MOST_ALIASES or self.expanded > MOST_EXPANDED:
            raise self._refusal(Kind.TOO_LARGE, "the aliases stand for too many values", mark)

    def _begin(self, event: Json, frame: _Frame) -> _Frame:
        is_map = type(event) is MappingStartEvent
        if event.tag is not None and str(event.tag).removeprefix(_CORE) not in (_MAPS if is_map else _LISTS):
            raise self._forbidden(event)
        if frame.depth >= DEEPEST:
            message = f"values are nested more than {DEEPEST} deep"
            raise self._refusal(Kind.TOO_LARGE, message, event.start_mark)
        if frame.is_map and not len(frame.parts) & 1:
            hint = _BRACES if is_map and event.flow_style else _KEY
            raise self._refusal(Kind.BAD_YAML, "a key must be a text", event.start_mark, hint)
        if event.anchor:
            self._open.add(event.anchor)
        return _Frame(frame, event.start_mark, is_map, event.anchor)

    def _end_list(self, _: Json, frame: _Frame) -> _Frame:
        self.marks.lists[id(frame.parts)] = (frame.parts, self.file, frame.mark, frame.marks)
        return self._close(frame, frame.parts)

    def _end_map(self, _: Json, frame: _Frame) -> _Frame:
        keys = frame.parts[::2]
        value: JsonObject = dict(zip(keys, frame.parts[1::2], strict=True))
        self.marks.maps[id(value)] = (value, self.file, frame.mark, frame.marks)
        if len(value) < len(keys) or _MERGE in value:
            self._rewrite(value, frame)
        return self._close(frame, value)

    def _close(self, frame: _Frame, value: Json) -> _Frame:
        outer = frame.outer
        size = frame.size + len(frame.parts)
        if frame.anchor:
            self._open.discard(frame.anchor)
            self._anchors[frame.anchor] = (value, size)
        outer.parts.append(value)
        outer.marks.append(frame.mark)
        outer.size += size
        return outer

    def _rewrite(self, value: JsonObject, frame: _Frame) -> None:
        """Fill a mapping anew that has keys twice, or `<<`: of several `<<`, the first one written wins."""
        own, spots, merges = self._entries(frame)
        value.clear()
        places: Spots = {}
        for source in reversed([one for merge, mark in merges for one in self._sources(merge, mark)]):
            value.update(source)
            places.update(self.marks.spots(source))
        value.update(own)
        self.marks.set_spots(value, places | spots)

    def _entries(self, frame: _Frame) -> tuple[JsonObject, Spots, list[tuple[Json, Mark]]]:
        """Return a mapping's own entries, where they stand, and what `<<` brings in."""
        own: JsonObject = {}
        spots: Spots = {}
        merges: list[tuple[Json, Mark]] = []
        for key, value, key_mark, mark in zip(
            frame.parts[::2], frame.parts[1::2], frame.marks[::2], frame.marks[1::2], strict=True
        ):
            if key == _MERGE:
                merges.append((value, mark))
                continue
            if key in own:
                self.duplicates.append((key, Place(self.file, key_mark.line + 1, key_mark.column + 1)))
            own[key], spots[key] = value, (key_mark, mark)
        return own, spots, merges

    def _sources(self, merge: Json, mark: Mark) -> list[JsonObject]:
        sources = merge if isinstance(merge, list) else [merge]
        if not all(isinstance(one, dict) for one in sources):
            raise self._refusal(
                Kind.BAD_YAML, "`<<` merges mappings, but this is none", mark, "write `<<: *name` of a mapping"
            )
        return sources
