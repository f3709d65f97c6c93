"""Whether a value has a shape, without saying why not: nearly everything is right, and that is told quickly."""

from collections.abc import Callable
from typing import TypeAlias

from engine.domain.json import Json
from engine.dsl.shapes import Anything, Choice, Either, Entries, Field, Items, Record, Scalar, Shape
from engine.dsl.version import Version

Predicate: TypeAlias = Callable[[Json], bool]


def predicate(shape: Shape, version: Version | None) -> Predicate:
    """Return what tells whether a value other than null has a shape in a version; None is any version."""
    match shape:
        case Anything():
            return lambda _: True
        case Scalar():
            return _scalar(shape)
        case Choice():
            return lambda value: type(value) is str and value in shape.values
        case Items():
            return _items(shape, version)
        case Entries():
            return _entries(shape, version)
        case Record():
            return _record(shape, version)
        case Either():
            return _either(shape, version)


def _scalar(shape: Scalar) -> Predicate:
    kinds = frozenset(shape.kinds)
    return lambda value: type(value) in kinds


def _items(shape: Items, version: Version | None) -> Predicate:
    fits, least = predicate(shape.item, version), shape.least
    if isinstance(shape.item, Anything):
        return lambda value: type(value) is list and len(value) >= least
    return lambda value: (
        type(value) is list and len(value) >= least and all(one is not None and fits(one) for one in value)
    )


def _entries(shape: Entries, version: Version | None) -> Predicate:
    if isinstance(shape.value, Anything):
        return lambda value: type(value) is dict
    fits, may_be_empty = predicate(shape.value, version), not _required(shape.value)

    return lambda value: (
        type(value) is dict and all(may_be_empty if one is None else fits(one) for one in value.values())
    )


def _record(shape: Record, version: Version | None) -> Predicate:
    fields = {name: predicate(field.shape, version) for name, field in shape.fields.items() if _exists(field, version)}
    known, required = frozenset(shape.fields), _required(shape)

    def record(value: Json) -> bool:
        if type(value) is not dict:
            return False
        for name, one in value.items():
            if one is None:
                if name in required or name not in known:
                    return False
            elif (fits := fields.get(name)) is None or not fits(one):
                return False
        return required <= value.keys()

    return record


def _either(shape: Either, version: Version | None) -> Predicate:
    short, long = _scalar(shape.short), predicate(shape.long, version)
    return lambda value: short(value) or long(value)


def _exists(field: Field, version: Version | None) -> bool:
    return version is None or version >= field.since


def _required(shape: Shape) -> frozenset[str]:
    if not isinstance(shape, Record):
        return frozenset()
    return frozenset(name for name, field in shape.fields.items() if field.required)
