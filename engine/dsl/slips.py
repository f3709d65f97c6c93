"""Slips of the pen that are legal: functions in texts, misspelt operations, quotes that are none, schemas as values."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import NamedTuple

from engine.domain.json import Json, JsonObject
from engine.dsl.calls import FUNCTIONS
from engine.dsl.document import Document
from engine.dsl.library import standard_types
from engine.dsl.problems import Holder

_CALL = re.compile(r"\{ *(get_[a-z_]+) *:")
_QUOTED = re.compile(r"[“”„‟‘’‚«»].*[“”„‟‘’«»]\Z")
_PROSE = frozenset({"description", "display_label", "error_message", "properties_description"})
_SCHEMA = frozenset({"type", "default", "description", "required", "constraints"})
_INTERFACES = ("interfaces", "source_interfaces", "target_interfaces")
_OURS = "cloudify.interfaces."


class Slip(NamedTuple):
    """Something that was probably meant otherwise."""

    kind: str
    sentence: str
    holder: Holder
    key: str | int
    hint: str


def slips(document: Document) -> Iterator[Slip]:
    """Yield what is probably meant otherwise."""
    for holder, key, text in _texts(document.sections):
        if key not in _PROSE and "\n" not in text:
            yield from _in_text(holder, key, text)
    for interfaces, is_template in _interfaces(document):
        yield from _misspelt(interfaces)
        if is_template:
            yield from _schemas(interfaces)


def _texts(root: JsonObject) -> Iterator[tuple[Holder, str | int, str]]:
    """Yield every text with the place that it stands at; what aliases repeat, once."""
    waiting: list[Holder] = [root]
    seen: set[int] = set()
    while waiting:
        holder = waiting.pop()
        entries = holder.items() if isinstance(holder, dict) else enumerate(holder)
        for key, value in entries:
            if isinstance(value, str):
                yield holder, key, value
            elif isinstance(value, dict | list) and id(value) not in seen:
                seen.add(id(value))
                waiting.append(value)


def _in_text(holder: Holder, key: str | int, text: str) -> Iterator[Slip]:
    if (call := _CALL.search(text)) and call[1] in FUNCTIONS:
        sentence = f"`{{ {call[1]}: … }}` within a text stays as it is written"
        hint = f"join the parts: `{{ concat: ['…', {{ {call[1]}: … }}] }}`"
        yield Slip("function-in-text", sentence, holder, key, hint)
    if _QUOTED.match(text):
        sentence = f"the quotes {text[0]} {text[-1]} belong to the text"
        yield Slip("typographic-quotes", sentence, holder, key, "quote with `'` or `\"`")


def _interfaces(document: Document) -> Iterator[tuple[JsonObject, bool]]:
    """Yield the interfaces of templates, types and relationships, and whether they are a template's."""
    for section in ("node_templates", "node_types", "relationships"):
        is_template = section == "node_templates"
        for body in document.usable(section).values():
            if document.is_standard(body):
                continue
            for part in (body, *((body.get("relationships") or ()) if is_template else ())):
                yield from ((part[name], is_template) for name in _INTERFACES if part.get(name))


def _misspelt(interfaces: JsonObject) -> Iterator[Slip]:
    known = _standard()
    for name, operations in interfaces.items():
        if name not in known:
            if name.startswith(_OURS) and (near := get_close_matches(name, known, n=1, cutoff=0.85)):
                sentence = f"no workflow calls operations of `{name}`"
                yield Slip("unknown-interface", sentence, interfaces, name, f"did you mean `{near[0]}`?")
            continue
        for operation in operations or ():
            if operation not in known[name] and (meant := _meant(operation, known[name])):
                sentence = f"no workflow calls `{operation}` of `{name}`"
                yield Slip("unknown-operation", sentence, operations, operation, f"did you mean `{meant}`?")


def _meant(operation: str, known: frozenset[str]) -> str:
    """Return the operation that was probably meant; `restart` is not `start`."""
    near = get_close_matches(operation, known, n=1, cutoff=0.8)
    return near[0] if near and not operation.endswith(near[0]) else ""


def _schemas(interfaces: JsonObject) -> Iterator[Slip]:
    for operations in interfaces.values():
        for body in (operations or {}).values():
            inputs: Json = body.get("inputs") if isinstance(body, dict) else None
            for name, value in (inputs or {}).items():
                if isinstance(value, dict) and "default" in value and value.keys() <= _SCHEMA:
                    sentence = f"the input `{name}` gets a mapping with a `default`"
                    hint = f"in a template, inputs are values: write `{name}: …`"
                    yield Slip("schema-as-value", sentence, inputs, name, hint)


@cache
def _standard() -> Mapping[str, frozenset[str]]:
    """Return the interfaces of the standard types with their operations."""
    found: dict[str, frozenset[str]] = {}
    root: JsonObject = standard_types().root
    for section in ("node_types", "relationships"):
        for body in root[section].values():
            for kind in _INTERFACES:
                for name, operations in ((body or {}).get(kind) or {}).items():
                    found[name] = found.get(name, frozenset()) | operations.keys()
    return found
