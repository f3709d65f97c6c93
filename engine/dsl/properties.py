"""Declared properties, fields, inputs and parameters: from their written form to schemas, and values against them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from engine.domain.blueprint import DataType, Parameter
from engine.domain.json import Json, JsonObject
from engine.dsl.calls import name_of
from engine.dsl.document import Document
from engine.dsl.problems import Holder, Kind
from engine.dsl.values import GIVE, PRIMITIVES, Fitting, Misfit, overlay
from engine.dsl.version import write
from engine.dsl.words import did_you_mean, listed


class Declared(NamedTuple):
    """A schema and where it was written."""

    schema: Parameter
    holder: JsonObject
    key: str

    @property
    def body(self) -> JsonObject:
        found: JsonObject = self.holder[self.key] or {}
        return found


Schema: TypeAlias = dict[str, Declared]


def parameter(body: JsonObject) -> Parameter:
    """Return what a definition says; nothing is checked."""
    return Parameter(
        type=body.get("type"),
        default=body.get("default"),
        has_default="default" in body,
        required=body.get("required") is not False,
        description=body.get("description") or "",
        item_type=body.get("item_type"),
        constraints=tuple(body.get("constraints") or ()),
        display_label=body.get("display_label") or "",
        hidden=body.get("hidden") is True,
    )


def declared(holder: JsonObject | None, *, without: frozenset[str] = frozenset()) -> Schema:
    """Return the schemas of a `properties`, `inputs` or `parameters` mapping, but for some."""
    if holder is None:
        return {}
    return {name: Declared(parameter(body or {}), holder, name) for name, body in holder.items() if name not in without}


def check_type_name(document: Document, one: Declared, known: Mapping[str, object], field: str = "type") -> bool:
    """Return whether the type that a definition names exists in the blueprint's version; note it when not."""
    name = one.body.get(field)
    if name is None or name in known:
        return True
    if (since := PRIMITIVES.get(name)) is None:
        message = f"there is no type `{name}`"
        hint = did_you_mean(name, [*PRIMITIVES, *known]) or f"possible are {listed(PRIMITIVES, 8)}, and data types"
        document.problems.at_value(Kind.UNKNOWN_TYPE, message, one.body, field, hint)
        return False
    if document.checks_versions and document.version < since and not document.is_standard(one.holder):
        message = f"the type `{name}` needs {write(since)}, but this blueprint is {document.version_name}"
        hint = "raise `tosca_definitions_version` in the main file"
        document.problems.at_value(Kind.VERSION_TOO_OLD, message, one.body, field, hint)
        return False
    return True


def untyped(one: Declared) -> Declared:
    """Return a definition that accepts anything, for one whose type does not exist."""
    return one._replace(schema=replace(one.schema, type=None))


def known_types(document: Document, schema: Schema, known: Mapping[str, object]) -> Schema:
    """Return the schema without the types that do not exist; they are noted, once."""
    return {name: one if check_type_name(document, one, known) else untyped(one) for name, one in schema.items()}


def with_default(schema: Parameter, default: Json) -> Parameter:
    """Return the schema with another default."""
    return replace(schema, default=default, has_default=True)


def inherit(document: Document, parent: Schema, child: Schema, types: Mapping[str, DataType]) -> Schema:
    """Return the parent's properties with those of the child over them.

    A definition is replaced whole, except that a default of the same data type is laid over the parent's default.
    """
    joined = {**parent, **child}
    for name in parent.keys() & child.keys():
        base, own = parent[name].schema, child[name].schema
        raw = child[name].body.get("default")
        if own.type in types and own.type == base.type and _are_overlaid(base.default, raw):
            default = overlay(base.default or {}, raw or {}, own.type, types)
            joined[name] = child[name]._replace(schema=with_default(own, default))
    return joined


def _are_overlaid(base: Json, value: Json) -> bool:
    return all(isinstance(one, dict) and name_of(one) is None for one in (base, value))


def fit_default(
    document: Document, one: Declared, types: Mapping[str, DataType], *, is_final: bool = False
) -> Declared:
    """Return the definition with its default checked and, for a data type, filled with the fields' defaults.

    A default that is not final may leave out fields that a template gives.
    """
    schema = one.schema
    if schema.default is None:
        if schema.type not in types or is_final:
            return one
        return one._replace(schema=with_default(schema, _assembled(schema.type, types)))
    fitting = Fitting(types)
    value = fitting.fit(schema.default, schema.type, one.body, "default")
    misfits = [one for one in fitting.misfits if is_final or not one.is_missing]
    report(document, [two._replace(root=one.key) for two in misfits], one.body, "default")
    return one._replace(schema=with_default(schema, value)) if value is not schema.default else one


def _assembled(type_: str | None, types: Mapping[str, DataType]) -> JsonObject:
    fields = types[type_].fields if type_ is not None and type_ in types else {}
    return {name: field.default for name, field in fields.items() if field.has_default}


def fill(
    document: Document,
    schema: Schema,
    given: JsonObject,
    types: Mapping[str, DataType],
    *,
    owner: str,
    holder: Holder,
    key: str | int,
    are_inputs: bool = False,
    tolerant: bool = False,
) -> JsonObject:
    """Return values for a schema: those given, else the defaults; what is unknown, missing or unfitting is noted.

    `holder[key]` is where the values belong, for what is missing; `owner` is named in sentences. Inputs of operations
    all need a value, and there may be more than are declared. A value that is written as nothing is a value.
    """
    fitting = Fitting(types)
    values: JsonObject = {}
    for name, one in schema.items():
        if name in given or one.schema.has_default:
            # values of inputs are compared with their types when the operation runs
            plain = given.get(name, one.schema.default)
            values[name] = plain if are_inputs else _value(one, name, given, types, fitting)
        elif (one.schema.required or are_inputs) and not tolerant:
            message = f"{owner} needs a value for `{name}`"
            document.problems.at_key(Kind.MISSING_VALUE, message, holder, key, GIVE)
    if fitting.misfits:
        shown = [one for one in fitting.misfits if not (tolerant and one.is_missing)]
        report(document, shown, holder, key, given)
    others = {name: value for name, value in given.items() if name not in schema}
    if others and not are_inputs:
        _unknown(document, others, given, schema, owner)
        return values
    return values | others


def _unknown(document: Document, others: JsonObject, given: JsonObject, schema: Schema, owner: str) -> None:
    for name in others:
        message = f"{owner} has no property `{name}`"
        hint = did_you_mean(name, schema) or ("it has no properties" if not schema else "")
        document.problems.at_key(Kind.UNKNOWN_PROPERTY, message, given, name, hint)


def _value(one: Declared, name: str, given: JsonObject, types: Mapping[str, DataType], fitting: Fitting) -> Json:
    schema = one.schema
    value = given.get(name, schema.default)
    if name not in given and (schema.type not in types or value is None):
        return value
    if schema.type in types and _are_overlaid(schema.default, value):
        value = overlay(schema.default or {}, value or {}, schema.type, types)
    return fitting.fit(value, schema.type, given, name) if schema.type is not None else value


def report(
    document: Document, misfits: list[Misfit], holder: Holder, key: str | int, given: JsonObject | None = None
) -> None:
    """Note misfits; where a value was put together from several places, at its key in `given`, or at `holder[key]`."""
    marks = document.problems.marks
    for one in misfits:
        places = [marks.value(one.holder, one.key)] if one.holder is not None else []
        if given is not None and one.root in given:
            places.append(marks.value(given, one.root))
        place = next((place for place in places if place.file), marks.value(holder, key))
        document.problems.add(one.kind, one.about(one.root), place, one.hint)
