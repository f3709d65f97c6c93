"""The language as a JSON Schema, for editors that complete and check YAML as it is typed."""

from collections.abc import Mapping

from engine.domain.json import JsonObject
from engine.dsl.schema import SECTIONS
from engine.dsl.shapes import Anything, Choice, Either, Entries, Field, Items, Record, Scalar, Shape
from engine.dsl.version import FIRST, VERSIONS, write

_KINDS = {str: "string", int: "integer", float: "number", bool: "boolean"}


def json_schema() -> JsonObject:
    """Return the JSON Schema (2020-12) of a blueprint's main file."""
    properties = _properties(SECTIONS)
    properties["tosca_definitions_version"]["enum"] = [write(one) for one in VERSIONS]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Blueprint",
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, field in SECTIONS.items() if field.required],
        "properties": properties,
    }


def _properties(fields: Mapping[str, Field]) -> dict[str, JsonObject]:
    return {name: _described(field) for name, field in fields.items()}


def _described(field: Field) -> JsonObject:
    since = f"Since {write(field.since)}." if field.since != FIRST else ""
    words = " ".join(part for part in (field.about, since) if part)
    schema = _schema(field.shape)
    return {**schema, "description": words} if words else schema


def _schema(shape: Shape) -> JsonObject:
    match shape:
        case Anything():
            return {}
        case Scalar():
            kinds = [_KINDS[kind] for kind in shape.kinds]
            return {"type": kinds[0] if len(kinds) == 1 else kinds}
        case Choice():
            return {"enum": list(shape.values)}
        case Items():
            return {"type": "array", "items": _schema(shape.item), **({"minItems": shape.least} if shape.least else {})}
        case Entries():
            return {"type": ["object", "null"], "additionalProperties": _schema(shape.value)}
        case Record():
            return _record(shape)
        case Either():
            return {"anyOf": [_schema(shape.short), _schema(shape.long)]}


def _record(shape: Record) -> JsonObject:
    required = [name for name, field in shape.fields.items() if field.required]
    schema: JsonObject = {
        "type": "object" if required else ["object", "null"],
        "additionalProperties": False,
        "properties": _properties(shape.fields),
    }
    return {**schema, "required": required} if required else schema
