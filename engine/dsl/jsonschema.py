"""The language as a JSON Schema, for editors that complete and check YAML as it is typed."""

from collections.abc import Mapping

from engine.domain.json import Json, JsonObject
from engine.dsl.schema import SECTIONS
from engine.dsl.schemarules import RULES
from engine.dsl.shapes import Anything, Choice, Either, Entries, Field, Items, Record, Scalar, Shape
from engine.dsl.version import FIRST, VERSIONS, Version, write

_KINDS = {str: "string", int: "integer", float: "number", bool: "boolean"}
_NOTHING: JsonObject = {"type": "null"}
_VERSION = "tosca_definitions_version"


def json_schema() -> JsonObject:
    """Return the JSON Schema (2020-12) of a blueprint's main file."""
    properties = _properties(SECTIONS)
    properties[_VERSION]["enum"] = [write(one) for one in VERSIONS]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Blueprint",
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, field in SECTIONS.items() if field.required],
        "properties": properties,
        "allOf": [_gate(version) for version in VERSIONS[:-1]],
    }


def _properties(fields: Mapping[str, Field]) -> dict[str, JsonObject]:
    return {name: _described(field) for name, field in fields.items()}


def _described(field: Field) -> JsonObject:
    since = f"Since {write(field.since)}." if field.since != FIRST else ""
    words = " ".join(part for part in (field.about, since) if part)
    schema = _schema(field.shape) if field.required else _or_nothing(_schema(field.shape))
    return {**schema, "description": words} if words else schema


def _or_nothing(schema: JsonObject) -> JsonObject:
    """A key that is left empty counts as absent."""
    match schema:
        case {"type": str() as kind}:
            return {**schema, "type": [kind, "null"]}
        case {"type": [*kinds]}:
            return {**schema, "type": list(dict.fromkeys([*kinds, "null"]))}
        case {"enum": [*values]}:
            return {**schema, "enum": [*values, None]}
        case {"anyOf": [*forms]}:
            return {**schema, "anyOf": [*forms, _NOTHING]}
    return schema


def _schema(shape: Shape) -> JsonObject:
    rule = next((rule for one, rule in RULES if one is shape), {})
    return {**_form(shape), **rule}


def _form(shape: Shape) -> JsonObject:
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
            return {"type": "object", "additionalProperties": _entry(shape.value)}
        case Record():
            return _record(shape)
        case Either():
            return {"anyOf": [_schema(shape.short), _schema(shape.long)]}


def _entry(shape: Shape) -> JsonObject:
    """An entry may be left empty unless it needs a key."""
    whole = shape.long if isinstance(shape, Either) else shape
    needs_key = isinstance(whole, Record) and any(field.required for field in whole.fields.values())
    return _schema(shape) if needs_key else _or_nothing(_schema(shape))


def _record(shape: Record) -> JsonObject:
    required = [name for name, field in shape.fields.items() if field.required]
    schema: JsonObject = {
        "type": "object",
        "additionalProperties": False,
        "properties": _properties(shape.fields),
    }
    return {**schema, "required": required} if required else schema


def _gate(version: Version) -> JsonObject:
    """Return the rule that forbids in one version what later ones brought."""
    chosen: JsonObject = {"properties": {_VERSION: {"const": write(version)}}, "required": [_VERSION]}
    return {"if": chosen, "then": _later_than(version, Record("a blueprint", SECTIONS))}


def _later_than(version: Version, shape: Shape) -> JsonObject:
    """Return what forbids the keys of a shape that came after a version; nothing where all were there."""
    match shape:
        case Record():
            fields = {name: _forbidden(version, field) for name, field in shape.fields.items()}
            return _if_any("properties", {name: rule for name, rule in fields.items() if rule != {}})
        case Entries():
            return _if_any("additionalProperties", _later_than(version, shape.value))
        case Items():
            return _if_any("items", _later_than(version, shape.item))
        case Either():
            return _later_than(version, shape.long)
    return {}


def _forbidden(version: Version, field: Field) -> Json:
    return _NOTHING if field.since > version else _later_than(version, field.shape)


def _if_any(keyword: str, rule: JsonObject) -> JsonObject:
    return {keyword: rule} if rule else {}
