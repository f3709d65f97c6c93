"""Parser events become plain values: one pass without recursion, with limits on number, depth and aliases."""

from dataclasses import dataclass, field

import yaml

from engine.domain.errors import BlueprintInvalid, Problem
from engine.domain.json import Json, JsonObject
from engine.dsl.excerpts import with_context
from engine.dsl.problems import START, Kind, Mark, Marks, Place, Spots
from engine.dsl.scalars import NumberError, integer, plain, real

MOST_EVENTS = 1_000_000
DEEPEST = 64
MOST_ALIASES = 20_000
MOST_EXPANDED = 1_000_000
"""Values that aliases stand for, all aliases together."""


_CORE = "tag:yaml.org,2002:"
_MERGE = "<<"


class SourceInvalid(BlueprintInvalid):
    """The text of a file cannot be read as YAML."""

    def __init__(self, kind: Kind, message: str, place: Place, hint: str = "") -> None:
        problem = Problem(message=message, file=place.file, line=place.line, column=place.column, hint=hint, kind=kind)
        super().__init__([problem])

    def with_source(self, text: str) -> BlueprintInvalid:
        """Return the same refusal with the line that it is about."""
        return BlueprintInvalid([with_context(one, {one.file: text}, {}) for one in self.problems])


@dataclass(slots=True)
class _Frame:
    """A mapping or list whose end has not been seen."""

    value: JsonObject | list[Json]
    mark: Mark
    spots: Spots = field(default_factory=dict)
    items: list[Mark] = field(default_factory=list)
    key: str | None = None
    key_mark: Mark = START
    size: int = 1
    merges: list[tuple[Json, Mark]] = field(default_factory=list)
    anchor: str | None = None


class Builder:
    """Turns parser events into values; `read` fills `root`."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.marks = Marks()
        self.root: Json = None
        self.duplicates: list[tuple[str, Place]] = []
        self._stack: list[_Frame] = []
        self._anchors: dict[str, tuple[Json, int]] = {}
        self._open: set[str] = set()
        self._aliases = 0
        self._expanded = 0
        self._documents = 0

    def read(self, text: str) -> None:
        loader = yaml.CSafeLoader(text)
        steps = {
            yaml.ScalarEvent: self._scalar,
            yaml.AliasEvent: self._alias,
            yaml.MappingStartEvent: self._begin_map,
            yaml.SequenceStartEvent: self._begin_list,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.DocumentStartEvent: self._document,
        }
        try:
            for _ in range(MOST_EVENTS):
                event = loader.get_event()
                if event is None or type(event) is yaml.StreamEndEvent:
                    return
                if step := steps.get(type(event)):
                    step(event)
        finally:
            loader.dispose()
        raise self._refusal(Kind.TOO_LARGE, f"more than {MOST_EVENTS:,} values in one file", START)

    def _refusal(self, kind: Kind, message: str, mark: Mark, hint: str = "") -> SourceInvalid:
        return SourceInvalid(kind, message, Place(self.file, mark.line + 1, mark.column + 1), hint)

    def _document(self, event: Json) -> None:
        self._documents += 1
        if self._documents > 1:
            message = "a blueprint is one YAML document, but a second one begins here"
            raise self._refusal(Kind.BAD_YAML, message, event.start_mark, "remove the `---`")

    def _scalar(self, event: Json) -> None:
        text: str = event.value
        mark = event.start_mark
        frame = self._stack[-1] if self._stack else None
        if frame is not None and type(frame.value) is dict and frame.key is None:
            self._begin_entry(frame, text, event)
            return
        value = text if not event.implicit[0] and event.tag is None else self._meaning(event)
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)
        self._put(frame, value, mark, 1)

    def _begin_entry(self, frame: _Frame, text: str, event: Json) -> None:
        """Keys are the text as written: JSON has no other keys, and `80:` or `on:` should stay what they look like."""
        frame.key, frame.key_mark = text, event.start_mark
        if event.anchor:
            self._anchors[event.anchor] = (text, 1)

    def _meaning(self, event: Json) -> Json:
        text: str = event.value
        try:
            if event.tag is None:
                return plain(text)
            return self._tagged(text, event)
        except NumberError as error:
            raise self._refusal(Kind.BAD_NUMBER, str(error), event.start_mark) from error

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
        message = f"the tag `{event.tag}` is not allowed in a blueprint"
        raise self._refusal(Kind.BAD_YAML, message, event.start_mark, "remove it")

    def _alias(self, event: Json) -> None:
        name: str = event.anchor
        if name in self._open:
            message = f"`*{name}` stands inside of `&{name}`, so it would contain itself"
            raise self._refusal(Kind.BAD_YAML, message, event.start_mark)
        if name not in self._anchors:
            message = f"nothing is called `&{name}` above"
            raise self._refusal(Kind.BAD_YAML, message, event.start_mark, "anchors work within one file only")
        value, size = self._anchors[name]
        self._count(size, event.start_mark)
        frame = self._stack[-1] if self._stack else None
        if frame is not None and type(frame.value) is dict and frame.key is None:
            if not isinstance(value, str):
                raise self._refusal(Kind.BAD_YAML, "a key must be a text", event.start_mark)
            frame.key, frame.key_mark = value, event.start_mark
            return
        self._put(frame, value, event.start_mark, size)

    def _count(self, size: int, mark: Mark) -> None:
        self._aliases += 1
        self._expanded += size
        if self._aliases > MOST_ALIASES or self._expanded > MOST_EXPANDED:
            raise self._refusal(Kind.TOO_LARGE, "the aliases stand for too many values", mark)

    def _put(self, frame: _Frame | None, value: Json, mark: Mark, size: int) -> None:
        if frame is None:
            self.root = value
            return
        frame.size += size
        if type(frame.value) is list:
            frame.value.append(value)
            frame.items.append(mark)
            return
        self._put_entry(frame, value, mark)

    def _put_entry(self, frame: _Frame, value: Json, mark: Mark) -> None:
        key, frame.key = frame.key, None
        if key is None or not isinstance(frame.value, dict):
            return
        if key == _MERGE:
            frame.merges.append((value, mark))
            return
        if key in frame.value:
            self.duplicates.append((key, Place(self.file, frame.key_mark.line + 1, frame.key_mark.column + 1)))
        frame.value[key] = value
        frame.spots[key] = (frame.key_mark, mark)

    def _begin_map(self, event: Json) -> None:
        self._begin(event, {}, ("map", "omap"))

    def _begin_list(self, event: Json) -> None:
        self._begin(event, [], ("seq",))

    def _begin(self, event: Json, value: JsonObject | list[Json], tags: tuple[str, ...]) -> None:
        if event.tag is not None and str(event.tag).removeprefix(_CORE) not in tags:
            message = f"the tag `{event.tag}` is not allowed in a blueprint"
            raise self._refusal(Kind.BAD_YAML, message, event.start_mark, "remove it")
        if len(self._stack) >= DEEPEST:
            message = f"values are nested more than {DEEPEST} deep"
            raise self._refusal(Kind.TOO_LARGE, message, event.start_mark)
        parent = self._stack[-1] if self._stack else None
        if parent is not None and type(parent.value) is dict and parent.key is None:
            raise self._refusal(Kind.BAD_YAML, "a key must be a text", event.start_mark)
        if event.anchor:
            self._open.add(event.anchor)
        self._stack.append(_Frame(value, event.start_mark, anchor=event.anchor))

    def _end(self, event: Json) -> None:
        frame = self._stack.pop()
        value = frame.value
        if isinstance(value, dict):
            if frame.merges:
                self._merge(frame, value)
            self.marks.maps[id(value)] = (value, self.file, frame.mark, frame.spots)
        else:
            self.marks.lists[id(value)] = (value, self.file, frame.mark, frame.items)
        if frame.anchor:
            self._open.discard(frame.anchor)
            self._anchors[frame.anchor] = (value, frame.size)
        self._put(self._stack[-1] if self._stack else None, value, frame.mark, frame.size)

    def _merge(self, frame: _Frame, value: JsonObject) -> None:
        """Put the entries of `<<` under the mapping's own; of several, the first one written wins."""
        own, spots = dict(value), dict(frame.spots)
        value.clear()
        frame.spots.clear()
        for source in reversed([one for merge, mark in frame.merges for one in self._sources(merge, mark)]):
            value.update(source)
            if entry := self.marks.maps.get(id(source)):
                frame.spots.update(entry[3])
        value.update(own)
        frame.spots.update(spots)

    def _sources(self, merge: Json, mark: Mark) -> list[JsonObject]:
        sources = merge if isinstance(merge, list) else [merge]
        if not all(isinstance(one, dict) for one in sources):
            raise self._refusal(Kind.BAD_YAML, "`<<` merges mappings, but this is none", mark)
        return sources
